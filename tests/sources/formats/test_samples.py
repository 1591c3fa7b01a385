"""The bundled samples: plainly invented, and good for showing what the bot does."""

from __future__ import annotations

from importlib.resources import files

import pytest

from bot.sources.formats import overview
from bot.sources.formats.chatpaper import chatpaper


def _text(name: str) -> str:
    return (files("bot") / "samples" / f"{name}.md").read_text("utf-8")


_OVERVIEW = overview.parse(_text("overview"), "overview.md").entries
_CHATPAPER = chatpaper.parse(_text("chatpaper"), "chatpaper.md").entries


def test_samples_are_recognised() -> None:
    """Each sample is in the layout that its name says."""
    assert overview.recognises(_text("overview"))
    assert chatpaper.recognises(_text("chatpaper"))


def test_samples_can_be_taken_for_no_real_paper() -> None:
    """Titles are marked, ids are above those ever given out in a month, links lead to nobody."""
    assert len(_OVERVIEW) == len(_CHATPAPER) == 12
    for entry in (*_OVERVIEW, *_CHATPAPER):
        assert entry.title.startswith("[Sample] ")
        assert entry.arxiv
        assert int(entry.arxiv.base.partition(".")[2]) > 99_000
        assert all("paperwire-samples/" in url for url in entry.code_urls)
        assert all("example.org" in url or "paperwire-samples/" in url for url in entry.project_urls)
        assert all("//images.example.org/" in image for image in entry.images)


def test_samples_show_merging() -> None:
    """Some papers are in both samples, one of them in a higher version."""
    first = {entry.arxiv.base: entry.arxiv.version or 0 for entry in _OVERVIEW if entry.arxiv}
    both = {e.arxiv.base: e.arxiv.version or 0 for e in _CHATPAPER if e.arxiv and e.arxiv.base in first}

    assert len(both) >= 2
    assert any(version > first[base] for base, version in both.items())


@pytest.mark.parametrize(
    "topic", ["video editing", "diffusion", "text-to-image", "agents", "speech", "safety"]
)
def test_samples_answer_the_usual_queries(topic: str) -> None:
    """A query for a usual topic finds several samples."""
    texts = [f"{entry.title} {entry.abstract}".lower() for entry in (*_OVERVIEW, *_CHATPAPER)]

    assert sum(topic in text for text in texts) >= 2


def test_samples_show_reviews_and_their_absence() -> None:
    """Most samples of the second layout have a whole review, some lack sections, one has none."""
    reviews = [entry.review for entry in _CHATPAPER if entry.review]

    assert len(reviews) == len(_CHATPAPER) - 1
    assert sum(bool(r.title and r.summary and r.methods and r.conclusion) for r in reviews) >= 8
    assert any(not review.methods for review in reviews)
