"""`python -m bot` and the `paperwire` command."""

import gc
import os

# Collecting during imports finds nothing and takes a tenth of the start; `_carry_out` turns it on.
gc.disable()

from bot.cli.commands import app  # noqa: E402 (after the line above, on purpose)
from bot.private_files import UMASK  # noqa: E402 (likewise)


def main() -> None:
    """Run the command line."""
    os.umask(UMASK)
    app()


if __name__ == "__main__":
    main()
