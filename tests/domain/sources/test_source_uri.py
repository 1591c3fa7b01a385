"""Source URIs: what is read, what is refused with which fix, and that no secret is shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.sources.path_pattern import fixed_folder, is_document, selects
from bot.domain.sources.source_uri import GitTarget, git_target, parse_source_uri
from bot.domain.sources.web_url import parse_web_url
from bot.domain.text.redaction import without_secrets
from bot.errors import SourceError


@pytest.mark.parametrize(
    ("text", "kind", "target", "canonical"),
    [
        ("/d/2024-08-28.md", "file", "/d/2024-08-28.md", "/d/2024-08-28.md"),
        (" d//x/../y.JSON ", "file", "/base/d/y.JSON", "/base/d/y.JSON"),
        ("/d", "folder", "/d", "/d"),
        ("d.md/", "folder", "/base/d.md", "/base/d.md/"),
        ("~/d/*.md", "folder", "~/d/*.md", "~/d/*.md"),
        (".", "folder", "/base", "/base"),
        ("./a:b.md", "file", "/base/a:b.md", "/base/a:b.md"),
        ("file:///d/a%20b.md", "file", "/d/a b.md", "/d/a b.md"),
        ("file://localhost/d/", "folder", "/d", "/d"),
        ("HTTPS://Example.COM:443", "url", "https://example.com/", "https://example.com/"),
        ("http://x.example/a?b=c#d", "url", "http://x.example/a?b=c", "http://x.example/a?b=c"),
        ("https://例え.jp/é", "url", "https://xn--r8jz45g.jp/%C3%A9", "https://xn--r8jz45g.jp/%C3%A9"),
        ("arxiv:cs.CV", "arxiv", "cs.CV", "arxiv:cs.CV"),
        ("arXiv: cs.lg, CS.cv+hep-th", "arxiv", "cs.CV+cs.LG+hep-th", "arxiv:cs.CV+cs.LG+hep-th"),
        ("arxiv:physics.FLU-DYN+math", "arxiv", "math+physics.flu-dyn", "arxiv:math+physics.flu-dyn"),
        ("arxiv-query:cat:cs.CV  AND x", "arxiv-query", "cat:cs.CV AND x", "arxiv-query:cat:cs.CV AND x"),
        ("arxiv-query:ti:%22a+b%22+AND+c", "arxiv-query", 'ti:"a b" AND c', 'arxiv-query:ti:"a b" AND c'),
        ("hf-daily:", "hf-daily", "", "hf-daily:"),
        ("hf-daily:2025-05-20", "hf-daily", "2025-05-20", "hf-daily:2025-05-20"),
    ],
)
def test_each_kind_is_read(text: str, kind: str, target: str, canonical: str) -> None:
    """Each kind has its target and one canonical text."""
    source = parse_source_uri(text, base="/base")
    assert (source.kind, source.target, source.text) == (kind, target, canonical)
    assert parse_source_uri(source.text) == source


@pytest.mark.parametrize(
    ("text", "url", "branch", "subpath"),
    [
        ("git+https://h.example/o/r.git", "https://h.example/o/r.git", None, ""),
        ("git+https://h.example/o/r#source/_posts", "https://h.example/o/r", None, "source/_posts"),
        ("git+https://h.example/o/r@dev#a/**/*.md", "https://h.example/o/r", "dev", "a/**/*.md"),
        ("git+https://h.example/o/r.git@feature/x", "https://h.example/o/r.git", "feature/x", ""),
        ("git+https://me:pw@h.example/o/r@v1.0", "https://me:pw@h.example/o/r", "v1.0", ""),
        ("git+https://me@h.example/o/r", "https://me@h.example/o/r", None, ""),
        ("git+ssh://git@h.example:2222/o/r@dev", "ssh://git@h.example:2222/o/r", "dev", ""),
        ("git+git@h.example:o/r.git", "git@h.example:o/r.git", None, ""),
        ("git+git@h.example:o/r.git@dev#x", "git@h.example:o/r.git", "dev", "x"),
        ("git+git://h.example/r", "git://h.example/r", None, ""),
        ("git+file:///srv/r.git@dev", "file:///srv/r.git", "dev", ""),
        ("git+/srv/a@b/r.git#论文/a%20b/%2525.md", "/srv/a@b/r.git", None, "论文/a b/%25.md"),
        ("git+r.git#/x/../y/", "/base/r.git", None, "y"),
        ("git+~/r.git", "~/r.git", None, ""),
    ],
)
def test_git_sources_have_url_branch_and_path(text: str, url: str, branch: str | None, subpath: str) -> None:
    """The branch is behind the address, the path behind #; user names and local paths keep their @."""
    source = parse_source_uri(text, base="/base")
    assert source.kind == "git"
    assert git_target(source.target) == GitTarget(url, branch)
    assert source.subpath == subpath
    assert parse_source_uri(source.text) == source


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("", "name a file, a folder"),
        ("a\nb", "one line"),
        ("x" * 5000, "one line"),
        ("https://github.com/o/r", "write git+https://github.com/o/r"),
        ("https://github.com/o/r.git", "write git+https://github.com/o/r.git"),
        ("https://github.com/o/r/blob/main/a/b.md", "write git+https://github.com/o/r@main#a/b.md"),
        ("git@h.example:o/r.git", "write git+git@h.example:o/r.git"),
        ("ssh://git@h.example/o/r", "write git+ssh://git@h.example/o/r"),
        ("feed://h.example/rss", "https://h.example/rss"),
        ("ftp://h.example/x", "https://…"),
        ("arxvi:cs.CV", "did you mean arxiv:"),
        ("arxiv:", "arxiv:cs.CV+cs.LG"),
        ("arxiv:2403.09638", "not an arXiv category"),
        ("arxiv:cs.CV/../x", "not an arXiv category"),
        ("arxiv:foo.BA", "such as cs.CV"),
        ("arxiv-query: ", "arxiv-query:cat:cs.CV"),
        ("hf-daily:yesterday", "hf-daily:2025-05-20"),
        ("file://host/x", "three slashes"),
        ("file:///a%0ab", "control characters"),
        ("http://a b/", "%20"),
        ("http://127.1/", "four decimal numbers"),
        ("https://h.example:0/", "port 0"),
        ("git+", "name a repository"),
        ("git+-x", "name a repository"),
        ("git+--upload-pack=x", "name a repository"),
        ("git+ext::sh -c id", "transports"),
        ("git+ftp://h.example/r", "https, http, ssh, git, file"),
        ("git+ext://sh", "https, http, ssh, git, file"),
        ("git+ssh://-oProxyCommand=id/r", "host or port"),
        ("git+ssh://-x@h.example/r", "host or port"),
        ("git+https://h.example/r@-b", "not a branch"),
        ("git+https://h.example/r@a..b", "not a branch"),
        ("git+file://host/r", "three slashes"),
        ("git+https://h.example:x/r", "host or port"),
    ],
)
def test_what_can_not_be_used_is_refused_with_the_fix(text: str, fix: str) -> None:
    """The message says in one line what to write instead."""
    with pytest.raises(SourceError) as caught:
        parse_source_uri(text, base="/base")
    assert fix in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "https://me:s3cret@h.example/feed",
        "https://s3cret@h.example/feed",
        "https://h.example/feed?token=s3cret&x=1",
        "https://h.example/feed?x=1&access_token=s3cret",
        "https://h.example/feed?API-KEY=s3cret;key=s3cret",
        "https://h.example/feed?X-Amz-Signature=s3cret",
        "https://h.example/feed#access_token=s3cret",
        "https://me:s3cret@github.com/o/r",
        "https://me:s3cret/x@h.example/feed",
        "https://me:s3cret@h.example:99999/feed",
        "git+https://me:s3cret@h.example/o/r@dev#x",
        "git+https://s3cret@h.example/o/r",
        "git+https://me:s3cret@h.example:x/o/r",
        "git+ssh://me:s3cret@h.example/o/r",
        "git+ftp://me:s3cret@h.example/o/r",
        "ftp://me:s3cret@h.example/x",
        "ssh://me:s3cret@h.example/x",
        "feed://me:s3cret@h.example/x",
    ],
)
def test_secrets_are_never_shown(text: str) -> None:
    """Neither the label, nor the repr, nor an error holds what a URL keeps secret."""
    try:
        source = parse_source_uri(text)
    except SourceError as error:
        shown = repr(error)
    else:
        shown = repr(source) + source.label + repr(git_target(source.target)) + repr(source.kind)
        if source.kind == "url":
            shown += repr(parse_web_url(source.target))
    assert "s3cret" not in shown
    assert "h.example" in shown or "github.com" in shown


