"""Chat platforms: one package for each, with rendering, sending and listening."""
