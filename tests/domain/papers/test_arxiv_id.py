"""arXiv ids in links, DOIs and texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers.arxiv_id import ArxivId, find_arxiv_id, parse_arxiv_id

NEW = ArxivId("2403.09638")

WHOLE = [
    ("2403.09638", NEW),
    ("arXiv:2403.09638", NEW),
    ("arxiv: 2403.09638v2", ArxivId("2403.09638", 2)),
    (" <2403.09638v12>. ", ArxivId("2403.09638", 12)),
    ("(2403.09638),", NEW),
    ("2403.09638V3", ArxivId("2403.09638", 3)),
    ("2403.09638v0", NEW),
    ("http://arxiv.org/abs/2403.09638v1", ArxivId("2403.09638", 1)),
    ("HTTPS://ArXiv.org/ABS/2403.09638", NEW),
    ("https://arxiv.org/pdf/2403.09638v2.pdf", ArxivId("2403.09638", 2)),
    ("arxiv.org/pdf/2403.09638.pdf#page=3", NEW),
    ("https://export.arxiv.org/abs/2403.09638?context=cs.LG", NEW),
    ("https://arxiv.org/html/2403.09638v1/", ArxivId("2403.09638", 1)),
    ("https://www.alphaxiv.org/abs/2403.09638v2", ArxivId("2403.09638", 2)),
    ("https://ar5iv.labs.arxiv.org/html/2403.09638", NEW),
    ("https://huggingface.co/papers/2403.09638", NEW),
    ("https://hf.co/papers/2403.09638#community", NEW),
    ("https://doi.org/10.48550/arXiv.2403.09638", NEW),
    ("doi:10.48550/ARXIV.2403.09638", NEW),
    ("0704.0001", ArxivId("0704.0001")),
    ("1412.9999", ArxivId("1412.9999")),
    ("1501.00001", ArxivId("1501.00001")),
    ("hep-th/9901001", ArxivId("hep-th/9901001")),
    ("math.GT/0309136v2", ArxivId("math/0309136", 2)),
    ("https://arxiv.org/abs/cs/0112017v1", ArxivId("cs/0112017", 1)),
    ("10.48550/arXiv.hep-th/9901001", ArxivId("hep-th/9901001")),
]

NOT_WHOLE = [
    ("see arXiv:2403.09638v2 [cs.CV], Table 3", ArxivId("2403.09638", 2)),
    ("oai:arXiv.org:2403.09638v1", ArxivId("2403.09638", 1)),
    ("https://example.org/read?paper=2403.09638", NEW),
    ("论文2403.09638。", NEW),
    ("https://arxiv.org/abs/2403.09638v1 and https://arxiv.org/abs/2403.09639v1", ArxivId("2403.09638", 1)),
    ("2413.09638 is none, 2403.09638 is one", NEW),
    ("10.1145/2403.01234 or rather 2403.09638", NEW),
]

NONE = [
    "",
    "2413.00001",
    "2400.00001",
    "2403.00000",
    "2403.0963",
    "1412.00001",
    "1501.0001",
    "0703.0001",
    "2403.096381",
    "12403.09638",
    "1.2403.09638",
    "x2403.09638",
    "２４０３.０９６３８",
    "hep-th/9913001",
    "hep-th/9901000",
    "hep-th/0901001",
    "hep-th/99010011",
    "issue/9901001",
    "https://example.org/pull/1203123",
    "math-xx/9901001",
    "https://doi.org/10.1145/2403.09638",
    "10.1145/2403.09638",
    "10.1000/hep-th/9901001",
]


@pytest.mark.parametrize(("text", "expected"), WHOLE)
def test_ids_links_and_dois_are_read(text: str, expected: ArxivId) -> None:
    """Both styles, all hosts, versions, endings and punctuation."""
    assert parse_arxiv_id(text) == expected
    assert find_arxiv_id(text) == expected


@pytest.mark.parametrize(("text", "expected"), NOT_WHOLE)
def test_the_first_id_of_a_text_is_found(text: str, expected: ArxivId) -> None:
    """Such a text names an id but is not one."""
    assert find_arxiv_id(text) == expected
    assert parse_arxiv_id(text) is None


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    """Months, numbers, lengths, unknown archives and other publishers' DOIs."""
    assert find_arxiv_id(text) is None
    assert parse_arxiv_id(text) is None


def test_addresses_are_built_without_version() -> None:
    """They lead to the newest version; the version is no part of the identity."""
    found = ArxivId("2403.09638", 2)
    assert found.canonical == "arxiv:2403.09638"
    assert found.abs_url == "https://arxiv.org/abs/2403.09638"
    assert found.pdf_url == "https://arxiv.org/pdf/2403.09638"


def test_hostile_texts_are_read_in_linear_time() -> None:
    """Repetitions of every piece of the patterns."""
    pieces = ("1", "2403.", "10.1234/", "a-", "cs/", "a.", "1234.56789 ", "10.48550/arXiv.", "hep-th/")
    for piece in pieces:
        text = piece * (200_000 // len(piece))
        assert find_arxiv_id(text) is None
        assert parse_arxiv_id(f"https://{text}") is None


_PIECES = (
    "2403 09638 hep-th math.GT arXiv 10.48550/arXiv. https:// arxiv.org/abs/ .pdf doi.org/ 9901001 cs/"
).split()
_NEARLY = st.lists(st.sampled_from([*"0123456789./-:vV ?#()<>", *_PIECES]), max_size=12).map("".join)


@given(st.text() | _NEARLY)
def test_any_text_is_read_and_what_is_found_reads_as_itself(text: str) -> None:
    """Never an exception; an id, its links and its versioned form name the same paper."""
    found = find_arxiv_id(text)
    whole = parse_arxiv_id(text)
    assert whole is None or whole == found
    if found:
        versioned = f"{found.base}v{found.version}" if found.version else found.base
        assert parse_arxiv_id(versioned) == find_arxiv_id(versioned) == found
        assert parse_arxiv_id(found.abs_url) == parse_arxiv_id(found.pdf_url) == ArxivId(found.base)
        assert parse_arxiv_id(found.canonical) == ArxivId(found.base)


@given(st.integers(7, 49), st.integers(1, 12), st.integers(1, 99_999), st.none() | st.integers(1, 999))
def test_every_new_id_is_read(year: int, month: int, number: int, version: int | None) -> None:
    """Of every month since April 2007, with as many digits as that month has."""
    digits = 5 if year >= 15 else 4
    if year == 7 and month < 4:
        month += 3
    base = f"{year:02}{month:02}.{min(number, 10**digits - 1):0{digits}}"
    text = f"{base}v{version}" if version else base
    assert parse_arxiv_id(text) == ArxivId(base, version)
