"""Roles, keys and changes in the plain words of the administration pages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from moderation.accounts import SITE_KEY_PERMISSIONS, Key, KeyKind, Permission, Role
from moderation.audit_log import SIGN_IN, SIGN_IN_REFUSED, SIGN_IN_UNKNOWN, Entry
from moderation.changes import Change, Subject, differences
from moderation.comments import Reason
from moderation.rates import UNLIMITED
from moderation.review_queue import EventKind, Verdict
from moderation.web.admin.webhook_phrases import webhook_change_in_words
from moderation.workflow.site_record import in_words

ROLES = {
    Role.MODERATOR: "Moderator",
    Role.LEAD: "Lead moderator",
    Role.SCIENTIST: "Data scientist",
    Role.ADMINISTRATOR: "Administrator",
}

PERMISSIONS = {
    Permission.SCORE: "score texts",
    Permission.SUBMIT: "hand in comments",
    Permission.REVIEW: "review comments",
    Permission.REVIEW_ESCALATED: "decide escalated comments, take over a colleague's, read what "
    "moderators did",
    Permission.EXPORT_FEEDBACK: "read verdicts as training rows, activate models",
    Permission.ADMINISTER: "administer people, keys, webhooks, sites and their rules",
}

KEY_KINDS = {
    KeyKind.SITE: "HTTP interface",
    KeyKind.AKISMET: "Akismet key",
    KeyKind.CORAL: "Coral signing secret",
    KeyKind.PERSONAL: "Personal token",
}

ENTRIES = {
    "decided": "Verdicts",
    "undone": "Verdicts taken back",
    "skipped": "Skipped",
    "taken_over": "Taken over from a colleague",
    "claimed": "Opened for review",
    "released": "Given back",
    "renewed": "Kept open",
    "opened": "Came into the queue",
    "reported": "Reports",
    "appealed": "Appeals",
    "revised": "Edited by the author",
    "restated": "Changed where it comes from",
    "scored": "Scored later",
    "given_up": "Given up by the model",
    "erased": "Erased",
    "change_user": "People changed",
    "change_key": "Keys changed",
    "change_site": "Sites changed",
    "change_webhook": "Webhooks changed",
    SIGN_IN: "Signed in",
    SIGN_IN_REFUSED: "Sign-in refused",
    SIGN_IN_UNKNOWN: "Unknown login tried",
}
"""Kinds of entries of the audit log, as a filter names them."""

_DONE = {
    "opened": "came into the queue",
    "reported": "reported by a reader",
    "appealed": "appealed by its author",
    "revised": "edited by its author",
    "restated": "changed where it comes from",
    "scored": "scored, later than it came",
    "given_up": "given up: no model can score it",
    "claimed": "opened for review",
    "renewed": "kept open",
    "released": "given back",
    "taken_over": "taken over from a colleague",
    "skipped": "skipped",
    "undone": "last step taken back",
    "erased": "erased",
    SIGN_IN: "signed in",
    SIGN_IN_REFUSED: "was refused at the sign-in",
    SIGN_IN_UNKNOWN: "a login that is not there was tried",
}
_VERDICTS = {
    Verdict.APPROVE: "approved",
    Verdict.REJECT: "rejected",
    Verdict.ESCALATE: "escalated",
    Verdict.SKIP: "skipped",
}

_NAMES = {
    "active": "may sign in",
    "expires_at": "ends",
    "revoked_at": "revoked",
    "sessions": "sessions",
    "password": "password",
    "scopes": "may",
    "rate": "calls",
}


def change_in_words(change: Change, names: Mapping[str, str]) -> list[str]:
    """What a change did, a line each; `names` are those of users by id."""
    if change.subject is Subject.SITE:
        return in_words(change)
    if change.subject is Subject.WEBHOOK:
        return webhook_change_in_words(change)
    if change.before is None:
        kind = str((change.after or {}).get("kind", ""))
        return ["added" if change.subject is Subject.USER else f"made: {_value('kind', kind, {})}"]
    return [
        _line(name, before, after, names) for name, (before, after) in differences(change).items()
    ]


def reason_in_words(reason: Reason) -> str:
    """Why a comment would be held or rejected, such as `insult 0.61 over 0.4`."""
    if reason.code == "label" and reason.label and reason.score is not None:
        over = "" if reason.threshold is None else f" over {reason.threshold:.2f}"
        return f"{reason.label.replace('_', ' ')} {reason.score:.2f}{over}"
    return reason.detail or reason.code.replace("_", " ")


def kinds_of_entries(*, everything: bool) -> dict[str, str]:
    """Kinds that can be chosen; without `everything`, those of what happens to comments."""
    known = {kind.value for kind in EventKind}
    return {kind: words for kind, words in ENTRIES.items() if everything or kind in known}


def entry_in_words(entry: Entry, names: Mapping[str, str]) -> str:
    """What was done, such as `rejected as insult` or `role: moderator → lead moderator`."""
    if entry.change is not None:
        lines = "; ".join(change_in_words(entry.change, names))
        if entry.change.before is None:
            return lines[:1].lower() + lines[1:]
        return f"{'took back' if entry.change.undoes else 'changed'}: {lines}"
    event = entry.event
    if event is not None and event.verdict is not None:
        as_ = ", ".join(label.replace("_", " ") for label in event.labels)
        return _VERDICTS[event.verdict] + (f" as {as_}" if as_ else "")
    return _DONE.get(entry.kind, entry.kind)


def standing_of_key(key: Key, now: datetime) -> str:
    """Whether a key works: `live`, `ends 3 May 2026`, `expired`, `revoked`."""
    if key.revoked_at is not None:
        return "revoked"
    if not key.is_live(now):
        return "expired"
    if key.cannot_sign:
        return "of no use: made before signing secrets were kept, it checks no signature"
    return "live" if key.expires_at is None else f"ends {moment(key.expires_at)}"


def limits_of_key(key: Key) -> str:
    """What sets a key apart from others of its kind, such as `score texts only; 5 per minute`."""
    only = [] if key.scopes is None else [PERMISSIONS[scope] for scope in sorted(key.scopes)]
    scopes = f"{' and '.join(only)} only" if only else ""
    rate = "no limit" if key.rate == UNLIMITED else key.rate or ""
    return "; ".join(part for part in (scopes, rate) if part)


def moment(at: datetime) -> str:
    """A moment to the minute, such as `25 November 2026, 09:30 UTC`."""
    return f"{at:%-d %B %Y, %H:%M} UTC"


def _line(name: str, before: object, after: object, names: Mapping[str, str]) -> str:
    if name == "sessions":
        return "every session ended"
    if name == "password":
        return "new password"
    if name == "revoked_at":
        return "revoked"
    named = _NAMES.get(name, name)
    return f"{named}: {_value(name, before, names)} → {_value(name, after, names)}"


def _value(name: str, value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "scopes":
        known = value if isinstance(value, list) else sorted(SITE_KEY_PERMISSIONS)
        return " and ".join(PERMISSIONS[Permission(scope)] for scope in known)
    if name == "rate" and not value:
        return "as the setting says"
    if value is None or value == "":
        return "never" if name == "expires_at" else "nothing"
    text = str(value)
    if name == "role":
        return ROLES[Role(text)].lower()
    if name == "kind":
        return KEY_KINDS[KeyKind(text)]
    if name.endswith("_at"):
        return moment(datetime.fromisoformat(text))
    return names.get(text, text) if name == "user" else text
