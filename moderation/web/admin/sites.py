"""Pages of the sites: all of them, one with its rules and what they would do, a new one."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.comments import Decision, Site
from moderation.errors import InvalidInput, ModerationError, NotScored
from moderation.labels import Label
from moderation.web.admin.blueprint import blueprint
from moderation.web.admin.phrases import reason_in_words
from moderation.web.admin.rendering import REFUSED, go_to, page, refused, told, viewer
from moderation.web.admin.site_form import (
    CLOSED,
    FOREIGN,
    LEVELS,
    UNSCORED,
    field_of,
    site_of,
    typed_of,
)
from moderation.web.auth import requires
from moderation.web.current import services
from moderation.workflow.site_policy import (
    add_site,
    all_sites,
    change_site,
    changes_of_site,
    read_site,
    version_of,
)
from moderation.workflow.site_rehearsal import Rehearsal, rehearse

_Page = str | Response | tuple[str, int]

_DECISIONS = {
    Decision.ALLOW: "let through",
    Decision.REVIEW: "held for review",
    Decision.BLOCK: "rejected",
}


@blueprint.get("/admin/sites")
@requires(Permission.ADMINISTER)
def sites() -> str:
    """Every site, and whether it has settings of its own."""
    return page("sites", "sites", sites=all_sites(services()))


@blueprint.route("/admin/new-site", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_site() -> _Page:
    """Add a site; its rules are set on its own page."""
    if request.method == "GET":
        return page("site_new", "sites", typed={"language": "en"}, problems={})
    id_, name = request.form.get("id", "").strip(), request.form.get("name", "").strip()
    language, url = request.form.get("language", "").strip(), request.form.get("url", "")
    try:
        add_site(services(), viewer(), Site(id_, name or id_, language, url))
    except REFUSED as error:
        return refused(error, "site_new", "sites")
    return go_to("admin.site", f"{name or id_} is added.", site_id=id_)


@blueprint.route("/admin/sites/<id:site_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def site(site_id: str) -> _Page:
    """One site: what is set, what a change would have done, what was changed before."""
    present = read_site(services(), site_id)
    if request.method == "GET":
        return page("site", "sites", typed=typed_of(present), problems={}, **_about(present))
    try:
        wanted = site_of(request.form, present)
        if request.form.get("do") == "rehearse":
            shown = {"rehearsal": _rehearsed(rehearse(services(), viewer(), wanted))}
            return page(
                "site", "sites", typed=request.form, problems={}, **_about(present), **shown
            )
        changed = change_site(services(), viewer(), wanted, seen=request.form.get("seen"))
    except NotScored as error:
        return refused(InvalidInput("model", error.message), "site", "sites", **_about(present))
    except REFUSED as error:
        return refused(_at_its_field(error), "site", "sites", **_about(present))
    said = f"{wanted.name} is changed." if changed else "Nothing was different."
    return go_to("admin.site", said, site_id=site_id)


def _about(site: Site) -> dict[str, object]:
    return {
        "site": site,
        "seen": request.form.get("seen") or version_of(site),
        "labels": _labels(),
        "foreign": FOREIGN,
        "closed": CLOSED,
        "unscored": UNSCORED,
        "history": told(changes_of_site(services(), site.id)),
    }


def _labels() -> list[dict[str, object]]:
    """Every label with the model's own cut-offs, `None` where it has none or there is no model."""
    try:
        cutoffs = services().scorers.current().cutoffs
    except NotScored:
        cutoffs = {}
    return [
        {
            "value": label.value,
            "name": label.display_name,
            "models": {
                level: getattr(cutoffs[label], level) if label in cutoffs else None
                for level in LEVELS
            },
        }
        for label in Label
    ]


def _rehearsed(done: Rehearsal) -> dict[str, object]:
    return {
        "read": done.read,
        "changed": done.changed,
        "rows": [
            (words, done.now.get(decision, 0), done.then.get(decision, 0))
            for decision, words in _DECISIONS.items()
        ],
        "examples": [
            {
                "comment_id": one.comment_id,
                "item_id": one.item_id,
                "before": _DECISIONS[one.before],
                "after": _DECISIONS[one.after],
                "reasons": [reason_in_words(reason) for reason in one.reasons],
            }
            for one in done.examples
        ],
    }


def _at_its_field(error: ModerationError) -> ModerationError:
    """The same error at the field of the form, where it was at an entry of a list."""
    if not isinstance(error, InvalidInput) or "[" not in error.field:
        return error
    words = error.message.removeprefix(f"{error.field}: ")
    entry = int(error.field.partition("[")[2].partition("]")[0]) + 1
    return InvalidInput(field_of(error.field), f"entry {entry} {words}")
