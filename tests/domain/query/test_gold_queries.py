"""Queries on real papers: figures counted with this parser, each checked against the texts by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from query_strategies import parse

from bot.domain.papers.parsed_entry import Document
from bot.domain.query import evaluate
from bot.domain.text.analysis import AnalysedPaper, PaperText, analyse
from bot.sources import parse_document

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.digests


@pytest.fixture(scope="module")
def gold_papers(shared_digests: Path) -> list[AnalysedPaper]:
    """The 74 papers: title, and as one text all else that is before the summary."""
    entries = [
        entry
        for path in sorted(shared_digests.rglob("*.md"))
        for entry in parse_document(Document(name=path.name, body=path.read_bytes())).entries
    ]
    return [
        analyse(
            PaperText(
                title=entry.title,
                abstract=f"{', '.join(entry.authors)}. {entry.abstract} {entry.comment or ''}",
                summary=" ".join((entry.summary or "", *entry.takeaways)),
            )
        )
        for entry in entries
    ]


@pytest.mark.parametrize(
    ("query", "papers"),
    [
        ("text-to-image", 29),
        ('"text to image"', 29),
        ('"diffusion models"', 46),
        ("SAM", 0),
        ('"video editing"', 2),
        ('"image editing"', 5),
        ('"image generation"', 42),
        ("edit", 2),
        ("edit*", 12),
        ("generative", 25),
        ("LoRA", 3),
        ("fine-tuning", 11),
        ('"fine tuning"', 11),
        ("finetuning", 11),
        ("3D", 9),
        ("3-D", 9),
        ("zero-shot", 2),
        ("ti:diffusion", 30),
    ],
)
def test_gold_figures(gold_papers: list[AnalysedPaper], query: str, papers: int) -> None:
    """Each query matches so many of the 74 papers, in title, authors, abstract and comment."""
    assert len(gold_papers) == 74
    english = [analyse(PaperText(paper.paper.title, paper.paper.abstract)) for paper in gold_papers]
    assert sum(evaluate(parse(query), paper) is not None for paper in english) == papers


def test_chinese_terms_find_english_abstracts_and_chinese_summaries(gold_papers: list[AnalysedPaper]) -> None:
    """A Chinese term finds all that its English finds, and summaries that say it in Chinese only."""
    english = {at for at, paper in enumerate(gold_papers) if evaluate(parse('"diffusion model"'), paper)}
    chinese = {at for at, paper in enumerate(gold_papers) if evaluate(parse("扩散模型"), paper)}
    assert english <= chinese
    assert any("扩散模型" in paper.paper.summary for paper in gold_papers)
    substring = {at for at, paper in enumerate(gold_papers) if "图像编辑" in paper.paper.summary}
    assert substring <= {at for at, paper in enumerate(gold_papers) if evaluate(parse("图像编辑"), paper)}
