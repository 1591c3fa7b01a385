"""What an abstract gives as a summary; the abstracts are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.summaries.extract import extract
from bot.domain.text.normalize import plain

TITLE = "LoomNet: Weaving Long Videos from Short Clips"
RESULT = "On an invented benchmark LoomNet outperforms five baselines and improves consistency by 12%."
ABSTRACT = (
    "Video generators have become popular. However, their clips last only a few seconds. In this paper, we "
    "propose LoomNet, which weaves long videos from short clips. It plans key frames first. A decoder then "
    "fills the gaps between key frames with motion. We believe that this opens new ways. "
    f"{RESULT} Code is available at https://example.org/loom."
)
STUDY = "Batches grow. This work studies how batch size changes small models. We hope that others follow."
MAP = "To address this gap, in this work, we introduce a map of prompts. Maps are useful."
NAMED = "Trees in real time need large machines. Leaf draws a forest in a millisecond. It is small."
CHINESE = "视频编辑很难。本文提出一种基于草图的视频编辑方法。实验表明效果优于基线。"


def test_the_one_liner_says_what_is_new() -> None:
    """It is the sentence of the contribution, without its opening and with a capital."""
    found = extract(TITLE, ABSTRACT)
    assert found
    assert found.one_line == "We propose LoomNet, which weaves long videos from short clips."


def test_takeaways_are_sentences_of_the_abstract_in_its_order() -> None:
    """Contribution, method, result and code; each word for word, and no background."""
    found = extract(TITLE, ABSTRACT)
    assert found
    assert found.takeaways[0].startswith("In this paper, we propose LoomNet")
    assert found.takeaways[-1].startswith("Code is available")
    assert RESULT in found.takeaways
    places = [ABSTRACT.index(sentence) for sentence in found.takeaways]
    assert places == sorted(places)
    assert not any("believe" in sentence or "However" in sentence for sentence in found.takeaways)


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        ("Small Models", STUDY, "This work studies how batch size changes small models."),
        ("A Map of Prompts", MAP, "We introduce a map of prompts."),
        ("基于草图的视频编辑", CHINESE, "本文提出一种基于草图的视频编辑方法。"),
        ("One", "Only this sentence.", "Only this sentence."),
        ("Leaf: Trees in Real Time", NAMED, "Leaf draws a forest in a millisecond."),
    ],
)
def test_other_kinds_of_abstracts(title: str, abstract: str, expected: str) -> None:
    """Studies, two openings in a row, Chinese, one sentence, and a method that is called by its name."""
    found = extract(title, abstract)
    assert found
    assert found.one_line == expected


def test_latex_is_read() -> None:
    """What is shown has no commands."""
    found = extract(
        r"$\alpha$-Nets", r"We propose {\em nets} with $\alpha = 2$ that learn 5\% faster than before."
    )
    assert found
    assert "\\" not in found.one_line
    assert "5%" in found.one_line


@pytest.mark.parametrize("abstract", ["", " \n ", "\n"])
def test_no_abstract_gives_no_summary(abstract: str) -> None:
    """There is nothing to take it from."""
    assert extract("A title", abstract) is None


@given(st.text(), st.lists(st.sampled_from(ABSTRACT.split(". ")) | st.text()).map(". ".join))
def test_any_text_gives_sentences_of_it(title: str, abstract: str) -> None:
    """Nothing is invented: every takeaway is in the abstract, and at most five are chosen."""
    found = extract(title, abstract)
    if found:
        told = " ".join(plain(paragraph) for paragraph in abstract.split("\n"))
        assert all(takeaway in told for takeaway in found.takeaways)
        assert len(found.takeaways) in {0, 2, 3, 4, 5}
