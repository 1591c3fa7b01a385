"""Synthetic papers and queries for the search benchmark: invented words, always the same.

Unlike the papers of `matching_data` these are a stream (a million don't fit into memory), have the vocabulary
of an archive (300,000 words, Zipf 1.05) and come in the order of their days.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from bot.domain.papers.paper import Paper
from bot.domain.text.analysis import tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.services.papers.search_papers import Order

_SYLLABLES: Final = (
    "ba ce di fo gu ka le mi no pu ra se ti vo zu bre cla dro fli gra plo sti tra ar en il or un ex ing ta "
    "ro me ne lo va si co de per con pro"
).split()
_HAN: Final = "".join(map(chr, range(0x4E00, 0x4E00 + 1_500)))
_CATEGORIES: Final = (
    "cs.CV cs.LG cs.CL cs.AI cs.RO stat.ML eess.IV cs.IR cs.CR cs.HC math.OC cs.SD eess.AS q-bio.QM cs.DC "
    "physics.comp-ph cs.SE quant-ph cs.GR math.ST"
).split()
_WORDS, _STREAM, _PAIRS = 300_000, 5_000_000, 20_000
_HAN_WORDS, _HAN_STREAM = 20_000, 1_000_000
_SURNAMES, _GIVEN = 20_000, 10_000
_A_DAY: Final = 500
"""Papers a day, about what arXiv's computer science brings."""

LAST_DAY: Final = date(2025, 6, 30)


