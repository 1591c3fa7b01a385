"""Renders 50,000 hostile replies and has Telegram's own parser read every message.

python tests/soak/soak_telegram_cards.py [--count 50000] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder)
    for folder in (".", "tests/platforms", "tests/platforms/telegram", "tests/servers")
)


from hostile_replies import hostile_reply
from telegram_promises import check

from bot.domain.cards.card import Card
from bot.i18n import LANGUAGES
from bot.platforms.telegram.messages.render import render


def main() -> None:
    """Run the soak and print its figures; fails at the first reply for which a promise does not hold."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--count", type=int, default=50_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    cards = messages = 0
    spent = worst = 0.0
    for number in range(options.count):
        # A generator for each, so that a failing reply can be made again alone.
        reply = hostile_reply(random.Random(f"{options.seed}/{number}"))  # noqa: S311 (test data)
        begin = time.perf_counter()
        rendered = render(reply, LANGUAGES[number % len(LANGUAGES)])
        took = time.perf_counter() - begin
        try:
            check(reply, rendered)
        except Exception as error:
            raise SystemExit(f"reply {number} of seed {options.seed} failed: {error!r}") from error
        cards += sum(isinstance(part, Card) for part in reply.parts)
        messages += len(rendered)
        spent, worst = spent + took, max(worst, took)
    print(f"{options.count} replies, {cards} cards, {messages} messages: Telegram's parser read each of them")
    print(
        f"rendered in {spent:.1f} s: {spent / max(1, messages) * 1e3:.1f} ms a message, "
        f"{worst * 1e3:.0f} ms the longest reply"
    )


if __name__ == "__main__":
    main()
