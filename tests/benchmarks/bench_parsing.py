"""How fast digests are parsed, beside a CommonMark parser over the same text."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder) for folder in ("tests/benchmarks/workloads",)
)

from documents import chatpaper, overview
from markdown_it import MarkdownIt

from bot.domain.papers.parsed_entry import Document
from bot.sources import parse_document

if TYPE_CHECKING:
    from collections.abc import Callable

PAPERS = 300
BARS = {"overview": 5_000, "chatpaper with review": 300}


def best(run: Callable[[], object], *, times: int = 5) -> float:
    """Return the shortest of several runs, in seconds of this process."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def main() -> None:
    """Print papers a second for both layouts and the peer."""
    print(f"{PAPERS} papers, one core, best of 5; decoding and recognition included")
    for name, text in (("overview", overview(PAPERS)), ("chatpaper with review", chatpaper(PAPERS))):
        document = Document("bench.md", text.encode())
        assert len(parse_document(document).entries) == PAPERS
        ours = best(lambda document=document: parse_document(document))  # type: ignore[misc] # bound now
        peer = best(lambda text=text: MarkdownIt().parse(text))  # type: ignore[misc] # bound now
        print(
            f"{name}: {PAPERS / ours:,.0f} papers/s (bar {BARS[name]:,});"
            f" markdown-it-py, tokens only: {PAPERS / peer:,.0f} papers/s"
        )


if __name__ == "__main__":
    main()
