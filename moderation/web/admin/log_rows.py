"""Entries of the audit log as rows that leave the desk: with ids, and nobody's name. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from moderation.audit_log import Entry
from moderation.changes import Subject

COLUMNS = (
    *("at", "kind", "actor", "site", "item", "comment", "verdict", "labels", "status"),
    *("subject", "subject_id", "before", "after", "undoes"),
)

_PRIVATE = {
    Subject.USER: {"login", "name"},
    Subject.KEY: {"label"},
    Subject.WEBHOOK: {"label", "url"},
}
_WITHHELD = "(withheld)"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def row_of(entry: Entry) -> tuple[str, ...]:
    """The cells of one entry in the order of `COLUMNS`; empty where there is nothing to tell."""
    head = (entry.place.at.isoformat(), entry.kind, entry.actor or "", entry.site_id or "")
    event, change = entry.event, entry.change
    if event is not None:
        undoes = "" if event.undoes is None else str(event.undoes)
        said = (event.verdict or "", ",".join(event.labels), event.status or "")
        return (*head, event.item_id, entry.comment_id or "", *said, "", "", "", "", undoes)
    if change is None:
        return (*head, *[""] * 10)
    private = _PRIVATE.get(change.subject, set())
    told = (_json(change.before, private), _json(change.after, private))
    about = (change.subject.value, change.subject_id)
    return (*head, *[""] * 5, *about, *told, change.undoes or "")


def safe_cell(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV Injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _json(values: Mapping[str, object] | None, private: set[str]) -> str:
    if values is None:
        return ""
    told = {name: _WITHHELD if name in private else value for name, value in values.items()}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
