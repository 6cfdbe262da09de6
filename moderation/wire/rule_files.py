"""The rules of a site as people write them: TOML or JSON files, and word lists line by line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import msgspec

from moderation.errors import InvalidInput
from moderation.rulebook import ListedWord, SiteRules
from moderation.wire.decoding import decode

SEPARATOR = "|"
_PARTS = tuple(one.name for one in fields(ListedWord))


def rules_from_file(rules: SiteRules, raw: bytes, *, is_toml: bool) -> SiteRules:
    """The rules with what a file names in place of what they have.

    TOML knows no null: there, what is to be set no more is written `"none"`. Raises `InvalidInput`
    that names the field, such as `rules.words[3].action`.
    """
    read = _read_toml(raw) if is_toml else decode(raw, dict[str, Any], "rules")
    _check_names(read, (one.name for one in fields(SiteRules)), "rules")
    merged = msgspec.to_builtins(rules) | read
    found = decode(msgspec.json.encode(merged), SiteRules, "rules")
    for number, word in enumerate(read.get("words", ())):
        _check_names(word, _PARTS, f"rules.words[{number}]")
    return found


def words_from_lines(text: str, field: str = "rules.words") -> tuple[ListedWord, ...]:
    """A word list with an entry on each line: `entry | action | label | detail`.

    What comes after the entry may be left out: then it is reviewed. Raises `InvalidInput` that
    names the line.
    """
    words = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = (part.strip() for part in line.split(SEPARATOR, len(_PARTS) - 1))
        told = {name: part for name, part in zip(_PARTS, parts, strict=False) if part}
        try:
            words.append(msgspec.convert(told, ListedWord))
        except msgspec.ValidationError:
            problem = "has an action that there is not" if "entry" in told else "has no entry"
            raise InvalidInput(field, f"line {number} {problem}") from None
    return tuple(words)


def words_as_lines(words: Iterable[ListedWord]) -> str:
    """The same back, every line as short as can be."""
    return "".join(f"{_line(word)}\n" for word in words)


def _line(word: ListedWord) -> str:
    is_short = word.action == "review" and not word.label and not word.detail
    parts = [word.entry, "" if is_short else word.action, word.label or "", word.detail]
    while not parts[-1]:
        parts.pop()
    return f" {SEPARATOR} ".join(parts)


def _read_toml(raw: bytes) -> dict[str, Any]:
    try:
        read = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput("rules", "is not valid TOML in UTF-8") from error
    return {name: None if value == "none" else value for name, value in read.items()}


def _check_names(read: Mapping[str, Any], known: Iterable[str], at: str) -> None:
    for name in sorted(set(read) - set(known)):
        raise InvalidInput(f"{at}.{name[:60]}", "is not a known field")
