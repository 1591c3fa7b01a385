"""Invented papers and queries over a small vocabulary, so that they meet often."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.data import bundled_categories, bundled_glossary
from bot.domain.query import Query, parse_query
from bot.domain.text.analysis import PaperText

_WORDS = (
    "diffusion Diffusion model models fine-tuning finetuning fine tuning text-to-image text to image video "
    "videos editing edit edits 3-D 3D zero-shot zeroshot physics class classes GPUs Schrödinger C++ the of"
).split()
_CJK = ("扩散模型", "扩散", "模型", "擴散", "视频编辑", "视频", "基于", "的", "图像，编辑", "图 像")
_AUTHORS = (
    "Yang Song",
    "Song, Yang",
    "Y. Song",
    "Yi Song",
    "Yang Q. Song",
    "Jean-Luc Li",
    "J. L. Li",
    "Li",
    "杨松",
)
_CATEGORIES = ("cs.CV", "cs.LG", "stat.ML", "quant-ph", "eess.SY", "cs.SY", "math.AG")
_IDS = ("arxiv:2401.99001", "arxiv:2401.99002", "doi:10.1234/abc.5", "title:somekey")
_SOURCES = ("arxiv:cs.CV", "hf-daily", "video digest")

_texts = st.lists(st.sampled_from((*_WORDS, *_CJK, "基于diffusion的", ".")), max_size=12).flatmap(
    lambda parts: st.sampled_from((" ".join(parts), "".join(parts[:2]) + " " + ", ".join(parts[2:])))
)
papers = st.builds(
    PaperText,
    title=_texts,
    abstract=_texts,
    summary=_texts,
    authors=st.lists(st.sampled_from(_AUTHORS), max_size=3).map(tuple),
    categories=st.lists(st.sampled_from(_CATEGORIES), max_size=3, unique=True).map(tuple),
    comment=_texts,
    canonical_id=st.sampled_from(_IDS),
    sources=st.lists(st.sampled_from(_SOURCES), max_size=2).map(tuple),
)

_phrases = st.lists(st.sampled_from((*_WORDS, *_CJK)), min_size=1, max_size=4).map(" ".join)
_text_atoms = st.one_of(
    st.sampled_from((*_WORDS, *_CJK)),
    _phrases.map(lambda words: f'"{words}"'),
    st.sampled_from(
        ("diff*", "vid*", "edi*", "fine-tun*", '"text to im*"', '"video edi*"', "physics*", "扩散*")
    ),
)
atoms = st.one_of(
    _text_atoms,
    _text_atoms,
    st.tuples(st.sampled_from(("ti:", "abs:", "co:", "src:", "标题:")), _text_atoms).map("".join),
    st.sampled_from(_AUTHORS).map(lambda name: f'au:"{name}"'),
    st.sampled_from(("au:son*", "au:song", "au:li", "au:杨松", 'au:"J Luc Li"', 'au:"Jean L Li"')),
    st.tuples(st.sampled_from(("cat:", "primary:")), st.sampled_from((*_CATEGORIES, "cs", "math.*"))).map(
        "".join
    ),
    st.sampled_from(("id:2401.99001", "10.1234/abc.5", "cs.CV")),
)
query_texts = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(" OR ".join),
        st.lists(inner, min_size=2, max_size=3).map("，".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-({text})"),
        st.tuples(inner, inner).map(lambda both: f"{both[0]} NOT {both[1]}"),
    ),
    max_leaves=8,
)

hostile_texts = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.one_of(
            st.sampled_from(list("()\"*-!,;|&:<>/@$\\{}'#+._~^[]“”—，；、：（）＂＊　\u200b\u202e\x00")),
            st.sampled_from(
                (
                    "AND",
                    "OR",
                    "NOT",
                    "ANDNOT",
                    "and",
                    "or",
                    "not",
                    "without",
                    "Except",
                    "不要",
                    "但不",
                    "或",
                    "且",
                    "非",
                    "ti:",
                    "au:",
                    "cat:",
                    "id:",
                )
            ),
            st.sampled_from(
                (
                    "foo:",
                    "auther:",
                    "venue:",
                    "year:2024",
                    "di?f",
                    "<b>",
                    "&amp;",
                    "<@U1>",
                    "https://arxiv.org/abs/2401.99001",
                    "/x ",
                )
            ),
            query_texts,
            st.text(min_size=1, max_size=6),
            st.just(" "),
        ),
        max_size=14,
    ).map("".join),
)
"""Markup, controls, unbalanced quotes and parentheses, every plane of Unicode, between real pieces."""


def parse(text: str) -> Query:
    """Read a query with the bundled word lists."""
    return parse_query(text, glossary=bundled_glossary(), categories=bundled_categories())
