"""What the record of changes keeps of a site, how that is taken back, and what it is in words.

Pure. Kept is what differs, under flat names (`thresholds.insult.review`, `rules.log_only`); of a
list only the entries that were taken out and put in, as lists are long and changed entry by entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import msgspec

from moderation.changes import Change
from moderation.comments import Site
from moderation.errors import Conflict
from moderation.labels import Label
from moderation.policy import print_of_settings
from moderation.rulebook import ListedWord, SiteRules

LISTS = ("rules.words", "rules.trusted_authors", "rules.closed_articles")
POLICY = "policy"
"""The print of the settings, by which the change behind a ruling is found."""

_PLAIN = ("name", "language", "url", "publish_on_review")
_TITLES = {
    "name": "Name",
    "language": "Language",
    "url": "Address",
    "publish_on_review": "Publish while under review",
    "rules.words": "Word list",
    "rules.trusted_authors": "Trusted authors",
    "rules.new_author_comments": "Comments until an author is known",
    "rules.max_links": "Most links",
    "rules.closed_articles": "Closed articles",
    "rules.close_after_days": "Days until an article closes",
    "rules.closed_action": "Under a closed article",
    "rules.foreign": "In another language",
    "rules.log_only": "Log only",
    "rules.audit_rate": "Share of random samples",
    "rules.off_topic_is_spam": "Off-topic alone is spam to Akismet's clients",
    "rules.unscored": "What cannot be scored",
}
_MOST_NAMED = 10

_Flat = Mapping[str, Any]


def flat(site: Site) -> dict[str, Any]:
    """All that can be set of a site, under flat names; a cut-off of the model's is absent."""
    values = {name: getattr(site, name) for name in _PLAIN}
    for label, pair in site.thresholds.items():
        values |= {f"thresholds.{label}.{level}": value for level, value in pair.items()}
    rules = {f"rules.{one.name}": getattr(site.rules, one.name) for one in fields(SiteRules)}
    return values | rules | {POLICY: print_of_settings(site)}


def difference(before: Site, after: Site) -> tuple[dict[str, object], dict[str, object]]:
    """What a change took away and what it set, JSON-ready; both empty where nothing differs."""
    old, new = flat(before), flat(after)
    gone: dict[str, object] = {}
    come: dict[str, object] = {}
    for name in (*old, *(name for name in new if name not in old)):
        was, is_ = old.get(name), new.get(name)
        if was == is_:
            continue
        if name in LISTS:
            was = list(_without(old[name], new[name]))
            is_ = list(_without(new[name], old[name]))
        gone[name], come[name] = msgspec.to_builtins(was), msgspec.to_builtins(is_)
    return gone, come


def restored(site: Site, change: Change) -> Site:
    """The site with what a change set put back as it was before it, and nothing else.

    Raises `Conflict` where any of that has been changed since.
    """
    gone, come, now = change.before or {}, change.after or {}, flat(site)
    values: dict[str, Any] = {}
    for name in come:
        if name == POLICY:
            continue
        if name in LISTS:
            put_in, taken_out = _entries(name, come[name]), _entries(name, gone[name])
            if _without(put_in, now[name]) or not _is_disjoint(taken_out, now[name]):
                raise _changed_since(name)
            values[name] = (*_without(now[name], put_in), *taken_out)
        elif now.get(name) != come[name]:
            raise _changed_since(name)
        else:
            values[name] = gone[name]
    return _with(site, values)


def in_words(change: Change) -> list[str]:
    """A line for everything that a change of a site set."""
    if change.before is None:
        return ["Added"]
    come = change.after or {}
    return [_line(name, change.before.get(name), come[name]) for name in come if name != POLICY]


def _without(entries: Sequence[Any], others: Sequence[Any]) -> tuple[Any, ...]:
    known = frozenset(others)
    return tuple(entry for entry in entries if entry not in known)


def _is_disjoint(entries: Sequence[Any], others: Sequence[Any]) -> bool:
    return frozenset(entries).isdisjoint(others)


def _entries(name: str, value: object) -> tuple[Any, ...]:
    kind = ListedWord if name == "rules.words" else str
    return msgspec.convert(value, tuple[kind, ...])  # type: ignore[valid-type]


def _changed_since(name: str) -> Conflict:
    return Conflict(f"{_title(name)} has been changed again since.", field=name)


def _with(site: Site, values: Mapping[str, Any]) -> Site:
    thresholds = {label: dict(pair) for label, pair in site.thresholds.items()}
    rules: dict[str, Any] = {}
    plain: dict[str, Any] = {}
    for name, value in values.items():
        group, _, rest = name.partition(".")
        if group == "thresholds":
            label, _, level = rest.partition(".")
            thresholds.setdefault(label, {}).pop(level, None)
            if value is not None:
                thresholds[label][level] = value
        elif group == "rules":
            rules[rest] = value
        else:
            plain[name] = value
    return replace(site, thresholds=thresholds, rules=replace(site.rules, **rules), **plain)


def _title(name: str) -> str:
    if name.startswith("thresholds."):
        _, label, level = name.split(".")
        return f"Threshold of {Label(label).display_name}, {level}"
    return _TITLES.get(name, name)


def _line(name: str, was: object, is_: object) -> str:
    if name in LISTS:
        parts = [("put in", is_), ("taken out", was)]
        said = [f"{what} {_named(entries)}" for what, entries in parts if entries]
        return f"{_title(name)}: {'; '.join(said)}"
    return f"{_title(name)}: {_value(name, is_)}, was {_value(name, was)}"


def _named(entries: object) -> str:
    listed = entries if isinstance(entries, list) else []
    names = [_entry(one) for one in listed[:_MOST_NAMED]]
    more = len(listed) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def _entry(one: object) -> str:
    if not isinstance(one, dict):
        return str(one)
    label = f" as {Label(one['label']).display_name}" if one.get("label") else ""
    return f"“{one['entry']}” ({one['action']}{label})"


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return "the model's" if name.startswith("thresholds.") else "not set"
    return f"“{value}”" if name in ("name", "url") else f"{value}"
