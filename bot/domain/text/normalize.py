"""Normalizes text for comparison: blanks, control characters, LaTeX, accents, title keys."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bot.domain.text.combining_marks import without_accents

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text
    from pylatexenc.latexwalker import LatexMacroNode

# U+200B stands 416 times in the corpus counted in digest-formats; bidi controls can turn a title around,
# tag characters (U+E0000..) and Hangul fillers hide text. Control characters that are white space are not
# here: they become blanks. PostgreSQL refuses U+0000 and lone surrogates, XML also U+FFFE and U+FFFF.
_NOT_SHOWN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
# What is TeX is converted span by span: the rest of a text (`&`, `%`, `#`) is not TeX and stays as it is.
# Possessive (`++`): a brace that never closes would else be tried from every letter, 25 s for 20 kB.
_MAYBE_TEX = re.compile(r"[\\${}]|``|\x27\x27")
# What of ASCII `plain` may change; a search for each is faster than one pattern for all.
_NOT_PLAIN = ("&", "  ", "\\", "$", "{", "}", "`", "\x27\x27")
_BRACED = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_TEX_SPAN = re.compile(
    r"(?<!\\)\$\$?(?![\s$])[^$]{1,400}?(?<!\s)\$\$?"
    r"|\{\\(?:[A-Za-z]++|[^\s\w])[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}"
    rf"|\\(?:[A-Za-z]+\*?|[^\s\w])(?:[ ]?{_BRACED}|(?<=\\[\x27`^\"~=.])\w)*"
)
_LINK = re.compile(r"\\(?:url|href)\s*\{([^{}]*)\}")
_GROUP = re.compile(r"\{([^{}]*)\}")
_NOT_WORD = re.compile(r"[\W_]+")
# `html.unescape` raises on numbers that Python refuses to read; no character has more than 7 digits.
_NO_CHARACTER = re.compile(r"&#(?=[0-9]{8}|[xX][0-9A-Fa-f]{8})")
# Macros without argument that leave nothing; other unknown ones are an author's own and have a meaning.
_SWITCHES = (
    "bf bfseries centering em it itshape large Large noindent normalfont par rm sc scshape sf sl small tt "
    "ttfamily xspace"
).split()
_LONGEST_KEY = 250
# Letters that stand without word breaks: kana, Han with its extensions and compatibility forms, Hangul.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"


def collapse(text: str) -> str:
    """Return NFC text without invisible and control characters, each run of white space one blank."""
    if not text.isprintable():
        text = _NOT_SHOWN.sub("", text)
    if not text.isascii():
        # After the removal, which can bring a letter and its accent together.
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def plain(text: str) -> str:
    """Return a text for people: LaTeX and HTML entities as Unicode characters, blanks collapsed.

    What can't be read as LaTeX stays as it is.
    """
    if text.isascii() and text.isprintable() and not any(map(text.__contains__, _NOT_PLAIN)):
        return text.strip(" ")  # most abstracts: nothing below would change them
    if "&" in text:
        text = html.unescape(_NO_CHARACTER.sub("&amp;#", text))
    if _MAYBE_TEX.search(text):
        text = _without_tex(text)
    return collapse(text)


def fold(text: str) -> str:
    """Return a text for comparing: `plain`, compatibility forms and accents folded, case folded."""
    text = plain(text)
    if text.isascii():
        return text.casefold()
    decomposed = without_accents(unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", decomposed).casefold()


def title_key(title: str) -> str:
    """Return a title's letters and digits, folded: the key two spellings of one title share."""
    folded = fold(title)
    if folded.isascii():
        return _NOT_WORD.sub("", folded)
    # Keys that are stored hold no mark of any script.
    decomposed = unicodedata.normalize("NFKD", folded)
    unmarked = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_WORD.sub("", unicodedata.normalize("NFC", unmarked))


def bounded_key(key: str) -> str:
    """Return a key that a database can index; a long one is cut and ends in a digest of the whole.

    PostgreSQL indexes rows of at most 2,704 bytes, and two keys may share one; hostile titles are longer.
    """
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[:_LONGEST_KEY]}…{hashlib.sha256(key.encode(errors='replace')).hexdigest()[:16]}"


def _without_tex(text: str) -> str:
    text = _LINK.sub(r" \1 ", text.replace("``", '"').replace("\x27\x27", '"'))
    text = _TEX_SPAN.sub(lambda span: _latex_to_unicode(span[0]), text)
    return _GROUP.sub(r"\1", text)


@lru_cache(maxsize=4096)
def _latex_to_unicode(span: str) -> str:
    try:
        text = str(_latex_reader().latex_to_text(span, tolerant_parsing=True))
    except Exception:  # noqa: BLE001 (third-party parser over third-party text: keep the text as it is)
        return span
    # A macro without its arguments comes out as its template.
    return span if "%s" in text and "%s" not in span else text


@cache
def _latex_reader() -> LatexNodes2Text:
    from pylatexenc import latex2text

    macros = latex2text.get_default_latex_context_db()
    macros.set_unknown_macro_spec(latex2text.MacroTextSpec("", simplify_repl=_unknown_macro))
    switches = [latex2text.MacroTextSpec(name) for name in _SWITCHES]
    macros.add_context_category("switches", prepend=True, macros=switches)
    return latex2text.LatexNodes2Text(math_mode="text", latex_context=macros)


def _unknown_macro(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    r"""Drop the name of what formats an argument (`\texttt{x}`); keep an author's own macro, `\ours`."""
    arguments = [argument for argument in node.nodeargd.argnlist if argument] if node.nodeargd else []
    if arguments:
        return str(l2tobj.nodelist_to_text(arguments))
    after = node.parsing_state.s[node.pos + node.len :][:2]
    return "" if after[:1] == "{" and after != "{}" else str(node.latex_verbatim())
