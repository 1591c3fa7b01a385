"""The error classes. Each docstring says who should do what about it.

PaperwireError                  root; nothing else leaves an adapter
├── InputError                  a person gave something that can't be used: show them the message
│   ├── SettingsError           the operator mends the environment or `.env`
│   ├── SourceError             the operator mends a source URI
│   └── QueryError              the reader mends a query; has a position and one suggestion
├── DocumentError               one document can't be read: report it, continue with the others
│   ├── UnknownLayoutError      not a digest we know (a hand-written post among digests, say)
│   ├── MalformedDocumentError  a known layout, but truncated, binary or hostile
│   └── FetchError              the bytes could not be fetched
│       ├── BlockedAddressError the guard refuses this address: the operator may allow-list the host
│       ├── TooLargeError       larger than the limit
│       ├── FetchTimeoutError   over the time cap
│       ├── UnreachableError    no such path or host, or the connection failed: try later
│       └── HttpStatusError     the server refused; `retry_after` where it said when to come back
├── DeliveryError               a platform did not accept a message (`bot.domain.delivery.delivery`)
│   ├── NotSentError            it surely did not arrive: try again, not before `retry_after`
│   ├── RefusedError            the platform said no, for good
│   │   ├── ContentRefusedError it can't read the message: once more without markup
│   │   ├── ChatGoneError       blocked, kicked or deleted: the chat gets nothing more until it comes back
│   │   │   └── ThreadGoneError only a thread of it
│   │   └── ChatMovedError      the chat has another id now
│   └── UnknownOutcomeError     it may have arrived: never again by itself
└── StorageError                the database failed: the transaction was rolled back whole
    ├── StorageBusyError        another process holds the lock: try again
    └── SchemaError             the database belongs to a newer paperwire: upgrade
"""

from __future__ import annotations


class PaperwireError(Exception):
    """Root of all errors that paperwire raises itself."""


class InputError(PaperwireError):
    """The user gave invalid input; the message says what to do."""


class SettingsError(InputError):
    """The environment or `.env` has invalid values; lists all of them at once."""


class SourceError(InputError):
    """A source URI is invalid."""


class QueryError(InputError):
    """A query can't be read.

    Attributes:
        position: where in the cleaned query text, in code points from 0.
        suggestion: one query or text to use instead, or None.
    """

    def __init__(self, message: str, *, position: int = 0, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.position = position
        self.suggestion = suggestion


class DocumentError(PaperwireError):
    """One document can't be read; other documents are not affected.

    Attributes:
        document: its path or URL, without credentials.
        reason: what is wrong, in one line, with the next step where there is one.
    """

    def __init__(self, document: str, reason: str) -> None:
        super().__init__(f"{document}: {reason}")
        self.document = document
        self.reason = reason


class UnknownLayoutError(DocumentError):
    """The document is not in a layout that a format reads."""


class MalformedDocumentError(DocumentError):
    """The document is in a known layout but truncated, binary, wrongly encoded or hostile."""


class FetchError(DocumentError):
    """The document could not be fetched."""


class BlockedAddressError(FetchError):
    """The guard refuses the address: not public, or another port than 80 and 443."""


class TooLargeError(FetchError):
    """The document is larger than the limit."""


class FetchTimeoutError(FetchError):
    """The document did not arrive in time."""


class UnreachableError(FetchError):
    """No such path or host, or the connection failed."""


class HttpStatusError(FetchError):
    """The server answered with an error status.

    Attributes:
        status: the HTTP status.
        retry_after: seconds until the server wants to be asked again, or None where it did not say.
    """

    def __init__(self, document: str, reason: str, *, status: int, retry_after: float | None = None) -> None:
        super().__init__(document, reason)
        self.status = status
        self.retry_after = retry_after


class DeliveryError(PaperwireError):
    """A platform did not accept a message, or it is unknown whether it did."""


class NotSentError(DeliveryError):
    """The message did not arrive: no connection, or too many requests.

    Attributes:
        retry_after: seconds until the platform wants to be asked again, or None where it did not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RefusedError(DeliveryError):
    """The platform refused the message and would refuse it again."""


class ContentRefusedError(RefusedError):
    """The platform can't read the message's markup."""


class ChatGoneError(RefusedError):
    """The bot was blocked or removed, or the chat was deleted."""


class ThreadGoneError(ChatGoneError):
    """A thread of a chat was deleted; the chat itself is still there."""


class ChatMovedError(RefusedError):
    """The chat has another id on its platform.

    Attributes:
        external_id: the new one.
    """

    def __init__(self, message: str, *, external_id: str) -> None:
        super().__init__(message)
        self.external_id = external_id


class UnknownOutcomeError(DeliveryError):
    """The connection or the platform failed after the message may have been accepted."""


class StorageError(PaperwireError):
    """The database failed; the transaction was rolled back."""


class StorageBusyError(StorageError):
    """Another process held the database's lock for too long."""


class SchemaError(StorageError):
    """The database was written by a newer paperwire."""
