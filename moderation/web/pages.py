"""What the pages of the desk and those of the administration have in common."""

from __future__ import annotations

from datetime import datetime

from flask import request

from moderation.audit_log import Place, Source
from moderation.errors import InvalidInput


def refuse_nul() -> None:
    """No address and no form of ours holds a NUL; PostgreSQL would fail on one in any text."""
    sent = (*request.values.items(multi=True), *(request.view_args or {}).items())
    for name, value in sent:
        if "\0" in value:
            raise InvalidInput(name[:60].replace("\0", "?"), "holds a NUL character")


def written_place(place: Place) -> str:
    """A place in the audit log as a link carries it."""
    return f"{place.at.isoformat()}|{place.source.value}|{place.number}|{place.item_id}"


def sent_place(name: str) -> Place | None:
    """The place that a link of ours carried under that name. Raises `InvalidInput`."""
    sent = request.args.get(name, "")
    if not sent:
        return None
    try:
        at, source, number, item_id = sent.split("|", 3)
        place = Place(datetime.fromisoformat(at), Source(int(source)), int(number), item_id)
    except ValueError:
        raise InvalidInput(name, "must be one that a page gave") from None
    if place.at.tzinfo is None or not 0 <= place.number < 1 << 31:
        raise InvalidInput(name, "must be one that a page gave")
    return place
