"""BibTeX entries: what they hold, and that nothing anybody wrote breaks out of them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from bot.domain.papers.bibtex import bibtex, escaped
from bot.domain.papers.paper import Paper
from bot.domain.text.normalize import plain

ANY = st.text(st.characters(), max_size=60)  # surrogates too
HOSTILE = st.lists(
    st.sampled_from(
        [*"\\{}%$#&_^~\"'`@=,|<> \n", "\\input{/etc/passwd}", "and", " and ", "\\end", "}\n}\n@misc{x,",
         "$\\frac{a}{b}$", "&lt;", "扩散", "É", "x\u0304", "\u202e", "\U0001f409", "Jr.", "et al."]
    ),
    max_size=20,
).map("".join)  # fmt: skip
TEXTS = ANY | HOSTILE | HOSTILE.map(lambda text: text * 400)
# What pylatexenc both writes and reads, without quotes and dashes, which LaTeX spells in several ways.
LATIN = st.text(
    st.characters(
        min_codepoint=0x20,
        max_codepoint=0x17E,
        exclude_characters="\"'`-|{}·",
        exclude_categories=["Cc", "Cf", "Sk", "So"],
    )
    | st.sampled_from("扩散模型αΓ≤"),
    max_size=40,
)

ENTRY = re.compile(r"@(?P<kind>misc|article)\{(?P<key>[a-z][a-z0-9]*),\n(?P<fields>.*)\n\}", re.DOTALL)
FIELD = re.compile(r"  (?P<name>[A-Za-z]+) = ")

NAMES = [
    ("Yang Song", "Song, Yang"),
    ("Song, Yang", "Song, Yang"),
    ("J. K. Rowling", "Rowling, J. K."),
    ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
    ("María de la Cruz", "de la Cruz, Mar{\\'\\i}a"),
    ("Martin King Jr.", "King, Jr., Martin"),
    ("Sammy Davis, Jr.", "Davis, Jr., Sammy"),
    ("Jörg Müller", 'M{\\"u}ller, J{\\"o}rg'),
    ('J\\"org M\\"uller', 'M{\\"u}ller, J{\\"o}rg'),
    ("Łukasz Kaiser", "Kaiser, {\\L}ukasz"),
    ("Ada Example (Invented University)", "Example, Ada"),
    ("Pál Erdős-Szűcs", "Erd{\\H{o}}s-Sz{\\H{u}}cs, P{\\'a}l"),
    ("宋洋", "{宋洋}"),
    ("宋 洋", "宋, 洋"),
    ("OpenAI", "{OpenAI}"),
    ("The ATLAS Collaboration", "{The ATLAS Collaboration}"),
    ("Invented Team", "{Invented Team}"),
    ("Johnson and Johnson", "{Johnson and Johnson}"),
    ("a, b, c, d", "{a, b, c, d}"),
    ("Ann Li et al.", "Li, Ann and others"),
]

TITLES = [
    ("On rivers", "On rivers"),
    ("NeRF: Text-to-Image by GANs", "{NeRF}: Text-to-Image by {GANs}"),
    ("A 3D X-ray of GPT-4V", "A {3D} {X}-ray of {GPT}-{4V}"),
    ("50% of A&B_C #1", "50{\\%} of {A{\\&}B{\\_}C} {\\#}1"),
    (r"$\alpha$ of $x^2$", "{\\ensuremath{\\alpha}} of x{\\textasciicircum}2"),
    ("“Quoted” — and…", "``Quoted'' --- and{\\ldots}"),
    ("P(A|B) {x}", "{P}({A{\\textbar}B}) x"),
    ("扩散模型", "扩散模型"),
    (r"x \input{/etc/passwd} \ours", r"x {\textbackslash}ours"),
]


def paper(**fields: Any) -> Paper:
    """Return an invented paper."""
    usual: dict[str, Any] = {"canonical_id": "arxiv:2503.00001", "title": "On rivers", "first_seen_at": 0}
    return Paper(**usual | fields)


def braced(text: str, at: int) -> int:
    """Return where the braces that open at a place close; BibTeX counts them after a backslash, too."""
    depth = 0
    for end in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return end + 1
    raise AssertionError(text)


def read(entry: str) -> tuple[str, str, dict[str, str]]:
    """Return kind, key and fields of an entry, read as BibTeX does; fails where BibTeX would."""
    match = ENTRY.fullmatch(entry)
    assert match, entry
    assert braced(entry, entry.index("{")) == len(entry)
    fields, rest, at = {}, match["fields"], 0
    while at < len(rest):
        name = FIELD.match(rest, at)
        assert name, rest[at:]
        start = name.end()
        at = braced(rest, start) if rest[start] == "{" else start + 3
        value = rest[start:at]
        fields[name["name"]] = value[1:-1] if value[0] == "{" else value
        assert rest[at : at + 2] in {",\n", ""}
        at += 2
    return match["kind"], match["key"], fields


def names_of(authors: str) -> list[str]:
    """Return the names of an author field: BibTeX splits it at each `and` that is in no braces."""
    names, depth, start = [], 0, 0
    for at, char in enumerate(authors):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth == 0 and authors[at : at + 5].casefold() == " and ":
            names.append(authors[start:at])
            start = at + 5
    return [*names, authors[start:]]


def test_an_arxiv_paper() -> None:
    """It is `@misc` with its number and category; the number says year and month, not a later digest."""
    entry = bibtex(
        paper(
            title="On Rivers",
            authors=("Yang Song", "Ada Example"),
            categories=("cs.CV", "cs.LG"),
            published=date(2025, 4, 1),
            doi="10.1000/abc_1",
        )
    )
    assert entry == (
        "@misc{song2025rivers,\n"
        "  title = {On Rivers},\n"
        "  author = {Song, Yang and Example, Ada},\n"
        "  year = {2025},\n"
        "  month = mar,\n"
        "  eprint = {2503.00001},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CV},\n"
        "  doi = {10.1000/abc_1},\n"
        "  url = {https://arxiv.org/abs/2503.00001}\n"
        "}"
    )


def test_a_paper_with_a_doi_only() -> None:
    """It is an `@article` with its DOI."""
    kind, key, fields = read(
        bibtex(
            paper(
                canonical_id="doi:10.1/x",
                doi="10.1/x",
                authors=("Ada Example",),
                published=date(2024, 12, 31),
            )
        )
    )
    assert (kind, key) == ("article", "example2024rivers")
    assert fields["doi"] == "10.1/x"
    assert fields["url"] == "https://doi.org/10.1/x"
    assert (fields["year"], fields["month"]) == ("2024", "dec")
    assert not {"eprint", "archivePrefix"} & fields.keys()


def test_a_paper_known_by_its_title_only() -> None:
    """What is not known is left out; the page stands for it."""
    kind, key, fields = read(bibtex(paper(canonical_id="title:onrivers", url="https://x.test/a b{")))
    assert (kind, key) == ("misc", "paperrivers")
    assert fields == {"title": "On rivers", "url": "https://x.test/a%20b%7B"}


@pytest.mark.parametrize(
    ("number", "year", "month"),
    [("2412.00001", "2024", "dec"), ("hep-th/9901001", "1999", "jan"), ("math.AG/0702001", "2007", "feb")],
)
def test_the_year_in_an_arxiv_number(number: str, year: str, month: str) -> None:
    """Numbers of both kinds begin with it."""
    _, _, fields = read(bibtex(paper(canonical_id=f"arxiv:{number}", published=date(2025, 1, 2))))
    assert (fields["year"], fields["month"], fields["eprint"]) == (year, month, number)


@pytest.mark.parametrize(("written", "expected"), NAMES)
def test_names(written: str, expected: str) -> None:
    """Persons are `Last, First`, with particles and suffixes; groups stay whole, in braces."""
    _, _, fields = read(bibtex(paper(authors=(written,))))
    assert fields["author"] == expected


@pytest.mark.parametrize(("written", "expected"), TITLES)
def test_titles(written: str, expected: str) -> None:
    """Capitals that a style must keep are in braces; a source's own LaTeX never gets in."""
    assert read(bibtex(paper(title=written)))[2]["title"] == expected