@pytest.mark.parametrize(
    "text",
    [
        "https://medium.com/@somebody/feed",
        "https://h.example/a?monkey=1&keyword=x",
        "git+ssh://git@h.example/o/r",
        "https://[::1]:8080/@x",
        "nothing: to hide",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    """An @ or a `key` elsewhere is not cut out."""
    assert without_secrets(text) == text


@given(st.text(max_size=80) | st.from_regex(r"(git\+)?(https?|ssh|file|arxiv|hf-daily):.{0,40}"))
@settings(deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    """Any text gives a source whose canonical text is stable, or a `SourceError`."""
    try:
        source = parse_source_uri(text, base="/base")
    except SourceError:
        return
    assert parse_source_uri(source.text) == source
    assert source.text
    assert source.label


@pytest.mark.parametrize(
    ("subpath", "path", "expected"),
    [
        ("", "a/b.md", True),
        ("", "a/B.JSONL", True),
        ("", "a/b.png", False),
        ("", ".git/b.md", False),
        ("", "a/.b.md", False),
        ("a", "a/b/c.md", True),
        ("a/", "a/b/c.md", True),
        ("a", "ab/c.md", False),
        ("a", "a/c.png", False),
        (".github", ".github/x.md", True),
        ("a/c.png", "a/c.png", True),
        ("[x].md", "[x].md", True),
        ("*.md", "a.md", True),
        ("*.md", "a/b.md", False),
        ("*.md", ".a.md", False),
        ("*", "a.png", True),
        ("a/**/*.md", "a/b.md", True),
        ("a/**/*.md", "a/b/c/d.md", True),
        ("a/**/*.md", "b/a/b.md", False),
        ("**/*.md", "x/.hidden/a.md", False),
        ("a/**", "a/b/c.md", True),
        ("a/**", "a", False),
        ("**", "a", True),
        ("**/b/**/*.md", "a/b/b/c.md", True),
        ("2024-0[78]-??.md", "2024-08-28.md", True),
        ("2024-0[!78]-*.md", "2024-08-28.md", False),
        ("[z-a].md", "b.md", False),
        ("[", "[", True),
        ("论文/*.md", "论文/扩散.md", True),
    ],
)
def test_subpaths_select_files(subpath: str, path: str, expected: bool) -> None:  # noqa: FBT001 (a table)
    """A subpath is a file, a folder with its documents, or a pattern with * and **."""
    assert selects(subpath, path) is expected


@given(st.text("ab/*?[]!-.", max_size=60), st.text("ab/.", max_size=60))
@settings(deadline=None)
def test_any_pattern_can_be_asked(pattern: str, path: str) -> None:
    """No pattern breaks the matching, and a path selects itself."""
    selects(pattern, path)
    clean = path.strip("/")
    assert selects(clean, clean) is (bool(clean) or is_document(clean))


def test_many_stars_take_no_exponential_time() -> None:
    """A pattern made to backtrack would hang here."""
    assert not selects("**/" * 50 + "*a*a*a*a*b", "a/" * 200 + "a" * 200)


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [("/a/b*/c.md", "/a"), ("*.md", ""), ("/*.md", "/"), ("a/b/*.md", "a/b"), ("a/**", "a")],
)
def test_fixed_folder_is_where_a_pattern_begins(pattern: str, folder: str) -> None:
    """The folder to walk is what is before the first part with a star."""
    assert fixed_folder(pattern) == folder


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("/d/two\nlines.md", r"/d/two\nlines.md: a source is one line"),
        ("/d/a\tb\x1b[31m.md", r"/d/a\tb\x1b[31m.md: a source is one line"),
        ("/d/" + "x" * 5_000, "/d/" + "x" * 77 + "…: a source is one line"),
        ("https://me:secret\n@h.example/x", "a source is one line"),
    ],
)
def test_what_is_no_line_is_named_in_the_error(text: str, named: str) -> None:
    """The name is escaped and cut, and left out where a secret may be in it."""
    with pytest.raises(SourceError) as caught:
        parse_source_uri(text)
    assert str(caught.value).startswith(named)
    assert "secret" not in str(caught.value)
    assert str(caught.value).isprintable()
