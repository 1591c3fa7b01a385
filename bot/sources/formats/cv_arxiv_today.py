"""The day's list of cv-arxiv-daily (`docs/today_md.md`): full authors and abstracts, by topic.

```
## TOPIC
### [TITLE](http://arxiv.org/abs/2401.99001)
AUTHOR, AUTHOR
<details>
  <summary>Abstract</summary>
  <ol>
    ABSTRACT
  </ol>
</details>
**comments**: COMMENT
```
"""

from __future__ import annotations

import re

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry
from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError
from bot.sources.parsing.arxiv_text import split_authors
from bot.sources.parsing.item_links import own_arxiv_id, versioned_id, web_address
from bot.sources.parsing.markdown_table import find_link
from bot.sources.parsing.sections import sections

_HEADING = re.compile(r"^(#{2,3}) (.*)$", re.MULTILINE)
_PAPER = re.compile(r"^### \[.*\]\(https?://arxiv\.org/", re.MULTILINE)
_ABSTRACT_LABEL = "<summary>Abstract</summary>"
_COMMENT = re.compile(r"^\*\*comments?\*\*:(.*)$", re.MULTILINE | re.IGNORECASE)
_TAG = re.compile(r"</?(?:ol|p|details)>")


def recognises(head: str) -> bool:
    """Tell the list by a heading that links a paper and an abstract in a block below it."""
    paper = _PAPER.search(head)
    return bool(paper and head.find(_ABSTRACT_LABEL, paper.end()) > 0)


def read_topics(text: str, name: str) -> dict[str, list[Entry]]:
    """Return the papers by topic.

    Raises:
        MalformedDocumentError: the abstract of the last paper is cut off.
    """
    topics: dict[str, list[Entry]] = {}
    topic = ""
    for heading, body in sections(_HEADING.finditer(text), text):
        if heading[1] == "##":
            topic = collapse(heading[2])
            continue
        link = find_link(heading[2])
        if link and link[0] and web_address(link[1]):
            topics.setdefault(topic, []).append(_entry(link[0], link[1], body, name))
    return topics


def _entry(title: str, address: str, body: str, name: str) -> Entry:
    before, _, details = body.partition(_ABSTRACT_LABEL)
    block, closed, after = details.partition("</details>")
    if details and not closed:
        raise MalformedDocumentError(name, f"“{title}” ends within its abstract: the document is cut off")
    arxiv = own_arxiv_id(address)
    abstract = collapse(_TAG.sub(" ", block))
    found = _COMMENT.search(after)
    comment = collapse(found[1]) or None if found else None
    links = find_links(f"{abstract} {comment or ''}")
    return Entry(
        title=title,
        external_id=versioned_id(arxiv) if arxiv else address,
        arxiv=arxiv,
        url=None if arxiv else address,
        authors=split_authors(before.partition("<details>")[0]),
        abstract=abstract,
        comment=comment,
        code_urls=links.code,
        project_urls=links.project,
    )
