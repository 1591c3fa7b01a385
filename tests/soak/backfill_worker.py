"""A real `paperwire run` to which 127.0.0.1 is arXiv's host, so that it keeps arXiv's pace there."""

from __future__ import annotations

import sys
from unittest.mock import patch

from bot.__main__ import main

if __name__ == "__main__":
    sys.argv = ["paperwire", "run"]
    with patch("bot.sources.web.request_spacing.lane_of", lambda _host: "arxiv.org"):
        main()
