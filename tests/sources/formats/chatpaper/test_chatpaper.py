"""The ChatPaperFree digest: what is recognised, what is read, what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers.arxiv_id import ArxivId
from bot.errors import MalformedDocumentError
from bot.sources.formats.chatpaper import chatpaper

_FRONT = (
    "---\ntitle: {topic}\ndate: 2024-08-28 08:52:03\ntags:\n    - X\n"
    "description: {topic} 更新: a # b 'c\naside:\n---\n"
)
_BANNER = "\n>⚠️ 以下内容来自语言模型\n>🔴 请注意\n>💗 [x](https://example.org)\n\n"
_START = "\n" + _FRONT.format(topic="Diffusion Models") + _BANNER + "# 2024-08-28 更新\n\n\n"
_MODEL_TEXT = "**Summary**\n摘要文字。\n\n**Key Takeaways**\n1. 甲\n2. 乙\n"
_REVIEW = "**[ChatPaperFree](https://example.org/space)**\n\n1. Title: T\n\n6. Summary:\n\n    - (1):丙。\n\n"
_PICTURES = (
    "<details>\n  <summary>点此查看论文截图</summary>\n"
    '<img src="https://images.example.org/1.jpg" align="middle">\n</details>\n'
)


def _paper(
    title: str = "A Title",
    *,
    number: str = "2408.99001v1",
    abstract: str = "An abstract.",
    comment: str = "",
    model_text: str = _MODEL_TEXT,
    review: str = _REVIEW,
    pictures: str = _PICTURES,
) -> str:
    link = f"[PDF](http://arxiv.org/abs/{number}) {comment}"
    head = f"## {title}\n\n**Authors:Ann Example, Bob Sample**\n\n{abstract} \n\n"
    return f"{head}{link}\n\n{model_text}\n{review}\n{pictures}\n\n\n\n"


def test_a_paper_is_read_whole() -> None:
    """A paper gives its facts, the model's texts and its pictures."""
    parsed = chatpaper.parse(_START + _paper(number="2408.99001v4", comment="Technical report"), "a.md")

    entry = parsed.entries[0]
    assert (parsed.format, parsed.topic, parsed.dates) == (
        "chatpaper",
        "Diffusion Models",
        (date(2024, 8, 28),),
    )
    assert entry.title == "A Title"
    assert (entry.arxiv, entry.external_id) == (ArxivId("2408.99001", 4), "2408.99001v4")
    assert entry.authors == ("Ann Example", "Bob Sample")
    assert (entry.abstract, entry.comment, entry.published) == ("An abstract.", "Technical report", None)
    assert (entry.summary, entry.takeaways) == ("摘要文字。", ("甲", "乙"))
    assert entry.review is not None
    assert (entry.review.title, entry.review.summary) == ("T", ("丙。",))
    assert entry.images == ("https://images.example.org/1.jpg",)


def test_the_digests_day_is_its_headings() -> None:
    """The day of the heading counts, not the date of the front matter."""
    text = (_START + _paper()).replace("# 2024-08-28 更新", "# 2024-08-30更新 ")

    assert chatpaper.recognises(text)
    assert chatpaper.parse(text, "a.md").dates == (date(2024, 8, 30),)


@pytest.mark.parametrize(
    ("topic", "read"),
    [("元宇宙/虚拟人", "元宇宙/虚拟人"), ('"Quoted: it"', "Quoted: it"), ("NeRF  ", "NeRF"), ("", None)],
)
def test_the_topic_is_the_front_matters_title(topic: str, read: str | None) -> None:
    """The topic is the title of the post, in quotes or not; the free text below it need not be YAML."""
    assert chatpaper.parse(_START.replace("title: Diffusion Models", f"title: {topic}"), "a.md").topic == read


def test_front_matter_may_begin_at_once() -> None:
    """Most posts begin with an empty line, some do not."""
    assert chatpaper.recognises((_START + _paper()).lstrip())
    assert len(chatpaper.parse((_START + _paper()).lstrip(), "a.md").entries) == 1


@pytest.mark.parametrize("between", ["\n", "\n \n", "\n\n\n", ""])
def test_blank_lines_above_the_authors_do_not_matter(between: str) -> None:
    """The oldest digests have no blank line between title and authors."""
    text = _START + _paper().replace("A Title\n\n", f"A Title\n{between}")

    assert [entry.title for entry in chatpaper.parse(text, "a.md").entries] == ["A Title"]


