"""What people write, and how it is read."""

from __future__ import annotations

import pytest
from query_strategies import parse

from bot.domain.query import NOTES, PROBLEMS, Limits, UnreadableQueryError, nearest_term, parse_query

_ZH = "扩散模型"


@pytest.mark.parametrize(
    ("source", "canonical"),
    [
        ("diffusion (video OR editing) -medical", "diffusion (video OR editing) -medical"),
        ("a b OR c d", "b OR (c d)"),
        ("video, editing ; image", "video OR editing OR image"),
        ("视频，图像、编辑；文本", "视频 OR 图像 OR 编辑 OR 文本"),
        ("x & y && z | v || w", "(x y z) OR v OR w"),
        ("x ANDNOT y", "x -y"),
        ("x !y", "x -y"),
        ("text-to-image", "text-to-image"),
        ('"text to image"', '"text to image"'),
        ("finetuning", "finetuning"),
        ('"fine tunings"', '"fine tunings"'),
        ("3-D", "3-d"),
        ("3DGS", "3dgs"),
        ("ＬＬＭs", "llms"),
        ("Schrödinger bridges", "schrödinger bridges"),
        ("GPT-4.5", "gpt-4.5"),
        ("O'Brien", "o'brien"),
        ("C++", "c++"),
        ("robotics models", "robotics models"),
        ('"video editing"', '"video editing"'),
        ('"video edit*"', '"video edit*"'),
        ("edit*", "edit*"),
        ("physics*", "physics*"),
        ("扩散*", "扩散"),
        (_ZH, _ZH),
        ("检索增强生成", "检索增强生成"),
        ("擴散模型", "擴散模型"),
        ("扩散模型 且 视频", f"{_ZH} 视频"),
        ("扩散或视频", "扩散 OR 视频"),
        ("扩散 非 医学", "扩散 -医学"),
        ("非线性", "非线性"),
        ("ti:video 标题:扩散", "ti:video ti:扩散"),
        ("ti:(video OR abs:image)", "ti:video OR abs:image"),
        ("co:accepted src:hf-daily", "co:accepted src:hf-daily"),
        ('au:"Song, Yang"', 'au:"song yang"'),
        ("作者：Song", "au:song"),
        ("au:vas*", "au:vas*"),
        ("cat:cs.cv primary:cs.LG", "cat:cs.CV primary:cs.LG"),
        ("cat:cs", "cat:cs.*"),
        ("cat:cs.*", "cat:cs.*"),
        ("cat:cmp-lg", "cat:cs.CL"),
        ("cs.CV -quant-ph", "cat:cs.CV -cat:quant-ph"),
        ("physics", "physics"),
        ("arXiv:2401.99001v2", "id:2401.99001"),
        ("https://arxiv.org/pdf/2401.99001v1.pdf", "id:2401.99001"),
        ("hep-th/9901001", "id:hep-th/9901001"),
        ("doi:10.1234/ABC.5", "id:10.1234/abc.5"),
        ("-(-video)", "video"),
        ("video video VIDEO", "video"),
        ("not medical", '"not" medical'),
        ("Segment Anything: SAM", "segment anything sam"),
        ("https://example.org/video-editing", '"example org video editing"'),
    ],
)
def test_canonical_form(source: str, canonical: str) -> None:
    """Each way to write a thing has one canonical form, which reads as itself."""
    query = parse(source)
    assert query.canonical == canonical
    assert parse(canonical).root == query.root


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("diffusion models", "model diffusion"),
        ("Schrödinger", "schrodinger"),
        ("finetuning", "fine-tuning"),
        ("video -medical", "video NOT medicals"),
        ("扩散模型", "擴散模型"),
    ],
)
def test_spelling_and_order_make_no_other_query(one: str, other: str) -> None:
    """Queries that find the same papers have the same key, so a chat does not subscribe to both."""
    assert parse(one).key == parse(other).key


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
    assert parse(source).canonical == '"video editing" -medical'


