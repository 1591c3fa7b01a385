"""The daily-arXiv-ai-enhanced Markdown and lines, beyond their samples."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.errors import MalformedDocumentError
from bot.sources.formats import ai_enhanced

TOC = "<div id=toc></div>\n\n# Table of Contents\n\n- [cs.CV](#cs.CV) [Total: 1]\n\n"
PAPER = "### [1] [T](https://arxiv.org/abs/2510.99001)\n*A B,C D*\n\nMain category: cs.CV\n\n"
LINE = {"id": "2510.99001", "abs": "https://arxiv.org/abs/2510.99001", "title": "T", "authors": ["A B"]}


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("data/2025-10-14.md", (date(2025, 10, 14),)),
        ("https://example.org/2024-01-01/2025-10-14_AI_enhanced_Chinese.jsonl", (date(2025, 10, 14),)),
        ("README.md", ()),
    ],
)
def test_day_is_read_from_the_name(name: str, days: tuple[date, ...]) -> None:
    """The content has no day, the last part of the name has."""
    assert ai_enhanced.parse(TOC, name).dates == days


@pytest.mark.parametrize(
    ("answer", "summary"),
    [
        ("短摘要。", "短摘要。"),
        ("Error", None),
        ("Summary generation failed", None),
        ("<think>\n\nlong thoughts\n\n</think>\n短摘要。", "短摘要。"),
        ("<think> never ends", None),
        ("no opening tag </think> 短摘要。", "短摘要。"),
        ("", None),
    ],
)
def test_answer_of_the_model_is_cleaned_in_both_forms(answer: str, summary: str | None) -> None:
    """Thoughts and failures of the model are no summary, in Markdown and in lines."""
    markdown = f"{TOC}{PAPER}TL;DR: {answer}\n\n<details>\nAbstract: Text.\n</details>\n"
    line = json.dumps({**LINE, "AI": {"tldr": answer}})
    assert ai_enhanced.parse(markdown, "x.md").entries[0].summary == summary
    assert ai_enhanced.parse(line, "x.jsonl").entries[0].summary == summary


@pytest.mark.parametrize("ai", [None, [], "text", {"tldr": 3}, {"tldr": None, "method": ["x"]}])
def test_answers_of_a_wrong_type_are_none(ai: object) -> None:
    """What the model's part holds instead of texts is left out, the paper stays."""
    (entry,) = ai_enhanced.parse(json.dumps({**LINE, "AI": ai}), "x.jsonl").entries
    assert (entry.summary, entry.takeaways) == (None, ())


@pytest.mark.parametrize("line", ['{"id": "x", "title": "T"}', "[]", '{"title": ""}', "3"])
def test_line_without_a_paper_is_left_out_with_a_warning(line: str) -> None:
    """A line without title or arXiv link is counted in one warning."""
    parsed = ai_enhanced.parse(f"{json.dumps(LINE)}\n{line}\n", "x.jsonl")
    assert len(parsed.entries) == 1
    assert parsed.warnings == ('1 item was left out (no title or arXiv link): "line 2"',)


def test_cut_line_is_refused_with_its_number() -> None:
    """A last line that is cut off is named."""
    with pytest.raises(MalformedDocumentError, match=r"cut off.*line 2"):
        ai_enhanced.parse(f"{json.dumps(LINE)}\n{json.dumps(LINE)[:-1]}", "x.jsonl")


def test_cut_markdown_is_refused() -> None:
    """A document that ends within a paper's details is refused with the title."""
    with pytest.raises(MalformedDocumentError, match="“T” ends within its details"):
        ai_enhanced.parse(f"{TOC}{PAPER}<details>\nAbstract: Te", "x.md")


def test_lone_surrogates_never_leave_the_parser() -> None:
    r"""A JSON escape such as `\ud800` is no character and is dropped."""
    (entry,) = ai_enhanced.parse(json.dumps({**LINE, "title": "T\ud800itle"}), "x.jsonl").entries
    assert entry.title == "Title"
