"""Links that authors name: which they are, of which kind, and where they end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers.links import Links, find_links

_PIECES = st.sampled_from(
    [
        "http://",
        "https://",
        "www.",
        "github.com/",
        "a.example.org",
        "/x",
        "(",
        ")",
        ".",
        ",",
        "*",
        "$",
        "~",
        "\\",
        "{",
        "}",
        "\\url{",
        '"',
        "。",
        "，",
        " ",
        "@",
        ":",
        "8080",
        "é",
        "\u200b",
        "?q=1",
        "#f",
    ]
)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("See https://page.example.org.", "https://page.example.org"),
        (r"at \url{https://page.example.org}.", "https://page.example.org"),
        (r"\href{https://page.example.org/a}{here}", "https://page.example.org/a"),
        ("(https://page.example.org/)", "https://page.example.org/"),
        ("https://page.example.org/a_(b)", "https://page.example.org/a_(b)"),
        ("(see https://page.example.org/a_(b)).", "https://page.example.org/a_(b)"),
        ("[page](https://page.example.org)", "https://page.example.org"),
        ("“https://page.example.org”，然后", "https://page.example.org"),
        ("主页：https://page.example.org。", "https://page.example.org"),
        ("<https://page.example.org>", "https://page.example.org"),
        ("www.page.example.org/~jo/", "https://www.page.example.org/~jo/"),
        ("HTTP://Page.example.org/A", "http://Page.example.org/A"),
        (r"https://page.example.org/a\_b\%20c", "https://page.example.org/a_b%20c"),
        ("https://page.example.org:8080/a?b=c#d*", "https://page.example.org:8080/a?b=c#d"),
        ("16 pages, project page:   https://page.example.org", "https://page.example.org"),
    ],
)
def test_a_link_ends_where_its_sentence_goes_on(text: str, link: str) -> None:
    """Punctuation, brackets and LaTeX around a link do not belong to it; its own brackets do."""
    assert find_links(text) == Links(project=(link,))


@pytest.mark.parametrize(
    "link",
    [
        "https://github.com/paperwire-samples/a",
        "https://gist.github.com/paperwire-samples/1",
        "https://gitlab.com/paperwire-samples/a",
        "https://gitlab.example.edu/lab/a",
        "https://bitbucket.org/paperwire-samples/a",
        "https://anonymous.4open.science/r/a-1B2C",
    ],
)
def test_repositories_are_code(link: str) -> None:
    """A link to a host of repositories is code."""
    assert find_links(f"Code at {link}.") == Links(code=(link,))


@pytest.mark.parametrize(
    "link", ["https://lab.github.io/a", "https://notgithub.com/a", "https://github.com.example.org/a"]
)
def test_other_pages_are_projects(link: str) -> None:
    """A page that only sounds like a host of repositories is a project page."""
    assert find_links(link) == Links(project=(link,))


def test_a_bare_github_address_gets_its_scheme() -> None:
    """`github.com/owner/name` without a scheme is a link too."""
    assert find_links("code: github.com/paperwire-samples/a.").code == (
        "https://github.com/paperwire-samples/a",
    )


def test_links_are_given_once_in_order() -> None:
    """A link named twice is given once, in the order of the first sight, also where no blank parts two."""
    text = "https://b.example.org,https://a.example.org and https://b.example.org;https://github.com/x/y"

    assert find_links(text) == Links(
        code=("https://github.com/x/y",), project=("https://b.example.org", "https://a.example.org")
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no link",
        "https://",
        "http://.",
        "https://localhost/a",
        "https://user@evil.example.org/",
        "ftp://page.example.org",
        "javascript://page.example.org",
        "awww.page.example.org",
        "overlaps with https://arxiv.org/abs/2401.99001 and https://doi.org/10.1234/5",
        f"https://page.example.org/{'a' * 3_000}",
    ],
)
def test_what_nobody_should_press_is_no_link(text: str) -> None:
    """Half links, names of users, other schemes, endless links and links to other papers are left out."""
    assert find_links(text) == Links()


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_gives_clean_links(text: str) -> None:
    """Whatever the text, links are http(s), without blanks or quotes, once each, and of one kind."""
    links = find_links(text)
    both = links.code + links.project

    assert len(set(both)) == len(both)
    for link in both:
        assert link.startswith(("https://", "http://"))
        assert not set(link) & set(" \t\n\"'<>{}`|")
        assert link[-1] not in ".,;:!?"


@pytest.mark.parametrize("piece", [")", "(", "~$", "\\_", "www.", "https://", ",https://", "a.", "/@"])
def test_a_hostile_text_is_read_in_one_pass(piece: str) -> None:
    """A megabyte of one piece does not make the search backtrack; it would not end if it did."""
    find_links("https://a.example.org/" + piece * (1_000_000 // len(piece)))
