"""`paperwire search`: for scripts and for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from invented_digests import overview

if TYPE_CHECKING:
    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)

RIVERS = ("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")
LAKES = ("2503.00002v1", "Lakes of Tokens", "Language models of still water.")


async def test_what_is_found_as_json(paperwire: CommandLine) -> None:
    """One JSON object has query, canonical form and papers with id, title, score and matched words."""
    paperwire.write("a.md", overview(RIVERS, LAKES))
    await paperwire("ingest", "a.md")
    done = await paperwire("search", "Diffusion", "models", "--json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    (paper,) = found["papers"]
    score = paper.pop("score")
    assert isinstance(score, float)
    assert found == {
        "query": "Diffusion models",
        "canonical": "diffusion models",
        "papers": [
            {"id": "arxiv:2503.00001", "title": "Rivers of Noise", "matched": ["Diffusion", "models"]}
        ],
    }


async def test_order_and_limit(paperwire: CommandLine) -> None:
    """Papers come best first; `--limit` and the options of /search count; nothing found is an empty list."""
    paperwire.write("a.md", overview(*((f"2503.{n:05}v1", f"Title {n}", "water " * n) for n in range(1, 40))))
    await paperwire("ingest", "a.md")
    papers = json.loads((await paperwire("search", "water", "--json")).out)["papers"]
    assert len(papers) == 20
    scores = [paper["score"] for paper in papers]
    assert scores == sorted(scores, reverse=True)
    newest = json.loads((await paperwire("search", "water sort:new", "--json", "-n", "3")).out)
    assert newest["query"] == "water"
    assert [paper["id"] for paper in newest["papers"]] == [
        "arxiv:2503.00039",
        "arxiv:2503.00038",
        "arxiv:2503.00037",
    ]
    none = json.loads((await paperwire("search", "zebrafish", "--json")).out)
    assert none == {"query": "zebrafish", "canonical": "zebrafish", "papers": []}


async def test_lines_for_people(paperwire: CommandLine) -> None:
    """Without --json each paper is a line, and the last line counts them."""
    paperwire.write("a.md", overview(RIVERS, LAKES))
    await paperwire("ingest", "a.md")
    done = await paperwire("search", "water")
    assert (done.status, done.err) == (0, "")
    assert "arxiv:2503.00001  Rivers of Noise  [water]" in done.lines
    assert done.lines[-1] == "water: 2 of 2 papers"


async def test_a_query_that_cannot_be_read(paperwire: CommandLine) -> None:
    """A bad query is one line on stderr that says what to write instead; the status is 2."""
    for query in ("-medical", "sort:oldest water"):
        done = await paperwire("search", "--json", "--", query)
        assert done.status == 2
        assert done.out == ""
        assert len(done.problems) == 1
    assert "sort:new" in done.err
