"""The layouts of the modals: subscribe, settings, search, replies."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.domain.query.limits import Limits
from bot.i18n import translator
from bot.platforms.slack.blocks.block_kit import context
from bot.platforms.slack.blocks.elements import field, option, paragraph, press, row, title, typed, values_of
from bot.platforms.slack.blocks.limits import ID
from bot.platforms.slack.views.home_layout import HomePosition
from bot.platforms.slack.views.settings_form import settings_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.i18n import Translator
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.views.settings_form import Settings

SUBSCRIBE: Final = "subscribe"
SETTINGS: Final = "settings"
FIND: Final = "find"
QUERY: Final = "query"
"""How the `block_id` of what is looked for begins. Slack keeps what was typed as long as the id stays, so
another text needs another id: `query:1` and so on."""
CONFIRM: Final = "confirm"

_MOST_TYPED: Final = 2 * Limits().characters
"""Characters that may be typed: some more than a query may have, so that it is said what is too long."""


@dataclass(frozen=True, slots=True)
class ViewTarget:
    """What a modal is about; it is kept in its `private_metadata`.

    It says nothing of what the person may do there: that is asked again when the modal is sent.

    Attributes:
        tenant: the workspace or organisation.
        channel: the conversation, or empty for the person's own chat.
        number: of the subscription that is changed, or None for a new one.
        home: what the Home below it shows, or None where it was not opened there.
    """

    tenant: str
    channel: str = ""
    number: int | None = None
    home: HomePosition | None = None


def target_of(view: Mapping[str, Any]) -> ViewTarget | None:
    """Return what our modal is about, or None where that can't be read."""
    try:
        kept = json.loads(view.get("private_metadata") or "")
        place = HomePosition(**kept["home"]) if kept["home"] is not None else None
        number = None if kept["number"] is None else int(kept["number"])
        return ViewTarget(str(kept["tenant"]), str(kept["channel"]), number, place)
    except (ValueError, KeyError, TypeError):
        return None


def opening_row(language: str) -> Json:
    """Return buttons that open the modals for the conversation whose message they are in."""
    words = translator(language)
    return row(
        press(words.gettext("Subscribe…"), "modal:subscribe"),
        press(words.gettext("Settings…"), "modal:settings"),
    )


def subscribe_view(
    target: ViewTarget,
    language: str,
    *,
    query: str = "",
    block_id: str = QUERY,
    reading: Sequence[Json] = (),
    better: str | None = None,
    confirms: bool = False,
) -> Json:
    """Return the modal in which a query is written, read and sent.

    Args:
        target: where for.
        language: of that chat.
        query: what is in the field at first.
        block_id: of that field; with another one it shows `query` again.
        reading: how the query is read and what it would bring.
        better: another query that can be taken instead, or None.
        confirms: whether to ask if a very broad query is wanted all the same.
    """
    words = translator(language)
    _ = words.gettext
    written = typed(
        "modal:query", query, placeholder=_("video editing, diffusion -medical"), most=_MOST_TYPED
    )
    written["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered", "on_enter_pressed"]}
    written["focus_on_load"] = True
    asked = field(block_id, _("What do you look for?"), written, hint=_hint(words))
    blocks = [{**asked, "dispatch_action": True}]
    if confirms:
        wanted: Json = {
            "type": "checkboxes",
            "action_id": "modal:confirm",
            "options": [option(_("Subscribe all the same"), "yes")],
        }
        blocks.append(field(CONFIRM, _("It is very broad"), wanted, optional=True))
    blocks += reading
    if better is not None:
        blocks.append(row(press(_("Try: {query}").format(query=better), "modal:try", better)))
    if not reading:
        blocks.append(context(_("While you type, you see here how it is read and what it would bring.")))
    name = _("Subscribe") if target.number is None else _("Change #{number}").format(number=target.number)
    return {
        **_modal(SUBSCRIBE, name, language),
        "submit": title(_("Subscribe") if target.number is None else _("Change it")),
        "private_metadata": json.dumps(asdict(target)),
        "blocks": blocks,
    }


def settings_view(target: ViewTarget, now: Settings) -> Json:
    """Return the modal with what a chat chose."""
    words = translator(now.language)
    return {
        **_modal(SETTINGS, words.gettext("Settings"), now.language),
        "submit": title(words.gettext("Save these")),
        "private_metadata": json.dumps(asdict(target)),
        "blocks": settings_blocks(now, words),
    }


def find_view(target: ViewTarget, language: str, results: Sequence[Json], *, query: str = "") -> Json:
    """Return the modal in which papers are looked for, with what was found last."""
    words = translator(language)
    _ = words.gettext
    written = typed("find:query", query, placeholder=_("video editing sort:new"), most=_MOST_TYPED)
    written["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    written["focus_on_load"] = True
    asked = field(QUERY, _("What do you look for?"), written, hint=_hint(words))
    return {
        **_modal(FIND, _("Find papers"), language),
        "submit": title(_("Search")),
        "private_metadata": json.dumps(asdict(target)),
        "blocks": [{**asked, "dispatch_action": True}, *results],
    }


def answer_view(target: ViewTarget, name: str, blocks: Sequence[Json], language: str) -> Json:
    """Return a modal that is only read."""
    return {
        **_modal("answer", name, language),
        "private_metadata": json.dumps(asdict(target)),
        "blocks": list(blocks) or [paragraph("")],
    }


def told_view(target: ViewTarget, texts: Sequence[str], language: str) -> Json:
    """Return a modal that says something, a paragraph each."""
    return answer_view(target, "paperwire", [paragraph(text) for text in texts], language)


def waiting_view() -> Json:
    """Return what is shown while an answer takes long; without words: not even the language is known."""
    return {"type": "modal", "callback_id": "answer", "title": title("paperwire"), "blocks": [context("⏳")]}


def changed_view(view: Mapping[str, Any], blocks: Sequence[Json]) -> Json:
    """Return a modal that Slack tells of with other blocks."""
    sent = {"type", "callback_id", "title", "submit", "close", "private_metadata"}
    return {**{name: value for name, value in view.items() if name in sent and value}, "blocks": list(blocks)}


def query_of(view: Mapping[str, Any]) -> tuple[str, str]:
    """Return the block in which a query is written, and what is written there."""
    for block, value in values_of(view).items():
        if block.partition(":")[0] == QUERY:
            return block, value.strip() if isinstance(value, str) else ""
    return QUERY, ""


def next_query_block(block_id: str) -> str:
    """Return an id for the field of a query that Slack does not know yet."""
    number = block_id.rpartition(":")[2]
    following = int(number) + 1 if number.isdecimal() and len(number) < ID // 2 else 1
    return f"{QUERY}:{following}"


def _hint(words: Translator) -> str:
    return words.gettext(
        "All these words; a phrase in “quotes”; a comma for “or”; -word for papers without it."
    )


def _modal(callback_id: str, name: str, language: str) -> Json:
    close = translator(language).gettext("Close")
    return {"type": "modal", "callback_id": callback_id, "title": title(name), "close": title(close)}
