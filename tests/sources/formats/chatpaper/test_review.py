"""The review of a ChatPaperFree digest, in the forms that language models gave it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers.parsed_entry import Review
from bot.sources.formats.chatpaper.review import parse_review

_CODE_INDENT = " " * 17


def _read(raw: str) -> Review:
    review = parse_review(raw)
    assert review is not None
    return review


_MARKDOWN = """1. Title: Lantern (灯笼)

2. Authors: Ann Example, Bob Sample*

3. Affiliation: 示例大学

4. Keywords: lamps, fields

5. Urls: https://arxiv.org/abs/2401.99001v1, Github: None

6. Summary:

    - (1):背景。

    - (2)：问题。
7. Methods:

    - (1): 第一步。

8. Conclusion:

    - (1):意义。

    - (2):Innovation point: 新；Performance: 好；Workload: 大。
"""


def test_markdown_is_read_by_its_labels() -> None:
    """All eight sections of the canon are read; marks of items are left out."""
    review = _read(_MARKDOWN)

    assert review == Review(
        title="Lantern (灯笼)",
        authors="Ann Example, Bob Sample*",
        affiliation="示例大学",
        keywords="lamps, fields",
        urls="https://arxiv.org/abs/2401.99001v1, Github: None",
        summary=("背景。", "问题。"),
        methods=("第一步。",),
        conclusion=("意义。", "Innovation point: 新；Performance: 好；Workload: 大。"),
        raw=_MARKDOWN.strip(),
    )


def test_indented_sections_are_read_alike() -> None:
    """Seventeen blanks before every line but the first, a code block to CommonMark, change nothing."""
    first, *others = _MARKDOWN.splitlines()
    indented = "\n".join([first, *(_CODE_INDENT + line for line in others)])

    assert _read(indented).summary == ("背景。", "问题。")
    assert _read(indented).conclusion == _read(_MARKDOWN).conclusion


_HTML = """<h2>Paper:1</h2>
<ol>
<li>
<p>论文标题：河流 &amp; 湖泊</p>
</li>
<li>
<p>作者：</p>
<ul>
<li>Cleo Muster</li>
<li>Dan Model</li>
</ul>
</li>
<li><p>第一作者单位：示例学院</p></li>
<li>关键词：水、流</li>
<li>论文链接：https://arxiv.org/abs/2404.99002，Github：无</li>
<li>
<p>摘要：</p>
<pre><code>            (1): 背景。

            (2): 方法，
换行。
</code></pre>
</li>
<li><p><strong>方法</strong>：</p></li>
</ol>
<p>（1）第一步；</p>
<p>（2）第二步。</p>
<ol>
<li>结论：
（1）：意义。
（2）：创新点：</li>
<li>新场。
性能：</li>
<li>很好。</li>
</ol>
"""


def test_html_is_read_by_its_labels() -> None:
    """Restarted lists, code blocks, loose paragraphs and entities give the same sections."""
    review = _read(_HTML)

    assert (review.title, review.authors) == ("河流 & 湖泊", "Cleo Muster Dan Model")
    assert (review.affiliation, review.keywords) == ("示例学院", "水、流")
    assert review.urls == "https://arxiv.org/abs/2404.99002，Github：无"
    assert review.summary == ("背景。", "方法， 换行。")
    assert review.methods == ("第一步；", "第二步。")
    assert review.conclusion == ("意义。", "创新点： 新场。 性能： 很好。")


@pytest.mark.parametrize(
    "mark",
    ["(1):", "(1)：", "（1）：", "(1) ", "（1）", "- (1):", "* (1) ", "**(1)：", "- **(1)** ", "*(1) "],
)
def test_every_mark_opens_an_item(mark: str) -> None:
    """An item's mark may be half or full width, a bullet, bold or italic, with a colon or without."""
    review = _read(f"6. Summary:\n{mark}甲\n{mark.replace('1', '2')}乙\n")

    assert review.summary == ("甲", "乙")


