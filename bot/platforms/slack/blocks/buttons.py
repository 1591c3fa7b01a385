"""Buttons and menus of a message.

A button's `value`, or that of a menu's option, is the command that it stands for. What was pressed is told by
the `action_id`: `command:<n>` and `overflow:<n>` ask for the command in the value, `link:<n>` only leads
somewhere; so does an option whose value begins with `link:`. The numbers are unique in a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.platforms.slack.blocks.block_kit import escaped, plain_text, web_link
from bot.platforms.slack.blocks.limits import BUTTON_TEXT, HELD, OPTION_TEXT, OVERFLOW_OPTIONS, cut
from bot.platforms.texts.card_texts import harmless
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.domain.cards.card import Card
    from bot.domain.chat.command import Button
    from bot.i18n import Translator
    from bot.platforms.slack.blocks.block_kit import Json

COMMAND_ACTION: Final = "command"
OVERFLOW_ACTION: Final = "overflow"
LINK_ACTION: Final = "link"

ROW_KEYS: Final = 5
"""Buttons of one row; Slack breaks longer rows where the window ends."""
_UNNUMBERED = "000"
"""Room for the number of an action."""


@dataclass(frozen=True, slots=True)
class Key:
    """One button or option; it has either `command` or `url`.

    Attributes:
        label: its text, at most 75 characters.
        command: what is asked when it is pressed, with its slash; of any length.
        url: an http or https address that is opened when it is pressed.
    """

    label: str
    command: str | None = None
    url: str | None = None


def short_id(card: Card) -> str:
    """Return what `/paper` and the other commands take for a card's paper."""
    return card.paper_id.removeprefix("arxiv:")


def listed_row(card: Card, words: Translator, *, whole_menu: bool) -> Json:
    """Return the buttons of a paper in a list, and its menu.

    Args:
        card: the paper.
        words: of the chat's language.
        whole_menu: whether the menu has what the full card has anyway.
    """
    _ = words.gettext
    paper = short_id(card)
    menu = [Key(_("Similar"), f"/similar {paper}"), Key(_("Less like this"), f"/mute {paper}")]
    if whole_menu:
        links = ((_("PDF"), card.pdf_url), (_("Code"), code_link(card)))
        menu += [*_told(card, words), Key(_("BibTeX"), f"/bibtex {paper}"), *_leading(links)]
    return {
        "type": "actions",
        "elements": [
            button(Key(_("More"), f"/paper {paper}")),
            button(Key(_("Save"), f"/save {paper}")),
            overflow(menu[:OVERFLOW_OPTIONS]),
        ],
    }


def paper_row(card: Card, words: Translator, *, is_cut: bool) -> Json:
    """Return the buttons of a full card: what to do with the paper, then where it leads.

    Args:
        card: the paper.
        words: of the chat's language.
        is_cut: whether the message shows only part of its abstract or its takeaways.
    """
    _ = words.gettext
    paper = short_id(card)
    links = ((_page_label(card, words), card.url), (_("PDF"), card.pdf_url), (_("Code"), code_link(card)))
    keys = (
        Key(_("Save"), f"/save {paper}"),
        Key(_("Similar"), f"/similar {paper}"),
        *(_told(card, words) if is_cut else ()),
        Key(_("BibTeX"), f"/bibtex {paper}"),
        Key(_("Less like this"), f"/mute {paper}"),
        *_leading(links),
    )
    return {"type": "actions", "elements": [button(key) for key in keys]}


def reply_rows(buttons: Iterable[Button], already: Iterable[str]) -> list[Json]:
    """Return a reply's own buttons in rows, those left out that a full card has already.

    Args:
        buttons: what the reply offers.
        already: commands that buttons of the same reply stand for.
    """
    taken = set(already)
    keys: list[Key] = []
    for offered in buttons:
        command = sendable(offered.command)
        if command not in taken:
            taken.add(command)
            label = harmless(offered.label).strip() or harmless(command).strip() or ELLIPSIS
            keys.append(Key(label, command))
    rows = [keys[at : at + ROW_KEYS] for at in range(0, len(keys), ROW_KEYS)]
    return [{"type": "actions", "elements": [button(key) for key in row]} for row in rows]


