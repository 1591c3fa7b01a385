"""The ChatPaperFree digest: a Hexo post with one section a paper, each with summary and review.

```
---
title: TOPIC
...
---
# 2024-08-28 更新
## TITLE
**Authors:A B, C D**
ABSTRACT
[PDF](http://arxiv.org/abs/2408.99001v1) COMMENT
**Summary**  ...
**Key Takeaways**  - ...
**[ChatPaperFree](...)**  REVIEW
<details> <summary>点此查看论文截图</summary> <img src="..."> </details>
```
Layout and its variants: digest-formats, section 2. Only title, authors, abstract, id and comment are facts;
summary, takeaways and review are a language model's.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError
from bot.sources.formats.chatpaper.review import parse_review
from bot.sources.formats.chatpaper.review_summary import read_summary
from bot.sources.parsing.days import day_range
from bot.sources.parsing.own_link import read_own_link, warn_of_repeats

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "chatpaper"

# The post may begin with an empty line. Its description is free text, which a YAML reader may refuse.
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n((?:(?!---[ \t]*$)[^\n]*\n)*+)---[ \t]*(?:\n|\Z)", re.MULTILINE)
_TOPIC = re.compile(r"^title:[ \t]*(.*)$", re.MULTILINE)
_DAY_HEADING = re.compile(r"#[ \t]+(\d{4}-\d{2}-\d{2})[ \t]*更新[ \t]*$", re.MULTILINE)
_ANY_HEADING = re.compile(r"^#{1,6}[ \t]", re.MULTILINE)
# `## ` alone is no paper: reviews and hand-written posts hold such headings, so the authors must follow.
_PAPER = re.compile(
    r"##[ \t]++(?P<title>[^\n]*+(?:\n(?![#*]|[ \t]*\n)[^\n]++){0,3}+)\n(?:[ \t]*\n)*+\*\*Authors:"
)
_CUT_HEADING = re.compile(r"##(?!#)[ \t]*+([^\n]*+)(?:\n\s*+(?:\*[^\n]*+)?)?\Z")
_AUTHORS_END = re.compile(r"\*\*[ \t]*$", re.MULTILINE)
_LINK_LINE = re.compile(
    r"\[PDF\]\((?P<link>[^()\s]{1,2000})\)(?P<comment>[^\n]*(?:\n(?![*>#<-]|[ \t]*$)[^\n]+)*+)", re.MULTILINE
)
_IMAGE = re.compile(r'<img\b[^<>]*?\bsrc="(https?://[^"\s<>]+)"', re.IGNORECASE)
# The longest review counted has 8 KB; what continues for longer is broken or hostile, and nobody reads it.
_LONGEST_MODEL_TEXT = 40_000


def recognises(head: str) -> bool:
    """Tell a ChatPaperFree post by its front matter and a day (`# 2024-08-28 更新`) as its first heading."""
    front = _FRONT_MATTER.match(head)
    if not front or not _TOPIC.search(front[1]):
        return False
    first = _ANY_HEADING.search(head, front.end())
    return bool(first and _DAY_HEADING.match(head, first.start()))


def parse(text: str, name: str) -> ParsedDocument:
    """Read a ChatPaperFree digest.

    Raises:
        MalformedDocumentError: the front matter or the day is missing, or the document is cut off in a paper.
    """
    front = _FRONT_MATTER.match(text)
    days = day_range(_days(text)) if front else ()
    if not front or not days:
        raise MalformedDocumentError(name, "the front matter or the heading with its day is missing")
    cut = _CUT_HEADING.match(text, text.rfind("\n##") + 1)
    if cut:
        raise _cut_off(name, collapse(cut[1]), "has no authors")
    papers = [match for at in _lines_with(text, "## ") if (match := _PAPER.match(text, at))]
    ends = [*(paper.start() for paper in papers[1:]), len(text)]
    titles = [_title(paper, name) for paper in papers]
    bodies = [_own(text[paper.end() : end]) for paper, end in zip(papers, ends, strict=False)]
    _refuse_cut_pictures(titles, bodies, name)
    entries = tuple(_entry(title, body, name) for title, body in zip(titles, bodies, strict=True))
    return ParsedDocument(NAME, _topic(front), days, entries, warn_of_repeats(entries))


def _cut_off(name: str, title: str, lack: str) -> MalformedDocumentError:
    return MalformedDocumentError(name, f"“{title[:80]}” {lack}: the document is cut off")


def _lines_with(text: str, prefix: str, start: int = 0) -> Iterator[int]:
    """Yield where lines below the first begin with a prefix; much faster than a search for `^`."""
    mark = f"\n{prefix}"
    at = text.find(mark, start)
    while at >= 0:
        yield at + 1
        at = text.find(mark, at + 1)


def _line_with(text: str, prefix: str, start: int = 0) -> int:
    """Return where the first such line begins, or the length of the text."""
    return next(_lines_with(text, prefix, start), len(text))


def _days(text: str) -> Iterator[date]:
    for at in _lines_with(text, "# "):
        heading = _DAY_HEADING.match(text, at)
        if heading:
            with suppress(ValueError):
                yield date.fromisoformat(heading[1])


def _topic(front: re.Match[str]) -> str | None:
    title = _TOPIC.search(front[1])
    return (collapse(title[1]).strip("\"'") or None) if title else None


def _own(section: str) -> str:
    """Return a paper's own part of a section: a digest pasted twice runs on into its second copy."""
    end = _line_with(section, "---\ntitle:")
    headings = (at for at in _lines_with(section, "# ") if _DAY_HEADING.match(section, at))
    return section[: min(end, next(headings, end))]


