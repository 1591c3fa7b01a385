"""The batch matcher: matches stored queries against new papers.

Finds exactly the pairs that `evaluate` finds.

| module | what it holds |
|---|---|
| `matcher` | queries by meaning; the walk over one batch |
| `expressions` | queries over numbered atoms; anchors; evaluation over bitmaps |
| `atom_table` | the atoms, numbered |
| `term_index`, `author_index`, `label_index` | how atoms of each kind are found |
| `postings`, `multimap` | containers |

Why so: measured against regex, `in`, FTS5, Aho-Corasick and others, an n-gram dictionary with batch bitmaps
was the fastest that takes a new query at once. `tests/benchmarks/bench_matching.py` repeats the comparison.
"""

from bot.domain.matching.matcher import Matcher
from bot.domain.matching.postings import BATCH

__all__ = ["BATCH", "Matcher"]
