"""`paperwire parse`: what documents hold, with nothing stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from invented_digests import POST, chatpaper, overview

if TYPE_CHECKING:
    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)

RIVERS = ("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")
DOCUMENT_KEYS = ["path", "format", "topic", "dates", "papers", "warnings"]
PAPER_KEYS = [
    "id", "version", "title", "authors", "abstract", "published", "comment", "links", "summary", "takeaways",
    "review", "images",
]  # fmt: skip


async def test_one_json_object_a_line_and_nothing_stored(new_paperwire: CommandLine) -> None:
    """Each document is one line of JSON with the promised keys; no database file appears."""
    new_paperwire.write("digests/a.md", overview(RIVERS))
    new_paperwire.write("digests/b.md", chatpaper("Diffusion Models", RIVERS))
    done = await new_paperwire("parse", "digests", "digests/a.md", "--json")
    assert (done.status, done.err) == (0, "")
    documents = [json.loads(line) for line in done.lines]
    assert [document["path"].rpartition("/")[2] for document in documents] == ["a.md", "b.md", "a.md"]
    assert all(list(document) == DOCUMENT_KEYS for document in documents)
    papers = [paper for document in documents for paper in document["papers"]]
    assert all(list(paper) == PAPER_KEYS for paper in papers)
    assert documents[0]["format"] == "overview"
    assert documents[0]["topic"] is None
    assert documents[1]["topic"] == "Diffusion Models"
    assert papers[0] == {
        "id": "arxiv:2503.00001",
        "version": 1,
        "title": "Rivers of Noise",
        "authors": [],
        "abstract": "Diffusion models of water.",
        "published": "2025-03-11",
        "comment": None,
        "links": {
            "abs": "https://arxiv.org/abs/2503.00001",
            "pdf": "https://arxiv.org/pdf/2503.00001",
            "code": [],
            "project": [],
        },
        "summary": None,
        "takeaways": [],
        "review": None,
        "images": [],
    }
    assert not new_paperwire.database.parent.exists()


async def test_a_table_for_people(new_paperwire: CommandLine) -> None:
    """Without --json a person gets a table with id, title and authors."""
    new_paperwire.write("b.md", chatpaper("Diffusion Models", RIVERS))
    done = await new_paperwire("parse", "b.md")
    assert (done.status, done.err) == (0, "")
    assert "2503.00001v1" in done.out
    assert "Rivers of Noise" in done.out
    assert "Ada Example +1" in done.out


async def test_bad_documents_beside_good_ones(new_paperwire: CommandLine) -> None:
    """Each bad document is one line on stderr, good ones still come on stdout; the status is 1."""
    new_paperwire.write("good.md", overview(RIVERS))
    new_paperwire.write("post.md", POST)
    new_paperwire.write("binary.md", b"\x7fELF" + bytes(4000))
    new_paperwire.write("half.md", overview(RIVERS).encode()[:-120])
    new_paperwire.write("latin.md", overview(RIVERS).encode("gb18030", "replace") + b"\xff\xfe\xfd")
    with (new_paperwire.work / "huge.md").open("wb") as file:
        file.truncate(100_000_000)
    bad = ("missing.md", "post.md", "binary.md", "half.md", "huge.md", "nosuch:x")
    done = await new_paperwire("parse", *bad, "good.md", "--json")
    assert done.status == 1
    assert len(done.problems) == len(bad)
    for name, line in zip(bad, done.problems, strict=True):
        assert line.startswith("paperwire: ")
        assert name in line
    assert [json.loads(line)["path"] for line in done.lines] == ["good.md"]


@pytest.mark.parametrize("command", [("parse",), ("sources", "add")])
async def test_arguments_that_are_missing(new_paperwire: CommandLine, command: tuple[str, ...]) -> None:
    """Without its argument a command says how it is used and ends with 2."""
    done = await new_paperwire(*command)
    assert done.status == 2
    assert "Traceback" not in done.err
    assert "Usage: " in done.err


async def test_a_reader_that_leaves(new_paperwire: CommandLine) -> None:
    """`| head -1` ends the printing quietly."""
    new_paperwire.write(
        "a.md", overview(*[(f"2503.{n:05}v1", f"Title {n}", "x" * 400) for n in range(1, 400)])
    )
    done = await new_paperwire.shell("paperwire parse --json a.md a.md a.md a.md | head -c 10")
    assert done.err == ""
    assert done.out == '{"path": "'


async def test_names_that_move_a_cursor_are_escaped(new_paperwire: CommandLine) -> None:
    """A file's name with control characters is named in one printable line."""
    new_paperwire.write("a\x1b[31m\x07.md", POST)
    done = await new_paperwire("parse", ".")
    assert done.status == 1
    [line] = done.problems
    assert r"a\x1b[31m\x07.md" in line
    named = await new_paperwire("parse", "two\nlines.md")
    assert named.problems == [r"paperwire: two\nlines.md: a source is one line of at most 4,096 characters"]
