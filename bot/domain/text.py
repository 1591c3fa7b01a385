"""Text as people wrote it, made comparable: blanks, controls, LaTeX, accents, title keys."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

# U+200B stands 416 times in the corpus counted in digest-formats; bidi controls can turn a title around.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What is TeX is converted span by span: the rest of a text (`&`, `%`, `#`) is not TeX and stays as it is.
_MAYBE_TEX = re.compile(r"[\\${}]|``|\x27\x27")
_BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_TEX_SPAN = re.compile(
    r"(?<!\\)\$\$?(?![\s$])[^$]{1,400}?(?<!\s)\$\$?"
    r"|\{\\(?:[A-Za-z]+|[^\s\w])[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"
    rf"|\\(?:[A-Za-z]+\*?|[^\s\w])(?:[ ]?{_BRACED}|(?<=\\[\x27`^\"~=.])\w)*"
)
_LINK = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}")
_GROUP = re.compile(r"\{([^{}]*)\}")
_NOT_WORD = re.compile(r"[\W_]+")
# Letters that stand without word breaks: kana, Han with its extensions and compatibility forms, Hangul.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"


def collapse(text: str) -> str:
    """Return NFC text without invisible and control characters, each run of white space one blank."""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join(_CONTROL.sub("", text).split())


def plain(text: str) -> str:
    """Return a text for people: LaTeX and HTML entities as Unicode characters, blanks collapsed.

    What can't be read as LaTeX stays as it is.
    """
    if "&" in text:
        text = html.unescape(text)
    if _MAYBE_TEX.search(text):
        text = _without_tex(text)
    return collapse(text)


def fold(text: str) -> str:
    """Return a text for comparing: `plain`, compatibility forms and accents folded, case folded."""
    text = plain(text)
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize(
        "NFC", "".join(c for c in decomposed if not unicodedata.combining(c))
    ).casefold()


def title_key(title: str) -> str:
    """Return a title's letters and digits, folded: the key two spellings of one title share."""
    return _NOT_WORD.sub("", fold(title))


def _without_tex(text: str) -> str:
    text = _LINK.sub(r" \1 ", text.replace("``", '"').replace("\x27\x27", '"'))
    text = _TEX_SPAN.sub(lambda span: _latex_to_unicode(span[0]), text)
    return _GROUP.sub(r"\1", text)


@lru_cache(maxsize=4096)
def _latex_to_unicode(span: str) -> str:
    from pylatexenc.latex2text import LatexNodes2Text

    try:
        return str(LatexNodes2Text(math_mode="text").latex_to_text(span, tolerant_parsing=True))
    except Exception:  # noqa: BLE001 (third-party parser over third-party text: keep the text as it is)
        return span
