"""Splits a review into lines without tags, entities and the model's small talk."""

from __future__ import annotations

import html
import re

# Only what a Markdown renderer writes is a tag: models also write `<Methods>` as a heading, which is text.
_BLOCK = re.compile(
    r"</?(?:[ou]l|li|p|pre|h[1-6r]|div|blockquote|br|table|thead|tbody|t[rdh]|d[ltd])\b[^<>]*>", re.IGNORECASE
)
_INLINE = re.compile(
    r"</?(?:strong|em|b|i|u|s|code|a|span|sub|sup|del|font|kbd|mark)\b[^<>]*>", re.IGNORECASE
)
# Openings, closings and excuses of a chat. The head `Paper:1` is the generator's.
_SMALL_TALK = re.compile(
    r"好的[，,。！]|(?:注意：)?以上(?:就?是|内容|总结|回答)[^：:]{0,80}[。！，]"
    r"|希望(?:以上|上述|这|我的|能够?|对)[^：:]{0,40}(?:帮助|满足|理解|符合)"
    r"|如有(?:任何|其他)|请注意[，,]|请(?:您)?提供|(?:很)?抱歉[，,]"
    r"|Please refer to relevant websites|Paper:\d+$"
)
# `html.unescape` raises on numbers that Python refuses to read, so it gets only what can be a character.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_FRAMES = " \t-*#_"


def read_lines(review: str) -> list[str]:
    """Return the lines that hold something, stripped; each block of HTML is a line of its own."""
    if "<" in review:
        review = _INLINE.sub("", _BLOCK.sub("\n", review))
    if "&" in review:
        review = _ENTITY.sub(lambda entity: html.unescape(entity[0]), review)
    lines = (line.strip() for line in review.splitlines())
    return [line for line in lines if line.strip(_FRAMES) and not _SMALL_TALK.match(line)]
