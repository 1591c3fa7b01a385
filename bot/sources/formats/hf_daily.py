"""Hugging Face daily papers: the answer of `https://huggingface.co/api/daily_papers`.

An array of `{"paper": {"id", "title", "summary", "authors", "publishedAt", "submittedOnDailyAt", "upvotes",
"githubRepo", "projectPage", "ai_summary"}, "publishedAt", "title"}`. Layout: digest-formats, section 7. A
weekend's list is empty. `ai_summary` is a language model's; `summary` is the abstract.
"""

from __future__ import annotations

import re
from typing import Any

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.errors import MalformedDocumentError
from bot.sources.parsing.days import day_range, timestamp_day
from bot.sources.parsing.item_links import own_arxiv_id, versioned_id, web_address
from bot.sources.parsing.json_text import count_at, objects_at, read_json, text_at
from bot.sources.parsing.model_text import model_text
from bot.sources.parsing.own_link import warn_of_repeats
from bot.sources.parsing.sections import left_out

NAME = "hf-daily"

_EMPTY = re.compile(r"\s{0,99}\[\s{0,99}\]\s{0,99}\Z")
_FIRST_ITEM = re.compile(r"\s{0,99}\[\s{0,99}\{")
_PAPER = re.compile(r"\"paper\"\s{0,9}:\s{0,9}\{")


def recognises(head: str) -> bool:
    """Tell the list by its first item's paper; an empty list is a weekend's."""
    return bool(_EMPTY.match(head)) or bool(_FIRST_ITEM.match(head) and _PAPER.search(head))


def parse(text: str, name: str) -> ParsedDocument:
    """Read the list.

    Raises:
        MalformedDocumentError: it is not JSON, was cut off, or is no list.
    """
    items = read_json(text, "the list", document=name)
    if not isinstance(items, list):
        raise MalformedDocumentError(name, "it is not a list of papers")
    entries, unread, days = [], [], []
    for number, item in enumerate(items, 1):
        paper = item.get("paper") if isinstance(item, dict) else None
        entry = _entry(paper, item) if isinstance(paper, dict) else None
        if entry and isinstance(paper, dict):
            entries.append(entry)
            days.append(timestamp_day(text_at(paper, "submittedOnDailyAt")))
        else:
            unread.append(f"item {number}")
    warnings = (*left_out(unread, "no title or arXiv id"), *warn_of_repeats(entries))
    return ParsedDocument(NAME, None, day_range(days), tuple(entries), warnings)


def _entry(paper: dict[str, Any], item: dict[str, Any]) -> Entry | None:
    title = text_at(paper, "title") or text_at(item, "title")
    arxiv = own_arxiv_id(text_at(paper, "id"))
    if not title or not arxiv:
        return None
    abstract = text_at(paper, "summary")
    links = find_links(abstract)
    code, project = web_address(paper.get("githubRepo")), web_address(paper.get("projectPage"))
    return Entry(
        title=title,
        external_id=versioned_id(arxiv),
        arxiv=arxiv,
        # `hidden` only says that a person's profile is not linked; the name is on the paper.
        authors=tuple(name for author in objects_at(paper, "authors") if (name := text_at(author, "name"))),
        abstract=abstract,
        published=timestamp_day(text_at(paper, "publishedAt") or text_at(item, "publishedAt")),
        code_urls=tuple(dict.fromkeys((code, *links.code))) if code else links.code,
        project_urls=tuple(dict.fromkeys((project, *links.project))) if project else links.project,
        summary=model_text(paper.get("ai_summary")),
        votes=count_at(paper, "upvotes"),
    )
