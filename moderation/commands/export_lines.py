"""What `export` writes: one JSON object for everything there is. `importers` read them."""

from __future__ import annotations

from typing import Any

import msgspec

from moderation.comments import Revision, Site, StoredArticle, StoredComment
from moderation.review_queue import Event
from moderation.workflow.exporting import Exported, Objected, OfComment, Suggested

_ITEM = (
    *("id", "stage", "status", "version", "revision", "reasons", "severity", "opened_at"),
    *("reports", "appeals"),
)
_OURS_ALONE = ("site_id", "comment_key", "item_id")
_AUTHOR = ("id", "name", "email_hash", "ip_hash")


def line_of(found: Exported) -> dict[str, Any]:
    """The object of one line, `type` first."""
    match found:
        case Site():
            return {"type": "site", **msgspec.to_builtins(found)}
        case StoredArticle():
            told = ("id", "title", "text", "url")
            return {"type": "article"} | {name: getattr(found, name) for name in told}
        case StoredComment():
            return _comment(found)
        case Objected():
            objection = found.objection
            fields = {"comment_id": found.comment_id} | msgspec.to_builtins(objection)
            kind = {"type": fields.pop("kind")}
            return kind | _set(fields) | {"waiting": found.waiting}
        case Suggested():
            fields = msgspec.to_builtins(found.suggestion)
            site = {"site": fields.pop("site_id"), "comment_id": found.comment_id}
            del fields["comment_key"], fields["comment_id"]
            return {"type": "suggestion"} | _set(site | fields)
        case OfComment():
            return _belonging(found)


def _comment(found: StoredComment) -> dict[str, Any]:
    author = {name: getattr(found.author, name) for name in _AUTHOR}
    vouched_for = {"vouched_for": True} if found.is_vouched_for else {}
    return {
        "type": "comment",
        "id": found.id,
        "text": found.text,
        "article_id": found.article_id,
        "parent_id": found.parent_id,
        "author": _set(author),
        "created_at": found.created_at,
        "kind": found.kind,
        "status": found.status.value,
        "source_status": found.source_status,
        **vouched_for,
        "revision": found.revision,
        "ruling": found.ruling,
    }


def _belonging(found: OfComment) -> dict[str, Any]:
    what, comment = found.what, {"comment_id": found.comment_id}
    if isinstance(what, Revision):
        return {"type": "revision", **comment, **msgspec.to_builtins(what)}
    if isinstance(what, Event):
        fields = msgspec.to_builtins(what)
        item = {"item_id": what.item_id}
        kept = {name: value for name, value in fields.items() if name not in _OURS_ALONE}
        return {"type": "event"} | comment | item | _set(kept)
    return {"type": "item"} | comment | {name: getattr(what, name) for name in _ITEM}


def _set(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what does not apply."""
    return {name: value for name, value in fields.items() if value not in (None, [], ())}
