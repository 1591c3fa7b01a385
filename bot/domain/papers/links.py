"""Finds the links that authors give in an abstract or comment.

Code repositories are told apart from other pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.papers.paper_sites import id_on_page
from bot.domain.papers.tracking_parameters import without_tracking

# Where code is hosted; 4open.science serves repositories for anonymous review.
_CODE_HOSTS = ("github.com", "bitbucket.org", "4open.science")
# A link to another paper is a reference, not this paper's page.
_PAPER_HOSTS = ("arxiv.org", "doi.org")  # all of their pages, beside those that carry an id
# What every link holds: most texts have none or one at their end, and `_LINK` is slow over a whole abstract.
_STARTS = ("://", "www.", "github.com/")
# A link ends at a brace of `\url{}`, a quote, an angle bracket, full-width punctuation, or the next link.
_LINK = re.compile(
    r"(?<![\w/.@-])(?:https?://|www\.|github\.com/)"
    r"(?:(?![,;]https?://)[^\s{}<>\"'`|，。；：！？、（）【】《》「」“”‘’])+",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(https?)://((?:[\w-]+\.)+[a-z][\w-]*)(?::\d+)?(?=[/?#]|$)", re.IGNORECASE)
# Browsers and platforms refuse longer ones.
_LONGEST = 2_000
_TRAILING = ".,;:!?)]*~$\\"
# LaTeX escapes that can be in a link; a browser would send the backslash.
_ESCAPED = re.compile(r"\\([_%#&~])")


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one text, each once, in the order of the text.

    Attributes:
        code: links to repositories.
        project: the other pages, without links to papers (`bot.domain.papers.paper_sites`).
    """

    code: tuple[str, ...] = ()
    project: tuple[str, ...] = ()


NO_LINKS = Links()


def find_links(text: str) -> Links:
    """Return the http(s) links that a text names; a bare `www.` or `github.com/` becomes https.

    Args:
        text: an abstract, a comment, or both with a blank between them; LaTeX may be in it.
    """
    starts = [at for start in _STARTS if (at := text.find(start)) >= 0]
    if not starts:
        return NO_LINKS
    code: dict[str, None] = {}
    project: dict[str, None] = {}
    for match in _LINK.finditer(text, max(0, min(starts) - len("https"))):
        link = _clean(match[0]) if len(match[0]) <= _LONGEST else ""
        address = _ADDRESS.match(link)
        if not address:
            continue
        host = address[2].lower()
        if _is_code(host):
            code[link] = None
        elif not _at(host, _PAPER_HOSTS) and id_on_page(link) is None:
            project[link] = None
    return Links(tuple(code), tuple(project))


def _clean(link: str) -> str:
    link = _without_trailing(_ESCAPED.sub(r"\1", link))
    scheme, colon, rest = link.partition("://")
    return without_tracking(f"{scheme.lower()}://{rest}" if colon else f"https://{link}")


def _without_trailing(link: str) -> str:
    """Drop what belongs to the sentence; a bracket stays where the link itself opened it."""
    end = len(link)
    surplus = link.count(")") - link.count("(")
    while end and link[end - 1] in _TRAILING:
        if link[end - 1] == ")":
            if surplus <= 0:
                break
            surplus -= 1
        end -= 1
    return link[:end]


def _is_code(host: str) -> bool:
    # Universities run their own GitLab as gitlab.example.edu.
    return _at(host, _CODE_HOSTS) or host.startswith("gitlab.")


def _at(host: str, domains: tuple[str, ...]) -> bool:
    return host.endswith(domains) and any(host == d or host.endswith(f".{d}") for d in domains)
