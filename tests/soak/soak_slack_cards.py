"""Renders 50,000 hostile papers for Slack; our validator and slack_sdk read every message.

python tests/soak/soak_slack_cards.py [--papers 50000] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder)
    for folder in (".", "tests/platforms", "tests/platforms/slack")
)


from hostile_replies import hostile_reply
from slack_promises import check

from bot.domain.cards.card import Card
from bot.domain.chat.command import Reply
from bot.i18n import LANGUAGES
from bot.platforms.slack.messages.render import render, thread_of


def main() -> None:
    """Run the soak and print its figures; fails at the first reply for which a promise does not hold."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--papers", type=int, default=50_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    replies = papers = messages = 0
    spent = worst = 0.0
    while papers < options.papers:
        # A generator for each, so that a failing reply can be made again alone.
        reply = hostile_reply(random.Random(f"{options.seed}/{replies}"))  # noqa: S311 (test data)
        language = LANGUAGES[replies % len(LANGUAGES)]
        cards = [part for part in reply.parts if isinstance(part, Card)]
        whole = tuple(replace(card, full=True) for card in cards if not card.full)
        begin = time.perf_counter()
        rendered, thread = render(reply, language), thread_of(reply, language)
        took = time.perf_counter() - begin
        try:
            check(reply, rendered)
            if whole:
                check(Reply(whole), thread)
        except Exception as error:
            raise SystemExit(f"reply {replies} of seed {options.seed} failed: {error!r}") from error
        replies += 1
        papers += len(cards)
        messages += len(rendered) + len(thread)
        spent, worst = spent + took, max(worst, took)
    print(
        f"{papers} papers in {replies} replies and their threads, {messages} messages: "
        "our validator and slack_sdk took each of them, nobody was called"
    )
    print(
        f"rendered in {spent:.1f} s: {spent / max(1, messages) * 1e3:.1f} ms a message, "
        f"{worst * 1e3:.0f} ms the longest reply with its thread"
    )


if __name__ == "__main__":
    main()
