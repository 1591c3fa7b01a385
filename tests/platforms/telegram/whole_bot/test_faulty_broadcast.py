"""A digest for many chats while Telegram has its faults, and some people have blocked the bot."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from broadcasts import OFFERED, archive_settings, make_due, publish
from faulty_broadcast import (
    Round,
    TimedLimits,
    bot_process,
    gone,
    plan_faults,
    readers,
    subscribe,
)
from telegram_server import BotApiServer

from bot.app import open_archive
from bot.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

CHATS, EACH = 40, 2
PATIENCE = 40.0


async def test_each_chat_has_its_digest_once_or_is_told_of_it(tmp_path: Path) -> None:
    """Nothing is lost or comes twice; the next digest offers what is in doubt and spares who blocked us."""
    # Takes 5 s: a process that starts, and two rounds at 25 messages a second.
    settings = Settings.model_validate(archive_settings(tmp_path))
    async with BotApiServer() as server, open_archive(settings) as archive:
        chats = readers(server, CHATS)
        await subscribe(archive, chats, "rivers")
        chosen = Random(7)  # noqa: S311 (repeatable on purpose)
        troubled = plan_faults(server, chats, EACH, chosen, retry_after=1)
        server.flood = TimedLimits()
        first = Round(server, tmp_path, chats, "upper rivers")
        await publish(archive, "Of upper rivers", "Fish in upper rivers", "Sand in upper rivers")
        async with bot_process(server, tmp_path, tick=0.1):
            ada = server.user("Ada")
            asked = await server.types(ada, server.private(ada), "/subscriptions")

            def told_to_wait() -> int:
                so_far = first.delivered()
                return so_far.again + so_far.states["retry"]

            await server.until(lambda: told_to_wait() >= EACH, patience=PATIENCE)
            await make_due(archive)
            await first.ended(patience=PATIENCE)
            became = first.delivered()
            blocked = {chat.id for chat in troubled.blocked}
            others = [chat for chat in chats if chat.id not in blocked]
            tried = len(server.log)
            second = Round(server, tmp_path, others, "lower rivers")
            await publish(archive, "Of lower rivers", "Fish in lower rivers", first=4)
            await second.ended(patience=PATIENCE)
            for chat in troubled.cut:
                [digest] = second.of_chat(chat)
                assert OFFERED in digest.text
                shown = await server.presses(chat.person or ada, digest, "Show it")
                assert "upper rivers" in shown.answer.text
            ended = second.delivered()
    assert asked.answer.text
    assert (became.lost, became.twice) == ((), ())
    assert became.states == {"sent": CHATS - 2 * EACH, "uncertain": EACH, "failed": EACH}
    assert became.failing == {"uncertain": {chat.id for chat in troubled.cut}, "failed": blocked}
    assert became.arrived == CHATS - EACH
    assert became.again >= EACH
    assert gone(tmp_path) == blocked
    assert (ended.lost, ended.twice) == ((), ())
    assert ended.states == {"sent": CHATS - EACH}
    assert not [logged for logged in server.log[tried:] if logged.call.params.integer("chat_id") in blocked]