@pytest.mark.parametrize(
    "label",
    [
        "7. Methods:",
        "7. 方法：",
        "7.方法：",
        "**7. 方法论**：",
        "### 7. 方法论概述：",
        "<Methods>:",
        "7. 研究方法：",
        "方法",
    ],
)
def test_every_label_opens_the_methods(label: str) -> None:
    """Labels may be numbered, bold, headings, in angle brackets, Chinese or English."""
    assert _read(f"6. 摘要：\n(1) 甲\n{label}\n(1) 乙\n").methods == ("乙",)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("标题（带中文翻译）：甲", "title", "甲"),
        ("1. **标题**： 甲", "title", "甲"),
        ("题目：甲", "title", "甲"),
        ("作者：甲、乙", "authors", "甲、乙"),
        ("3. **作者所属单位**：甲", "affiliation", "甲"),
        ("隶属机构（中文翻译）：甲", "affiliation", "甲"),
        ("隶属：甲", "affiliation", "甲"),
        ("Key words: a", "keywords", "a"),
        ("5. 网址：甲", "urls", "甲"),
        ("论文地址：甲", "urls", "甲"),
    ],
)
def test_every_label_opens_its_field(line: str, field: str, value: str) -> None:
    """The labels of the head come in many words."""
    assert getattr(_read(line), field) == value


def test_a_second_language_on_its_own_line_belongs_to_the_field() -> None:
    """A translation below a field is joined to it, with or without a label of its own."""
    review = _read(
        "1. Title: Lantern\n   (中文翻译：灯笼)\n\n2. Authors: Ann\n   作者：安\n3. Affiliation:\n   (示例)\n"
    )

    assert (review.title, review.authors, review.affiliation) == (
        "Lantern (中文翻译：灯笼)",
        "Ann 安",
        "(示例)",
    )


def test_lists_within_an_item_stay_in_it() -> None:
    """Nested bullets belong to the item above them."""
    assert _read("7. Methods:\n  - (1): 甲：\n\n    - 子一\n\n    - 子二\n  - (2): 乙\n").methods == (
        "甲： - 子一 - 子二",
        "乙",
    )


def test_items_on_one_line_are_told_apart() -> None:
    """Where one line holds all items, their numbers part them while they continue."""
    review = _read("<p>7.方法：（1）甲。（2）乙；（3）丙（见（1））。</p>")

    assert review.methods == ("甲。", "乙；", "丙（见（1））。")


@pytest.mark.parametrize(
    "body",
    ["一、甲\n\n二、乙", "- 甲\n- 乙", "* **甲**\n* 乙", "1. 甲\n2. 乙", "甲\n\n乙", "<p>甲</p>\n<p>乙</p>"],
)
def test_prose_falls_apart_into_its_paragraphs(body: str) -> None:
    """Without (1) (2) the items are Chinese numbers, bullets, numbers or else paragraphs."""
    assert _read(f"摘要：\n\n{body}\n").summary == ("甲", "乙")


def test_words_of_the_text_are_no_labels() -> None:
    """A line of an item that begins with a label's word stays in the item."""
    raw = (
        "6. Summary:\n(1) 甲\n链接：见文\n- 方法：丙\n研究方法：丁\n"
        "8. 结论：\n(1) 乙\n方法：戊\n总结：己\n标题：庚\n"
    )
    review = _read(raw)

    assert review.summary == ("甲 链接：见文 - 方法：丙 研究方法：丁",)
    assert review.conclusion == ("乙 方法：戊 总结：己 标题：庚",)
    assert (review.methods, review.title, review.urls) == ((), None, None)


def test_the_same_word_is_a_summary_or_a_conclusion_by_its_place() -> None:
    """总结 before any section with items is the summary, after one the conclusion."""
    review = _read("6. 总结：\n(1) 甲\n7. 方法：\n(1) 乙\n8. 总结：\n(1) 丙\n")

    assert (review.summary, review.methods, review.conclusion) == (("甲",), ("乙",), ("丙",))


@pytest.mark.parametrize(
    ("body", "items"),
    [
        ("(1) 甲\n(2) 乙\n", ("甲", "乙")),
        ("背景：甲\n\n研究方法：乙\n", ("背景：甲", "研究方法：乙")),
        ("一、研究背景：甲\n\n二、方法：乙\n", ("研究背景：甲", "方法：乙")),
    ],
)
def test_a_summary_may_lack_its_label(body: str, items: tuple[str, ...]) -> None:
    """Items, or a background, right below the head are the summary, not part of the head."""
    review = _read(f"关键词：灯\n\n链接：无\n\n{body}")

    assert (review.keywords, review.urls, review.summary) == ("灯", "无", items)


def test_missing_sections_are_empty() -> None:
    """A review of methods and conclusion only has no other fields."""
    review = _read("7. 方法：\n（1）甲\n\n\n8. Conclusion:\n（1）乙\n")

    assert (review.title, review.authors, review.summary) == (None, None, ())
    assert (review.methods, review.conclusion) == (("甲",), ("乙",))


