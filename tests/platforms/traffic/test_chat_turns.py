"""Turns of chats."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.traffic.chat_turns import ChatTurns


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=20))
def test_each_key_goes_one_by_one_in_order(asked: list[tuple[str, int]]) -> None:
    """Requests of a key never overlap and keep their order; when all are done, nothing is left of them."""

    async def main() -> None:
        turns: ChatTurns[str] = ChatTurns()
        begun: dict[str, list[int]] = {}
        inside: set[str] = set()

        async def ask(number: int, key: str, rounds: int) -> None:
            async with turns.of(key):
                assert key not in inside
                inside.add(key)
                begun.setdefault(key, []).append(number)
                for _ in range(rounds):
                    await asyncio.sleep(0)
                inside.remove(key)

        await asyncio.gather(*(ask(number, *one) for number, one in enumerate(asked)))
        for numbers in begun.values():
            assert numbers == sorted(numbers)
        assert sum(map(len, begun.values())) == len(asked)
        assert not any(turns.count(key) for key in "abc")

    asyncio.run(main())


async def test_who_gives_up_holds_up_nobody() -> None:
    """A request that is cancelled while it waits leaves its place in the line."""
    turns: ChatTurns[str] = ChatTurns()

    async def wait() -> None:
        async with turns.of("a"):
            pass

    async with turns.of("a"):
        waiting = [asyncio.create_task(wait()) for _ in range(2)]
        await asyncio.sleep(0)
        assert turns.count("a") == 3
        waiting[0].cancel()
        await asyncio.gather(waiting[0], return_exceptions=True)
        assert turns.count("a") == 2
    await waiting[1]
    assert turns.count("a") == 0
