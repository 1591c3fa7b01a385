"""Removes the reasoning and error messages that language models left in a digest's text."""

from __future__ import annotations

from bot.domain.text.normalize import collapse

# What generators of digests write where the call of the model failed (daily-arXiv-ai-enhanced and its forks).
_FAILURES = frozenset(
    {
        "error",
        "n/a",
        "none",
        "null",
        "-",
        "summary generation failed",
        "motivation analysis unavailable",
        "method extraction failed",
        "result analysis unavailable",
        "conclusion extraction failed",
        "processing failed",
    }
)


def model_text(text: object) -> str | None:
    """Return a model's answer without its `<think>` block; None for a failed call or no text at all.

    A block that is never closed is an answer that was cut off while thinking: nothing of it is shown.
    """
    if not isinstance(text, str):
        return None
    answer = collapse(text.rpartition("</think>")[2].partition("<think>")[0])
    return None if answer.casefold().rstrip(".。!") in _FAILURES else answer or None
