"""Synthetic papers and subscriptions: invented words with the frequencies of real ones, always the same."""

from __future__ import annotations

import random
from bisect import bisect
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from bot.domain.text.analysis import PaperText

if TYPE_CHECKING:
    from collections.abc import Callable

_SYLLABLES: Final = "ba ce di fo gu ka le mi no pu ra se ti vo zu bre cla dro fli gra plo sti tra".split()
_HAN: Final = "扩散模型视频编辑图像生成语言学习网络优化检索推理数据训练评测机器人"
_CATEGORIES: Final = ("cs.CV", "cs.LG", "cs.CL", "cs.AI", "cs.RO", "stat.ML", "eess.IV", "math.OC")
_SHARES: Final = (35, 20, 15, 10, 7, 6, 3, 3, 1)
_VERY_COMMON: Final = 100
"""People seldom ask for so common words by themselves; they leave them out."""


class Corpus:
    """A seeded source of papers and of queries that meet them.

    Words follow Zipf's law over 30,000 invented words; some pairs of words belong together, as `diffusion
    model` does. A paper has about 230 words, two in five also a Chinese summary.

    A query matches about one paper in 60; over recombined real papers it was one in 77.
    """

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)  # noqa: S311 (test data)
        self._vocabulary = self._invent(30_000)
        self._weights = list(accumulate(1 / (rank + 3) ** 1.05 for rank in range(len(self._vocabulary))))
        self._pairs = [(self._word(), self._word()) for _ in range(4_000)]
        self._people = [
            f"{a.title()} {b.title()}" for a, b in zip(self._some(3_000), self._some(3_000), strict=True)
        ]
        self._kinds: tuple[Callable[[], str], ...] = (
            lambda: '"{} {}"'.format(*self._pair()),
            self._term,
            lambda: f"{self._term()} {self._term()}",
            lambda: f"({self._term()} OR {self._term()} OR {self._term()}) {self._term()}",
            lambda: f"{self._term()} -{self.random.choice(self.common(_VERY_COMMON))}",
            lambda: f'au:"{self.random.choice(self._people)}"',
            lambda: f"{self._term()[:6]}*",
            lambda: "".join(self.random.choices(_HAN, k=2)),
            lambda: f"cat:{self.random.choice(_CATEGORIES)} {self._term()}",
        )
        self.written: list[tuple[str, str]] = []

    def papers(self, count: int) -> list[PaperText]:
        """Return so many papers; later queries are made of their words, too."""
        made = [self._paper(number) for number in range(count)]
        for paper in made[:200]:
            self.written += pairwise(paper.abstract.split())
        return made

    def query(self) -> str:
        """Return one query: 35 % phrases, 20 % words, 15 % AND, 10 % (OR) AND, 7 % NOT, the rest others."""
        make = self.random.choices(self._kinds, weights=_SHARES)[0]
        return make()

    def common(self, count: int) -> list[str]:
        """Return the commonest words."""
        return self._vocabulary[:count]

    def _paper(self, number: int) -> PaperText:
        summary = ""
        if self.random.random() < 0.4:
            summary = "，".join("".join(self.random.choices(_HAN, k=9)) for _ in range(8))
        return PaperText(
            title=self._text(10).title(),
            abstract=self._text(220),
            summary=summary,
            authors=tuple(self.random.sample(self._people, k=self.random.randint(1, 7))),
            categories=tuple(self.random.sample(_CATEGORIES, k=2)),
            canonical_id=f"arxiv:2401.{number:05}",
        )

    def _text(self, length: int) -> str:
        words: list[str] = []
        while len(words) < length:
            if self.random.random() < 0.12:
                words += self._pairs[min(int(self.random.expovariate(0.004)), len(self._pairs) - 1)]
            else:
                words.append(self._word())
        return " ".join(words)

    def _pair(self) -> tuple[str, str]:
        if self.random.random() < 0.5:
            return self.random.choice(self.written)
        return self._pairs[min(int(self.random.expovariate(0.001)), len(self._pairs) - 1)]

    def _term(self) -> str:
        """Return a word as people look for it: seldom one of the very commonest, which say nothing."""
        return self._vocabulary[
            min(_VERY_COMMON + int(self.random.expovariate(0.0004)), len(self._vocabulary) - 1)
        ]

    def _word(self) -> str:
        at = bisect(self._weights, self.random.random() * self._weights[-1])
        return self._vocabulary[min(at, len(self._vocabulary) - 1)]

    def _some(self, count: int) -> list[str]:
        return [self.random.choice(self._vocabulary) for _ in range(count)]

    def _invent(self, count: int) -> list[str]:
        words: dict[str, None] = {}
        while len(words) < count:
            words["".join(self.random.choices(_SYLLABLES, k=self.random.randint(2, 4))) + "n"] = None
        return list(words)
