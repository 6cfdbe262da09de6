"""The audit log as a page and as CSV, with one and the same filter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

from flask import Response, request, stream_with_context

from moderation.accounts import Permission
from moderation.audit_log import NOBODY, LogFilter
from moderation.errors import InvalidInput
from moderation.web.admin.blueprint import blueprint
from moderation.web.admin.log_rows import COLUMNS, row_of, safe_cell
from moderation.web.admin.phrases import kinds_of_entries
from moderation.web.admin.rendering import entries_told, page, viewer
from moderation.web.auth import requires
from moderation.web.current import services
from moderation.web.pages import day_of, sent_place, written_place
from moderation.workflow.auditing import items_named, read_log, whole_log
from moderation.workflow.desk import site_names, user_names

ENTRIES = 100
"""Entries on one page."""

_FILTERS = ("who", "kind", "site", "since", "until", "about")
_READERS = (Permission.ADMINISTER, Permission.REVIEW_ESCALATED)


@blueprint.get("/admin/audit")
@requires(*_READERS)
def audit() -> str | tuple[str, int]:
    """What people did, latest first: a page of it, and the filter."""
    chosen, problems = _chosen(), {}
    entries, rest = [], None
    try:
        found = read_log(services(), viewer(), _wanted(chosen), ENTRIES, sent_place("cursor"))
        entries, rest = entries_told(found.entries), found.next
    except InvalidInput as error:
        problems = {error.field: error.message.removeprefix(f"{error.field}: ")}
    shown = page(
        "audit",
        "audit",
        entries=entries,
        typed=chosen,
        problems=problems,
        kinds=kinds_of_entries(everything=viewer().may(Permission.ADMINISTER)),
        people={NOBODY: "A site, a command, somebody unknown"} | user_names(services()),
        sites=site_names(services()),
        chosen={name: value for name, value in chosen.items() if value},
        cursor=written_place(rest) if rest else "",
        looked_to=rest.at if rest else None,
    )
    return (shown, 400) if problems else shown


@blueprint.get("/admin/audit.csv")
@requires(*_READERS)
def audit_csv() -> Response:
    """The same, whole, as a file: with ids and without anybody's name."""
    entries = whole_log(services(), viewer(), _wanted(_chosen()))
    lines = _lines(COLUMNS, (row_of(entry) for entry in entries))
    return Response(
        stream_with_context(lines),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=audit.csv"},
    )


def _lines(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(head)
    for number, row in enumerate(rows):
        writer.writerow([safe_cell(cell) for cell in row])
        if number % 100 == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _chosen() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:200] for name in _FILTERS}


def _wanted(chosen: dict[str, str]) -> LogFilter:
    about = chosen["about"]
    items = items_named(services(), about) if about else ()
    until = day_of("until", chosen["until"])
    return LogFilter(
        actor=chosen["who"] or None,
        kind=chosen["kind"] or None,
        site_id=chosen["site"] or None,
        since=day_of("since", chosen["since"]),
        until=until + timedelta(days=1) if until else None,
        item_ids=items or None,
        subject_id=about if about and not items else None,
    )
