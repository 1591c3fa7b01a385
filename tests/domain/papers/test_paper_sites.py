"""Addresses of sites whose pages carry a paper's id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers.paper_id import paper_id_of_page, read_paper_id, typed_id
from bot.domain.papers.tracking_parameters import without_tracking

_PAGES = {
    "arxiv.org/abs/{}": "arxiv:{}",
    "arxiv.org/pdf/{}.pdf": "arxiv:{}",
    "export.arxiv.org/abs/{}": "arxiv:{}",
    "www.alphaxiv.org/abs/{}": "arxiv:{}",
    "huggingface.co/papers/{}": "arxiv:{}",
    "www.semanticscholar.org/arxiv/{}": "arxiv:{}",
    "papers.cool/arxiv/{}": "arxiv:{}",
    "scirate.com/arxiv/{}": "arxiv:{}",
    "ar5iv.org/abs/{}": "arxiv:{}",
    "doi.org/10.48550/arXiv.{}": "arxiv:{}",
}


@given(
    st.sampled_from(sorted(_PAGES)),
    st.integers(1, 99_999),
    st.sampled_from(("http://", "https://")),
    st.sampled_from(("", "/", "?utm_source=x", "#top")),
)
def test_an_id_survives_its_address(page: str, number: int, scheme: str, end: str) -> None:
    """Every site of the table gives the id that its address carries, however the address is written."""
    name = f"2611.{number:05}"
    address = f"{scheme}{page.format(name)}{end}"
    assert paper_id_of_page(address) == _PAGES[page].format(name)


@pytest.mark.parametrize(
    ("address", "paper"),
    [
        ("https://openreview.net/forum?id=QwErTy789", "openreview:QwErTy789"),
        ("https://openreview.net/pdf?id=QwErTy789", "openreview:QwErTy789"),
        ("https://openreview.net/forum?id=QwErTy789&noteId=ZzZz", "openreview:QwErTy789"),
        ("https://aclanthology.org/2024.acl-long.1/", "acl:2024.acl-long.1"),
        ("https://aclanthology.org/2024.acl-long.1.pdf", "acl:2024.acl-long.1"),
        ("https://pubmed.ncbi.nlm.nih.gov/39123456/", "pubmed:39123456"),
        ("https://www.biorxiv.org/content/10.1101/2026.11.01.123456v2", "doi:10.1101/2026.11.01.123456"),
        ("https://doi.org/10.1234/ABC.5", "doi:10.1234/abc.5"),
        ("https://evil-arxiv.org/abs/2611.00001", None),
        ("https://arxiv.org.evil.example/abs/2611.00001", None),
        ("https://example.org/?u=https://arxiv.org/abs/2611.00001", None),
        ("https://openreview.net/group?id=ICLR.cc", None),
    ],
)
def test_which_paper_an_address_names(address: str, paper: str | None) -> None:
    """Hosts count whole, and each site has its own place for the id."""
    assert paper_id_of_page(address) == paper
    if paper:
        assert read_paper_id(typed_id(paper)) == paper


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://example.org/a?utm_source=x&id=3&utm_medium=y", "https://example.org/a?id=3"),
        ("https://example.org/a?fbclid=1", "https://example.org/a"),
        ("https://example.org/a?id=%C3%A9&x=", "https://example.org/a?id=%C3%A9&x="),
    ],
)
def test_tracking_parameters_leave(address: str, shown: str) -> None:
    """What only tells where a reader came from is dropped; nothing else of an address changes."""
    assert without_tracking(address) == shown
