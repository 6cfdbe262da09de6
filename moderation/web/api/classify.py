"""`POST /v1/classify`: scores and a decision for texts of which nothing is kept.

One comment::

    {"text": "...", "article": {"title": "...", "text": "..."}, "explain": true}

is answered with its `scores`, `decision`, `reasons`, `language`, `model`, `policy`,
`mode`, `spans` and, where the encoder answered, `encoder`; `{"comments": [...]}` with
`{"results": [...]}` in the same order, where a comment that is bad, or that the model fails on, has
its `{"error": {...}}` in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, Response

from moderation.accounts import Permission
from moderation.comments import Site, StoredArticle
from moderation.errors import InvalidInput, ModerationError, NotScored, UnknownReference
from moderation.web.auth import caller, requires
from moderation.web.bodies import json_body, reply
from moderation.web.current import request_id, services
from moderation.web.errors import Fault, fault_of
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
from moderation.workflow.classify import classify_each, retry_after_of

bp = Blueprint("classify", __name__)

_Drafts = Sequence[Draft | InvalidInput]
_Results = list[RulingReply | ModerationError]


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
        answer = reply({"results": _in_place(results)})
        unscored = [result for result in results if isinstance(result, NotScored)]
        if unscored:
            answer.headers["Retry-After"] = str(max(map(retry_after_of, unscored)))
        return answer
    (result,) = _answer([draft(asked)], "")
    if isinstance(result, ModerationError):
        raise result
    return reply(result)


def _answer(sent: _Drafts, at: str) -> _Results:
    found = caller()
    site = found.site if found else None
    known = _articles(site, sent)
    results = [_checked(one, site, known, at.format(place)) for place, one in enumerate(sent)]
    good = {place: one for place, one in enumerate(results) if isinstance(one, Draft)}
    answered = _scored(good, site, known) if good else {}
    return [answered[place] if isinstance(one, Draft) else one for place, one in enumerate(results)]


def _articles(site: Site | None, sent: _Drafts) -> Mapping[str, StoredArticle]:
    wanted = [one.article_id for one in sent if isinstance(one, Draft) and one.article_id]
    return articles_by_id(services(), site, wanted) if site else {}


def _checked(
    one: Draft | InvalidInput, site: Site | None, known: Mapping[str, StoredArticle], at: str
) -> Draft | InvalidInput:
    if isinstance(one, InvalidInput) or one.article_id is None or one.article_id in known:
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


def _in_place(results: _Results) -> list[object]:
    # One error may stand for many comments: it is told in each place, and on record once.
    errors = {one for one in results if isinstance(one, ModerationError)}
    faults = {error: fault_of(error) for error in errors}
    return [_told(faults[one]) if isinstance(one, ModerationError) else one for one in results]


def _told(fault: Fault) -> object:
    return error_body(fault.code, fault.message, fault.details, request_id())
