"""What every page of the desk has in common: the header's facts, filters, the last act's banner."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from moderation.accounts import User
from moderation.comments import StoredComment
from moderation.errors import InvalidInput
from moderation.key_map import ACTIONS
from moderation.review_moves import undoable
from moderation.review_queue import WAITING, ReviewItem, Verdict
from moderation.stored import QueueFilter, QueueOrder
from moderation.web.auth import acting_user
from moderation.web.current import services
from moderation.web.review.chosen import care, preferences
from moderation.web.review.marking import without_hidden
from moderation.web.review.phrases import DONE, WAITS_FOR_A_LEAD
from moderation.web.review.veiling import masked_text
from moderation.workflow.case_file import may_see
from moderation.workflow.desk import Row, count_waiting, recent_acts

EXCERPT = 220
"""Longest excerpt of a comment in lists, in code points."""

UNDO_LIST = 30
"""How many of one's last acts a page lists, latest first, to be undone one by one."""

ERASED = "This comment has been erased."

_FILTERS = ("site", "reason", "label", "language", "escalated", "order")
_DONE = "done"


def page(template: str, place: str, **context: object) -> str:
    """Render a page for the moderator who asks. `place` is the current entry of the header."""
    viewer = acting_user()
    acts = recent_acts(services(), viewer, UNDO_LIST) if place == "review" else ()
    return render_template(
        template,
        place=place,
        viewer=viewer,
        waiting=count_waiting(services(), viewer),
        recent=[act_of(row, viewer) for row in acts],
        done=session.pop(_DONE, None),
        **_for_all(viewer),
        **context,
    )


def fragment(template: str, **context: object) -> str:
    """Render a part of a page, for a script that puts it into the page that is open."""
    return render_template(template, **_for_all(acting_user()), **context)


def announce(message: str, *, undo: str | None = None) -> None:
    """Show `message` on the next page; `undo` is the item whose last act can be taken back."""
    session[_DONE] = {"message": message, "undo": undo}


def go_on(endpoint: str, **ids: str) -> Response:
    """Lead the browser from a form to a page (303), the chosen filters carried along."""
    values: dict[str, Any] = {**filters(), **ids}
    return redirect(url_for(endpoint, **values), HTTPStatus.SEE_OTHER)


def filters() -> dict[str, str]:
    """Which items the moderator chose to review, as it travels in addresses and forms."""
    chosen = {name: request.values.get(name, "").strip()[:200] for name in _FILTERS}
    return {name: value for name, value in chosen.items() if value}


def wanted() -> QueueFilter:
    """The same choice as the queue understands it."""
    chosen = filters()
    return QueueFilter(
        site_id=chosen.get("site"),
        reason=chosen.get("reason"),
        label=chosen.get("label"),
        language=chosen.get("language"),
        escalated=_escalated(chosen.get("escalated")),
        order=_order(chosen.get("order")),
    )


def _escalated(said: str | None) -> bool | None:
    if said not in (None, "yes"):
        raise InvalidInput("escalated", "must be yes, or be left out")
    return True if said else None


def _order(named: str | None) -> QueueOrder:
    try:
        return QueueOrder(named) if named else QueueOrder.RANK
    except ValueError:
        raise InvalidInput("order", f"must be one of {', '.join(QueueOrder)}") from None


def excerpt(text: str) -> str:
    """The beginning of a comment on one line, without characters that nobody sees, masked."""
    line = masked_text(" ".join(without_hidden(text[: 4 * EXCERPT]).split()), care())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"


def shown_excerpt(item: ReviewItem, comment: StoredComment, viewer: User) -> dict[str, object]:
    """For a row of a list: the excerpt of a comment, or what is said in its place to `viewer`.

    With `opens`, whether there is anything behind the row that they may open.
    """
    if not may_see(viewer, item):
        return {"excerpt": WAITS_FOR_A_LEAD, "opens": False}
    return {"excerpt": ERASED if comment.erased_at else excerpt(comment.text), "opens": True}


def _for_all(viewer: User) -> dict[str, object]:
    return {"filters": filters(), "keys": preferences().keys, "actions": ACTIONS}


def act_of(row: Row, viewer: User) -> dict[str, object]:
    """One of the last acts of `viewer`, as lists of them show it."""
    item, last = row.item, row.item.verdict
    skipped = item.stage in WAITING and viewer.id in item.skipped_by
    verdict = Verdict.SKIP if skipped or last is None else last.verdict
    return {
        "item_id": item.id,
        "sequence": undoable(item, viewer.id),
        "done": DONE[verdict],
        **shown_excerpt(item, row.comment, viewer),
    }
