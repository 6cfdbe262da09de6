"""`POST /v1/classify`: scores and a decision for texts of which nothing is kept.

One comment::

    {"text": "...", "article": {"title": "...", "text": "..."}, "explain": true}

is answered with its `scores`, `decision`, `reasons`, `language`, `model`, `policy`,
`mode`, `spans` and, where the encoder answered, `encoder`; `{"comments": [...]}` with
`{"results": [...]}` in the same order, where a comment that is bad, that the model fails on, or
whose article cannot be looked up now, has its `{"error": {...}}` in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, Response

from moderation.accounts import Permission
from moderation.comments import Site, StoredArticle
from moderation.errors import ModerationError, NotScored, Unavailable, UnknownReference
from moderation.web.auth import caller, requires
from moderation.web.bodies import json_body, reply
from moderation.web.current import request_id, services
from moderation.web.errors import OUTAGES, Fault, fault_of, outage_of
from moderation.web.metrics import count_ruling
from moderation.web.operations import Operation, described
from moderation.wire.faults import error_body
from moderation.wire.plain_replies import BatchReply
from moderation.wire.replies import RulingReply, classified_reply
from moderation.wire.requests import (
    ClassifyRequest,
    Draft,
    classify_request,
    draft,
    drafts,
    one_or_many,
)
from moderation.workflow.articles import articles_by_id
from moderation.workflow.classify import classify_each

bp = Blueprint("classify", __name__)

_Drafts = Sequence[Draft | ModerationError]
_Results = list[RulingReply | ModerationError]

_WAIT = "Retry-After"


@bp.post("/v1/classify")
@requires(Permission.SCORE)
@described(
    Operation(
        {HTTPStatus.OK: (RulingReply, BatchReply)},
        takes=ClassifyRequest,
        faults=(UnknownReference,),
        example={
            "text": "You are an idiot and this is about bitcoin.",
            "article": {"title": "Bridge closed", "text": "The old bridge is closed until May."},
            "explain": True,
        },
        repeatable="nothing is kept.",
        may_wait=frozenset({HTTPStatus.OK}),
        amend=one_or_many,
    )
)
def classify_comments() -> Response:
    """Score one comment, or a batch of up to 1,000, and keep nothing.

    A batch is answered with one result for each comment in order; a bad comment has its error in
    its place.
    """
    asked = classify_request(json_body())
    if asked.comments is not None:
        results = _answer(drafts(asked), "comments[{}].")
        faults = _faults(results)
        answer = reply({"results": [_in_place(one, faults) for one in results]})
        if waits := [int(one.headers[_WAIT]) for one in faults.values() if _WAIT in one.headers]:
            answer.headers[_WAIT] = str(max(waits))
        return answer
    (result,) = _answer([draft(asked)], "")
    if isinstance(result, ModerationError):
        raise result
    return reply(result)


def _answer(sent: _Drafts, at: str) -> _Results:
    found = caller()
    site = found.site if found else None
    try:
        known = _articles(site, sent)
    except (Unavailable, *OUTAGES) as error:
        # Who names no article has no need of the database.
        away, known = outage_of(error), {}
        sent = [away if isinstance(one, Draft) and one.article_id else one for one in sent]
    results = [_checked(one, site, known, at.format(place)) for place, one in enumerate(sent)]
    good = {place: one for place, one in enumerate(results) if isinstance(one, Draft)}
    answered = _scored(good, site, known) if good else {}
    return [answered[place] if isinstance(one, Draft) else one for place, one in enumerate(results)]


def _articles(site: Site | None, sent: _Drafts) -> Mapping[str, StoredArticle]:
    wanted = [one.article_id for one in sent if isinstance(one, Draft) and one.article_id]
    return articles_by_id(services(), site, wanted) if site else {}


def _checked(
    one: Draft | ModerationError, site: Site | None, known: Mapping[str, StoredArticle], at: str
) -> Draft | ModerationError:
    if isinstance(one, ModerationError) or one.article_id is None or one.article_id in known:
        return one
    problem = "no article with this id is stored; PUT it first"
    return UnknownReference(f"{at}article.id", problem if site else "needs the key of a site")


def _scored(
    good: Mapping[int, Draft], site: Site | None, known: Mapping[str, StoredArticle]
) -> dict[int, RulingReply | NotScored]:
    try:
        scorer = services().scorers.current()
    except NotScored as error:
        return dict.fromkeys(good, error)
    # The scorer is asked once for all that want the same, which is nearly always everything;
    # explaining costs more than scoring.
    together: dict[tuple[str, bool], list[int]] = {}
    for place, one in good.items():
        together.setdefault((one.mode or scorer.mode, one.explain), []).append(place)
    answered: dict[int, RulingReply | NotScored] = {}
    for (mode, explain), places in together.items():
        comments = [
            one.to_comment(known.get(one.article_id or ""))
            for one in (good[place] for place in places)
        ]
        classified = classify_each(scorer, site, comments, explain=explain, mode=mode)
        for place, found in zip(places, classified, strict=True):
            if isinstance(found, NotScored):
                answered[place] = found
                continue
            count_ruling(found.ruling)
            answered[place] = classified_reply(found, explain=explain)
    return answered


def _faults(results: _Results) -> Mapping[ModerationError, Fault]:
    # One error may stand for many comments: it is told in each place, and on record once.
    errors = {one for one in results if isinstance(one, ModerationError)}
    return {error: fault_of(error) for error in errors}


def _in_place(
    one: RulingReply | ModerationError, faults: Mapping[ModerationError, Fault]
) -> object:
    if not isinstance(one, ModerationError):
        return one
    fault = faults[one]
    return error_body(fault.code, fault.message, fault.details, request_id())
