"""What people write, and how it is read."""

from __future__ import annotations

import pytest
from query_strategies import parse

from bot.domain.query import NOTES, PROBLEMS, Limits, UnreadableQueryError, nearest_term, parse_query

_EN, _ZH = '"diffusion model"', "扩散模型"


@pytest.mark.parametrize(
    ("source", "canonical"),
    [
        ("diffusion (video OR editing) -medical", "diffusion AND (video OR editing) AND NOT medical"),
        ("a b OR c d", "b OR (c AND d)"),
        ("video, editing ; image", "video OR editing OR image"),
        ("视频，图像、编辑；文本", "视频 OR video OR 图像 OR image OR 编辑 OR editing OR 文本 OR text"),
        ("x & y && z | v || w", "(x AND y AND z) OR v OR w"),
        ("x ANDNOT y", "x AND NOT y"),
        ("x !y", "x AND NOT y"),
        ("text-to-image", "text-to-image"),
        ('"text to image"', "text-to-image"),
        ("finetuning", "fine-tuning"),
        ('"fine tunings"', "fine-tuning"),
        ("3-D", "3d"),
        ("C++", "cpp"),
        ("robotics models", "robotics AND model"),
        ('"video editing"', '"video editing"'),
        ('"video edit*"', '"video edit*"'),
        ("edit*", "edit*"),
        ("physics*", "physics OR physics*"),
        ("扩散*", "扩散 OR diffusion"),
        (_ZH, f"{_ZH} OR {_EN}"),
        ("擴散模型", f"{_ZH} OR {_EN}"),
        ("扩散模型 且 视频", f"({_ZH} OR {_EN}) AND (视频 OR video)"),
        ("扩散或视频", "扩散 OR diffusion OR 视频 OR video"),
        ("扩散 非 医学", "(扩散 OR diffusion) AND NOT (医学 OR medical)"),
        ("非线性", "非线性"),
        ("ti:video 标题:扩散", "ti:video AND (ti:扩散 OR ti:diffusion)"),
        ("ti:(video OR abs:image)", "ti:video OR abs:image"),
        ("co:accepted src:hf-daily", 'co:accepted AND src:"hf daily"'),
        ('au:"Song, Yang"', 'au:"song yang"'),
        ("作者：Song", "au:song"),
        ("au:vas*", "au:vas*"),
        ("cat:cs.cv primary:cs.LG", "cat:cs.CV AND primary:cs.LG"),
        ("cat:cs", "cat:cs.*"),
        ("cat:cs.*", "cat:cs.*"),
        ("cat:cmp-lg", "cat:cs.CL"),
        ("cs.CV -quant-ph", "cat:cs.CV AND NOT cat:quant-ph"),
        ("physics", "physics"),
        ("arXiv:2401.99001v2", "id:2401.99001"),
        ("https://arxiv.org/pdf/2401.99001v1.pdf", "id:2401.99001"),
        ("hep-th/9901001", "id:hep-th/9901001"),
        ("doi:10.1234/ABC.5", "id:10.1234/abc.5"),
        ("-(-video)", "video"),
        ("video video VIDEO", "video"),
        ("not medical", '"not" AND medical'),
        ("Segment Anything: SAM", "segment AND anything AND sam"),
        ("https://example.org/video-editing", '"example org video editing"'),
    ],
)
def test_canonical_form(source: str, canonical: str) -> None:
    """Each way to write a thing has one canonical form, which reads as itself."""
    query = parse(source)
    assert query.canonical == canonical
    assert parse(canonical).root == query.root


@pytest.mark.parametrize(
    "source",
    [
        "“video editing” —medical",
        "＂video　editing＂ －medical",
        "/subscribe@PaperBot «video editing» \u2212medical",
        "<@U12345> &quot;video editing&quot; -medical",
        "<b>„video editing“</b> -medical @PaperBot",
        "「video\u200b editing」 –medical\x00",
    ],
)
def test_clean_up_undoes_phones_and_chats(source: str) -> None:
    """Typographic quotes and dashes, full-width forms, markup, mentions and commands don't change a query."""
    assert parse(source).canonical == '"video editing" AND NOT medical'


@pytest.mark.parametrize(
    ("source", "canonical", "codes"),
    [
        ('"video editing', '"video editing"', {"closed_quote"}),
        ("video (editing OR image", "video AND (editing OR image)", {"closed_paren"}),
        ("video) editing", "video AND editing", {"dropped"}),
        ("AND video AND AND editing OR", "video AND editing", {"dropped"}),
        ("video NOT NOT editing", "video AND NOT editing", {"dropped"}),
        ("video () ti: -", "video", {"dropped"}),
        ("video and editing or not image", None, set()),
        ("video and editing not image", "video AND editing AND NOT image", {"operator_read"}),
        ("and video or", "video", {"stop_word"}),
        ("text to image", "text AND image", {"stop_word"}),
        ("/video|editing/", "video OR editing", {"regex"}),
        ("ratio:x", "ratio AND x", {"field_as_text"}),
        ("cat:math.IT", "cat:cs.IT", {"alias"}),
        ("cs.CV", "cat:cs.CV", {"category_read"}),
        ("2401.99001", "id:2401.99001", {"id_read"}),
        ("au:Song", "au:song", {"author_surname"}),
        (_ZH, f"{_ZH} OR {_EN}", {"glossary"}),
    ],
)
def test_what_was_read_differently_is_said(source: str, canonical: str | None, codes: set[str]) -> None:
    """Odd input is read, and each difference is a note with an English text."""
    if canonical is None:
        with pytest.raises(UnreadableQueryError):
            parse(source)
        return
    query = parse(source)
    assert query.canonical == canonical
    assert {note.code for note in query.notes} == codes
    assert all(str(note) and "{" not in str(note) for note in query.notes)


