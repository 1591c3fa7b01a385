"""/timezone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conversation import Conversation

pytest_plugins = ("conversation_fixtures",)


@pytest.mark.parametrize(
    ("typed", "zone", "time"),
    [
        ("Asia/Shanghai", "Asia/Shanghai", "17:00"),
        ("new york", "America/New_York", "05:00"),
        ("北京", "Asia/Shanghai", "17:00"),
        ("utc+5:30", "UTC+05:30", "14:30"),
    ],
)
async def test_a_zone_is_kept(samples: Conversation, typed: str, zone: str, time: str) -> None:
    """A zone is understood as people write it, kept, and shown with the time it is there."""
    told = await samples.say(f"/timezone {typed}")
    assert told.text == f"Times are in {zone} now; it is {time} there."
    assert f"Times are in {zone}; it is {time} there." in (await samples.say("/timezone")).text
    first_seen = (await samples.say("/explain 2411.99021")).text
    assert f" {time}" in first_seen


async def test_a_slip_is_answered_with_what_is_near(samples: Conversation) -> None:
    """What is no zone changes nothing and offers the nearest to press."""
    told = await samples.say("/timezone Asia/Shangai")
    assert "There is no time zone Asia/Shangai" in told.text
    assert "/timezone Asia/Shanghai" in told.commands
    assert "Times are in UTC; it is 09:00 there." in (await samples.say("/tz")).text


async def test_an_ambiguous_name_is_not_guessed(samples: Conversation) -> None:
    """A name of two zones offers both."""
    told = await samples.say("/timezone CST")
    assert "means more than one time zone" in told.text
    assert len(told.commands) >= 2
