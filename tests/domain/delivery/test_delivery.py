"""What happens to a delivery whose sending failed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery.delivery import (
    GIVE_UP_AFTER,
    LONGEST_WAIT,
    Delivery,
    Failed,
    Retry,
    Uncertain,
    after_failure,
)
from bot.errors import (
    ChatGoneError,
    ChatMovedError,
    ContentRefusedError,
    DeliveryError,
    NotSentError,
    RefusedError,
    UnknownOutcomeError,
)

NOW = 1_750_000_000

deliveries = st.builds(
    Delivery,
    id=st.just(1),
    chat_id=st.just(1),
    digest_id=st.just(1),
    attempts=st.integers(0, 10_000),
    plain=st.booleans(),
    epoch=st.just(1),
    created_at=st.integers(NOW - 2 * GIVE_UP_AFTER, NOW),
)
not_sent = st.builds(NotSentError, st.just("429"), retry_after=st.none() | st.floats(0, 86_400))
errors = st.one_of(
    not_sent,
    st.sampled_from(
        [
            RefusedError("no"),
            ContentRefusedError("no"),
            ChatGoneError("no"),
            ChatMovedError("no", external_id="-1"),
            UnknownOutcomeError("?"),
            DeliveryError("?"),
        ]
    ),
)


@given(deliveries, errors)
def test_only_what_surely_did_not_arrive_is_sent_again(delivery: Delivery, error: DeliveryError) -> None:
    """By default a message whose outcome is unknown is never retried, and a retry is never in the past."""
    decided = after_failure(delivery, error, NOW)
    if isinstance(decided, Retry):
        assert isinstance(error, NotSentError | ContentRefusedError | ChatMovedError)
        assert decided.at >= NOW
    if isinstance(error, UnknownOutcomeError):
        assert decided == Uncertain()


@given(deliveries, not_sent)
def test_a_platform_is_never_asked_before_it_wants(delivery: Delivery, error: NotSentError) -> None:
    """A retry keeps to `retry_after`, waits at most 15 minutes of its own accord, and ends after a day."""
    decided = after_failure(delivery, error, NOW)
    if NOW - delivery.created_at >= GIVE_UP_AFTER:
        assert decided == Failed()
        return
    assert isinstance(decided, Retry)
    assert decided.at - NOW >= (error.retry_after or 0)
    assert decided.at - NOW <= max(LONGEST_WAIT, (error.retry_after or 0) + 1)
    assert decided.plain == delivery.plain


@given(deliveries)
def test_markup_is_left_out_once(delivery: Delivery) -> None:
    """A message that is refused with and without markup has failed, so that it can't go round forever."""
    decided = after_failure(delivery, ContentRefusedError("can't parse"), NOW)
    assert decided == (Failed() if delivery.plain else Retry(NOW, plain=True))


@given(deliveries, st.sampled_from(["offer", "resend", "drop"]))
def test_the_operator_decides_about_unknown_outcomes(delivery: Delivery, setting: str) -> None:
    """`offer` leaves it to the readers, `resend` tries for a day, `drop` forgets it."""
    decided = after_failure(delivery, UnknownOutcomeError("timeout"), NOW, on_uncertain=setting)  # type: ignore[arg-type]
    kind = {"offer": Uncertain, "resend": Retry | Failed, "drop": Failed}[setting]
    assert isinstance(decided, kind)