def button(key: Key) -> Json:
    """Return a button; its action has no number yet."""
    made: Json = {"type": "button", "text": _label(key.label, BUTTON_TEXT)}
    if key.url:
        return {**made, "action_id": f"{LINK_ACTION}:{_UNNUMBERED}", "url": key.url}
    return {**made, "action_id": f"{COMMAND_ACTION}:{_UNNUMBERED}", "value": sendable(key.command or "")}


def overflow(keys: Sequence[Key]) -> Json:
    """Return a menu of one to five options; its action has no number yet."""
    options: list[Json] = []
    for number, key in enumerate(keys):
        text = _label(key.label, OPTION_TEXT)
        if key.url:
            options.append({"text": text, "value": f"{LINK_ACTION}:{number}", "url": key.url})
        else:
            options.append({"text": text, "value": sendable(key.command or "")})
    return {"type": "overflow", "action_id": f"{OVERFLOW_ACTION}:{_UNNUMBERED}", "options": options}


def numbered(blocks: Iterable[Json]) -> list[Json]:
    """Return blocks in which each action has a number of its own."""
    counted: list[Json] = []
    number = 0
    for block in blocks:
        if block["type"] != "actions":
            counted.append(block)
            continue
        elements = []
        for element in block["elements"]:
            kind = element["action_id"].partition(":")[0]
            elements.append({**element, "action_id": f"{kind}:{number}"})
            number += 1
        counted.append({**block, "elements": elements})
    return counted


def commands_of(blocks: Iterable[Json]) -> list[str]:
    """Return the commands that the buttons and menus of blocks stand for, in order."""
    return [value for element in _pressed(blocks) for value in _values(element)]


def commands_to_store(blocks: Iterable[Json]) -> tuple[str, ...]:
    """Return the commands, each once, that are too long for a button or a menu and have to be stored."""
    return tuple(dict.fromkeys(command for command in commands_of(blocks) if len(escaped(command)) > HELD))


def with_stored(blocks: Iterable[Json], stored: Mapping[str, str]) -> tuple[Json, ...]:
    """Return blocks in which what stands for a stored command is in its place.

    Args:
        blocks: as `render` returns them.
        stored: of each command of `commands_to_store` what is sent instead.
    """

    def replaced(element: Json) -> Json:
        if "options" in element:
            return {**element, "options": [replaced(option) for option in element["options"]]}
        value = element.get("value", "")
        return {**element, "value": stored[value]} if value in stored else element

    return tuple(
        {**block, "elements": [replaced(element) for element in block["elements"]]}
        if block["type"] == "actions"
        else block
        for block in blocks
    )


def code_link(card: Card) -> str | None:
    """Return the address of a card's first repository that can be linked."""
    return next((url for url in map(web_link, card.code_urls) if url), None)


def sendable(command: str) -> str:
    """Return a command without what JSON over HTTP can't carry: halves of characters."""
    return command.encode(errors="ignore").decode()


def _label(text: str, limit: int) -> Json:
    label = plain_text(cut(text, limit))
    if ":" not in text:
        del label["emoji"]  # of no use without a colon, and each costs the room of two words
    return label


def _told(card: Card, words: Translator) -> Iterator[Key]:
    if card.abstract:
        yield Key(words.gettext("Abstract"), f"/abstract {short_id(card)}")
    if card.takeaways or card.summary:
        yield Key(words.gettext("Takeaways"), f"/takeaways {short_id(card)}")


def _leading(links: Iterable[tuple[str, str | None]]) -> Iterator[Key]:
    for label, url in links:
        address = web_link(url) if url else None
        if address:
            yield Key(label, url=address)


def _page_label(card: Card, words: Translator) -> str:
    host = urlsplit(web_link(card.url or "") or "").hostname or ""
    return "arXiv" if host.removeprefix("www.") == "arxiv.org" else words.gettext("Page")


def _pressed(blocks: Iterable[Json]) -> Iterator[Json]:
    for block in blocks:
        if block["type"] == "actions":
            yield from block["elements"]


def _values(element: Json) -> Iterator[str]:
    for pressed in element.get("options", [element]):
        if "url" not in pressed:
            yield pressed["value"]
