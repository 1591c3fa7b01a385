"""Parses the URI of a source; an invalid one raises an error that says how to correct it.

The table of URIs is in `bot.domain.sources.source`. A git source may name a branch or tag as pip does:
`git+https://host/owner/repository.git@branch#path`. A plain local path holds its `@` literally; to name a
branch there, write `git+file:///path@branch`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus, urlsplit

from bot.domain.sources.path_pattern import DOCUMENT_SUFFIXES, is_pattern
from bot.domain.sources.source import SourceUri
from bot.domain.sources.web_url import parse_web_url
from bot.domain.text.redaction import without_secrets
from bot.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_LENGTH = 4096
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<rest>.*)", re.DOTALL)
_NAMED = 80
"""Characters of a source that an error names."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# arXiv's archives; a category is an archive or an archive and a subject class (arxiv.org/category_taxonomy).
_ARCHIVE = (
    r"(?:astro-ph|cond-mat|cs|econ|eess|gr-qc|hep-(?:ex|lat|ph|th)|math|math-ph|nlin|nucl-(?:ex|th)"
    r"|physics|q-bio|q-fin|quant-ph|stat)"
)
_CATEGORY = re.compile(
    rf"(?P<archive>{_ARCHIVE})(?:\.(?P<subject>[a-z]{{2,}}(?:-[a-z]+)?))?", re.IGNORECASE | re.ASCII
)
_UPPER_CASE_SUBJECT = 2  # cs.CV and math.AG have two letters; physics.flu-dyn has more and is lower case
_BRANCH = re.compile(r"(?!.*(?:\.\.|@\{|//|\.lock$|/$))[^\x00-\x20~^:?*\[\\@/.-][^\x00-\x20~^:?*\[\\@]*")
_SCP = re.compile(r"(?P<user>[\w.-]+)@(?P<host>[\w.-]+):(?P<path>[^/].*)", re.DOTALL)
_GIT_SCHEMES = frozenset({"https", "http", "ssh", "git", "file"})
_REPOSITORY_PAGE = re.compile(r"/[^/]+/[^/]+/?")
_FILE_PAGE = re.compile(r"/[^/]+/[^/]+/(?:blob|tree)/.+")


@dataclass(frozen=True, slots=True)
class GitTarget:
    """Where a git source's repository is.

    Attributes:
        url: what git fetches from: a URL, or a local path; may hold credentials.
        branch: the branch or tag to read, or None for the repository's own choice.
    """

    url: str = field(repr=False)
    branch: str | None = None


def parse_source_uri(text: str, *, base: str = "") -> SourceUri:
    """Read a source URI.

    Args:
        text: what the owner wrote; blanks around it don't count.
        base: the absolute folder that relative paths start from, so that the canonical text names the
            same place tomorrow; empty leaves them relative.

    Raises:
        SourceError: it can't be used; the message says how to write it and holds no credentials.
    """
    text = text.strip()
    if not text:
        raise SourceError("the source is empty: name a file, a folder, a URL or arxiv:cs.CV")
    if len(text) > _MAX_LENGTH or _CONTROL.search(text):
        raise SourceError(f"{_named(text)}a source is one line of at most {_MAX_LENGTH:,} characters")
    if text.lower().startswith("git+"):
        return _git(text[len("git+") :], base)
    match = _SCHEME.fullmatch(text)
    if match is None:
        if scp := _SCP.fullmatch(text):
            raise SourceError(f"for a git repository write git+{scp.string}")
        return _local(text, base)
    scheme, rest = match["scheme"].lower(), match["rest"]
    read = _READERS.get(scheme)
    if read is not None:
        return read(text, rest)
    raise _unknown_scheme(text, scheme)


def _named(text: str) -> str:
    """Return a source that can't be one, to begin an error with: escaped and cut.

    Empty where it has an @: before that may stand credentials that a line break hides from `without_secrets`.
    """
    if "@" in text:
        return ""
    shown = text[:_NAMED] + ("…" if len(text) > _NAMED else "")
    return f"{_CONTROL.sub(lambda found: ascii(found[0])[1:-1], without_secrets(shown))}: "


