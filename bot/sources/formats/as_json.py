"""A parsed document as JSON.

The output of `paperwire parse --json`, and the expected values of the format tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.papers.paper import ids_of
from bot.domain.papers.paper_id import page_of, pdf_of

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import Entry, ParsedDocument, Review

Json = dict[str, Any]


def as_json(parsed: ParsedDocument, name: str) -> Json:
    """Return a document's facts as JSON values; what is unknown is null or an empty list.

    Args:
        parsed: the parsed document.
        name: the document's name, given back as `path`.
    """
    return {
        "path": name,
        "format": parsed.format,
        "topic": parsed.topic,
        "dates": [day.isoformat() for day in parsed.dates],
        "papers": [_paper(entry) for entry in parsed.entries],
        "warnings": list(parsed.warnings),
    }


def _paper(entry: Entry) -> Json:
    paper_id = next(iter(ids_of(entry)), None)
    return {
        "id": paper_id or (f"url:{entry.url}" if entry.url else None),
        "version": entry.arxiv.version if entry.arxiv else None,
        "title": entry.title,
        "authors": list(entry.authors),
        "abstract": entry.abstract,
        "published": entry.published.isoformat() if entry.published else None,
        "comment": entry.comment,
        "links": {
            "abs": (page_of(paper_id) if paper_id and not paper_id.startswith("doi:") else None) or entry.url,
            "pdf": pdf_of(paper_id) if paper_id else None,
            "code": list(entry.code_urls),
            "project": list(entry.project_urls),
        },
        "summary": entry.summary,
        "takeaways": list(entry.takeaways),
        "review": _review(entry.review) if entry.review else None,
        "images": list(entry.images),
    }


def _review(review: Review) -> Json:
    return {
        "title": review.title,
        "authors": review.authors,
        "affiliation": review.affiliation,
        "keywords": review.keywords,
        "urls": review.urls,
        "summary": list(review.summary),
        "methods": list(review.methods),
        "conclusion": list(review.conclusion),
    }
