"""A moderator's own page: what they decided, what they can take back, what did not last."""

from __future__ import annotations

from collections.abc import Mapping

from moderation.accounts import Permission, User
from moderation.review_queue import Stage, Verdict
from moderation.web.auth import acting_user, requires
from moderation.web.current import services
from moderation.web.pages import sent_place, written_place
from moderation.web.review.blueprint import blueprint
from moderation.web.review.phrases import DONE, ago, label_name, listed
from moderation.web.review.rendering import UNDO_LIST, act_of, page, shown_excerpt
from moderation.workflow.desk import recent_acts, user_names
from moderation.workflow.own_record import OwnReversal, OwnVerdict, own_record

ROWS = 25
"""Rows of each list on one page."""


@blueprint.get("/review/me")
@requires(Permission.REVIEW)
def me() -> str:
    """One's own verdicts, undo list, overturned ones and numbers."""
    person = acting_user()
    record = own_record(
        services(),
        person,
        ROWS,
        verdicts_after=sent_place("cursor"),
        reversals_after=sent_place("overturned"),
    )
    acts = recent_acts(services(), person, UNDO_LIST)
    undoable = {row.item.id for row in acts}
    names = user_names(services())
    return page(
        "review/me.html",
        "me",
        today=_numbers(record.today),
        week=_numbers(record.this_week),
        acts=[act_of(row, person) for row in acts],
        verdicts=[_verdict(one, person, undoable, names) for one in record.verdicts],
        more_verdicts=written_place(record.more_verdicts) if record.more_verdicts else "",
        reversals=[_reversal(one, person, names) for one in record.reversals],
        more_reversals=written_place(record.more_reversals) if record.more_reversals else "",
    )


def _numbers(counted: Mapping[str, int]) -> str:
    """Such as `12 approved, 3 rejected`; `nothing yet` where there is nothing."""
    told = [
        f"{counted[verdict.value]:,} {DONE[verdict].lower()}"
        for verdict in DONE
        if counted.get(verdict.value)
    ]
    return ", ".join(told) or "nothing yet"


def _verdict(
    one: OwnVerdict, person: User, undoable: set[str], names: Mapping[str, str]
) -> dict[str, object]:
    event, last = one.event, one.item.verdict
    in_force = last is not None and last.sequence == event.sequence
    return {
        "item_id": event.item_id,
        "done": _in_words(event.verdict, event.labels),
        **shown_excerpt(one.item, one.comment, person),
        "at": event.at,
        "ago": ago(event.at, services().now()),
        "since": "" if in_force else _since(one, names),
        "undoable": in_force and event.item_id in undoable,
    }


def _since(one: OwnVerdict, names: Mapping[str, str]) -> str:
    """What became of a comment whose verdict is not in force any more."""
    last = one.item.verdict
    if one.item.stage is Stage.ERASED:
        return "erased since"
    if last is None or last.sequence < one.event.sequence:
        return "not in force: undone, or edited since"
    who = names.get(last.actor, "a colleague")
    return f"since then {DONE[last.verdict].lower()} by {who}"


def _reversal(one: OwnReversal, person: User, names: Mapping[str, str]) -> dict[str, object]:
    turned, mine = one.overturned, one.overturned.by.actor == person.id
    who = "you" if mine else names.get(turned.by.actor or "", "a colleague")
    return {
        "item_id": turned.verdict.item_id,
        "done": _in_words(turned.verdict.verdict, turned.verdict.labels),
        "then": _in_words(turned.by.verdict, turned.by.labels).lower(),
        "who": who,
        "appealed": turned.appealed,
        **shown_excerpt(one.item, one.comment, person),
        "at": turned.by.at,
        "ago": ago(turned.by.at, services().now()),
    }


def _in_words(verdict: Verdict | None, labels: tuple[str, ...]) -> str:
    named = listed(label_name(label) for label in labels)
    return (DONE[verdict] if verdict else "") + (f" as {named}" if named else "")
