"""Reads 100,000 random queries: only `UnreadableQueryError` may happen; canonical forms must be stable.

python tests/soak/soak_query.py [--count 100000] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.extend(str(Path(__file__).resolve().parents[2] / folder) for folder in (".",))


from bot.data import bundled_categories, bundled_glossary
from bot.domain.query import Query, UnreadableQueryError, parse_query

_PIECES = (
    'diffusion "video editing" text-to-image finetuning edit* "video edit*" SAM C++ 3-D au:song au:"Y Song" '
    "cat:cs.CV cat:cs primary:stat.ML cs.LG id:2401.99001 2401.99001v2 ti:video abs:(a co:accepted src:hf "
    "auther:x 扩散模型 视频 图 擴散 或 且 非 标题:扩散 作者：Song AND OR NOT ANDNOT and or not & && | || "
    '( ) （ ） " “ ” ＂ 「 」 - – — ! * ** ab* *x di*on foo: : / /foo|bar/ /cmd@Bot @mention <b> <@U123> '
    "<https://x.example|x> &amp; &lt; &#0; &#x110000; https://arxiv.org/abs/2401.99001 $x^2$ \\frac{1}{2} "
    ', ， 、 ； {\\"o} \\ { } $ ™ ½ ß İ ſ ﷺ ｱ ﾞ e\u0301 \u202e \u200b \x00 \x1b \ufffd \ud800 \U0001f600 '
    "\U000e0001 \U0010fffd https://example.org/a?b=c"
).split(" ")
_SHARE_OF_NOISE, _SHARE_OF_LONG_LINES = 0.3, 0.02


def random_query(source: random.Random) -> str:
    """Return one hostile text: characters of all planes, pieces of the language, or a line of 10 kB."""
    kind = source.random()
    if kind < _SHARE_OF_NOISE:
        planes = (0x80, 0x250, 0x3000, 0x10000, 0x110000)
        return "".join(chr(source.randrange(source.choice(planes))) for _ in range(source.randrange(60)))
    joint = source.choice(("", " ", " ", " ", ", "))
    text = joint.join(source.choice(_PIECES) for _ in range(source.randrange(1, 14)))
    if kind < 1 - _SHARE_OF_LONG_LINES:
        return text
    return (text + source.choice((" ", "", "("))) * (10_000 // (len(text) + 1) + 1)


def check(text: str) -> str:
    """Read a text and what comes of it; return what it was.

    Raises:
        AssertionError: a suggestion can't be read, or a canonical form does not read as itself.
    """
    try:
        query = _parse(text)
    except UnreadableQueryError as error:
        if error.suggestion is None or not 0 <= error.position <= len(error.text):
            raise AssertionError((text, error.code)) from error
        _parse(error.suggestion)
        return error.code
    again = _parse(query.canonical)
    if (again.canonical, again.root, again.key) != (query.canonical, query.root, query.key):
        raise AssertionError((text, query.canonical, again.canonical))
    return "read"


def _parse(text: str) -> Query:
    return parse_query(text, glossary=bundled_glossary(), categories=bundled_categories())


def main() -> None:
    """Run the soak and print its figures."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    source = random.Random(options.seed)  # noqa: S311 (test data)
    begin = time.perf_counter()
    outcomes: Counter[str] = Counter()
    for number in range(options.count):
        text = random_query(source)
        try:
            outcomes[check(text)] += 1
        except Exception as error:
            raise SystemExit(f"query {number} of seed {options.seed} failed: {text!r}: {error!r}") from error
    seconds = time.perf_counter() - begin
    each = seconds / options.count * 1e6
    print(f"{options.count} queries, 0 failures, {seconds:.1f} s ({each:.0f} us a query, read twice)")
    print(", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common()))


if __name__ == "__main__":
    main()
