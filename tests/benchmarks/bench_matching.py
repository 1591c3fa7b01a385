"""Measures the batch matcher beside a naive loop, its floor and its peers, and checks that all agree.

    python tests/benchmarks/bench_matching.py [--quick]

Bars: 100,000 subscriptions x 1,000 papers under 1.0 s of processor time and at least 200 times as fast as a
loop of `in`; 1,000,000 under 4 s and 400 MB; adding one under 50 us; 100,000 x (common AND common AND NOT
common) under 2 s. `--quick` is a tenth of each.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import deque
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder) for folder in (".", "tests/benchmarks/workloads")
)


from matching_data import Corpus

from bot.data import bundled_categories, bundled_glossary
from bot.domain.matching import Matcher
from bot.domain.query import And, Not, Or, Query, Term, evaluate, parse_query
from bot.domain.text.analysis import AnalysedPaper, analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_T = TypeVar("_T")
_PAPERS = 1_000
_SAMPLE, _JUDGED = 300, 20
_STATM_RESIDENT = 1


def main() -> None:
    """Run all measurements and print them."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--quick", action="store_true", help="a tenth of the subscriptions")
    arguments.add_argument("--million", type=int, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.million:
        _many(options.million)
        return
    scale = 10 if options.quick else 1
    speed, _ = _timed(lambda: _count_up(5_000_000))
    print(f"Python {sys.version.split()[0]}, processor time of one core")
    print(f"adding 5,000,000 numbers: {speed:.2f} s (0.2 to 0.3 s on a core of its own; scale by this)")
    corpus = Corpus()
    texts = corpus.papers(_PAPERS)
    seconds, papers = _timed(lambda: [analyse(text) for text in texts])
    print(f"analysing {_PAPERS} papers: {seconds:.3f} s, in no row below")
    _mixed(corpus, papers, 100_000 // scale)
    _adversarial(corpus, papers, 100_000 // scale)
    # In a process of its own: memory is what a fresh process grows by.
    subprocess.run([sys.executable, __file__, "--million", str(1_000_000 // scale)], check=True)


def _mixed(corpus: Corpus, papers: list[AnalysedPaper], count: int) -> None:
    sources = [corpus.query() for _ in range(count)]
    parsing, queries = _timed(lambda: [_parse(source) for source in sources])
    matcher = Matcher()
    adding, _ = _timed(lambda: _fill(matcher, queries))
    best = min(_timed(lambda: _hand_out(matcher, papers))[0] for _ in range(3))
    pairs = _count(matcher, papers)
    print(f"{count} subscriptions x {_PAPERS} papers: {best:.3f} s, {pairs} pairs (bar: 1.0 s for 100,000)")
    print(f"  reading a query: {parsing / count * 1e6:.0f} us")
    print(f"  adding it: {adding / count * 1e6:.1f} us (bar: 50 us)")
    one, _ = _timed(lambda: _hand_out(matcher, papers[:1]))
    print(f"  one paper alone: {one * 1e3:.2f} ms")

    sample = random.Random(1).sample(range(count), _SAMPLE)  # noqa: S311 (test data)
    picked = set(sample)
    found = {(paper, key) for paper, key in matcher.match(papers) if key in picked}
    judged = sample[:_JUDGED]
    looping, oracle = _timed(lambda: _oracle([(key, queries[key]) for key in judged], papers))
    assert oracle == {pair for pair in found if pair[1] in set(judged)}, "the matcher differs from the oracle"
    print(f"  oracle: equal on {_JUDGED} subscriptions, {looping * count / _JUDGED:.0f} s (x from {_JUDGED})")
    plain = [key for key in sample if _is_text(queries[key])]
    haystacks = [_haystack(paper) for paper in papers]
    loop, naive = _timed(lambda: _naive([(key, queries[key]) for key in plain], haystacks))
    assert naive == {pair for pair in found if pair[1] in set(plain)}, "the matcher differs from the loop"
    slow = loop * count / len(plain)
    print(
        f"  loop of `in` over tokens: {slow:.1f} s (x from {len(plain)}): {slow / best:.0f} times (bar: 200)"
    )
    floor = min(_timed(lambda: _floor(papers, pairs))[0] for _ in range(3))
    print(
        f"  floor (meet each token, hand out the pairs): {floor:.3f} s; we take {best / floor:.1f} times that"
    )
    _peers(queries, papers, matcher)


def _peers(queries: list[Query], papers: list[AnalysedPaper], matcher: Matcher) -> None:
    """Time FTS5 over the batch and Aho-Corasick on the queries that are one word or phrase of plain text."""
    phrases = {key: query.root for key, query in enumerate(queries) if _is_phrase(query.root)}
    wanted = {(paper, key) for paper, key in matcher.match(papers) if key in phrases}
    few = dict(list(phrases.items())[:3_000])
    seconds, found = _timed(lambda: _fts5(few, papers))
    assert found == {pair for pair in wanted if pair[1] in few}, "FTS5 differs"
    extrapolated = seconds * len(phrases) / len(few)
    print(f"  peers, on the {len(phrases)} queries that are one word or phrase; all give equal pairs")
    print(f"    FTS5 table of the batch: {extrapolated:.2f} s (x from {len(few)})")
    try:
        import ahocorasick
    except ImportError:
        print("    pyahocorasick is not installed")
        return
    build, automaton = _timed(lambda: _automaton(phrases, ahocorasick))
    seconds, found = _timed(lambda: _aho(automaton, papers))
    assert found == wanted, "Aho-Corasick differs"
    print(f"    pyahocorasick: {seconds:.2f} s, and {build:.2f} s to build anew after each change")
    only = Matcher()
    for key in phrases:
        only.add(key, queries[key])
    seconds = min(_timed(lambda: _hand_out(only, papers))[0] for _ in range(3))
    print(f"    the matcher: {seconds:.2f} s")


def _adversarial(corpus: Corpus, papers: list[AnalysedPaper], count: int) -> None:
    common = corpus.common(400)
    choice = random.Random(2)  # noqa: S311 (test data)
    sources = ["{} {} -{}".format(*choice.sample(common, 3)) for _ in range(count)]
    matcher = Matcher()
    _fill(matcher, [_parse(source) for source in sources])
    seconds = min(_timed(lambda: _hand_out(matcher, papers))[0] for _ in range(3))
    print(f"adversarial, {count} x (common AND common AND NOT common): {seconds:.3f} s (bar: 2 s)")
    print(f"  {_count(matcher, papers)} pairs")


def _many(count: int) -> None:
    corpus = Corpus()
    papers = [analyse(text) for text in corpus.papers(_PAPERS)]
    _parse("warm up the word lists")
    gc.collect()
    before = _resident()
    matcher = Matcher()
    adding = 0.0
    for key in range(count):
        query = _parse(corpus.query())
        begin = time.process_time()
        matcher.add(key, query)
        adding += time.process_time() - begin
    gc.collect()
    grown = (_resident() - before) / 1e6
    matching = min(_timed(lambda: _hand_out(matcher, papers))[0] for _ in range(3))
    after = (_resident() - before) / 1e6
    print(f"{count} subscriptions x {_PAPERS} papers: {matching:.3f} s (bar: 4 s for 1,000,000)")
    print(f"  {_count(matcher, papers)} pairs; adding one {adding / count * 1e6:.1f} us")
    print(f"  memory {grown:.0f} MB, {after:.0f} MB after matching (bar: 400 MB)")


def _parse(source: str) -> Query:
    return parse_query(source, glossary=bundled_glossary(), categories=bundled_categories())


def _fill(matcher: Matcher, queries: Iterable[Query]) -> None:
    for key, query in enumerate(queries):
        matcher.add(key, query)


def _hand_out(matcher: Matcher, papers: list[AnalysedPaper]) -> None:
    """Take every pair, and do nothing with it."""
    deque(matcher.match(papers), maxlen=0)


def _count(matcher: Matcher, papers: list[AnalysedPaper]) -> int:
    return sum(len(found) * len(keys) for found, keys in matcher.groups(papers))


def _oracle(queries: list[tuple[int, Query]], papers: list[AnalysedPaper]) -> set[tuple[int, int]]:
    return {(at, key) for key, query in queries for at, paper in enumerate(papers) if evaluate(query, paper)}


def _naive(queries: list[tuple[int, Query]], haystacks: list[str]) -> set[tuple[int, int]]:
    """Match by one `in` an atom over the blank-separated tokens: as simple as can be and still right."""
    return {(at, key) for key, query in queries for at, text in enumerate(haystacks) if _in(query.root, text)}


def _in(node: Any, text: str) -> bool:
    if isinstance(node, And):
        return all(_in(child, text) for child in node.children)
    if isinstance(node, Or):
        return any(_in(child, text) for child in node.children)
    if isinstance(node, Not):
        return not _in(node.child, text)
    needle = " " + " ".join(node.tokens)
    return (needle if node.open_end else needle + " ") in text


def _is_text(query: Query) -> bool:
    nodes: list[Any] = [query.root]
    while nodes:
        node = nodes.pop()
        if isinstance(node, (And, Or)):
            nodes += node.children
        elif isinstance(node, Not):
            nodes.append(node.child)
        elif not isinstance(node, Term):
            return False
    return True


def _is_phrase(node: Any) -> bool:
    return isinstance(node, Term) and not node.open_end and node.joined is not None


def _haystack(paper: AnalysedPaper) -> str:
    return (
        " " + " | ".join(" ".join(paper.streams[field]) for field in ("title", "abstract", "summary")) + " "
    )


def _floor(papers: list[AnalysedPaper], pairs: int) -> int:
    tokens = sum(len(set(stream)) for paper in papers for stream in paper.streams.values())
    deque(zip(repeat(0, pairs), repeat(0, pairs), strict=True), maxlen=0)
    return tokens


def _fts5(phrases: dict[int, Any], papers: list[AnalysedPaper]) -> set[tuple[int, int]]:
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE batch USING fts5(text, content='', tokenize=\"unicode61 tokenchars '|'\")"
    )
    rows = ((at, _haystack(paper)) for at, paper in enumerate(papers))
    database.executemany("INSERT INTO batch(rowid, text) VALUES (?, ?)", rows)
    found = {
        (row[0], key)
        for key, term in phrases.items()
        for row in database.execute(
            "SELECT rowid FROM batch WHERE batch MATCH ?", (f'"{" ".join(term.tokens)}"',)
        )
    }
    database.close()
    return found


def _automaton(phrases: dict[int, Any], library: Any) -> Any:
    keys: dict[str, list[int]] = {}
    for key, term in phrases.items():
        keys.setdefault(f" {' '.join(term.tokens)} ", []).append(key)
    automaton = library.Automaton()
    for needle, subscribers in keys.items():
        automaton.add_word(needle, subscribers)
    automaton.make_automaton()
    return automaton


def _aho(automaton: Any, papers: list[AnalysedPaper]) -> set[tuple[int, int]]:
    return set(_aho_pairs(automaton, papers))


def _aho_pairs(automaton: Any, papers: list[AnalysedPaper]) -> Iterator[tuple[int, int]]:
    for at, paper in enumerate(papers):
        for _, subscribers in automaton.iter(_haystack(paper)):
            for key in subscribers:
                yield at, key


def _count_up(count: int) -> int:
    total = 0
    for number in range(count):
        total += number
    return total


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[_STATM_RESIDENT])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _timed(work: Callable[[], _T]) -> tuple[float, _T]:
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


if __name__ == "__main__":
    main()
