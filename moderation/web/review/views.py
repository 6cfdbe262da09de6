"""Pages that show: the next comment, any comment, the queue. Parse, ask one use case, render."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.labels import Label
from moderation.review_queue import Stage
from moderation.web.auth import acting_user, public, requires
from moderation.web.current import services
from moderation.web.review.blueprint import blueprint
from moderation.web.review.case_view import view_of
from moderation.web.review.phrases import ago, kind_of_reason, label_name, reason_in_words
from moderation.web.review.rendering import excerpt, fragment, page, wanted
from moderation.workflow.desk import Row, list_waiting, user_names
from moderation.workflow.explaining import explain_comment
from moderation.workflow.reviewing import CaseFile, claim_next, look_again, open_case

QUEUE_PAGE = 50
"""Items on one page of the queue."""

LABELS = tuple((label.value, label.display_name) for label in Label)


@blueprint.get("/")
@public
def home() -> Response:
    """The desk is the home of the service."""
    return redirect(url_for("review.next_item"))


@blueprint.get("/review")
@requires(Permission.REVIEW)
def next_item() -> str:
    """The next comment, claimed for the moderator who opens the page."""
    item = claim_next(services(), acting_user(), wanted())
    if item is None:
        return page("review/empty.html", "review")
    return _case_page(open_case(services(), item.id))


@blueprint.get("/review/<item_id>")
@requires(Permission.REVIEW)
def item(item_id: str) -> str:
    """Any comment by its link: to decide, to read along, or to see who decided what."""
    return _case_page(look_again(services(), acting_user(), item_id))


@blueprint.get("/review/queue")
@requires(Permission.REVIEW)
def queue() -> str:
    """What waits, in the order in which it will be reviewed."""
    listed = list_waiting(
        services(), acting_user(), wanted(), QUEUE_PAGE, request.args.get("cursor") or None
    )
    return page(
        "review/queue.html",
        "queue",
        rows=[_row(row) for row in listed.rows],
        kinds=_kinds(listed.counts),
        next_cursor=listed.next_cursor,
    )


def case_fragment(case: CaseFile) -> str:
    """The item alone, to be put into a page of the desk that is open."""
    return fragment("review/_fragment.html", **_shown(case))


def _case_page(case: CaseFile) -> str:
    return page("review/item.html", "review", **_shown(case))


def _shown(case: CaseFile) -> dict[str, object]:
    parent = case.ancestors[0] if case.ancestors else None
    view = view_of(
        case,
        explain_comment(services(), case.comment, case.article, parent),
        acting_user(),
        user_names(services()),
        services().now(),
        int(services().lease.total_seconds()),
    )
    return {"case": view, "labels": LABELS, "excerpt": excerpt(case.comment.text)}


def _row(row: Row) -> dict[str, object]:
    author = row.comment.author
    return {
        "item_id": row.item.id,
        "excerpt": excerpt(row.comment.text),
        "name": author.name or author.id or "Anonymous",
        "reasons": [reason_in_words(reason) for reason in row.item.reasons],
        "ago": ago(row.item.opened_at, services().now()),
        "holder": row.holder.name if row.holder else "",
        "escalated": row.item.stage is Stage.ESCALATED,
    }


def _kinds(counts: Mapping[str, int]) -> list[dict[str, object]]:
    """Links to a part of the queue: by label, by any other reason, what was escalated."""
    kinds: list[dict[str, object]] = []
    if acting_user().may(Permission.REVIEW_ESCALATED) and counts.get("escalated"):
        args = {"escalated": "yes"}
        kinds.append({"name": "Escalated", "count": counts["escalated"], "args": args})
    for key in sorted(counts, key=lambda one: (-counts[one], one)):
        group, _, value = key.partition(":")
        if not counts[key] or not value or key == "reason:label":
            continue
        name = label_name(value).capitalize() if group == "label" else kind_of_reason(value)
        kinds.append({"name": name, "count": counts[key], "args": {group: value}})
    return kinds
