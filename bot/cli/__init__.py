"""The `paperwire` command: `commands.py` parses arguments, the other modules carry out and report."""
