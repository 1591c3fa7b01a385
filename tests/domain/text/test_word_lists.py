"""The bundled word lists and what is read from them."""

from __future__ import annotations

import pytest

from bot.data import bundled_categories, bundled_glossary
from bot.domain.query import parse_query
from bot.domain.text.glossary import read_glossary
from bot.domain.text.tokenize import is_cjk
from bot.errors import SettingsError


def test_the_taxonomy_is_whole() -> None:
    """ArXiv has 155 active categories; aliases and subsumed archives point at active ones."""
    categories = bundled_categories()
    assert len(categories.names) == 155
    assert set(categories.aliases) | set(categories.aliases.values()) <= set(categories.names)
    assert set(categories.subsumed.values()) <= set(categories.names)
    assert set(categories.archives) >= {"cs", "math", "stat", "physics", "astro-ph"}


@pytest.mark.parametrize(
    ("text", "first"),
    [("cs.CVV", "cs.CV"), ("AI", "cs.AI"), ("robotics", "cs.RO"), ("computer vision", "cs.CV")],
)
def test_nearest_categories(text: str, first: str) -> None:
    """Three real categories are near anything, by id or by name."""
    nearest = bundled_categories().nearest(text)
    assert nearest[0] == first
    assert len(set(nearest)) == 3


def test_every_glossary_line_can_be_looked_for() -> None:
    """Each bundled term is read, shows its English, and is written in CJK."""
    glossary, categories = bundled_glossary(), bundled_categories()
    for term, english in glossary.terms.items():
        query = parse_query(term, glossary=glossary, categories=categories)
        assert any(note.code == "glossary" for note in query.notes), term
        assert any(map(is_cjk, term))
        assert english


def test_every_compound_is_one_query_in_three_spellings() -> None:
    """The hyphen, open and closed forms have one meaning."""
    glossary, categories = bundled_glossary(), bundled_categories()
    for parts in glossary.compounds.values():
        forms = ("-".join(parts), f'"{" ".join(parts)}"', "".join(parts))
        assert (
            len({parse_query(form, glossary=glossary, categories=categories).root for form in forms}) == 1
        ), parts


def test_a_glossary_is_editable() -> None:
    """An operator's list is read: comments, several English forms, compounds."""
    glossary = read_glossary("# mine\n擴散\tdiffusion\tspreading\n", "# mine\nspin-glass\n")
    query = parse_query("扩散 spinglasses", glossary=glossary, categories=bundled_categories())
    spelt = parse_query(
        "(扩散 OR diffusion OR spreading) spin-glass", glossary=glossary, categories=bundled_categories()
    )
    assert query.root == spelt.root
    assert query.canonical == "扩散 spinglasses"


@pytest.mark.parametrize(
    ("terms", "compounds", "line"),
    [("扩散", "", "glossary, line 1"), ("a\tb\nc\t", "", "line 2"), ("", "x", "line 1")],
)
def test_a_bad_line_is_named(terms: str, compounds: str, line: str) -> None:
    """The message says which line and what it should be."""
    with pytest.raises(SettingsError, match=line):
        read_glossary(terms, compounds)