def test_wrapped_lines_are_joined() -> None:
    """Line breaks and runs of blanks within title, abstract and comment become one blank."""
    text = _START + _paper(
        "A   Title\nthat Goes on", abstract="One.\nTwo.   Three.", comment="9 pages,   see\n  below"
    )
    entry = chatpaper.parse(text, "a.md").entries[0]

    assert entry.title == "A Title that Goes on"
    assert entry.abstract == "One. Two. Three."
    assert entry.comment == "9 pages, see below"


def test_translation_and_label_end_the_abstract() -> None:
    """The newest generator's translation and label above the link line are not the abstract."""
    text = _START + _paper(abstract="An abstract. \n\n>译文。\n\n**论文及项目相关链接**")

    assert chatpaper.parse(text, "a.md").entries[0].abstract == "An abstract."


def test_links_come_from_abstract_and_comment_only() -> None:
    """What summary, takeaways and review name is a language model's, and never a link of the paper."""
    text = _START + _paper(
        abstract="Code: https://github.com/paperwire-samples/a.",
        comment="Project page:   https://a.example.org",
        model_text="**Summary**\nhttps://b.example.org\n\n**Key Takeaways**\n- https://github.com/x/b\n",
        review=_REVIEW + "5. Urls: https://arxiv.org/abs/2301.99999, https://github.com/x/c\n",
    )
    entry = chatpaper.parse(text, "a.md").entries[0]

    assert entry.code_urls == ("https://github.com/paperwire-samples/a",)
    assert entry.project_urls == ("https://a.example.org",)
    assert entry.external_id == "2408.99001v1"


@pytest.mark.parametrize(
    ("summary", "takeaways"),
    [
        ("**Summary**", "**Key Takeaways**"),
        ("**Summary**  ", "**Key Takeaways**  "),
        ("**Summary:**", "**Key Takeaways:**"),
        ("**Summary**：", "**Key Takeaways**："),
        ("**摘要：**\n", "**关键要点：**\n"),
        ("**摘要**", "**关键见解**"),
        ("**总结一下**", "**还有**"),
    ],
)
def test_bold_lines_open_summary_and_takeaways(summary: str, takeaways: str) -> None:
    """The first line that is only bold opens the summary, the second the takeaways, whatever they say."""
    text = _START + _paper(model_text=f"{summary}\n文字，\n两行。\n\n{takeaways}\n- 甲\n- 乙\n")
    entry = chatpaper.parse(text, "a.md").entries[0]

    assert (entry.summary, entry.takeaways) == ("文字， 两行。", ("甲", "乙"))


@pytest.mark.parametrize(
    "model_text", ["**Summary**：文字。\n\n**要点**：\n- 甲\n", "**Summary:** 文字。\n**要点:**\n- 甲\n"]
)
def test_a_summary_may_stand_on_its_labels_line(model_text: str) -> None:
    """Text after the label's colon belongs to the summary."""
    entry = chatpaper.parse(_START + _paper(model_text=model_text), "a.md").entries[0]

    assert (entry.summary, entry.takeaways) == ("文字。", ("甲",))


@pytest.mark.parametrize(
    ("model_text", "summary", "takeaways"),
    [
        ("**Summary**\n文字。\n", "文字。", ()),
        ("文字。\n\n**Key Takeaways**\n- 甲\n", "文字。", ("甲",)),
        ("**要点**\n- 甲\n", None, ("甲",)),
        ("文字。\n", "文字。", ()),
        ("An abstract.\n", None, ()),
        ("", None, ()),
    ],
)
def test_summary_or_takeaways_may_be_missing(
    model_text: str, summary: str | None, takeaways: tuple[str, ...]
) -> None:
    """Each part is read without the other; an abstract that the generator repeats is no summary."""
    entry = chatpaper.parse(_START + _paper(model_text=model_text), "a.md").entries[0]

    assert (entry.summary, entry.takeaways) == (summary, takeaways)