@pytest.mark.parametrize(
    ("title", "authors", "key"),
    [
        ("The Deep of the Sea", ("Jörg Müller",), "muller2025deep"),
        ("Score-Based Models", ("van Gogh, V.",), "vangogh2025score"),
        ("3D of 2025", ("Ada O'Neil",), "oneil2025"),
        ("扩散模型", ("宋洋",), "paper2025"),
        ("On rivers", (), "paper2025rivers"),
        ("On rivers", ("4chan",), "paper2025rivers"),
    ],
)
def test_keys(title: str, authors: tuple[str, ...], key: str) -> None:
    """Family name, year and first telling word, in letters and digits that every BibTeX takes."""
    assert read(bibtex(paper(title=title, authors=authors)))[1] == key


def test_three_thousand_authors() -> None:
    """The first ones are named, the rest are `others`; the whole stays short enough for a message."""
    entry = bibtex(paper(authors=tuple(f"Ada Example{number}" for number in range(3_000))))
    names = names_of(read(entry)[2]["author"])
    assert names[0] == "Example0, Ada"
    assert names[-1] == "others"
    assert 40 < len(names) < 100


ANY_PAPER = st.fixed_dictionaries(
    {
        "title": TEXTS,
        "authors": st.lists(TEXTS, max_size=6).map(tuple),
        "url": st.none() | TEXTS.map("https://x.test/".__add__) | TEXTS,
        "doi": st.none() | TEXTS.map("10.1/".__add__),
        "categories": (TEXTS | st.just("cs.CV")).map(lambda category: (category,)),
        "canonical_id": st.sampled_from(["arxiv:2503.00001", "doi:10.1/x"]) | TEXTS.map("title:".__add__),
    }
)


