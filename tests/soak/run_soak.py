"""Runs every long proof in its own process, with its defaults; each alone takes options, see its --help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run them in the order of their names; return 1 where one failed."""
    failed = 0
    for script in sorted(Path(__file__).parent.glob("soak_*.py")):
        print(f"\n== {script.stem.removeprefix('soak_')} ==", flush=True)
        failed |= subprocess.run([sys.executable, str(script)], check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