@pytest.mark.parametrize(
    ("source", "canonical", "codes"),
    [
        ('"video editing', '"video editing"', {"closed_quote"}),
        ("video (editing OR image", "video (editing OR image)", {"closed_paren"}),
        ("video) editing", "video editing", {"dropped"}),
        ("AND video AND AND editing OR", "video editing", {"dropped"}),
        ("video NOT NOT editing", "video -editing", {"dropped"}),
        ("video () ti: -", "video", {"dropped"}),
        ("video and editing or not image", None, set()),
        ("video and editing not image", "video editing -image", {"operator_read"}),
        ("and video or", "video", {"stop_word"}),
        ("diffusion not gan", "diffusion -gan", {"operator_read"}),
        ("diffusion without gan", "diffusion -gan", {"operator_read"}),
        ("diffusion Except gan", "diffusion -gan", {"operator_read"}),
        ("diffusion excluding gan", "diffusion -gan", {"operator_read"}),
        ("diffusion 但不 gan", "diffusion -gan", {"operator_read"}),
        ("图像生成 排除 医学", "图像生成 -医学", {"operator_read", "glossary"}),
        ("图像生成不要医学影像", "图像生成 -医学影像", {"operator_read", "glossary"}),
        ('diffusion "not" gan', 'diffusion "not" gan', set()),
        ('diffusion "without" gan', 'diffusion "without" gan', set()),
        ("without gan", '"without" gan', set()),
        ("故障排除系统", "故障排除系统", set()),
        ("text to image", "text image", {"stop_word"}),
        ("/video|editing/", "video OR editing", {"regex"}),
        ("ratio:x", "ratio x", {"field_as_text"}),
        ("cat:math.IT", "cat:cs.IT", {"alias"}),
        ("cs.CV", "cat:cs.CV", {"category_read"}),
        ("2401.99001", "id:2401.99001", {"id_read"}),
        ("2401.99001 2401.99002", "id:2401.99001 OR id:2401.99002", {"id_read", "ids_any"}),
        ("id:2401.99001 10.1234/abc.5", "id:2401.99001 OR id:10.1234/abc.5", {"id_read", "ids_any"}),
        (
            "gan https://arxiv.org/abs/2401.99001 https://arxiv.org/pdf/2401.99002",
            "gan (id:2401.99001 OR id:2401.99002)",
            {"id_read", "ids_any"},
        ),
        ("2401.99001 -2401.99002", "id:2401.99001 -id:2401.99002", {"id_read"}),
        ("Topics: a survey", "topics survey", {"field_as_text", "stop_word"}),
        ("text2image", "text2image", {"glossary"}),
        ("img2img ti:text-to-video", "img2img ti:text-to-video", {"glossary"}),
        ("d2l", "d2l", set()),
        ("प्रसरण", "प्रसरण", set()),
        ("การแพร่", "การแพร่", set()),
        ("what is diffusion?", "what diffusion", {"stop_word"}),
        ("au:Song", "au:song", {"author_surname"}),
        (_ZH, _ZH, {"glossary"}),
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
        ("-medical", "only_negatives", 0, "diffusion -medical"),
        ("video OR -medical", "only_negatives", 0, "video -medical"),
        ("to the", "only_stop_words", 0, "diffusion"),
        ("video ab*", "star_too_short", 8, "video ab"),
        ("*diffusion", "star_inside", 0, "diffusion"),
        ("di*on", "star_inside", 2, "dion"),
        ("diff*on video", "star_inside", 4, "diff* video"),
        ('au:"song yan*"', "star_inside", 12, 'au:"song yan"'),
        ("auther:song", "field_near", 0, "au:song"),
        ("video titel:x", "field_near", 6, "video ti:x"),
        ("video venue:x", "field_near", 6, "video co:x"),
        ("intitle:x", "field_near", 0, "ti:x"),
        ("关键词:扩散", "field_near", 0, "all:扩散"),
        ("diffusion year:2024", "field_of_time", 10, "diffusion"),
        ("since:2024-01 diffusion", "field_of_time", 0, "diffusion"),
        ("diff?sion", "question_mark", 4, "diff*"),
        ("video di?f", "question_mark", 8, "video di"),
        ("auto?encoders video", "question_mark", 4, "auto* video"),
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
    assert parse(" ".join(terms[:24])).canonical == " ".join(terms[:24])
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