class PaperCorpus:
    """A seeded stream of papers.

    Texts are pieces of one long stream of words, in which one word in five is in a pair that belongs
    together (as `diffusion model` does), a few are hyphen compounds and a few are plurals. A paper has about
    160 words and two in five also a Chinese summary of about 110 characters.
    """

    def __init__(self, *, seed: int = 11) -> None:
        self.random = random.Random(seed)  # noqa: S311 (test data)
        self.words = self._stream()
        han = self._han_words()
        self.han = self.random.choices(han, cum_weights=_zipf(len(han), 0.9), k=_HAN_STREAM)
        self._surnames = [self._invented(1, 3).title() for _ in range(_SURNAMES)]
        self._surname_weights = _zipf(_SURNAMES, 1.0)
        self._given = [self._invented(2, 3).title() for _ in range(_GIVEN)]
        self._given_weights = _zipf(_GIVEN, 0.8)

    def papers(self, start: int, count: int, *, of: int) -> Iterator[Paper]:
        """Yield papers, oldest first.

        Args:
            start: the number of the first one.
            count: how many.
            of: how many papers the archive will have; the last of these is of `LAST_DAY`.
        """
        for number in range(start, start + count):
            yield self._paper(number, LAST_DAY - timedelta(days=(of - 1 - number) // _A_DAY))

    def _paper(self, number: int, day: date) -> Paper:
        choose = self.random
        piece = self._piece(self.words, choose.randint(6, 12))
        return Paper(
            canonical_id=f"arxiv:{day:%y%m}.{number:06}",
            title=" ".join(piece).title(),
            authors=tuple(self.person() for _ in range(choose.randint(1, 7))),
            abstract=" ".join(word for _ in range(3) for word in self._piece(self.words, 50)),
            published=day,
            categories=tuple(choose.sample(_CATEGORIES, k=choose.randint(1, 3))),
            comment="12 pages, accepted at a workshop" if choose.random() < 0.3 else None,
            sources=("arxiv:cs.CV",) if choose.random() < 0.5 else ("daily digest", "arxiv:cs.CV"),
            summary="，".join("".join(self._piece(self.han, 9)) for _ in range(6))
            if choose.random() < 0.4
            else None,
            first_seen_at=int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()),
        )

    def person(self) -> str:
        """Return an author's name; few surnames make up most of them, one name in five is an initial."""
        [surname] = self.random.choices(self._surnames, cum_weights=self._surname_weights)
        [given] = self.random.choices(self._given, cum_weights=self._given_weights)
        return f"{given[0]}. {surname}" if self.random.random() < 0.2 else f"{given} {surname}"

    def _piece(self, stream: Sequence[str], length: int) -> Sequence[str]:
        start = self.random.randrange(len(stream) - length)
        return stream[start : start + length]

    def _stream(self) -> list[str]:
        vocabulary = list(dict.fromkeys(self._invented(2, 5) for _ in range(_WORDS * 2)))[:_WORDS]
        weights = _zipf(_WORDS, 1.05, flat=20)
        drawn = self.random.choices(vocabulary, cum_weights=weights, k=_STREAM)
        seconds = self.random.choices(vocabulary, cum_weights=weights, k=_PAIRS)
        partners = dict(
            zip(self.random.choices(vocabulary, cum_weights=weights, k=_PAIRS), seconds, strict=True)
        )
        for at, word in enumerate(drawn[:-1]):
            chance = self.random.random()
            if chance < 0.25:
                drawn[at + 1] = partners.get(word, drawn[at + 1])
            elif chance < 0.27:
                drawn[at] = f"{word}-{drawn[at + 1]}"
            elif chance < 0.32:
                drawn[at] = f"{word}s"
            elif chance < 0.42:
                drawn[at] = f"{word}{',' if chance < 0.37 else '.'}"
        return drawn

    def _han_words(self) -> list[str]:
        return [
            "".join(self.random.choices(_HAN, k=self.random.choice((2, 2, 2, 3)))) for _ in range(_HAN_WORDS)
        ]

    def _invented(self, least: int, most: int) -> str:
        return "".join(self.random.choices(_SYLLABLES, k=self.random.randint(least, most)))


def _zipf(count: int, exponent: float, *, flat: int = 3) -> list[float]:
    """Return the cumulative weights of ranks; `flat` makes the first ranks nearly alike."""
    return list(accumulate(1 / (rank + flat) ** exponent for rank in range(count)))


@dataclass(frozen=True)
class Kind:
    """Queries of one kind.

    Attributes:
        name: what they are.
        one: makes one of them.
        barred: whether the bar on the latency is for them.
        order: in which order their results are wanted.
        since: only papers of this day or later, or None.
    """

    name: str
    one: Callable[[], str]
    barred: bool = True
    order: Order = "fit"
    since: date | None = None


def kinds(choose: random.Random, some: Sequence[Paper]) -> list[Kind]:
    """Return the kinds of queries that are measured.

    Args:
        choose: the source of chance.
        some: papers of the archive, of whose texts the queries are made.
    """
    held = Counter(token for paper in some for token in {*tokenize(f"{paper.title} {paper.abstract}")})
    broad = [token for token, papers in held.items() if 0.05 < papers / len(some) < 0.18 and len(token) > 1]
    summaries = [paper.summary for paper in some if paper.summary]
    names = [name for paper in some for name in paper.authors]

    def words(count: int) -> str:
        title = choose.choice(some).title.replace(",", "").replace(".", "").split()
        start = choose.randrange(len(title) - count + 1)
        return " ".join(title[start : start + count])

    def han() -> str:
        runs = choose.choice(summaries).split("，")
        return choose.choice(runs)[: choose.randint(2, 4)]

    def several(between: str, count: int) -> str:
        return between.join(choose.sample(broad, k=count))

    def author() -> str:
        return f'au:"{choose.choice(names)}"'

    def surname() -> str:
        return f"au:{choose.choice(names).split()[-1]}"

    return [
        Kind("word", lambda: words(1)),
        Kind("two words", lambda: words(2)),
        Kind("phrase", lambda: f'"{words(2)}"'),
        Kind("prefix of 3 letters", lambda: f"{words(1)[:3]}*"),
        Kind("prefix of 5 letters", lambda: f"{words(1)[:5]}*"),
        Kind("Chinese", han),
        Kind("broad word", lambda: choose.choice(broad)),
        Kind("broad AND broad", lambda: several(" ", 2)),
        Kind("broad OR broad OR broad", lambda: several(" OR ", 3)),
        Kind("broad NOT broad", lambda: several(" NOT ", 2)),
        Kind("surname", surname),
        Kind("author", author),
        Kind("broad NOT author", lambda: f"{choose.choice(broad)} -{author()}"),
        Kind("category AND word", lambda: f"cat:cs.CV {words(1)}"),
        Kind("broad, newest first", lambda: choose.choice(broad), order="new"),
        Kind("broad, after a day", lambda: choose.choice(broad), since=LAST_DAY - timedelta(days=40)),
        Kind("broad, best of all", lambda: choose.choice(broad), barred=False, order="best"),
    ]
