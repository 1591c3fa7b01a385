"""Which words a reason has to name: those that the query does not say itself."""

from __future__ import annotations

import pytest

from bot.domain.cards.card import Reason
from bot.domain.cards.evidence import revealed


@pytest.mark.parametrize(
    ("query", "words", "told"),
    [
        ("video editing", ("Video", "editing"), []),
        ("llm AND agent", ("LLM", "Agents", "agent"), []),
        ('"retrieval augmented generation"', ("Retrieval-Augmented Generation",), []),
        ('"fine-tuning"', ("finetuning",), ["finetuning"]),
        ("扩散", ("diffusion", "Diffusion", "扩散"), ["diffusion"]),
        ("video -survey", ("Video", "frames", "Frame"), ["frames"]),
    ],
)
def test_only_words_that_the_query_does_not_say(query: str, words: tuple[str, ...], told: list[str]) -> None:
    """Plurals, capitals and hyphens say nothing new; another word is told once, as it was written first."""
    assert revealed(Reason(query, words)) == told
