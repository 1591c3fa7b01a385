"""Bytes -> text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers.parsed_entry import Document
from bot.errors import MalformedDocumentError
from bot.sources.parsing.decode import decode

CHINESE = "扩散模型用于视频编辑，效果更好。" * 20


def text_of(body: bytes, charset: str | None = None) -> str:
    """Decode a body that has no name."""
    return decode(Document("x.md", body, charset=charset)).text


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (CHINESE.encode(), None),
        (codecs.BOM_UTF8 + CHINESE.encode(), None),
        (codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"), None),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-8"),
        (codecs.BOM_UTF32_LE + CHINESE.encode("utf-32-le"), None),
        (CHINESE.encode("gb18030"), "gb2312"),
        (CHINESE.encode("gb18030"), ' "GBK" '),
        (CHINESE.encode(), "iso-8859-1"),
        (CHINESE.encode(), "gb2312"),
        (CHINESE.encode(), "no-such-set"),
    ],
)
def test_text_is_read_in_its_character_set(body: bytes, charset: str | None) -> None:
    """A mark, then a declaration that fits, then UTF-8 decides; a wrong declaration does no harm."""
    assert text_of(body, charset) == CHINESE


def test_xml_declaration_names_the_character_set() -> None:
    """Where the server says nothing the XML declaration counts."""
    text = f'<?xml version="1.0" encoding="GBK"?><rss>{CHINESE}</rss>'
    assert text_of(text.encode("gbk")) == text


def test_xml_declaration_of_utf_16_in_single_bytes_is_ignored() -> None:
    """A declaration that can be read in single bytes is wrong to say UTF-16."""
    text = '<?xml version="1.0" encoding="utf-16"?><rss>é</rss>'
    assert text_of(text.encode()) == text


def test_latin_1_is_read_as_windows_1252() -> None:
    """The label latin1 means windows-1252, as browsers read it."""
    assert text_of(b"caf\xe9 \x93quoted\x94", "latin1") == "café “quoted”"


@pytest.mark.parametrize(
    "label", ["idna", "unicode_escape", "zip", "hex", "rot13", "undefined", "a\x00b", "é"]
)
def test_codec_that_is_no_character_set_is_never_used(label: str) -> None:
    """A label that names a Python codec but no character set is unknown."""
    decoded = decode(Document("x", b"a\\u0041 \xc3\xa9", charset=label))
    assert decoded.text == "a\\u0041 é"
    assert len(decoded.warnings) == 1


def test_few_bad_bytes_are_replaced_with_a_warning() -> None:
    """A torn character among thousands costs that character only."""
    decoded = decode(Document("x", ("a" * 5_000).encode() + b"\xe4\xb8" + b"b"))
    assert decoded.text == "a" * 5_000 + "\ufffdb"
    assert decoded.warnings == ("1 bytes are not UTF-8; they were replaced",)


@pytest.mark.parametrize(
    ("text", "encoding", "guess"),
    [
        (CHINESE, "gb18030", "GB18030"),
        ("これはひらがなとカタカナのテキストです。" * 20, "shift_jis", "Shift_JIS"),
        ("확산 모델을 이용한 비디오 편집 " * 20, "euc_kr", "EUC-KR"),
        ("Müller naïve façade Ångström " * 20, "cp1252", "Windows-1252"),
    ],
)
def test_text_in_another_character_set_is_refused_with_a_guess(text: str, encoding: str, guess: str) -> None:
    """A document that is mostly not UTF-8 is an error that names what it looks like and the fix."""
    with pytest.raises(MalformedDocumentError, match=rf"looks like {guess}.*save it as UTF-8"):
        text_of(text.encode(encoding))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"%PDF-1.7\n...", "a PDF"),
        (b"PK\x03\x04....", "zip"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"# text\x00 with NUL", "NUL bytes"),
        ("# text".encode("utf-16-le"), "UTF-16 without a byte order mark"),
    ],
)
def test_body_that_is_no_text_is_refused(body: bytes, reason: str) -> None:
    """An empty or binary body is refused in words a person understands."""
    with pytest.raises(MalformedDocumentError, match=reason):
        text_of(body)


def test_newlines_are_normalised() -> None:
    """Windows and old Mac newlines become line feeds."""
    assert text_of(b"a\r\nb\rc\n") == "a\nb\nc\n"


@given(body=st.binary(max_size=300), charset=st.none() | st.text(max_size=20))
def test_any_bytes_decode_or_are_refused(body: bytes, charset: str | None) -> None:
    """No bytes and no label raise anything but the one error; a text never holds NUL or carriage returns."""
    try:
        text = text_of(body, charset)
    except MalformedDocumentError:
        return
    assert "\x00" not in text
    assert "\r" not in text


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\ufeff"), min_size=1))
def test_utf_8_round_trips(text: str) -> None:
    """Any text survives UTF-8."""
    if text.encode().strip() and not text.startswith(("%PDF-", "PK\x03\x04", "GIF8")):
        assert text_of(text.encode()) == text