@pytest.mark.parametrize(
    "items",
    [
        "1. 甲\n2. 乙",
        "- 甲\n- 乙",
        "* 甲\n* 乙",
        "• 甲\n•乙",
        "\n1. 甲\n\n2. 乙\n",
        "  - 甲\n  - 乙",
        "1、甲\n2、乙",
        "甲\n乙",
    ],
)
def test_takeaways_may_be_marked_in_any_way(items: str) -> None:
    """Numbers, bullets of three kinds or bare lines are all items."""
    text = _START + _paper(model_text=f"**Summary**\n文字。\n\n**Key Takeaways**\n{items}\n")

    assert chatpaper.parse(text, "a.md").entries[0].takeaways == ("甲", "乙")


def test_a_takeaway_goes_on_until_a_blank_line() -> None:
    """A wrapped item is joined; what the model says below the list is left out."""
    text = _START + _paper(model_text="**Summary**\n文字。\n\n**要点**\n- 甲\n  续\n- 乙\n\n希望有用。\n")

    assert chatpaper.parse(text, "a.md").entries[0].takeaways == ("甲 续", "乙")


def test_the_daily_mode_has_no_review() -> None:
    """Without its label there is no review; the takeaways end at the pictures."""
    entry = chatpaper.parse(_START + _paper(review=""), "a.md").entries[0]

    assert (entry.review, entry.takeaways) == (None, ("甲", "乙"))
    assert len(entry.images) == 1


def test_a_failed_review_is_none() -> None:
    """The generator's excuse alone is no review."""
    review = "**[ChatPaperFree](x)**\n\n<p>Some Error for method(比如是不是没有Methods这个章节)</p>\n"

    assert chatpaper.parse(_START + _paper(review=review), "a.md").entries[0].review is None


def test_only_addresses_of_pictures_are_kept() -> None:
    """Pictures with http(s) addresses are kept, relative ones dropped, and none comes from the review."""
    sources = (
        "https://images.example.org/1.jpg",
        "./2408.99001/2.jpg",
        "http://images.example.org/3.jpg",
        "/4.jpg",
    )
    images = "\n".join(f'<img src="{source}" align="middle">' for source in sources)
    review = _REVIEW + '<img src="https://evil.example.org/pixel.gif">\n'
    text = _START + _paper(
        review=review, pictures=f"<details>\n  <summary>x</summary>\n{images}\n</details>\n"
    )

    assert chatpaper.parse(text, "a.md").entries[0].images == (sources[0], sources[2])


def test_headings_of_reviews_are_no_papers() -> None:
    """A paper is a heading with authors below it; headings within a review stay there."""
    review = _REVIEW + "## 7. 方法\n\n(1) 丁\n\n### 8. Conclusion:\n\n(1) 戊\n\n<h2>Paper:1</h2>\n"
    entries = chatpaper.parse(_START + _paper(review=review) + _paper("Next"), "a.md").entries

    assert [entry.title for entry in entries] == ["A Title", "Next"]
    assert entries[0].review is not None
    assert (entries[0].review.methods, entries[0].review.conclusion) == (("丁",), ("戊",))


def test_a_digest_pasted_twice_gives_its_papers_twice() -> None:
    """The second front matter belongs to no paper; one warning names each repeated id."""
    once = (
        _START
        + _paper(pictures="", review="")
        + _paper("Other", number="2408.99002v1", pictures="", review="")
    )
    parsed = chatpaper.parse(once + once, "a.md")

    assert [entry.external_id for entry in parsed.entries] == ["2408.99001v1", "2408.99002v1"] * 2
    assert {entry.takeaways for entry in parsed.entries} == {("甲", "乙")}
    assert [warning.split()[0] for warning in parsed.warnings] == ["2408.99001", "2408.99002"]
    assert parsed.dates == (date(2024, 8, 28),)


def test_a_second_day_ends_the_first_ones_last_paper() -> None:
    """Two headings give both days; the last paper above the second has nothing of it."""
    text = (
        _START
        + _paper(pictures="", review="")
        + "# 2024-08-29 更新\n\n"
        + _paper("Next", number="2408.99002v1")
    )
    parsed = chatpaper.parse(text, "a.md")

    assert parsed.dates == (date(2024, 8, 28), date(2024, 8, 29))
    assert parsed.entries[0].takeaways == ("甲", "乙")


def test_a_digest_without_papers_is_valid() -> None:
    """A day on which nothing came is a digest without entries."""
    assert chatpaper.recognises(_START)
    assert chatpaper.parse(_START, "a.md").entries == ()


