"""The cn-chat-arxiv page, beyond its samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import MalformedDocumentError
from bot.sources.formats import cn_chat_arxiv

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import Announcement, ParsedDocument

TABLE = "# 摘要\n\n| Ref | Title | Summary |\n| --- | --- | --- |\n"
NOTE = "[^1]: 中文题目\n\n    Title\n\n    [x](https://arxiv.org/abs/2404.99001)\n\n    摘要\n\n"


def parsed(rows: str, notes: str = "") -> ParsedDocument:
    """Parse a page of some rows and footnotes."""
    return cn_chat_arxiv.parse(f"{TABLE}{rows}\n# 详细\n\n{notes}", "cs.AI.md")


@pytest.mark.parametrize("kind", ["new", "cross", "replace", "replace-cross"])
def test_announcement_gives_version_and_kind(kind: Announcement) -> None:
    """The footnote's announcement adds version and type, and is no part of the abstract."""
    note = f"{NOTE}    arXiv:2404.99001v3 Announce Type: {kind}  Abstract: Text.\n"
    (entry,) = parsed("| [^1] | [Title](https://arxiv.org/abs/2404.99001) | 摘要 |\n", note).entries
    assert (entry.external_id, entry.announcement, entry.abstract) == ("2404.99001v3", kind, "Text.")


def test_version_of_another_paper_is_not_taken() -> None:
    """Only an announcement of the row's own paper adds a version."""
    note = f"{NOTE}    arXiv:2404.99009v3 Announce Type: new  Abstract: Text.\n"
    (entry,) = parsed("| [^1] | [Title](https://arxiv.org/abs/2404.99001) | 摘要 |\n", note).entries
    assert entry.external_id == "2404.99001"


def test_full_stop_of_a_title_stays_where_it_is_the_titles_own() -> None:
    """Only the older page's titles lose the full stop that the old feed added."""
    row = "| [^1] | [Is This It.](https://arxiv.org/abs/2404.99001) | 摘要 |\n"
    (entry,) = parsed(row, NOTE).entries
    assert entry.title == "Is This It."


def test_old_category_is_kept() -> None:
    """The older page names the primary category and whether the paper is an update."""
    note = NOTE.replace("    Title\n", "    Title. (arXiv:2404.99001v2 [cs.IR] UPDATED)\n") + "    English.\n"
    (entry,) = parsed("| [^1] | [Title.](http://arxiv.org/abs/2404.99001) | 摘要 |\n", note).entries
    assert (entry.title, entry.categories, entry.announcement) == ("Title", ("cs.IR",), "replace")


def test_empty_page_is_valid() -> None:
    """A page whose table has no rows has no papers."""
    assert parsed("").entries == ()


def test_cut_row_is_refused() -> None:
    """A page that ends within a row is refused with the row's beginning."""
    with pytest.raises(MalformedDocumentError, match="cut off in the row"):
        cn_chat_arxiv.parse(f"{TABLE}| [^1] | [Title](https://arxiv.org/abs/2404", "cs.AI.md")
