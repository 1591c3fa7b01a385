"""The analysis that queries, alerts and the search index share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_strategies import papers

from bot.domain.text.analysis import FIELDS, GAP, PaperText, analyse, tokenize
from bot.domain.text.author_name import analyse_name, is_weak, keys_of_name, keys_of_query, same_author
from bot.domain.text.normalize import plain
from bot.domain.text.plurals import singular
from bot.domain.text.tokenize import spans, words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Text-to-Image text_to/image", ["text", "to", "image"] * 2),
        ("the SAM and the same sample", ["the", "sam", "and", "the", "same", "sample"]),
        ("3-D, 3D and 3 D", ["3d", "3d", "and", "3d"]),
        ("C++ or C", ["cpp", "or", "c"]),
        ("a model's isn't O\u2019Neill", ["a", "model", "isnt", "oneill"]),
        (r"$\alpha$-divergence, 20\% of {\"o}", ["α", "divergence", "20", "of", "o"]),
        ("Schrödinger ŁUKASZ Ærø straße", ["schrodinger", "lukasz", "aero", "strasse"]),
        ("GPT™ &amp; x²", ["gpt", "x2"]),
        ("扩散模型", ["扩散", "散模", "模型", "型"]),
        ("擴散 模型，图", ["扩散", "散模", "模型", "型", "图"]),
        ("基于Transformer的", ["基于", "于", "transformer", "的"]),
        ("", []),
    ],
)
def test_tokens_of_a_text(text: str, tokens: list[str]) -> None:
    """Hyphens are gaps, tokens whole, LaTeX and accents folded, CJK overlapping pairs."""
    assert tokenize(text) == tokens


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("models", "model"),
        ("studies", "study"),
        ("classes", "class"),
        ("boxes", "box"),
        ("patches", "patch"),
        ("meshes", "mesh"),
        ("gpus", "gpu"),
        ("movies", "movie"),
        ("caches", "cache"),
        ("loss", "loss"),
        ("corpus", "corpus"),
        ("analysis", "analysis"),
        ("news", "news"),
        ("bias", "bias"),
        ("nas", "nas"),
        ("generative", "generative"),
    ],
)
def test_plurals_fold_lightly(plural: str, expected: str) -> None:
    """Only clear plural endings go; no stemming."""
    assert singular(plural) == expected


@given(st.text(alphabet="abchiesuxz", max_size=8))
def test_folding_a_plural_twice_changes_nothing(word: str) -> None:
    """A singular is its own singular."""
    assert singular(singular(word)) == singular(word)


@given(st.text(max_size=60))
def test_tokens_are_plain_words(text: str) -> None:
    """A token has no blank and is never empty, so that a stream can be written with blanks between."""
    for token in tokenize(text):
        assert token
        assert not token.isspace()
        assert len(token.split()) == 1


@given(st.text(max_size=60))
def test_spans_are_where_the_words_stand(text: str) -> None:
    """Each span is a piece of the shown text that gives its word again; or there are no spans at all."""
    found = spans(text)
    if found:
        assert [word for word, _, _ in found] == words(text)
        shown = plain(text)
        assert all(0 <= start < end <= len(shown) for _, start, end in found)


def test_joined_forms_stand_outside_the_stream() -> None:
    """A compound is also one word, and so are its neighbouring pairs."""
    paper = analyse(PaperText("Text-to-image fine-tunings"))
    assert paper.streams["title"] == ("text", "to", "image", "fine", "tuning")
    assert paper.joined["title"] == {"texttoimage", "textto", "toimage", "finetuning"}
    assert paper.indexed("title").split() == (
        f"text to image fine tuning {GAP} finetuning {GAP} textto {GAP} texttoimage {GAP} toimage".split()
    )


def test_sources_do_not_run_into_each_other() -> None:
    """A gap stands between the values of a field."""
    paper = analyse(PaperText("x", sources=("hf daily", "video digest")))
    assert paper.streams["source"] == ("hf", "daily", GAP, "video", "digest")


@given(papers)
def test_analysis_covers_all_fields(paper: PaperText) -> None:
    """Every field has its stream, and tokenizing the indexed text gives the same tokens again."""
    analysed = analyse(paper)
    for field in FIELDS:
        stream = analysed.streams[field]
        assert analysed.indexed(field).split()[: len(stream)] == list(stream)


@pytest.mark.parametrize(
    ("wanted", "name", "answers", "weak"),
    [
        ("Yang Song", "Yang Song", True, False),
        ("Song, Yang", "Yang Song", True, False),
        ("Yang Song", "Y. Song", True, True),
        ("Y. Song", "Yang Song", True, True),
        ("Yang Song", "Yang Q. Song", True, False),
        ("Yang Song", "Yi Song", False, False),
        ("Y Song", "Jiaming Song", False, False),
        ("Song", "Song, Yang", True, False),
        ("Yang", "Yang Song", False, False),
        ("Müller", "Klaus Muller", True, False),
        ("Jean Luc Li", "J.-L. Li", True, True),
        ("J L Li", "Jean-Luc Li", True, True),
        ("Y Y Song", "Yang Song", False, False),
        ("Martin Luther King", "Martin Luther King, Jr.", True, False),
        ("杨松", "杨松", True, False),
    ],
)
def test_names_are_compared_by_words_and_initials(
    wanted: str, name: str, *, answers: bool, weak: bool
) -> None:
    """Order, accents and initials don't matter; a different full name does."""
    query = analyse_name(wanted).words
    found = analyse_name(name)
    assert same_author(query, found) is answers
    if answers:
        assert is_weak(query, found) is weak
        assert keys_of_query(query) & keys_of_name(found)


_name_words = st.lists(
    st.sampled_from(("y", "yang", "yi", "song", "s", "li", "l", "jean", "杨松")), min_size=1, max_size=4
)


@given(_name_words, _name_words)
def test_every_name_that_answers_shares_a_key(query: list[str], name: list[str]) -> None:
    """The keys that save comparing never lose a name."""
    found = analyse_name(" ".join(name))
    if same_author(tuple(query), found):
        assert keys_of_query(tuple(query)) & keys_of_name(found)


@given(st.text(alphabet="ab'sd234 -+c.&$\\{}`_\n\t", max_size=40))
def test_ascii_words_are_read_as_any_others(text: str) -> None:
    """The short cuts for ASCII give the words that the patterns for all letters give."""
    assert words(f"{text} é") == [*words(text), "e"]
    assert plain(f"é {text}") == f"é {plain(text)}".strip()
