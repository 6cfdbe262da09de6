"""What the pages of the administration have in common: frame, announcements, refused forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from moderation.accounts import Permission, User
from moderation.audit_log import Entry
from moderation.changes import Change, Subject
from moderation.errors import Conflict, Forbidden, InvalidInput, ModerationError
from moderation.web.admin.phrases import change_in_words, entry_in_words, moment
from moderation.web.admin.webhook_phrases import is_by_itself
from moderation.web.auth import signed_in_person
from moderation.web.current import services
from moderation.workflow.desk import count_waiting, site_names, user_names
from moderation.workflow.keyring import TAKEN_BACK as OF_KEYS
from moderation.workflow.people import TAKEN_BACK as OF_PEOPLE
from moderation.workflow.webhooks import TAKEN_BACK as OF_WEBHOOKS

_SAID = "admin_said"
_CAN_GO_BACK = {
    Subject.USER: frozenset(OF_PEOPLE),
    Subject.KEY: frozenset(OF_KEYS),
    Subject.WEBHOOK: frozenset(OF_WEBHOOKS),
}

REFUSED = (InvalidInput, Conflict, Forbidden)
"""What a form may be refused with, to be told beside its field."""


def page(template: str, part: str, **context: object) -> str:
    """Render a page. `part` is the current entry of the administration's own menu."""
    person = signed_in_person()
    if person.may(Permission.REVIEW):
        context["waiting"] = count_waiting(services(), person)
    return render_template(
        f"admin/{template}.html",
        place="account" if part == "account" else "admin",
        part=part,
        viewer=person,
        said=session.pop(_SAID, ""),
        moment=moment,
        **context,
    )


def refused(
    error: ModerationError, template: str, part: str, **context: object
) -> tuple[str, HTTPStatus]:
    """The page of a form that was refused: what was typed, and which field is at fault.

    Raises the error itself where it names no field.
    """
    field = str(error.details.get("field", ""))
    if not field:
        raise error
    words = error.message.removeprefix(f"{field}: ")
    status = HTTPStatus.CONFLICT if isinstance(error, Conflict) else HTTPStatus.BAD_REQUEST
    problems = {field: words}
    return page(template, part, typed=request.form, problems=problems, **context), status


def go_to(endpoint: str, said: str = "", **values: str) -> Response:
    """Lead the browser from a form to a page (303), where `said` is told once."""
    if said:
        session[_SAID] = said
    ids: dict[str, Any] = dict(values)
    return redirect(url_for(endpoint, **ids), HTTPStatus.SEE_OTHER)


def viewer() -> User:
    """Who looks."""
    return signed_in_person()


def told(changes: Sequence[Change], names: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Changes of people and keys as the history of a page shows them."""
    known = user_names(services()) if names is None else names
    undone = {change.undoes for change in changes}
    return [
        {
            "id": change.id,
            "at": change.at,
            "by": _by(change, known),
            "lines": change_in_words(change, known),
            "took_back": change.undoes is not None,
            "taken_back": change.id in undone,
            "can_go_back": change.id not in undone and _can_go_back(change),
        }
        for change in changes
    ]


def entries_told(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Entries of the audit log as its page shows them."""
    names, sites = user_names(services()), site_names(services())
    return [
        {
            "at": entry.place.at,
            "who": names.get(entry.actor, entry.actor) if entry.actor else _itself(entry),
            "words": entry_in_words(entry, names),
            "comment_id": entry.comment_id,
            "item_id": entry.event.item_id if entry.event else "",
            "change": entry.change,
            "about": _subject_in_words(entry.change, names, sites) if entry.change else "",
            "site": sites.get(entry.site_id, entry.site_id) if entry.site_id else "",
        }
        for entry in entries
    ]


def _subject_in_words(change: Change, names: Mapping[str, str], sites: Mapping[str, str]) -> str:
    if change.subject is Subject.USER:
        return names.get(change.subject_id, change.subject_id)
    if change.subject is Subject.SITE:
        return sites.get(change.subject_id, change.subject_id)
    kind = "endpoint" if change.subject is Subject.WEBHOOK else "key"
    return f"{kind} {change.subject_id[:8]}"


def _by(change: Change, names: Mapping[str, str]) -> str:
    if change.actor:
        return names.get(change.actor, change.actor)
    return "the service" if is_by_itself(change) else "a command"


def _itself(entry: Entry) -> str:
    return "The service" if entry.change and is_by_itself(entry.change) else ""


def _can_go_back(change: Change) -> bool:
    if change.subject is Subject.SITE:
        return change.before is not None
    back = _CAN_GO_BACK.get(change.subject, frozenset())
    return change.before is not None and bool(back & set(change.before))
