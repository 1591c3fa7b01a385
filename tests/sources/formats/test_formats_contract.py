"""Every format against its data: a document and its expected JSON, side by side under tests/data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.papers.parsed_entry import Document
from bot.sources import FORMATS, HEAD_LENGTH, as_json, parse_document
from bot.sources.parsing.decode import decode

DATA = Path(__file__).resolve().parents[2] / "data"
SUFFIXES = {".md", ".xml", ".json", ".jsonl"}
NAMES = tuple(fmt.NAME for fmt in FORMATS)
SAMPLES = sorted(
    path
    for name in NAMES
    for path in (DATA / name).glob("*")
    if path.suffix in SUFFIXES and not path.name.endswith(".expected.json")
)


def document(path: Path) -> Document:
    """Return a sample as if it had been read from a file."""
    return Document(path.name, path.read_bytes())


def expected(path: Path) -> dict[str, Any]:
    """Return the expected JSON beside a sample."""
    facts: dict[str, Any] = json.loads(path.with_name(f"{path.stem}.expected.json").read_text("utf-8"))
    return facts


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_sample_parses_to_its_expected_json(path: Path) -> None:
    """A sample gives exactly the facts that are beside it."""
    facts = as_json(parse_document(document(path)), path.name)
    assert facts.pop("path") == path.name
    assert facts == expected(path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_sample_is_recognised_by_its_own_format_only(path: Path) -> None:
    """Only its own format recognises a sample, apart from the generic feed, which stands later."""
    head = decode(document(path)).text[:HEAD_LENGTH]
    knowing = [fmt.NAME for fmt in FORMATS if fmt.recognises(head)]
    assert knowing[:1] == [path.parent.name]
    assert set(knowing[1:]) <= {"feed"}


@pytest.mark.parametrize("name", NAMES)
def test_format_has_data(name: str) -> None:
    """A format without a sample fails the run."""
    assert any(path.parent.name == name for path in SAMPLES)


@pytest.mark.parametrize("name", NAMES)
def test_data_is_used(name: str) -> None:
    """A file that is neither a sample nor the expectation of one fails the run."""
    used = set(SAMPLES) | {path.with_name(f"{path.stem}.expected.json") for path in SAMPLES}
    assert set((DATA / name).iterdir()) - used == set()


def test_names_are_unique() -> None:
    """No two formats share a name."""
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_paper_of_a_sample_is_complete(path: Path) -> None:
    """Each entry has a title and an external id; its texts hold no control characters or runs of blanks."""
    for entry in parse_document(document(path)).entries:
        assert entry.title
        assert entry.external_id
        for text in (entry.title, entry.abstract, entry.comment or "", entry.summary or "", *entry.authors):
            assert text == " ".join(text.split())
            assert text.isprintable()
