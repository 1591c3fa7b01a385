"""Checks untrusted XML before it reaches a parser, and explains what is wrong with it.

An entity declared in a DOCTYPE can grow a hundred bytes to gigabytes or name a local file, and no feed
needs one: such documents are refused before any parser sees them. The old RSS 0.91 DOCTYPE, which only
names its DTD, is harmless since nothing here fetches a DTD.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROOT_NAME = re.compile(r"<([A-Za-z_][\w.:-]{0,100})")
_DOCTYPE_PIECE = re.compile(r"\"[^\"]*\"|'[^']*'|[\[\]>]")
_TAIL = 1_000  # characters after the root element: comments of a cache, a notice of PHP
# A tolerant parser spends 20-50 us on a tag: these bounds keep the worst document under some seconds.
# A feed of 2,000 papers has 30,000 elements.
MAX_ELEMENTS = 100_000
MAX_DEPTH = 200
MAX_ATTRIBUTES = 100
MAX_BROKEN = 500_000  # characters; the fallback for broken XML is several times slower still
MAX_TAGS_BROKEN = 20_000


class Prolog(NamedTuple):
    """What is before the content of an XML document.

    Attributes:
        doctype: the text from `<!DOCTYPE` on, cut at 2,000 characters, or None.
        entities: whether its internal subset declares entities.
        root: the root element's name as written (`rdf:RDF`), or None.
    """

    doctype: str | None = None
    entities: bool = False
    root: str | None = None


def prolog(text: str) -> Prolog:
    """Read the prolog of a text: declaration, comments, DOCTYPE and the root's name."""
    doctype, entities, position = None, False, 0
    while True:
        position = _skip_blanks(text, position)
        if text.startswith("<?", position):
            position = _after(text, "?>", position)
        elif text.startswith("<!--", position):
            position = _after(text, "-->", position)
        elif text[position : position + 9].lower() == "<!doctype" and doctype is None:
            doctype = text[position : position + 2_000]
            end, subset = _doctype_end(text, position)
            # Where a subset ends is for a parser to say: any declaration further on counts.
            entities = subset and "<!entity" in text[position:].lower()
            position = end
        else:
            root = _ROOT_NAME.match(text, position)
            return Prolog(doctype, entities, root[1] if root else None)


def guard(text: str, name: str) -> None:
    """Let harmless XML pass.

    Raises:
        MalformedDocumentError: it declares entities, or it was cut off before its root element ended.
    """
    found = prolog(text)
    if found.entities:
        raise MalformedDocumentError(name, "its DOCTYPE declares entities, which feeds don't need: refused")
    root = found.root
    if root and f"</{root}" not in text[-_TAIL - len(root) :] and not text.rstrip().endswith("/>"):
        raise MalformedDocumentError(name, f"it is cut off: its root element <{root}> is not closed")


def parse_xml(text: str, name: str) -> Element:
    """Parse a guarded text strictly.

    Raises:
        MalformedDocumentError: as `guard`, or it is not well-formed.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    guard(text, name)
    try:
        root: Element = fromstring(text.lstrip())
    except ParseError as error:
        raise MalformedDocumentError(name, f"it is not well-formed XML: {error}") from error
    except DefusedXmlException as error:
        raise MalformedDocumentError(name, f"its XML is refused: {error}") from error
    return root


def measure(text: str, name: str) -> str | None:
    """Bound the work that a tolerant parser would have with a guarded text.

    Returns:
        what is not well-formed about it, or None where it is well-formed.

    Raises:
        MalformedDocumentError: it has more elements, or deeper ones, than a feed can have.
    """
    elements = depth = 0

    def start(_name: str, attributes: dict[str, str]) -> None:
        nonlocal elements, depth
        elements += 1
        depth += 1
        if elements > MAX_ELEMENTS or depth > MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            limits = f"{MAX_ELEMENTS:,} elements, {MAX_DEPTH} levels or {MAX_ATTRIBUTES} attributes"
            raise MalformedDocumentError(name, f"it has over {limits}: not a feed of papers")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(text.lstrip(), True)
    except expat.ExpatError as error:
        if len(text) > MAX_BROKEN or text.count("<") > MAX_TAGS_BROKEN:
            raise MalformedDocumentError(name, f"it is not well-formed XML: {error}") from error
        return str(error)
    return None


def element_text(parent: Element, *paths: str) -> str:
    """Return the collapsed text of the first of the paths that has any, else an empty text."""
    for path in paths:
        text = collapse(parent.findtext(path) or "")
        if text:
            return text
    return ""


def _doctype_end(text: str, position: int) -> tuple[int, bool]:
    """Return where a DOCTYPE ends and whether it has an internal subset; quoted text is skipped."""
    inside = subset = False
    for piece in _DOCTYPE_PIECE.finditer(text, position):
        if piece[0] == "[":
            inside = subset = True
        elif piece[0] == "]":
            inside = False
        elif piece[0] == ">" and not inside:
            return piece.end(), subset
    return len(text), subset


def _skip_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _after(text: str, mark: str, position: int) -> int:
    found = text.find(mark, position)
    return len(text) if found < 0 else found + len(mark)
