"""The languages of replies: compiled gettext catalogues in `bot/locales`.

English is the language of the code, so it needs no catalogue. `make messages` extracts, updates and compiles.
In code: `_ = translator(chat.language).gettext`, and `N_("...")` for texts at module level, to be
translated where they are used.
"""

from __future__ import annotations

import gettext
import re
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

DOMAIN: Final = "paperwire"
LOCALES: Final = Path(__file__).parent / "locales"
LANGUAGES: Final = ("en", "zh_Hans")
"""The languages replies exist in, as stored with a chat; the first is the language of the code."""

# A language tag of RFC 5646, after `_` became `-` and the tail of a POSIX locale (`.UTF-8`, `@euro`) was cut.
_TAG = re.compile(r"(?P<language>[a-z]{2})(?P<subtags>(?:-[a-z0-9]{1,8})*)")
_POSIX_TAIL = re.compile(r"[.@][\w.@-]*$", re.ASCII)
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_NAMES: Final = {
    "english": "en",
    "英文": "en",
    "英语": "en",
    "chinese": "zh_Hans",
    "simplified chinese": "zh_Hans",
    "中文": "zh_Hans",
    "汉语": "zh_Hans",
    "简体": "zh_Hans",
    "简体中文": "zh_Hans",
}


class Translator(Protocol):
    """Translates texts into one language; a text that its catalogue lacks comes back in English."""

    def gettext(self, message: str, /) -> str:
        """Return the translation."""
        ...

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        """Return the translation for a count.

        Chinese has one form, taken for every count: format it always with the count, and let the
        singular text be right without it.
        """
        ...

    def pgettext(self, context: str, message: str, /) -> str:
        """Return the translation of a message that means different things in different places."""
        ...


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for it; the extraction looks for it)
    """Mark a text for extraction where it is defined; return it as it is, to be translated where used."""
    return message


@lru_cache(maxsize=8)
def translator(language: str) -> Translator:
    """Return the translator for a chat's language; one that is not in `LANGUAGES` is answered in English.

    Raises:
        FileNotFoundError: the installation lacks a compiled catalogue.
    """
    if language not in LANGUAGES or language == LANGUAGES[0]:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALES, [language])


def match_language(tag: str) -> str | None:
    """Return the language of a tag (`zh-CN`), POSIX locale (`zh_CN.UTF-8`) or name (`中文`), else None.

    Traditional Chinese (`zh-TW`, `zh-Hant`) is None: its readers are not given the simplified script unasked.
    """
    name = " ".join(tag.split()).casefold()
    if name in _NAMES:
        return _NAMES[name]
    match = _TAG.fullmatch(_POSIX_TAIL.sub("", name).replace("_", "-"))
    if not match:
        return None
    subtags = set(match["subtags"].split("-"))
    if match["language"] == "zh" and ("hans" in subtags or not subtags & _TRADITIONAL):
        return "zh_Hans"
    return "en" if match["language"] == "en" else None
