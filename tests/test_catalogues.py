"""The message catalogues are complete and agree with the code and with each other."""

from __future__ import annotations

import string
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import bot
from bot.i18n import DOMAIN, LANGUAGES, LOCALES

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ROOT = LOCALES.parent.parent
TRANSLATIONS = LANGUAGES[1:]
ADVICE = (
    "Run `make messages`, translate what is empty in bot/locales/<language>/LC_MESSAGES/paperwire.po, "
    "and run it again."
)

# A message's context and its id: one text, or a singular with its plural.
Key = tuple[str | None, str | tuple[str, ...]]


def keys_of_code() -> set[Key]:
    """Return what `make messages` would extract."""
    return {
        (context, message)
        for folder in ("bot", "handlers")
        for _, _, message, _, context in extract_from_dir(str(ROOT / folder))
    }


def read_catalogue(language: str | None) -> Catalog:
    """Return a language's catalogue, or the template for None."""
    folder = LOCALES / language / "LC_MESSAGES" if language else LOCALES
    with (folder / f"{DOMAIN}.{'po' if language else 'pot'}").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def keys_of(catalogue: Catalog) -> set[Key]:
    """Return a catalogue's messages, without its header."""
    return {
        (message.context, tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id)
        for message in catalogue
        if message.id
    }


def placeholders(text: str) -> set[str]:
    """Return the fields of a format text as they are in it, such as `count` or `day:%Y`."""
    fields = string.Formatter().parse(text)
    return {f"{name}!{conversion}:{spec}" for _, name, spec, conversion in fields if name is not None}


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """Return the forms of a message or translation; a missing translation is one empty form."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


@pytest.mark.parametrize("language", [None, *TRANSLATIONS])
def test_catalogues_hold_the_messages_of_the_code(language: str | None) -> None:
    """Template and catalogues hold every message of the code, and no other."""
    code, catalogue = keys_of_code(), keys_of(read_catalogue(language))
    assert not code - catalogue, f"not in the catalogue. {ADVICE}"
    assert not catalogue - code, f"no longer in the code. {ADVICE}"


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_message_is_translated(language: str) -> None:
    """No translation is empty or only guessed."""
    catalogue = read_catalogue(language)
    missing = [m.id for m in catalogue if m.id and (m.fuzzy or not all(forms(m.string)))]
    assert not missing, f"not translated. {ADVICE}"
    assert not catalogue.obsolete, f"translations of messages that are gone. {ADVICE}"


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_keep_the_placeholders(language: str) -> None:
    """A translation is formatted with the same values as its message, or as its plural."""
    wrong = [
        message.id
        for message in read_catalogue(language)
        if message.id
        for form in forms(message.string)
        if form and placeholders(form) != placeholders(forms(message.id)[-1])
    ]
    assert not wrong


def test_chinese_has_one_form() -> None:
    """Chinese counts need no plural."""
    catalogue = read_catalogue("zh_Hans")
    assert (catalogue.num_plurals, catalogue.plural_expr) == (1, "0")


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_compiled_catalogues_are_up_to_date(language: str) -> None:
    """The compiled catalogue is what compiling gives."""
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(language))
    committed = (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes()
    assert committed == compiled.getvalue(), f"compiled from another text. {ADVICE}"


def test_catalogues_belong_to_the_package() -> None:
    """The catalogues are installed with the code."""
    assert list(bot.__path__) == [str(LOCALES.parent)]
    assert {path.name for path in LOCALES.iterdir() if path.is_dir()} == set(TRANSLATIONS)