def test_small_talk_is_no_content() -> None:
    """What the model says to its user is left out of every section but stays in the raw text."""
    raw = (
        "好的，我会按照您的要求来总结这篇论文。\n\n6. **摘要**：\n - (1) 甲\n\n"
        "以上就是对该论文的简洁总结，希望对您有所帮助。\n"
        "注意：以上内容仅根据摘要进行了概括，具体请参考原文。\n"
        "好的，以下是方法。\n7. 方法：\n(1) 乙\n希望这个回答能够满足您的要求！\n如有其他问题，请告诉我。\n"
    )
    review = _read(raw)

    assert (review.summary, review.methods) == (("甲",), ("乙",))
    assert review.raw == raw.strip()


def test_a_failed_section_is_no_content() -> None:
    """The generator's excuse ends the section before it and is left out."""
    raw = (
        "<ol><li>摘要：\n(1) 甲</li></ol>\n"
        "<p>Some Error for method(比如是不是没有Methods这个章节)</p>\n"
        "<p>8. 结论：</p><p>(1) 乙</p>"
    )
    review = _read(raw)

    assert (review.summary, review.methods, review.conclusion) == (("甲",), (), ("乙",))


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "\n\n  \n",
        "Some Error for method(比如是不是没有Methods这个章节)",
        "<p>Some Error for summary</p>\n<p>Some Error for conclusion</p>",
        "<h2>Paper:1</h2>",
        "Please refer to relevant websites for more information, and feel free to ask me anything.",
        "好的，请提供您希望我总结的内容。",
        "---\n**\n",
    ],
)
def test_a_review_that_holds_nothing_is_none(raw: str) -> None:
    """Excuses, heads and rules alone make no review."""
    assert parse_review(raw) is None


def test_prose_without_labels_keeps_its_text() -> None:
    """A review in which no section can be told is there as raw text only."""
    assert _read("本文很有意思。\n") == Review(raw="本文很有意思。")


def test_a_tag_that_no_renderer_writes_is_text() -> None:
    """Angle brackets of the model's own stay in the text."""
    assert _read("6. Summary:\n(1) 由 <encoder> 与 a<b 组成 &lt;x&gt;\n").summary == (
        "由 <encoder> 与 a<b 组成 <x>",
    )


def test_numbers_that_are_no_character_stay_as_they_are() -> None:
    """An entity with thousands of digits is text."""
    assert _read(f"标题：&#{'9' * 5_000};").title == f"&#{'9' * 5_000};"


_PIECES = st.sampled_from(
    [
        "\n",
        "\n\n",
        " ",
        "-",
        "*",
        "**",
        "#",
        "7",
        ". ",
        ":",
        "：",
        "(1)",
        "（2）",
        "<p>",
        "</p>",
        "<li>",
        "<",
        "&lt;",
        "标题",
        "作者",
        "单位",
        "链接",
        "Urls",
        "Summary",
        "摘要",
        "方法",
        "结论",
        "总结",
        "研究方法",
        "好的，",
        "甲",
        "一、",
        "Some Error for method",
        "Paper:1",
        "\u200b",
        "\x00",
        "\u2028",
    ]
)


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=80).map("".join) | st.text(max_size=300))
def test_any_text_is_read(raw: str) -> None:
    """Whatever the model wrote, nothing fails, texts are collapsed and no item is empty."""
    review = parse_review(raw)

    if review is None:
        return
    texts = [review.title, review.authors, review.affiliation, review.keywords, review.urls]
    for text in (*texts, *review.summary, *review.methods, *review.conclusion):
        assert text is None or (text and text == " ".join(text.split()))


@pytest.mark.parametrize(
    "piece",
    [
        "*",
        "* ",
        "- ",
        "#",
        " ",
        "(",
        "（",
        "(1)",
        "（1）。",
        "<",
        "<p",
        "<p>",
        "&",
        "&#",
        "标题",
        "方法（",
        "Paper",
        "以上是",
    ],
)
def test_a_hostile_line_is_read_in_one_pass(piece: str) -> None:
    """Half a megabyte of one piece does not make a pattern backtrack; it would not end if it did."""
    for start in ("", "7. 方法：", "- "):
        parse_review(start + piece * (500_000 // len(piece)))
