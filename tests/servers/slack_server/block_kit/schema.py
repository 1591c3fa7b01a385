"""A small language for the shape of JSON, whose complaints read as Slack's do.

A check looks at a value and adds complaints with their place as a JSON pointer, such as
`must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Check = Callable[[Any, str, "Complaints"], None]


@dataclass(slots=True)
class Complaints:
    """What is wrong with a value, in order."""

    found: list[str] = field(default_factory=list)

    def add(self, complaint: str, place: str) -> None:
        """Add a complaint about the value at a JSON pointer."""
        self.found.append(f"{complaint} [json-pointer:{place}]")


def string(most: int, *, least: int = 1) -> Check:
    """Check a text's length in characters."""

    def check(value: Any, place: str, said: Complaints) -> None:
        if not isinstance(value, str):
            said.add("must be a string", place)
        elif len(value) > most:
            said.add(f"must be less than {most + 1} characters", place)
        elif len(value) < least:
            said.add(f"must be more than {least - 1} characters", place)

    return check


def integer(least: int, most: int) -> Check:
    """Check a whole number's bounds."""

    def check(value: Any, place: str, said: Complaints) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            said.add("must be an integer", place)
        elif not least <= value <= most:
            said.add(f"must be between {least} and {most}", place)

    return check


def boolean(value: Any, place: str, said: Complaints) -> None:
    """Check a truth value; texts such as "true" are none."""
    if not isinstance(value, bool):
        said.add("must be a boolean", place)


def choice(*allowed: str) -> Check:
    """Check that a value is one of a few."""

    def check(value: Any, place: str, said: Complaints) -> None:
        if value not in allowed:
            said.add(f"must be a valid enum value: {', '.join(allowed)}", place)

    return check


def url(most: int = 3000, schemes: Collection[str] = ("http", "https")) -> Check:
    """Check an address's length and scheme."""
    length = string(most)

    def check(value: Any, place: str, said: Complaints) -> None:
        length(value, place, said)
        if isinstance(value, str) and 0 < len(value) <= most and not _is_address(value, schemes):
            said.add("must be a valid url", place)

    return check


def items(check_item: Check, *, least: int = 1, most: int) -> Check:
    """Check a list's length and each of its items."""

    def check(value: Any, place: str, said: Complaints) -> None:
        if not isinstance(value, list):
            said.add("must be an array", place)
            return
        if len(value) > most:
            said.add(f"no more than {most} items allowed", place)
        if len(value) < least:
            said.add(f"no less than {least} items allowed", place)
        for number, item in enumerate(value):
            check_item(item, f"{place}/{number}", said)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Check an object's fields; others are refused, `type` is somebody else's."""
    known = {**required, **(optional or {})}

    def check(value: Any, place: str, said: Complaints) -> None:
        if not isinstance(value, dict):
            said.add("must be an object", place)
            return
        for name in required:
            if name not in value:
                said.add(f"missing required field: {name}", place)
        for name, inner in value.items():
            if name in known:
                known[name](inner, f"{place}/{name}", said)
            elif name != "type":
                said.add(f"invalid additional property: {name}", place)

    return check


def by_type(checks: Mapping[str, Check]) -> Check:
    """Check an object by its `type`."""

    def check(value: Any, place: str, said: Complaints) -> None:
        if not isinstance(value, dict):
            said.add("must be an object", place)
        elif "type" not in value:
            said.add("missing required field: type", place)
        elif not isinstance(value["type"], str) or value["type"] not in checks:
            said.add(f"unsupported type: {value['type']}", f"{place}/type")
        else:
            checks[value["type"]](value, place, said)

    return check


def every(*checks: Check) -> Check:
    """Check a value by several."""

    def check(value: Any, place: str, said: Complaints) -> None:
        for one in checks:
            one(value, place, said)

    return check


def one_of_fields(*names: str) -> Check:
    """Check that an object has one of some fields, and no two."""

    def check(value: Any, place: str, said: Complaints) -> None:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            said.add(f"must define either {' or '.join(f'`{name}`' for name in names)}", place)

    return check


def some_of_fields(*names: str) -> Check:
    """Check that an object has at least one of some fields."""

    def check(value: Any, place: str, said: Complaints) -> None:
        if isinstance(value, dict) and not any(name in value for name in names):
            said.add(f"must define either {' or '.join(f'`{name}`' for name in names)}", place)

    return check


def _is_address(text: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    if parts.scheme == "mailto" and "mailto" in schemes:
        return "@" in parts.path
    return parts.scheme in schemes and bool(parts.netloc) and not any(char.isspace() for char in text)
