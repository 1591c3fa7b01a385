"""Parses the review in a ChatPaperFree digest.

Eight sections written by a language model, in four layouts.

Markdown, HTML, HTML that falls apart into loose paragraphs, or prose; labels English, Chinese or both
(digest-formats, section 3). Numbers of sections are worthless (each new `<ol>` restarts at 1) and indents
of seventeen blanks make code blocks of list items, so the text is flattened to lines and read by its labels,
not as a document tree. What is missing is left out; nothing fails.
"""

from __future__ import annotations

import re

from bot.domain.papers.parsed_entry import Review
from bot.domain.text.normalize import collapse
from bot.sources.formats.chatpaper.review_items import is_numbered, split_items
from bot.sources.formats.chatpaper.review_lines import read_lines

# Where the canon puts the sections that have items; a later section never falls back to an earlier one by
# a mere word at the start of a line.
_RANK = {"summary": 6, "methods": 7, "conclusion": 8}
_PART = r"(?:部分|概述|论述|总结|介绍|详述|阐述|描述)?"
_LABELS = {
    "title": r"(?:paper[ ]?)?title|(?:论文|文章|中文|英文)?(?:标题|题目)",
    "authors": r"authors?|(?:论文|文章|全部)?作者(?:列表|姓名|名单|信息)?",
    "affiliation": r"affiliations?|(?:(?:第一)?作者的?)?(?:(?:所属|隶属)(?:单位|机构)?|单位|机构)",
    "keywords": r"key[ ]?words?|(?:中文|英文)?关键[词字]",
    "urls": r"urls?|links?|paper(?:[ ](?:links?|urls?))?|(?:论文|文章)?(?:网址|网站)?(?:链接|地址|(?<=网址))",
    "summary": r"summary|abstract|(?:论文|文章|内容|中文)?(?:摘要|概要)",
    "methods": rf"method(?:s|ology)?|方法(?:论|学)?{_PART}",
    "conclusion": rf"conclusions?|结论{_PART}|结论性总结",
    # Words of an item's text too: only the section's number tells the label.
    "numbered_methods": rf"研究方法{_PART}|method[ ]overview",
    # A summary or a conclusion, by its place.
    "closing": r"总结",
}
# Possessive and bounded: a hostile line must not be tried in many ways.
_BEFORE = (
    r"(?P<bullet>[-*•·][ ]++)?[#*_ <【\[]{0,12}+"
    r"(?:(?P<number>\d{1,2})[ ]?[.、．)）:：]?[ ]?)?[*_ <【\[]{0,6}+"
)
_AFTER = (
    r"[ ]?[*_>】\]]{0,6}+[ ]?(?:[(（][^()（）]{0,40}+[)）])?[ ]?[*_>】\]]{0,6}+[ ]?(?:[:：]|$)[*_ ]{0,6}+"
)
_LABEL = re.compile(
    _BEFORE + "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items()) + ")" + _AFTER,
    re.IGNORECASE,
)
# How a summary begins whose label the model forgot.
_BACKGROUND = re.compile(r"[*_ ]{0,3}(?:一、)?(?:研究)?背景[*_ ]{0,3}[:：]")
# What the generator writes where the model failed.
_FAILED = "Some Error for "


def parse_review(raw: str) -> Review | None:
    """Read a review; None where it holds nothing but excuses.

    Args:
        raw: the review as it stands between its label and the pictures.
    """
    sections: dict[str, list[str]] = {}
    current = ""
    for line in read_lines(raw):
        if line.startswith(_FAILED):
            current = ""
            continue
        label = _LABEL.match(line)
        section = _section(label, line, current) if label else None
        text = line
        if label and section:
            current, text = section, line[label.end() :]
        elif current and current not in _RANK and (is_numbered(line) or _BACKGROUND.match(line)):
            current = "summary"
        sections.setdefault(current, []).append(text)
    if not sections:
        return None
    return Review(
        title=_field(sections, "title"),
        authors=_field(sections, "authors"),
        affiliation=_field(sections, "affiliation"),
        keywords=_field(sections, "keywords"),
        urls=_field(sections, "urls"),
        summary=split_items(sections.get("summary", ())),
        methods=split_items(sections.get("methods", ())),
        conclusion=split_items(sections.get("conclusion", ())),
        raw=raw.strip(),
    )


def _section(label: re.Match[str], line: str, current: str) -> str | None:
    """Return the section that a labelled line opens, or None where the label is a word of the text."""
    name, number = label.lastgroup or "", int(label["number"] or 0)
    bare = label.end() == len(line)
    if name == "closing":
        name = "conclusion" if current in _RANK and number != _RANK["summary"] else "summary"
        return name if bare or number in _RANK.values() else None
    if name == "numbered_methods":
        return "methods" if number == _RANK["methods"] else None
    if name not in _RANK:
        return None if current in _RANK else name
    if label["bullet"] and not bare:
        return None
    onwards = _RANK[name] > _RANK.get(current, 0)
    return name if onwards or bare or number == _RANK[name] else None


def _field(sections: dict[str, list[str]], name: str) -> str | None:
    return collapse(" ".join(sections.get(name, ())).replace("**", "")) or None
