"""Papers and the sources that brought them."""
