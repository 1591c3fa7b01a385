"""/search: find papers by query, arXiv id, link or DOI."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.cards.evidence import reason_of
from bot.domain.chat.command import Button, Reply, Text
from bot.domain.papers.paper_id import read_paper_ids
from bot.domain.query import UnreadableQueryError, chosen_ids
from bot.domain.search.request_words import without_request
from bot.domain.search.search_options import read_options
from bot.i18n import N_
from handlers.empty_archive import why_empty
from handlers.named_papers import look_up
from handlers.papers.paper import shown
from handlers.spec import CommandSpec
from handlers.wording import corrected, notes_of, result_card, speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.domain.query import Query
    from bot.domain.search.search_options import SearchOptions
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.services.papers.search_papers import Page


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show a page of what a query finds."""
    words = speak(request)
    options = read_options(request.args)
    if not options.text:
        text = words.gettext("Say what to look for. For example:")
        return usage(
            text,
            "/search video editing",
            "/search 扩散模型 sort:new",
            "/search ti:sam after:2024-03",
        )
    ids = read_paper_ids(options.text)
    if ids:
        return shown(await look_up(ids, services), words)
    query = services.queries.parse(options.text)
    if chosen := chosen_ids(query.root):
        return shown(await look_up(chosen, services), words)
    wish = _asked_for(options.text, query, services)
    page = await services.searching.search(
        query,
        today=request.now.date(),
        order=options.order,
        since=options.since,
        start=(options.page - 1) * options.size,
        size=options.size,
        near=None if options.exact else wish,
    )
    if not page.found and not page.near:
        return await _nothing(query, options, page, request, services)
    cards = [
        result_card(found.paper, (reason_of(query, found.evidence),), page.start + number)
        for number, found in enumerate(page.found, start=1)
    ]
    near = [
        result_card(
            found.paper,
            (replace(reason_of(wish, found.evidence), lacking=found.lacking),),
            page.start + len(cards) + number,
        )
        for number, found in enumerate(page.near, start=1)
    ]
    wanted = query if page.found else wish
    buttons = [Button(words.gettext("Subscribe to this search"), f"/subscribe {wanted.canonical}")]
    slip = None if page.found or page.start else await _slip(wish, request, services)
    if slip:
        buttons.insert(0, slip[1])
    if page.more:
        buttons.insert(0, Button(words.gettext("More papers"), options.command(page=options.page + 1)))
    heading = (Text(_heading(query, page, words), "heading"),) if page.found else ()
    return Reply(
        (
            *heading,
            *cards,
            *(_near_heading(page, words) if near else ()),
            *near,
            *((Text(slip[0], "hint"),) if slip else ()),
            *notes_of(query.notes, words),
            *_count_read(options, words),
        ),
        tuple(buttons),
    )


def _heading(query: Query, page: Page, words: Translator) -> str:
    total = f"{page.total:,}" if page.counted else f"{page.total:,}+"
    form = words.ngettext("{query}: {total} paper", "{query}: {total} papers", page.total)
    line = form.format(query=query.canonical, total=total)
    if page.more or page.start:
        line += f" · {page.start + 1}–{page.start + len(page.found)}"
    return line


def _asked_for(text: str, query: Query, services: ChatServices) -> Query:
    """Return a query without the words that frame a request."""
    shorter = without_request(text)
    if shorter == text:
        return query
    try:
        return services.queries.parse(shorter)
    except UnreadableQueryError:
        return query


def _near_heading(page: Page, words: Translator) -> tuple[Text]:
    line = (
        words.gettext("No paper has all of these words; nearest:")
        if not page.total
        else words.gettext("No more papers have all of these words; nearest:")
    )
    return (Text(line, "heading"),)


def _count_read(options: SearchOptions, words: Translator) -> list[Text]:
    """Say that a number at the end was read as how many to show: in `llama 3` it may have been a word."""
    if not options.counted or options.page > 1:
        return []
    line = words.gettext("{count} is read as how many to show; in quotation marks it would be a word.")
    return [Text(line.format(count=options.size), "hint")]


async def _nothing(
    query: Query, options: SearchOptions, page: Page, request: CommandRequest, services: ChatServices
) -> Reply:
    words = speak(request)
    notes = notes_of(query.notes, words)
    if total := page.total + page.total_near:
        line = words.gettext("There are no more: {total} papers in all.").format(total=total)
        return Reply(
            (Text(line, "warning"),), (Button(words.gettext("From the start"), options.command(page=1)),)
        )
    buttons = [Button(words.gettext("Watch for it"), f"/subscribe {query.canonical}")]
    empty = await why_empty(request, services)
    if empty:
        return Reply((*empty, *notes), tuple(buttons))
    line = words.gettext("No paper matches {query}.").format(query=query.canonical)
    notes += _count_read(options, words)
    slip = await _slip(query, request, services)
    if slip:
        line = slip[0]
        buttons.insert(0, slip[1])
    elif options.since:
        buttons.insert(0, Button(words.gettext("Search all days"), f"/search {options.text}"))
    return Reply((Text(line, "warning"), *notes), tuple(buttons))


async def _slip(query: Query, request: CommandRequest, services: ChatServices) -> tuple[str, Button] | None:
    """Return which word no paper has and what is near it, and the search with that."""
    words = speak(request)
    near = await services.previews.nearest(query, now=request.now)
    if near is None:
        return None
    word, known, papers = near
    line = words.ngettext(
        "No paper has {word}; near it is {known} ({count} paper).",
        "No paper has {word}; near it is {known} ({count} papers).",
        papers,
    ).format(word=word, known=known, count=papers)
    return line, Button(words.gettext("Try"), f"/search {corrected(query, word, known)}")


SPEC = CommandSpec(
    name="search", usage=N_("QUERY [sort:new|best] [after:2024-03] [--exact] [N]"),
    summary=N_("find papers by words, arXiv id, link or DOI"), handle=handle, aliases=("s", "find", "搜索"),
)  # fmt: skip
