"""`paperwire ingest`: all of a document or nothing, and never twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invented_digests import POST, chatpaper, overview

if TYPE_CHECKING:
    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)

RIVERS = ("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")
LAKES = ("2503.00002v1", "Lakes of Tokens", "Language models of still water.")
SEAS = ("2503.00003v1", "Seas of Pixels", "Image models of deep water.")


async def test_a_folder_then_again(paperwire: CommandLine) -> None:
    """Papers of several documents are stored once; a second run changes no row of any table."""
    paperwire.write("digests/a.md", overview(RIVERS, LAKES))
    paperwire.write("digests/b/c.md", overview(LAKES, SEAS))
    first = await paperwire("ingest", "digests")
    assert (first.status, first.err) == (0, "")
    assert first.lines == ["2 documents: 3 new papers, 1 merged, 0 unchanged"]
    before = paperwire.contents()
    second = await paperwire("ingest", "digests")
    assert (second.status, second.err) == (0, "")
    assert second.lines == ["2 documents: 0 new papers, 0 merged, 4 unchanged"]
    assert paperwire.contents() == before


async def test_one_paper_in_several_topics_and_versions(paperwire: CommandLine) -> None:
    """The same paper under several topics and versions is one paper, with an event for each newer version."""
    newer = ("2503.00001v3", "Rivers of Noise", "Diffusion models of water, revised.")
    paperwire.write("digests/1.md", chatpaper("Diffusion Models", RIVERS))
    paperwire.write("digests/2.md", chatpaper("Computer Vision", RIVERS))
    paperwire.write("digests/3.md", chatpaper("Diffusion Models", newer))
    paperwire.write("digests/4.md", chatpaper("Hydrology", ("2503.00001v2", *RIVERS[1:])))
    done = await paperwire("ingest", "digests")
    assert (done.status, done.err) == (0, "")
    assert paperwire.rows("SELECT canonical_id, version FROM papers") == [("arxiv:2503.00001", 3)]
    assert paperwire.rows("SELECT kind, version FROM paper_events") == [("version", 3)]
    ((topics,),) = paperwire.rows("SELECT topics FROM papers")
    assert all(topic in topics for topic in ("Diffusion Models", "Computer Vision", "Hydrology"))


async def test_a_document_pasted_twice_into_one_file(paperwire: CommandLine) -> None:
    """A document that stands twice in one file brings each paper once and is read, with a note."""
    paperwire.write("twice.md", 2 * chatpaper("Diffusion Models", RIVERS, LAKES))
    done = await paperwire("ingest", "twice.md")
    assert done.status == 0
    assert paperwire.rows("SELECT count(*) FROM papers") == [(2,)]
    assert all(line.startswith("paperwire: ") and "note" in line for line in done.problems)


async def test_bad_documents_are_named_and_the_others_stored(paperwire: CommandLine) -> None:
    """Each bad document is one line with its name and reason; the good ones are stored; the status is 1."""
    paperwire.write("digests/good.md", overview(RIVERS))
    paperwire.write("digests/post.md", POST)
    paperwire.write("digests/binary.md", bytes(range(256)) * 20)
    paperwire.write("digests/empty.md", "")
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><rss version="2.0">&c;</rss>'
    )
    paperwire.write("digests/bomb.xml", bomb)
    done = await paperwire("ingest", "digests", "missing.md", "http://127.0.0.1:9/feed", "nosuch:thing")
    assert done.status == 1
    named = ("binary.md", "bomb.xml", "empty.md", "post.md", "missing.md", "127.0.0.1:9", "nosuch:")
    for name in named:
        assert [name in line for line in done.problems].count(True) == 1, name
    assert len(done.problems) == len(named)
    assert all(line.startswith("paperwire: ") for line in done.problems)
    assert done.lines == ["5 documents: 1 new paper, 0 merged, 0 unchanged; 4 rejected"]
    assert paperwire.rows("SELECT canonical_id FROM papers") == [("arxiv:2503.00001",)]


async def test_half_a_document_is_none(paperwire: CommandLine) -> None:
    """Where a later item of a document can't be read, nothing of the document is stored."""
    paperwire.write("cut.md", overview(RIVERS, LAKES) + "## A title without a link line\n  * 2025-03-11\n")
    done = await paperwire("ingest", "cut.md")
    assert done.status == 1
    assert len(done.problems) == 1
    assert "cut.md" in done.problems[0]
    assert paperwire.rows("SELECT count(*) FROM papers") == [(0,)]


async def test_a_digest_without_papers_is_valid(paperwire: CommandLine) -> None:
    """A day on which nothing came is no error."""
    paperwire.write("quiet.md", overview())
    done = await paperwire("ingest", "quiet.md")
    assert (done.status, done.err) == (0, "")
    assert done.lines == ["1 document: 0 new papers, 0 merged, 0 unchanged"]


async def test_a_file_of_100_mb(paperwire: CommandLine) -> None:
    """A huge file is refused by its size, unread."""
    with (paperwire.work / "huge.md").open("wb") as file:
        file.truncate(100_000_000)
    done = await paperwire("ingest", "huge.md")
    assert done.status == 1
    assert len(done.problems) == 1
    assert "huge.md" in done.problems[0]


async def test_what_was_ingested_is_not_polled(paperwire: CommandLine) -> None:
    """Reading something once doesn't make it a source that is polled."""
    paperwire.write("a.md", overview(RIVERS))
    await paperwire("ingest", "a.md")
    assert "no source is configured" in (await paperwire("sources", "list")).out


async def test_the_home_and_its_data_folder_are_made(new_paperwire: CommandLine) -> None:
    """The first command on a machine makes the data folder and the database."""
    new_paperwire.write("a.md", overview(RIVERS))
    done = await new_paperwire("ingest", "a.md")
    assert (done.status, done.err) == (0, "")
    assert new_paperwire.database.is_file()
