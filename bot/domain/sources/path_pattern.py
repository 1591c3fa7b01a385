"""Decides which files of a folder or repository are documents, by suffix, folder and glob pattern."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

DOCUMENT_SUFFIXES = (".md", ".markdown", ".json", ".jsonl", ".xml", ".rss", ".atom")
_MAGIC = re.compile(r"[*?\[]")


def is_pattern(path: str) -> bool:
    """Tell whether a path holds `*`, `?` or `[`."""
    return bool(_MAGIC.search(path))


def is_document(path: str) -> bool:
    """Tell whether a file's name says that it may be a document; hidden files and folders are not."""
    hidden = any(part.startswith(".") for part in path.split("/"))
    return not hidden and path.lower().endswith(DOCUMENT_SUFFIXES)


def fixed_folder(pattern: str) -> str:
    """Return the leading folders of a pattern that hold no `*`, `?` or `[`, without the closing slash."""
    folders: list[str] = []
    for part in pattern.split("/")[:-1]:
        if is_pattern(part):
            break
        folders.append(part)
    return "/".join(folders) or ("/" if pattern.startswith("/") else "")


def selects(subpath: str, path: str) -> bool:
    """Tell whether a path within a source, `/` between its parts, belongs to what a subpath names.

    Args:
        subpath: empty (all documents), a file, a folder (its documents, at any depth), or a pattern in
            which `*`, `?` and `[ab]` stay within one part and skip hidden names, and `**` is any number
            of folders. A file's own name wins over its reading as a pattern.
        path: a path relative to the source.
    """
    subpath = subpath.strip("/")
    if not subpath:
        return is_document(path)
    if path == subpath:
        return True
    if is_pattern(subpath):
        return _matches(subpath.split("/"), path.split("/"))
    return path.startswith(f"{subpath}/") and is_document(path[len(subpath) + 1 :])


def _matches(pattern: list[str], path: list[str]) -> bool:
    """Follow all ways to match at once: the work is bounded by the product of both lengths."""
    if pattern[-1] == "**":
        pattern = [*pattern, "*"]
    reached = {0}
    for part in pattern:
        if part == "**":
            reached = {end for start in reached for end in _through_folders(path, start)}
        else:
            reached = {at + 1 for at in reached if at < len(path) and _part_matches(part, path[at])}
    return len(path) in reached


def _through_folders(path: list[str], start: int) -> range:
    """Return the positions that `**` may lead to from one: before each part up to a hidden folder."""
    end = start
    while end < len(path) - 1 and not path[end].startswith("."):
        end += 1
    return range(start, end + 1)


def _part_matches(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern) and (pattern.startswith(".") or not name.startswith("."))
