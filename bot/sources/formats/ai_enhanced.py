"""daily-arXiv-ai-enhanced and its forks: a day's papers by category, as Markdown or as JSON Lines.

```
<div id=toc></div>
# Table of Contents
- [cs.CV](#cs.CV) [Total: 1]
# cs.CV [[Back]](#toc)
### [1] [TITLE](https://arxiv.org/abs/2510.99001)
*AUTHOR,AUTHOR*
Main category: cs.CV
TL;DR: ...
<details>
  <summary>Details</summary>
Motivation: ...   Method: ...   Result: ...   Conclusion: ...
Abstract: ABSTRACT
</details>
```
Layout: digest-formats, section 6 F, and github.com/dw-dengwei/daily-arXiv-ai-enhanced. TL;DR to Conclusion
are a language model's. The day stands only in the name (`data/2025-10-14.md`).
"""

from __future__ import annotations

import re
from typing import Any

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError
from bot.sources.parsing.arxiv_text import arxiv_categories, split_authors
from bot.sources.parsing.days import find_day, first_submission, timestamp_day
from bot.sources.parsing.item_links import own_arxiv_id, versioned_id, web_address
from bot.sources.parsing.json_text import read_json, text_at, texts_at
from bot.sources.parsing.markdown_table import find_link
from bot.sources.parsing.model_text import model_text
from bot.sources.parsing.own_link import warn_of_repeats
from bot.sources.parsing.sections import left_out, sections

NAME = "ai-enhanced"

_CONTENTS = re.compile(r"<div id=[\"']?toc[\"']?></div>\s{0,99}# Table of Contents[ \t]*$", re.MULTILINE)
_TOTAL = re.compile(r"^- \[.{1,99}\]\(#.{1,99}\) \[Total: \d{1,6}\]", re.MULTILINE)
_PAPER = re.compile(r"^### \[\d{1,6}\] (\[.*)$", re.MULTILINE)
_AUTHORS = re.compile(r"^\*(?!\*)(.*)\*[ \t]*$", re.MULTILINE)
_LABEL = re.compile(r"^(Main category|TL;DR|Motivation|Method|Result|Conclusion):", re.MULTILINE)
_ABSTRACT = re.compile(r"^Abstract:", re.MULTILINE)
_JSON_LINE = re.compile(r"\s{0,99}\{[^\n]*?\"(?:abs|pdf)\"\s?:\s?\"https?://(?:www\.)?arxiv\.org/")
_BLOCK_TAG = re.compile(r"</?details>|<summary>[^<\n]{0,99}</summary>")
_MOST_UNREAD = 1_000
_TAKEAWAYS = ("Motivation", "Method", "Result", "Conclusion")


def recognises(head: str) -> bool:
    """Tell the Markdown by its table of contents, the lines by a first object that links an arXiv page."""
    contents = _CONTENTS.search(head)
    if contents:
        rest = head[contents.end() :]
        return not rest.strip() or bool(_TOTAL.search(rest) or _PAPER.search(rest))
    return head.lstrip().startswith("{") and bool(_JSON_LINE.match(head))


def parse(text: str, name: str) -> ParsedDocument:
    """Read the Markdown or the lines.

    Raises:
        MalformedDocumentError: a line is not JSON, or the document is cut off within a paper.
    """
    entries, warnings = (
        _read_lines(text, name) if text.lstrip().startswith("{") else _read_markdown(text, name)
    )
    day = find_day(name.replace("\\", "/").rpartition("/")[2])
    return ParsedDocument(NAME, None, (day,) if day else (), entries, (*warnings, *warn_of_repeats(entries)))


def _read_lines(text: str, name: str) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    entries, unread = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            item = read_json(line, f"line {number}", document=name)
            entry = _from_object(item) if isinstance(item, dict) else None
            if entry:
                entries.append(entry)
            else:
                unread.append(f"line {number}")
                if len(unread) > _MOST_UNREAD + len(entries):
                    raise MalformedDocumentError(
                        name, f"most of its lines contain no paper, as line {number}"
                    )
    return tuple(entries), left_out(unread, "no title or arXiv link")


def _from_object(item: dict[str, Any]) -> Entry | None:
    title = text_at(item, "title")
    arxiv = own_arxiv_id(text_at(item, "id"), text_at(item, "abs"), text_at(item, "pdf"))
    if not title or not arxiv:
        return None
    ai = item.get("AI")
    answers = ai if isinstance(ai, dict) else {}
    abstract, comment = text_at(item, "summary"), text_at(item, "comment") or None
    links = find_links(f"{abstract} {comment or ''}")
    code = web_address(item.get("code_url"))
    return Entry(
        title=title,
        external_id=versioned_id(arxiv),
        arxiv=arxiv,
        authors=texts_at(item, "authors"),
        abstract=abstract,
        published=first_submission(timestamp_day(text_at(item, "published")), arxiv),
        comment=comment,
        categories=arxiv_categories(texts_at(item, "categories")),
        code_urls=tuple(dict.fromkeys((code, *links.code))) if code else links.code,
        project_urls=links.project,
        summary=model_text(answers.get("tldr")),
        takeaways=_takeaways({label: answers.get(label.lower()) for label in _TAKEAWAYS}),
    )


def _read_markdown(text: str, name: str) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    entries, unread = [], []
    for heading, body in sections(_PAPER.finditer(text), text):
        link = find_link(heading[1])
        arxiv = own_arxiv_id(link[1]) if link else None
        if not link or not link[0] or not arxiv:
            unread.append(heading[1])
            continue
        if "<details>" in body and "</details>" not in body:
            raise MalformedDocumentError(
                name, f"“{link[0]}” ends within its details: the document is cut off"
            )
        facts, abstract = _split_abstract(body)
        labelled = _labelled(facts)
        authors = _AUTHORS.search(facts)
        links = find_links(abstract)
        entries.append(
            Entry(
                title=link[0],
                external_id=versioned_id(arxiv),
                arxiv=arxiv,
                authors=split_authors(authors[1]) if authors else (),
                abstract=abstract,
                categories=arxiv_categories((labelled.get("Main category", ""),)),
                code_urls=links.code,
                project_urls=links.project,
                summary=model_text(labelled.get("TL;DR")),
                takeaways=_takeaways(labelled),
            )
        )
    return tuple(entries), left_out(unread, "no title or arXiv link")


def _split_abstract(body: str) -> tuple[str, str]:
    """Part the abstract, in which a line may well begin with `Method:`, from what is before it."""
    label = _ABSTRACT.search(body)
    if not label:
        return body, ""
    return body[: label.start()], collapse(body[label.end() :].partition("</details>")[0])


def _labelled(facts: str) -> dict[str, str]:
    parts = sections(_LABEL.finditer(facts), facts)
    return {label[1]: collapse(_BLOCK_TAG.sub(" ", answer)) for label, answer in parts}


def _takeaways(answers: dict[str, Any]) -> tuple[str, ...]:
    found = ((label, model_text(answers.get(label))) for label in _TAKEAWAYS)
    return tuple(f"{label}: {text}" for label, text in found if text)
