"""When a query matches a paper, and why."""

from __future__ import annotations

import pytest
from query_strategies import parse

from bot.domain.query import Occurrence, evaluate
from bot.domain.text.analysis import PaperText, analyse

_PAPER = analyse(
    PaperText(
        title="Fine-tuning Text-to-Image Diffusion Models",
        abstract="We sample the same images. Zero-shot video editing in a 3-D latent; Schrödinger's bridge.",
        summary="本文提出一种基于Transformer的擴散模型，用于图像编辑。",
        authors=("Yang Song", "J. Ho"),
        categories=("cs.CV", "eess.IV", "math.NA"),
        comment="Accepted to CVPR",
        canonical_id="arxiv:2401.99001",
        sources=("hf-daily", "arxiv:cs.CV"),
    )
)


@pytest.mark.parametrize(
    "query",
    [
        "fine-tuning",
        '"fine tuning"',
        "finetuning",
        "text-to-image",
        '"text to image"',
        "texttoimage",
        '"text to imag*"',
        "model",
        "Models",
        '"diffusion model"',
        "zeroshot",
        "3D",
        "3-d",
        "schrodinger",
        "Schrodinger's",
        "finetu*",
        "扩散模型",
        "扩散",
        "扩散*",
        "基于transformer的",
        "图像编辑",
        "ti:diffusion -abs:diffusion",
        "co:cvpr",
        'src:"hf daily"',
        "au:song",
        'au:"song y"',
        'au:"Jonathan Ho"',
        "cat:cs.CV",
        "cat:cs",
        "cat:cs.NA",
        "primary:cs.CV",
        "id:2401.99001v3",
        "https://arxiv.org/abs/2401.99001",
        "(nothing OR video) editing",
        "-(-video -nothing)",
    ],
)
def test_matches(query: str) -> None:
    """These queries find the paper, and say at least one thing that they found."""
    evidence = evaluate(parse(query), _PAPER)
    assert evidence is not None
    assert evidence.hits


@pytest.mark.parametrize(
    "query",
    [
        "SAM",
        "edit",
        '"image to text"',
        '"models we"',
        "模型用于",
        "散扩",
        "ti:video",
        "abs:accepted",
        "cvpr",
        "au:yang",
        'au:"Yi Song"',
        "primary:eess.IV",
        "cat:stat",
        "cat:math.AG",
        'src:"daily arxiv"',
        "id:2401.99002",
        "diffusion -video",
        "song",
    ],
)
def test_does_not_match(query: str) -> None:
    """Whole tokens in one field, in order; fields and names are kept apart."""
    assert evaluate(parse(query), _PAPER) is None


def test_evidence_shows_how_the_paper_writes_it() -> None:
    """Each hit names the field, the term and the paper's own spelling; ruled-out terms are no hits."""
    evidence = evaluate(parse('finetuning "text to image" 扩散模型 au:"Jonathan Ho" cat:cs -medical'), _PAPER)
    assert evidence is not None
    assert evidence.hits == (
        Occurrence("title", "finetuning", "Fine-tuning"),
        Occurrence("title", '"text to image"', "Text-to-Image"),
        Occurrence("summary", "扩散模型", "擴散模型"),
        Occurrence("title", '"diffusion model"', "Diffusion Models"),
        Occurrence("author", 'au:"ho jonathan"', "J. Ho", weak=True),
        Occurrence("category", "cat:cs.*", "cs.CV"),
    )


def test_evidence_falls_back_to_the_words() -> None:
    """Where a text can't be traced back to its spelling, the term's own words are shown."""
    paper = analyse(PaperText("A pre-fine-tuning study"))
    evidence = evaluate(parse("prefinetuning"), paper)
    assert evidence is not None
    assert evidence.hits == (Occurrence("title", "prefinetuning", "prefinetuning"),)


def test_synonyms_join_in_chinese_and_english() -> None:
    """A Chinese term finds English abstracts through the glossary, and Chinese summaries by itself."""
    english = analyse(PaperText("Diffusion models for video"))
    chinese = analyse(PaperText("x", summary="视频扩散模型的综述"))
    query = parse("扩散模型")
    assert evaluate(query, english)
    assert evaluate(query, chinese)