def git_target(target: str) -> GitTarget:
    """Split the target of a git source into URL and branch."""
    head, at, branch = target.rpartition("@")
    if not at or "://" not in head or "/" not in head.partition("://")[2]:
        # The `@` of a user name, of git@host:path, or of a local path.
        scp = _SCP.fullmatch(target)
        path, at, branch = scp["path"].rpartition("@") if scp else ("", "", "")
        if not at or not path:
            return GitTarget(target)
        head = target[: -len(branch) - 1]
    return GitTarget(head, branch)


def _local(text: str, base: str) -> SourceUri:
    path = posixpath.normpath(posixpath.join(base, text) if not text.startswith("~") else text)
    path = path.removeprefix("/") if path.startswith("//") else path
    looks_like_file = path.lower().endswith(DOCUMENT_SUFFIXES) and not is_pattern(path)
    if looks_like_file and not text.endswith("/"):
        return SourceUri(text=path, kind="file", target=path, label=path)
    # The slash keeps a folder called `x.md` a folder when the canonical text is read again.
    canonical = f"{path}/" if looks_like_file else path
    return SourceUri(text=canonical, kind="folder", target=path, label=canonical)


def _file(text: str, _rest: str) -> SourceUri:
    parts = urlsplit(text)
    if parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        raise SourceError("a file URI has three slashes: file:///path/to/digest.md")
    path = unquote(text.partition(":")[2].removeprefix("//").removeprefix(parts.netloc))
    if _CONTROL.search(path):
        raise SourceError("a file's path holds no control characters")
    return _local(path, "")


def _web(text: str, _rest: str) -> SourceUri:
    label = without_secrets(text)
    try:
        url = parse_web_url(text)
    except ValueError as error:
        raise SourceError(f"{label}: {error}") from None
    path = url.target.partition("?")[0]
    if path.endswith(".git"):
        raise SourceError(f"{label} is a git repository: write git+{label}")
    if url.host in {"github.com", "www.github.com"}:
        if _REPOSITORY_PAGE.fullmatch(path):
            raise SourceError(
                f"{label} is a repository's page: write git+https://github.com{path.rstrip('/')}"
            )
        if _FILE_PAGE.fullmatch(path):
            owner, name, _, branch, *rest = path.strip("/").split("/")
            raise SourceError(
                f"{label} is a page about a file: write git+https://github.com/{owner}/{name}@{branch}#{'/'.join(rest)}"
            )
    canonical = url.text
    if url.user is not None:
        userinfo = urlsplit(text).netloc.rpartition("@")[0]
        canonical = canonical.replace("://", f"://{userinfo}@", 1)
    return SourceUri(text=canonical, kind="url", target=canonical, label=without_secrets(canonical))


def _arxiv(_text: str, rest: str) -> SourceUri:
    names = [name for name in re.split(r"[+,\s]+", rest.strip().removeprefix("//")) if name]
    if not names:
        raise SourceError("name one or more arXiv categories: arxiv:cs.CV+cs.LG")
    target = "+".join(sorted({_category(name) for name in names}))
    return SourceUri(text=f"arxiv:{target}", kind="arxiv", target=target, label=f"arxiv:{target}")


def _category(name: str) -> str:
    match = _CATEGORY.fullmatch(name)
    if not match:
        raise SourceError(
            f"{name!r} is not an arXiv category: write an archive and a subject, such as cs.CV or hep-th"
        )
    archive, subject = match["archive"].lower(), match["subject"]
    if subject is None:
        return archive
    return f"{archive}.{subject.upper() if len(subject) == _UPPER_CASE_SUBJECT else subject.lower()}"