@pytest.mark.parametrize(
    "cut",
    [
        "## A Ti",
        "## A Title\n\n**Auth",
        "## A Title\n\n**Authors:Ann Ex",
        "## A Title\n\n**Authors:Ann Example**\n\nAn abs",
        "## A Title\n\n**Authors:Ann Example**\n\nAn abstract.\n\n[PDF](http://arxiv.org/abs/2408.99",
    ],
)
def test_a_document_cut_above_the_link_lines_end_is_refused(cut: str) -> None:
    """A paper cut before its link line is whole refuses the document; the reason names its title."""
    for earlier in ("", _paper("First")):
        with pytest.raises(MalformedDocumentError, match=r"“A Ti.*cut off") as caught:
            chatpaper.parse(_START + earlier + cut, "digests/a.md")
        assert caught.value.document == "digests/a.md"


def test_a_document_cut_in_its_pictures_is_refused() -> None:
    """Pictures that do not end refuse the document."""
    text = _START + _paper()
    with pytest.raises(MalformedDocumentError, match="“A Title” ends within"):
        chatpaper.parse(text[: text.index("</details>")], "a.md")


def test_a_document_cut_in_a_review_is_refused() -> None:
    """After papers that all have pictures, a last one that just stops refuses the document."""
    text = _START + _paper("First") + _paper("Second")
    with pytest.raises(MalformedDocumentError, match="“Second” ends within"):
        chatpaper.parse(text[: text.rindex("丙")], "a.md")


def test_a_last_paper_may_have_no_pictures() -> None:
    """A paper of which no picture could be cut out is whole."""
    text = _START + _paper("First") + _paper("Second", pictures="")

    assert [len(entry.images) for entry in chatpaper.parse(text, "a.md").entries] == [1, 0]


def test_a_paper_without_a_title_is_refused() -> None:
    """A heading of blanks above authors names no paper."""
    with pytest.raises(MalformedDocumentError, match="no title"):
        chatpaper.parse(_START + _paper(" "), "a.md")


_HAND_WRITTEN = (
    "## Introduction\n\nWe read [a paper](https://arxiv.org/abs/2408.99001).\n\n**Authors**: Ann Example\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        _paper(),
        "# 2024-08-28 更新\n\n" + _paper(),
        _FRONT.format(topic="A Note") + _HAND_WRITTEN,
        _FRONT.format(topic="A Note") + _HAND_WRITTEN + "\n# 2024-08-28 更新\n\n修正错字。\n",
        _FRONT.format(topic="A Note") + "# 更新\n\n" + _paper(),
        _FRONT.format(topic="A Note") + "# 2024-08-28 更新日志\n\n" + _paper(),
        "---\ntitle: never closed\n\n# 2024-08-28 更新\n\n" + _paper(),
        "---\nlayout: no title\n---\n# 2024-08-28 更新\n\n" + _paper(),
    ],
)
def test_other_documents_are_not_recognised(text: str) -> None:
    """Hand-written posts beside the digests have front matter, headings and links too."""
    assert not chatpaper.recognises(text)


@pytest.mark.parametrize("text", ["", _paper(), _START.replace("# 2024-08-28", "# 2024-13-40") + _paper()])
def test_parsing_another_document_is_refused(text: str) -> None:
    """Without front matter and a day nothing is read."""
    with pytest.raises(MalformedDocumentError, match="front matter"):
        chatpaper.parse(text, "a.md")


@settings(deadline=None)
@given(st.data())
def test_facts_of_a_cut_document_are_never_half_read(data: st.DataObject) -> None:
    """Cut anywhere, a document is refused or gives a prefix of its papers with all their facts."""
    papers = (
        _paper("First"),
        _paper("Second", number="2408.99002v1"),
        _paper("Third", number="2408.99003v1"),
    )
    text = _START + "".join(papers)
    whole = [(e.title, e.arxiv, e.authors, e.abstract) for e in chatpaper.parse(text, "a.md").entries]
    cut = text[: data.draw(st.integers(len(_START), len(text)))]

    try:
        entries = chatpaper.parse(cut, "a.md").entries
    except MalformedDocumentError:
        return
    assert [(e.title, e.arxiv, e.authors, e.abstract) for e in entries] == whole[: len(entries)]
