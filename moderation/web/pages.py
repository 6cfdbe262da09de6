"""What the pages of the desk and those of the administration have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import request, url_for

from moderation.accounts import Permission, User
from moderation.audit_log import Place, Source
from moderation.errors import InvalidInput

_YEARS: Final = range(1970, 9000)
"""Far from where a day more, or another time zone, is no date any longer."""


def first_page(user: User | None) -> str:
    """Where somebody begins: at the desk, or at their account where they review nothing."""
    may_not = user is not None and not user.may(Permission.REVIEW)
    return url_for("admin.account" if may_not else "review.next_item")


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
    is_ours = place.at.tzinfo is not None and place.at.year in _YEARS
    if not is_ours or not 0 <= place.number < 1 << 31:
        raise InvalidInput(name, "must be one that a page gave")
    return place


def day_of(name: str, sent: str) -> datetime | None:
    """When the day begins that a field holds; `None` where it holds none. Raises `InvalidInput`."""
    if not sent:
        return None
    try:
        day = datetime.strptime(sent, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidInput(name, "must be a date such as 2027-01-31") from None
    if day.year not in _YEARS:
        raise InvalidInput(name, f"must lie in the years {_YEARS[0]} to {_YEARS[-1]}")
    return day
