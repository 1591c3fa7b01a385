"""The field names that a query may use, in English and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from rapidfuzz.distance import OSA

from bot.domain.query.nodes import TEXT
from bot.domain.text.han_variants import SIMPLIFIED

if TYPE_CHECKING:
    from bot.domain.text.analysis import Field

Label = Literal["author", "category", "primary", "id"]
"""What is compared whole."""
Scope = tuple["Field", ...] | Label
"""What an atom is compared with: fields of text, or a label."""

_NAMES: Final[dict[str, tuple[Scope, str]]] = {
    "ti": (("title",), "ti title titles 标题 题目"),
    "abs": (("abstract",), "abs abstract abstracts 摘要"),
    "au": ("author", "au author authors 作者"),
    "cat": ("category", "cat category categories 分类 类别"),
    "primary": ("primary", "primary 主分类"),
    "id": ("id", "id arxiv doi"),
    "co": (("comment",), "co comment comments 备注"),
    "src": (("source",), "src source sources 来源"),
    "all": (TEXT, "all 全部"),
}
_MEANT: Final[dict[str, str]] = {
    "ti": "intitle heading headline",
    "abs": "tldr",
    "au": "inauthor by writer",
    "cat": "tag tags subject subjects archive class field area",
    "id": "link url",
    "co": "venue venues conf conference journal journals jr proceedings note notes accepted 会议 期刊",
    "src": "feed site via from_source",
    "all": "any text keyword keywords kw anywhere topic topics 关键词 主题",
}
"""Names that other search programs have for our fields."""
_OF_TIME: Final = frozenset(
    "year years date day month since after from newer before until older published submitted 年 日期".split()
)
_NEAR: Final = {name: label for label, names in _MEANT.items() for name in names.split()}
_SCOPES: Final = {name: scope for scope, names in _NAMES.values() for name in names.split()}
_LABELS: Final = {name: label for label, (_, names) in _NAMES.items() for name in names.split()}
SHOWN: Final = {scope: label for label, (scope, _) in _NAMES.items() if scope != TEXT} | {TEXT: ""}
"""How the canonical form writes a scope, without the colon; empty for the text itself."""
_LONGEST_TYPO = 2


def find_field(name: str) -> Scope | None:
    """Return what a field's name stands for, in any case, or None where there is no such field."""
    return _SCOPES.get(name.casefold().translate(SIMPLIFIED))


def meant_field(name: str) -> str | None:
    """Return the field that another search program calls so (`venue` is our `co`), or None."""
    return _NEAR.get(name.casefold().translate(SIMPLIFIED))


def is_field_of_time(name: str) -> bool:
    """Whether a name that is no field asks for papers of some time, as in other search programs."""
    return name.casefold().translate(SIMPLIFIED) in _OF_TIME


def near_field(name: str) -> str | None:
    """Return the field that somebody meant by a name that is none, or None where it looks like text.

    Near is the beginning of a name (`auth`), or a name with one slip; two in names of six letters or more.
    """
    name = name.casefold()
    for known, label in _LABELS.items():
        if len(name) > _LONGEST_TYPO and known.startswith(name) and known.isascii():
            return label
    long_names = [known for known in _LABELS if len(known) > _LONGEST_TYPO + 1 and known.isascii()]
    slips, nearest = min((OSA.distance(name, known), known) for known in long_names)
    return _LABELS[nearest] if slips <= (_LONGEST_TYPO if len(name) > _LONGEST_TYPO * 2 + 1 else 1) else None