@pytest.mark.parametrize(
    ("source", "code", "position", "suggestion"),
    [
        ("", "empty", 0, "diffusion"),
        ("()", "empty", 0, "diffusion"),
        ("-medical", "only_negatives", 0, "diffusion AND NOT medical"),
        ("video OR -medical", "only_negatives", 0, "video AND NOT medical"),
        ("to the", "only_stop_words", 0, "diffusion"),
        ("video ab*", "star_too_short", 8, "video ab"),
        ("*diffusion", "star_inside", 0, "diffusion"),
        ("di*on", "star_inside", 2, "dion"),
        ("diff*on video", "star_inside", 4, "diff* video"),
        ('au:"song yan*"', "star_inside", 12, 'au:"song yan"'),
        ("auther:song", "field_near", 0, "au:song"),
        ("video titel:x", "field_near", 6, "video ti:x"),
        ("cat:cs.CVV", "category", 4, "cat:cs.CV"),
        ("x -x", "contradiction", 0, "x"),
        ("(x OR y) -x -y z", "contradiction", 0, "x OR y"),
        ("图 像", "cjk_too_short", 0, "图像"),
        ("au:Y.", "author_initials", 3, "diffusion"),
        ("id:foo", "id", 3, "id:2403.09638"),
        ("(((((((x)))))))", "too_deep", 0, "x"),
    ],
)
def test_what_cannot_be_read_is_refused_with_one_suggestion(
    source: str, code: str, position: int, suggestion: str
) -> None:
    """A refusal names the place and gives one query that can be read."""
    with pytest.raises(UnreadableQueryError) as caught:
        parse(source)
    assert (caught.value.code, caught.value.position, caught.value.suggestion) == (code, position, suggestion)
    assert "{" not in str(caught.value)
    parse(suggestion)


def test_limits_hold_for_text_terms_and_depth() -> None:
    """301 characters, 25 terms and 7 parentheses are one too many; 300, 24 and 6 are read."""
    assert parse("x" * 300).canonical == "x" * 300
    terms = [f"w{number}" for number in range(25)]
    assert parse(" ".join(terms[:24])).canonical == " AND ".join(terms[:24])
    nested = "((((((a1 b1),c1) d1),e1) f1),g1) h1"
    assert parse(parse(nested).canonical).canonical.count("(") == 6
    for source, code in (
        ("x" * 301, "too_long"),
        (" AND ".join(terms), "too_many_terms"),
        (f"({nested}),i1 j1", "too_deep"),
        ("x " * 4_000, "too_long"),
        ("(" * 100 + "x", "too_deep"),
        ("x" * 30_000, "too_long"),
    ):
        with pytest.raises(UnreadableQueryError) as caught:
            parse(source)
        assert caught.value.code == code


def test_the_glossary_does_not_use_up_the_limits() -> None:
    """24 Chinese terms are 24 terms, whatever they are called in English."""
    source = "，".join(
        ["大模型", "扩散模型", "视频编辑", "强化学习"] + [f"w{number}" for number in range(20)]
    )
    query = parse(source)
    assert parse(query.canonical).root == query.root


def test_limits_are_the_callers() -> None:
    """An operator may set other limits."""
    query = parse("video editing")
    assert query.key == parse("editing video").key
    with pytest.raises(UnreadableQueryError, match="at most 1 "):
        _parse_within(query.source, Limits(atoms=1))


def test_every_code_has_a_message() -> None:
    """Messages are whole sentences."""
    for message in (*PROBLEMS.values(), *NOTES.values()):
        assert message[-1] in ".?"


def test_nearest_term_takes_the_commonest_of_the_nearest() -> None:
    """One slip, two in long words; never the word itself, never something far."""
    vocabulary = {"diffusion": 53, "diffusive": 2, "illusion": 9, "edit": 5, "audit": 1}
    assert nearest_term("difusion", vocabulary) == "diffusion"
    assert nearest_term("edti", vocabulary) == "edit"
    assert nearest_term("edit", {"edit": 5}) is None
    assert nearest_term("transformer", vocabulary) is None
    assert nearest_term("gan", {"can": 9_000}) is None


def _parse_within(source: str, limits: Limits) -> None:
    from bot.data import bundled_categories, bundled_glossary

    parse_query(source, glossary=bundled_glossary(), categories=bundled_categories(), limits=limits)
