"""Text made comparable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text.normalize import bounded_key, collapse, fold, plain, title_key

ANY = st.text(st.characters())  # surrogates too
TEXLIKE = st.lists(
    st.sampled_from(
        [*"\\{}$^_~'`\"&;# ax1", "\\alpha", "\\'", "$$", "{\\it", "\\frac", "&amp;", "&#", "\\begin{x}", "é"]
    ),
    max_size=30,
).map("".join)

LATEX = [
    ("Synth$^2$", "Synth^2"),
    (r"$\epsilon=10$", "ϵ=10"),
    (r"7.7$\times$ faster", "7.7× faster"),
    (r"1-2\%", "1-2%"),
    (r"<$20\%$", "<20%"),
    (r"\textit{SeedFlow}: \emph{fast}", "SeedFlow: fast"),
    (r"\textbf{\textit{Nested}} {\bf Bold}", "Nested Bold"),
    (r"\texttt{a_b} and \textsf{c}", "a_b and c"),
    (r"G\"odel, Erd\H{o}s, Fran\c{c}ois, S\~ao, \L{}ukasz", "Gödel, Erdős, François, São, Łukasz"),
    (r"\'Etude na\"{\i}ve", "Étude naïve"),
    (r"A {B}ayesian {GAN}", "A Bayesian GAN"),
    ("``quoted'' text", '"quoted" text'),
    (r"$\mathcal{O}(n^2)$", "𝒪(n^2)"),
    (r"$k$-NN on $\mathbb{R}^n$", "k-NN on ℝ^n"),
    (r"code: \url{https://x.test/a}", "code: https://x.test/a"),
    (r"\href{https://x.test}{here}", "https://x.test here"),
    (r"\ours: better", r"\ours: better"),
    (r"\ours{} is better", r"\ours is better"),
    (r"C:\Users\me", r"C:\Users\me"),
    (r"\frac", r"\frac"),
    ("costs $5 or $ 6", "costs $5 or $ 6"),
    ("an open { brace and a $", "an open { brace and a $"),
    ("100% of x & y # z", "100% of x & y # z"),
    ("AT&amp;T &lt;b&gt; &#x4e2d;", "AT&T <b> 中"),
    ("&#99999999999; &nosuch;", "&#99999999999; &nosuch;"),
]


@pytest.mark.parametrize(("text", "expected"), LATEX)
def test_latex_and_entities_become_unicode(text: str, expected: str) -> None:
    """What can't be read stays as it is."""
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a  b\n\tc\u00a0d\u2003e\u2028f\x1cg\x85h ", "a b c d e f g h"),
        ("in\u200bvis\ufeffible\u00ad soft", "invisible soft"),
        ("\u202eevil\u202c \u2066x\u2069 \u061cy", "evil x y"),
        ("tag\U000e0041\U000e007f hidden\u3164\uffa0", "tag hidden"),
        ("n\x00u\x07l\x7f \ud800x\uffff", "nul x"),
        ("e\u200b\u0301", "é"),
        ("\u1100\u1161", "가"),
        ("", ""),
    ],
)
def test_blanks_collapse_and_hidden_characters_go(text: str, expected: str) -> None:
    """Also where a hidden character parts a letter from its accent."""
    assert collapse(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café Übung Łódź", "CAFE UBUNG ŁÓDŹ"),
        ("ﬁne ﬂow ½ ²", "fine flow 1⁄2 2"),
        ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"),
        ("STRASSE", "straße"),
        ("ΣΑΣ", "σας"),
    ],
)
def test_folding_forgets_case_accents_and_forms(one: str, other: str) -> None:
    """Two ways to write the same."""
    assert fold(one) == fold(other)


def test_a_title_key_is_letters_and_digits() -> None:
    """Blanks, punctuation, underscores and LaTeX don't matter; Chinese stays."""
    assert title_key(r"A_b-C: {D}$^2$ — “扩散” (模型)!") == "abcd2扩散模型"
    assert title_key("?!…") == ""


@given(ANY | TEXLIKE)
def test_what_is_shown_has_no_control_bidi_or_lone_surrogate(text: str) -> None:
    """Whatever comes in, also by way of an entity or LaTeX; and nothing raises."""
    for shown in (collapse(text), plain(text), fold(text), title_key(text)):
        assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in shown)
        assert not any(unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF"} for c in shown)
        assert not any(unicodedata.bidirectional(c) in {"LRI", "RLI", "FSI", "PDI"} for c in shown)
        assert not set("\u200b\u200e\u200f\u061c\ufeff\x00") & set(shown)
        shown.encode()


@given(ANY | TEXLIKE)
def test_collapsing_and_keys_are_idempotent(text: str) -> None:
    """A second time changes nothing; a collapsed text is NFC, without blanks at its ends."""
    once = collapse(text)
    assert collapse(once) == once == once.strip() == unicodedata.normalize("NFC", once)
    assert title_key(title_key(text)) == title_key(text)


def test_every_character_is_idempotent_and_visible() -> None:
    """All of Unicode, each between letters and before an accent."""
    for start in range(0, 0x110000, 0x1000):
        text = "".join(f"a{chr(number)}b\u0301" for number in range(start, start + 0x1000))
        once = collapse(text)
        key = title_key(text)
        assert collapse(once) == once
        assert title_key(key) == key


@given(st.text(st.characters(exclude_characters="&\\${}`'", exclude_categories=["Cs"])))
def test_text_without_tex_is_only_collapsed(text: str) -> None:
    """`plain` touches nothing but TeX and entities."""
    assert plain(text) == collapse(text)


_PIECES = r"""{ } $ \ \' & &# \a{x {\a{ \a{} $x$ \url \url{ \frac `` \begin{x} {\a{\b}""".split()


@pytest.mark.parametrize("piece", [*_PIECES, "$x ", "{\\a "])
def test_a_hundred_thousand_pieces_of_tex_are_read_in_linear_time(piece: str) -> None:
    """Braces, dollars and backslashes that never close: quadratic reading would not end."""
    assert isinstance(plain(piece * (100_000 // len(piece))), str)


@pytest.mark.parametrize("text", ["{\\" + "a" * 100_000, "\\a{" + "{}" * 50_000, "&#" + "1" * 100_000 + ";"])
def test_one_endless_piece_is_read_in_linear_time(text: str) -> None:
    """A macro's name, groups in a group, a number longer than Python reads."""
    assert isinstance(plain(text), str)


@given(st.text(min_size=240, max_size=270) | st.text())
def test_a_bounded_key_fits_an_index(key: str) -> None:
    """Two in one row stay under PostgreSQL's 2,704 bytes; short keys are themselves; long ones stay apart."""
    assert len(bounded_key(key).encode()) <= 1_100
    assert len(key) > 250 or bounded_key(key) == key
    assert bounded_key(key + "a" * 250) != bounded_key(key + "a" * 249 + "b")
