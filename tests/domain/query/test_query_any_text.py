"""Any text at all is read or refused, and what is read is stable."""

from __future__ import annotations

from examples import examples
from hypothesis import example, given, settings
from query_strategies import hostile_texts, parse, query_texts

from bot.domain.query import UnreadableQueryError


@settings(max_examples=examples(50), deadline=None)
@given(hostile_texts)
@example('"0一\\')
@example("YEAR:0<@>/A /B -0")
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but a refusal with a readable suggestion happens, and a canonical form reads as itself."""
    refusal = None
    try:
        query = parse(text)
    except UnreadableQueryError as error:
        refusal = error
    if refusal:
        assert refusal.suggestion is not None
        parse(refusal.suggestion)
        assert 0 <= refusal.position <= len(refusal.text)
        return
    again = parse(query.canonical)
    assert (again.canonical, again.root, again.key) == (query.canonical, query.root, query.key)


@settings(deadline=None)
@given(query_texts)
def test_parentheses_around_a_query_change_nothing(text: str) -> None:
    """A query in parentheses reads as itself."""
    try:
        query = parse(text)
    except UnreadableQueryError:
        return
    assert parse(f"({query.canonical})").root == query.root
