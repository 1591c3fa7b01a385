"""Languages: names and tags people give, and the translators behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES, N_, match_language, translator


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-US", "en"),
        ("en_GB.UTF-8", "en"),
        (" English ", "en"),
        ("zh", "zh_Hans"),
        ("zh-CN", "zh_Hans"),
        ("zh_CN.UTF-8", "zh_Hans"),
        ("zh_Hans", "zh_Hans"),
        ("zh-Hans-CN", "zh_Hans"),
        ("zh-Hans-HK", "zh_Hans"),
        ("中文", "zh_Hans"),
        ("简体中文", "zh_Hans"),
        ("Chinese", "zh_Hans"),
        ("zh-TW", None),
        ("zh-Hant", None),
        ("de", None),
        ("english please", None),
        ("", None),
    ],
)
def test_tags_and_names_are_matched(tag: str, language: str | None) -> None:
    """Tags, POSIX locales and names lead to a language we have; traditional Chinese and others to none."""
    assert match_language(tag) == language


@given(st.text())
def test_any_text_is_a_language_or_none(tag: str) -> None:
    """No text makes the matching fail."""
    assert match_language(tag) in {*LANGUAGES, None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_match_themselves(language: str) -> None:
    """What is stored with a chat is accepted as a tag."""
    assert match_language(language) == language


def test_texts_are_translated() -> None:
    """A text of the catalogue comes back in the chat's language."""
    assert translator("zh_Hans").gettext("Abstract") == "摘要"
    assert translator("en").gettext("Abstract") == "Abstract"


def test_unknown_languages_and_texts_stay_english() -> None:
    """A language or a text without translation is answered in English."""
    assert translator("tlh").gettext("Abstract") == "Abstract"
    assert translator("zh_Hans").gettext("This text is in no catalogue") == "This text is in no catalogue"


def test_counts_choose_the_form() -> None:
    """English has two forms."""
    assert [translator("en").ngettext("{n} paper", "{n} papers", n) for n in (0, 1, 2)] == [
        "{n} papers",
        "{n} paper",
        "{n} papers",
    ]


def test_marked_texts_stay_as_they_are() -> None:
    """`N_` only marks."""
    assert N_("Abstract") == "Abstract"