def _arxiv_query(_text: str, rest: str) -> SourceUri:
    # Queries are often copied from API URLs, where `+` is a blank; `+` itself means nothing to arXiv.
    query = " ".join((rest if " " in rest.strip() else unquote_plus(rest)).split())
    if not query or _CONTROL.search(query):
        raise SourceError('name a query of arXiv\'s API: arxiv-query:cat:cs.CV AND ti:"video editing"')
    return SourceUri(
        text=f"arxiv-query:{query}", kind="arxiv-query", target=query, label=f"arxiv-query:{query}"
    )


def _hf_daily(_text: str, rest: str) -> SourceUri:
    day = rest.strip()
    if day:
        try:
            day = date.fromisoformat(day).isoformat()
        except ValueError:
            raise SourceError(f"{day!r} is not a date: write hf-daily: or hf-daily:2025-05-20") from None
    return SourceUri(text=f"hf-daily:{day}", kind="hf-daily", target=day, label=f"hf-daily:{day}")


def _git(rest: str, base: str) -> SourceUri:
    address, _, subpath = rest.partition("#")
    address, subpath = address.strip(), posixpath.normpath(f"/{unquote(subpath).strip()}").strip("/")
    if (
        not address
        or address.startswith("-")
        or _CONTROL.search(unquote(address))
        or _CONTROL.search(subpath)
    ):
        raise SourceError("name a repository: git+https://host/owner/repository.git#folder")
    target = _git_address(address, base)
    branch = git_target(target).branch
    if branch is not None and not _BRANCH.fullmatch(branch):
        raise SourceError(
            f"{without_secrets(branch)!r} is not a branch or tag (an @ within a URL's path is %40)"
        )
    text = f"git+{target}" + (f"#{subpath.replace('%', '%25')}" if subpath else "")
    return SourceUri(text=text, kind="git", target=target, subpath=subpath, label=without_secrets(text))


def _git_address(address: str, base: str) -> str:
    label = without_secrets(address)
    scheme, separator, rest = address.partition("://")
    if not separator:
        if _SCP.fullmatch(address):
            return address
        if re.match(r"[\w.+-]+::", address):
            raise SourceError(f"{label}: git's helper transports are not supported: write git+https://…")
        return posixpath.normpath(posixpath.join(base, address) if not address.startswith("~") else address)
    scheme = scheme.lower()
    if scheme not in _GIT_SCHEMES:
        raise SourceError(f"git+{label}: git supports https, http, ssh, git, file and local paths only")
    if scheme in {"http", "https"}:
        try:
            parse_web_url(f"{scheme}://{rest}")
        except ValueError as error:
            raise SourceError(f"git+{label}: {error}") from None
    elif scheme == "file":
        if not rest.startswith("/"):
            raise SourceError("a file URI has three slashes: git+file:///path/to/repository.git")
    else:
        _check_git_host(scheme, rest, label)
    return f"{scheme}://{rest}"


def _check_git_host(scheme: str, rest: str, label: str) -> None:
    """Refuse a host that ssh would take for an option, and ports that are no numbers."""
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        usable = parts.hostname and not parts.hostname.startswith("-") and parts.port != 0
    except ValueError:
        usable = False
    if not usable or (parts.username or "").startswith("-"):
        raise SourceError(f"git+{label}: the host or port can't be read")


def _unknown_scheme(text: str, scheme: str) -> SourceError:
    label = without_secrets(text)
    if scheme in {"ssh", "git"}:
        return SourceError(f"for a git repository write git+{label}")
    if scheme == "feed":
        return SourceError(f"write the feed's own URL: https://{label.partition('://')[2]}")
    near = get_close_matches(scheme, [*_READERS, "git+https"], n=1)
    if near:
        return SourceError(f"{label}: there is no {scheme}: source; did you mean {near[0]}: ?")
    return SourceError(
        f"{label}: there is no {scheme[:20]}: source; write a path (./ before a name with a colon), "
        "https://…, git+https://…, arxiv:…, arxiv-query:… or hf-daily:"
    )


_READERS: dict[str, Callable[[str, str], SourceUri]] = {
    "file": _file,
    "http": _web,
    "https": _web,
    "arxiv": _arxiv,
    "arxiv-query": _arxiv_query,
    "hf-daily": _hf_daily,
}
