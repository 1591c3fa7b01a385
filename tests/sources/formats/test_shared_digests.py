"""Every field of the real digests beside the checkout, against what was counted in them by other means."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.sources.formats import overview
from bot.sources.formats.chatpaper import chatpaper

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.papers.parsed_entry import Entry, Review

pytestmark = pytest.mark.digests

_FILES = (
    "overview/2024-03-12.md",
    "overview/2024-03-08.md",
    "chatpaper/2024-08-28.md",
    "chatpaper/2024-05-02.md",
)
_SECTIONS = ("title", "authors", "affiliation", "keywords", "urls", "summary", "methods", "conclusion")


@pytest.mark.parametrize("file", _FILES)
def test_every_field_is_as_counted(shared_digests: Path, file: str) -> None:
    """Papers, their facts, the model's texts, pictures and links are those of the expected file."""
    documents = json.loads((shared_digests / "expected.json").read_text("utf-8"))["documents"]
    expected = next(document for document in documents if document["file"] == file)
    text = (shared_digests / file).read_text("utf-8")
    formats = [fmt for fmt in (overview, chatpaper) if fmt.recognises(text[:65_536])]

    parsed = formats[0].parse(text, file)

    assert [fmt.NAME for fmt in formats] == [expected["kind"]]
    assert parsed.topic == expected["topic"]
    days = {expected["digest_date_from"], expected["digest_date_to"]}
    assert [day.isoformat() for day in parsed.dates] == sorted(days)
    assert parsed.warnings == ()
    assert [_facts(entry) for entry in parsed.entries] == [
        _expected_facts(paper) for paper in expected["papers"]
    ]
    assert sum(len(entry.takeaways) for entry in parsed.entries) == expected["counts"]["takeaways"]
    assert sum(len(entry.images) for entry in parsed.entries) == expected["counts"]["images"]


def _facts(entry: Entry) -> dict[str, object]:
    assert entry.arxiv is not None
    return {
        "id": entry.arxiv.base,
        "version": entry.arxiv.version,
        "external_id": entry.external_id,
        "title": entry.title,
        "authors": list(entry.authors),
        "abstract": (len(entry.abstract), hashlib.sha1(entry.abstract.encode()).hexdigest()),  # noqa: S324 (a fingerprint that the expected file gives, no secret)
        "published": entry.published.isoformat() if entry.published else None,
        "comment": entry.comment,
        "code": list(entry.code_urls),
        "project": list(entry.project_urls),
        "summary": entry.summary,
        "takeaways": list(entry.takeaways),
        "images": list(entry.images),
        "review": _review(entry.review) if entry.review else None,
    }


def _expected_facts(paper: dict[str, Any]) -> dict[str, object]:
    review = paper["review"]
    return {
        "id": paper["arxiv_id"],
        "version": paper["version"],
        "external_id": f"{paper['arxiv_id']}v{paper['version']}",
        "title": paper["title"],
        "authors": paper["authors"] or [],
        "abstract": (paper["abstract_len"], paper["abstract_sha1"]),
        "published": paper["published"],
        "comment": paper["comment"],
        "code": paper["code_urls"],
        "project": paper["project_urls"],
        "summary": paper["summary"],
        "takeaways": paper["takeaways"],
        "images": paper["images"],
        "review": review
        and {
            "fields": review["fields"],
            "sections": review["sections"],
            "items": tuple(review[f"n_{name}_items"] for name in ("summary", "methods", "conclusion")),
        },
    }


def _review(review: Review) -> dict[str, object]:
    fields = ((name, getattr(review, name)) for name in _SECTIONS[:5])
    return {
        "fields": {name: value for name, value in fields if value is not None},
        "sections": [name for name in _SECTIONS if getattr(review, name)],
        "items": (len(review.summary), len(review.methods), len(review.conclusion)),
    }
