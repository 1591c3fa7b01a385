"""Recognizes the words around a request ("find me papers about ..."), which are not search terms."""

from __future__ import annotations

import re
from typing import Final

_PAPERS: Final = r"(?:papers?|articles?|preprints?|publications?|studies|literature|research|works?)"
_WHICH: Final = r"(?:some|any|all|the|a\s+few|more|recent|latest|newest|new|good|best|interesting)"
_VERB: Final = (
    r"(?:find|show|give|get|list|recommend|suggest|search(?:\s+for)?|look(?:ing)?\s+(?:up|for)|"
    r"i(?:\s+am|'m)\s+(?:looking|searching)\s+for|i\s+(?:want|need|would\s+like)(?:\s+to\s+(?:see|read|find))?|"
    r"(?:is|are)\s+there|what\s+are|do\s+you\s+(?:have|know))"
)
_ABOUT: Final = (
    r"(?:about|on|of|for|in|regarding|concerning|covering|discussing|related\s+to|dealing\s+with|that\s+use)"
)
_POLITE: Final = r"(?:please|pls|hi|hello|hey|can\s+you|could\s+you|would\s+you)[,!]?"
_BEGINNING: Final = re.compile(
    rf"\s*(?:{_POLITE}\s+)*"
    rf"(?:{_VERB}(?:\s+(?:me|us))?(?:\s+{_WHICH})*(?:\s+{_PAPERS}(?:\s+{_ABOUT})?)?"
    rf"|(?:{_WHICH}\s+)*{_PAPERS}\s+{_ABOUT}|{_PAPERS}(?=\s*:))\s*:?\s+",
    re.IGNORECASE,
)
_END: Final = re.compile(rf"\s+(?:{_PAPERS}|please|pls)\s*[?？.!！]*\s*$", re.IGNORECASE)
_WORK: Final = "(?:论文|文章|工作|研究)"
_CHINESE_BEGINNING: Final = re.compile(
    r"\s*(?:请|麻烦|你好)?[,，]?(?:你|您)?(?:"
    r"(?:帮我|帮忙|给我|我想|我要|想要?|请)(?:找|查|搜|看|读|推荐|列出)(?:索|找|一找|一下|看)?|"
    r"(?:查找|搜索|推荐|列出)|有没有|有哪些)"
    r"(?:一下|一些|几篇|些)?(?:最新的?|最近的?)?(?:关于|有关)?\s*"
    rf"|\s*(?:关于|有关)(?=.*{_WORK})\s*"
)
_CHINESE_END: Final = re.compile(
    rf"(?:方面|方向)?的?(?:相关|最新)?的?{_WORK}(?:有哪些|吗|呢)?[?？。!！]*\s*$"
)


_ONLY_PAPERS: Final = re.compile(rf"{_PAPERS}|{_WORK}", re.IGNORECASE)


def without_request(text: str) -> str:
    """Return what a request asks for, without the words that frame it.

    A text that is nothing but such words stays as it is; what is in quotation marks is looked for.
    """
    shorter = text
    for frame in (_BEGINNING, _CHINESE_BEGINNING):
        found = frame.match(shorter)
        shorter = shorter[found.end() :] if found else shorter
    for frame in (_END, _CHINESE_END):
        shorter = frame.sub("", shorter)
    shorter = shorter.strip()
    return text if not shorter or _ONLY_PAPERS.fullmatch(shorter) else shorter
