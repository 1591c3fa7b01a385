"""Chromium, driven by its command line: a page becomes a picture of just its size."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from palette_png import with_palette
from web_page import PictureError

SCALE: Final = 2
"""Pixels of a picture for one of the page: sharp on today's screens."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Nothing of a page is fetched, and the browser itself calls nobody.
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-lcd-text",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=2000",
    f"--force-device-scale-factor={SCALE}",
)
_HEIGHT = re.compile(r'<html[^>]* data-height="([0-9]+)"')
_PATIENCE = 120.0  # seconds; it starts within two on an idle machine
_FIRST_HEIGHT = 800


def browser() -> str:
    """Return the path of Chromium.

    Raises:
        PictureError: there is none.
    """
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found is None:
        raise PictureError(f"pictures need a browser: none of {', '.join(_NAMES)} is on the PATH")
    return found


def photograph(page: str, target: Path, *, width: int) -> None:
    """Write a picture of a whole page.

    Args:
        page: HTML that tells its height as `data-height`.
        target: the PNG to write.
        width: CSS pixels.

    Raises:
        PictureError: there is no browser, or it failed.
    """
    with tempfile.TemporaryDirectory(prefix="paperwire-pictures-") as folder:
        source = Path(folder) / "page.html"
        source.write_text(page, encoding="utf-8")
        measured = _HEIGHT.search(_run(folder, source, width, _FIRST_HEIGHT, "--dump-dom"))
        if not measured:
            raise PictureError("the browser did not tell how high the page is")
        shot = Path(folder) / "page.png"
        _run(folder, source, width, int(measured[1]), f"--screenshot={shot}")
        if not shot.is_file():
            raise PictureError("the browser took no picture")
        target.write_bytes(with_palette(shot.read_bytes()))


def _run(folder: str, source: Path, width: int, height: int, action: str) -> str:
    command = (browser(), *_FLAGS, f"--user-data-dir={folder}/profile", f"--window-size={width},{height}")
    try:
        done = subprocess.run(
            [*command, action, source.as_uri()],
            check=True,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE,
        )
    except subprocess.SubprocessError as error:
        raise PictureError(f"the browser failed: {error}") from error
    return done.stdout
