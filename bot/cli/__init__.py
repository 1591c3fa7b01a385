"""The `paperwire` command.

`commands.py` parses the arguments, each other module carries out some subcommands.
"""
