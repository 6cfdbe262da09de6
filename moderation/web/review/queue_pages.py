"""The queue as a page: what waits, by what one chooses, with counts that stay fresh."""

from __future__ import annotations

from flask import Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from moderation.accounts import Permission
from moderation.review_queue import Stage
from moderation.web.auth import acting_user, requires
from moderation.web.current import services
from moderation.web.review.blueprint import blueprint
from moderation.web.review.phrases import ago, reason_in_words
from moderation.web.review.queue_view import args_of, chips, groups, live_counts, orders
from moderation.web.review.rendering import announce, excerpt, filters, go_on, page, wanted
from moderation.workflow.desk import (
    Row,
    count_facets,
    count_waiting,
    held_row,
    list_waiting,
    site_names,
)
from moderation.workflow.saved_filters import filters_of, remove_filter, save_filter

QUEUE_PAGE = 50
"""Items on one page of the queue."""


@blueprint.get("/review/queue")
@requires(Permission.REVIEW)
def queue() -> str:
    """What waits, in the order in which it will be reviewed."""
    viewer, chosen = acting_user(), filters()
    cursor = request.args.get("cursor") or None
    listed = list_waiting(services(), viewer, wanted(), QUEUE_PAGE, cursor)
    facets = count_facets(services(), viewer, wanted())
    sites = site_names(services())
    held = held_row(services(), viewer)
    leads = viewer.may(Permission.REVIEW_ESCALATED)
    return page(
        "review/queue.html",
        "queue",
        rows=[_row(row) for row in listed.rows],
        held=_row(held) if held else None,
        fitting=facets.fitting,
        groups=groups(facets, chosen, sites, with_escalated=leads),
        chips=chips(chosen, sites),
        orders=orders(chosen),
        saved=[(one, args_of(one.wanted)) for one in filters_of(services(), viewer)],
        next_cursor=listed.next_cursor,
    )


@blueprint.get("/review/counts")
@requires(Permission.REVIEW)
def counts() -> Response:
    """How many wait, by each way to choose: `{"waiting": 12, "label:insult": 3, ...}`."""
    viewer = acting_user()
    waiting = count_waiting(services(), viewer)
    facets = count_facets(services(), viewer, wanted())
    leads = viewer.may(Permission.REVIEW_ESCALATED)
    return jsonify(live_counts(waiting, facets, with_escalated=leads))


@blueprint.post("/review/filters")
@requires(Permission.REVIEW)
def keep_filter() -> AnyResponse:
    """Keep the choice under a name."""
    saved = save_filter(services(), acting_user(), request.form.get("name", ""), wanted())
    announce(f"Saved as {saved.name}.")
    return go_on("review.queue")


@blueprint.post("/review/filters/<filter_id>/remove")
@requires(Permission.REVIEW)
def drop_filter(filter_id: str) -> AnyResponse:
    """Forget a choice that was kept."""
    remove_filter(services(), acting_user(), filter_id)
    announce("The saved filter is gone.")
    return go_on("review.queue")


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