def _title(paper: re.Match[str], name: str) -> str:
    title = collapse(paper["title"])
    if not title:
        raise MalformedDocumentError(name, "a paper has no title")
    return title


def _refuse_cut_pictures(titles: list[str], bodies: list[str], name: str) -> None:
    """Refuse a document that ends within the last paper's review or pictures.

    A paper may have no pictures, but the generator ends it with blank lines. So a last line that just stops,
    after papers that all have theirs, tells a cut.
    """
    if not bodies or "</details>" in bodies[-1]:
        return
    *earlier, last = bodies
    stops = bool(earlier) and not last.endswith("\n\n") and all("</details>" in body for body in earlier)
    if stops or "\n<details" in last:
        raise _cut_off(name, titles[-1], "ends within its review or pictures")


def _entry(title: str, body: str, name: str) -> Entry:
    link_at = _line_with(body, "[PDF](")
    link = _LINK_LINE.match(body, link_at)
    authors_end = _AUTHORS_END.search(body, 0, link_at)
    if not link or not authors_end:
        raise _cut_off(name, title, "has no complete [PDF](...) line below its authors")
    own = read_own_link(link["link"])
    abstract = _abstract(body[authors_end.end() : link_at])
    comment = collapse(link["comment"]) or None
    links = find_links(f"{abstract} {comment or ''}")
    pictures_at = _line_with(body, "<details", link.end())
    label_at = min(_line_with(body, "**[ChatPaperFree]", link.end()), pictures_at)
    summary, takeaways = read_summary(body[link.end() : min(label_at, link.end() + _LONGEST_MODEL_TEXT)])
    _, _, review = body[label_at : min(pictures_at, label_at + _LONGEST_MODEL_TEXT)].partition("\n")
    return Entry(
        title=title,
        external_id=own.external_id,
        arxiv=own.arxiv,
        url=own.url,
        authors=_authors(body[: authors_end.start()]),
        abstract=abstract,
        comment=comment,
        code_urls=links.code,
        project_urls=links.project,
        # Where the model failed, the generator repeats the abstract.
        summary=summary if summary != abstract else None,
        takeaways=takeaways,
        review=parse_review(review),
        images=tuple(_IMAGE.findall(body, pictures_at)),
    )


def _authors(text: str) -> tuple[str, ...]:
    return tuple(author for part in text.split(",") if (author := collapse(part)))


def _abstract(text: str) -> str:
    # The newest generator puts a translation and a label between abstract and link line.
    return collapse(text[: min(_line_with(text, ">"), _line_with(text, "**论文及项目相关链接**"))].strip())