@given(ANY_PAPER)
def test_nothing_breaks_an_entry(fields_of_paper: dict[str, Any]) -> None:
    """Whatever is in a paper, its entry reads as one entry, fits a message and has no control characters."""
    entry = bibtex(paper(**fields_of_paper))
    _, _, fields = read(entry)
    assert len(entry.encode("utf-16-le")) // 2 <= 4_000
    assert not [char for char in entry if unicodedata.category(char) in {"Cc", "Cs", "Cf"} and char != "\n"]
    if "author" in fields:
        names = names_of(fields["author"])
        assert len(names) <= len(fields_of_paper["authors"]) + 1
        assert all(name.strip() for name in names)
    for name in ("eprint", "doi", "url", "primaryClass"):
        assert not set(fields.get(name, "")) & set('{}\\" ')


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_only_harmless_commands_get_in(text: str) -> None:
    """What somebody writes becomes characters: none of LaTeX's own commands but those for single signs."""
    named = "backslash braceleft braceright bar asciitilde asciicircum".split()
    known = [*(rf"{{\text{name}}}" for name in named), *(rf"{{\{sign}}}" for sign in "&%$#_")]
    left = escaped(text)
    for command in (*known, r"{\ensuremath{<}}", r"{\ensuremath{>}}"):
        left = left.replace(command, "")
    assert not set(left) & set("\\{}")


@given(LATIN)
def test_a_title_reads_back(title: str) -> None:
    """LaTeX shows the title as it was: pylatexenc reads from the field what people see on a card."""
    _, _, fields = read(bibtex(paper(title=f"x {title}")))
    shown = LatexNodes2Text(keep_comments=True).latex_to_text(fields["title"])
    assert unicodedata.normalize("NFC", shown) == plain(f"x {title}")
