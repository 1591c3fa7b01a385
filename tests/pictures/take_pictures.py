"""Takes the pictures of the documents: real answers to real commands, on an archive of the bundled samples.

Run it from anywhere: `python tests/pictures/take_pictures.py [folder]`; it needs Chromium.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import slack_page
import telegram_page
from browser import photograph
from web_page import PictureError

from bot.app import open_archive, platform_services
from bot.cli.samples import read_samples
from bot.domain.chat.command import ChatKey
from bot.platforms.slack.messages import render as slack
from bot.platforms.slack.views.app_home import read_home
from bot.platforms.slack.views.home_layout import HomePosition, home_view
from bot.platforms.slack.views.modal_layouts import ViewTarget, subscribe_view
from bot.platforms.slack.views.query_preview import reading_blocks
from bot.platforms.telegram.messages import render as telegram
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from bot.app import Archive
    from bot.domain.chat.command import Reply

HERE: Final = Path(__file__).resolve().parent
PICTURES: Final = HERE.parents[1] / "docs" / "pictures"
TIME: Final = "08:30"
"""What the clock of each picture shows, so that pictures differ only where the bot does."""

QUERIES: Final = {"en": ("video editing", "rag, llm agents"), "zh_Hans": ("视频编辑", "检索增强生成")}
"""What the reader of each language gets."""
ASKED: Final = {"digest": "/digest", "card": "/paper 2411.99001"}
"""What is asked for each picture; the paper is a sample with code, a summary, takeaways and two versions."""
TYPED: Final = {"en": "video editing -medical", "zh_Hans": "视频编辑 -医学"}
"""What is in the modal to subscribe."""
SAVED: Final = ("2411.99001", "2411.99002", "2411.99007")
"""What the reader saved."""
IN_DIGEST: Final = 4
"""Papers; so many that a picture shows what waits, and so few that it fits on a page."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page that is to be photographed.

    Attributes:
        name: of its file, without ending.
        page: HTML.
        width: CSS pixels.
    """

    name: str
    page: str
    width: int


async def pictures(archive: Archive) -> AsyncIterator[Picture]:
    """Yield the pages of all pictures.

    Args:
        archive: holds the samples.

    Raises:
        PictureError: something of a message can't be drawn.
    """
    for language in QUERIES:
        for platform, draw in (("telegram", _on_telegram), ("slack", _on_slack)):
            async for subject, reply in _answers(archive, ChatKey(platform, language), language):
                for picture in draw(subject, reply, language):
                    yield picture
        yield await _home(archive, language)
        yield await _modal(archive, language)


async def _answers(archive: Archive, key: ChatKey, language: str) -> AsyncIterator[tuple[str, Reply]]:
    """Let a new chat subscribe, then yield what it asks for and the answers."""

    async def ask(text: str) -> Reply:
        return await archive.dispatch(text, await archive.chat.chats.open(key))

    await ask(f"/language {language}")
    await ask(f"/limit {IN_DIGEST}")
    await ask("/subscribe " + "\n".join(QUERIES[language]))
    for subject, text in ASKED.items():
        yield subject, await ask(text)


def _on_telegram(subject: str, reply: Reply, language: str) -> Iterator[Picture]:
    sent = [telegram_page.Sent(message, TIME) for message in telegram.render(reply, language)]
    turns: list[telegram_page.Typed | telegram_page.Sent] = [telegram_page.Typed(ASKED[subject], TIME), *sent]
    page = telegram_page.telegram_page(turns, language=language, style=_style("telegram"))
    yield Picture(f"telegram-{subject}-{language}", page, telegram_page.WIDTH)


def _on_slack(subject: str, reply: Reply, language: str) -> Iterator[Picture]:
    posts = [slack_page.Post(message.text, message.blocks, TIME) for message in slack.render(reply, language)]
    page = slack_page.messages_page(posts, language=language, style=_style("slack"))
    yield Picture(f"slack-{subject}-{language}", page, slack_page.WIDTH)


async def _home(archive: Archive, language: str) -> Picture:
    """Return the App Home of a reader with subscriptions, one of them paused, and saved papers."""
    chat = await archive.chat.chats.open(ChatKey("slack", language))
    for line in (*(f"/save {paper}" for paper in SAVED), "/pause 2", "/quiet 22:00-07:00"):
        await archive.dispatch(line, chat)
    view = home_view(await read_home(archive.chat, chat, HomePosition()), HomePosition())
    page = slack_page.home_page(view, language=language, style=_style("slack"))
    return Picture(f"slack-home-{language}", page, slack_page.WIDTH)


async def _modal(archive: Archive, language: str) -> Picture:
    """Return the modal in which a query is typed, with its reading."""
    chat = await archive.chat.chats.open(ChatKey("slack", language))
    preview = await archive.dispatch(f"/preview {TYPED[language]}", chat)
    names = frozenset(name for item in platform_services(archive).menu for name in (item.name, *item.aliases))
    reading = reading_blocks(preview, names)
    view = subscribe_view(ViewTarget("T0"), language, query=TYPED[language], reading=reading)
    page = slack_page.modal_page(view, language=language, style=_style("slack"))
    return Picture(f"slack-modal-{language}", page, slack_page.WIDTH)


def _style(platform: str) -> str:
    return (HERE / f"{platform}.css").read_text(encoding="utf-8")


async def main(argv: Sequence[str]) -> int:
    """Write the pictures into a folder, this one where none is named; return the exit status."""
    folder = Path(argv[0]) if argv else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings.model_validate({"database_url": f"sqlite:///{scratch}/archive.sqlite3"})
        async with open_archive(settings) as archive:
            await read_samples(archive)
            async for picture in pictures(archive):
                target = folder / f"{picture.name}.png"
                photograph(picture.page, target, width=picture.width)
                print(f"{target}: {target.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main(sys.argv[1:])))
    except PictureError as error:
        sys.exit(str(error))
