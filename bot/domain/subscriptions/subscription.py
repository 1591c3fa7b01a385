"""A subscription: one query of a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["active", "paused", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat's query.

    Attributes:
        id: its row.
        chat_id: the chat.
        number: what the chat calls it; never used again for another query of that chat.
        source_text: the query as typed.
        canonical: its canonical form; a chat has each only once.
        state: `active`, `paused`, or `removed` (kept for undo).
        per_day: papers a day that it matched when it was made, or None where unknown.
        created_at: UTC epoch seconds.
        changed_at: when its state or query changed last, UTC epoch seconds.
    """

    id: int
    chat_id: int
    number: int
    source_text: str
    canonical: str
    state: State
    per_day: float | None
    created_at: int
    changed_at: int
