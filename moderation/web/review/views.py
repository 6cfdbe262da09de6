"""Pages that show: the next comment, any comment. Parse, ask one use case, render."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.labels import Label
from moderation.web.auth import acting_user, known_person, public, requires
from moderation.web.current import services
from moderation.web.pages import first_page
from moderation.web.review.blueprint import blueprint
from moderation.web.review.case_view import view_of
from moderation.web.review.rendering import excerpt, fragment, page, wanted
from moderation.workflow.desk import user_names
from moderation.workflow.explaining import explain_comment
from moderation.workflow.reviewing import CaseFile, claim_next, look_again, look_at, open_case

LABELS = tuple((label.value, label.display_name) for label in Label)


@blueprint.get("/")
@public
def home() -> Response:
    """The desk is the home of the service, to those who may review."""
    return redirect(first_page(known_person()))


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
    case = look_again(services(), acting_user(), item_id)
    return page("review/item.html", "review", **_shown(case, patient="words" in request.args))


@blueprint.get("/review/<item_id>/words")
@requires(Permission.REVIEW)
def words(item_id: str) -> str:
    """The text of a comment with all that can be marked in it, which may take seconds to find."""
    case = look_at(services(), acting_user(), item_id)
    return fragment("review/_said.html", **_shown(case, patient=True))


def case_fragment(case: CaseFile) -> str:
    """The item alone, to be put into a page of the desk that is open."""
    return fragment("review/_fragment.html", **_shown(case))


def _case_page(case: CaseFile) -> str:
    return page("review/item.html", "review", **_shown(case))


def _shown(case: CaseFile, *, patient: bool = False) -> dict[str, object]:
    parent = case.ancestors[0] if case.ancestors else None
    view = view_of(
        case,
        explain_comment(services(), case.comment, case.article, parent, patient=patient),
        acting_user(),
        user_names(services()),
        services().now(),
        int(services().lease.total_seconds()),
    )
    return {"case": view, "labels": LABELS, "excerpt": excerpt(case.comment.text)}
