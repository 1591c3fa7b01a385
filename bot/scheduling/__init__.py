"""When things happen: the ticks of `paperwire run`. Rows in the database say what is due."""
