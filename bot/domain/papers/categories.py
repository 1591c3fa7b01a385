"""arXiv's categories: reads what a person typed for one, and suggests the nearest real ones (rule R9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUBJECT_SCORE = 75
"""How alike (0 to 100) a category's name must be to what was written, to be offered for it."""
_SHORTEST_SUBJECT = 5


@dataclass(frozen=True, slots=True)
class CategorySet:
    """The categories that one `cat:` names.

    Attributes:
        name: how it is written: `cs.CV`, or `cs.*` for a whole archive.
        ids: the categories it stands for: the one, with its alias; empty for an archive.
        archive: the archive, such as `cs`, or None for a single category.
    """

    name: str
    ids: tuple[str, ...] = ()
    archive: str | None = None

    def holds(self, category: str) -> bool:
        """Whether a paper's category is one of them."""
        if self.archive is None:
            return category in self.ids
        return category == self.archive or category.startswith(f"{self.archive}.")


@dataclass(frozen=True, slots=True)
class Categories:
    """The taxonomy.

    Attributes:
        names: active category -> its name.
        archives: archive -> its name; of those with categories below them only.
        aliases: second name -> the category's own name (`cs.SY` -> `eess.SY`); papers may carry either.
        subsumed: archive that is no more -> the category its papers have now.
    """

    names: Mapping[str, str]
    archives: Mapping[str, str]
    aliases: Mapping[str, str]
    subsumed: Mapping[str, str]

    def find(self, text: str) -> CategorySet | None:
        """Return what a person means by `cs.CV`, `cs`, `cs.*`, in any case, or None."""
        wanted = text.casefold().removesuffix(".*")
        for archive in self.archives:
            if archive.casefold() == wanted:
                return CategorySet(f"{archive}.*", archive=archive)
        if text.endswith("*"):
            return None
        for old, new in self.subsumed.items():
            if old == wanted:
                return self._one(new)
        for category in self.names:
            if category.casefold() == wanted:
                return self._one(self.aliases.get(category, category))
        return None

    def nearest(self, text: str, count: int = 3) -> tuple[str, ...]:
        """Return the real categories nearest to what was written, by id, by the id's end or by name."""
        wanted = text.casefold().strip(".* ")
        by_name = process.extract(
            wanted if len(wanted) >= _SHORTEST_SUBJECT else "",
            self.names,
            scorer=fuzz.partial_ratio,
            processor=str.casefold,
            score_cutoff=_SUBJECT_SCORE,
            limit=count,
        )
        archive = wanted.partition(".")[0]
        by_id = sorted(
            self.names,
            key=lambda category: (
                -fuzz.ratio(wanted, category.casefold())
                - 50 * (category.casefold().partition(".")[2] == wanted)
                - 30 * category.casefold().startswith(f"{archive}."),
                category,
            ),
        )
        return tuple(dict.fromkeys((*(str(key) for _, _, key in by_name), *by_id)))[:count]

    def _one(self, category: str) -> CategorySet:
        others = (alias for alias, target in self.aliases.items() if target == category)
        return CategorySet(category, (category, *others))
