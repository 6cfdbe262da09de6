"""The policy as a table: the rule in words above each row, scores in, a decision out."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Decision, Reason, Site
from moderation.errors import InvalidInput
from moderation.labels import TEXT_LABELS, Label
from moderation.policy import Judgement, judge, policy_for
from moderation.scoring.scorer import Assessment, ContextFit, Cutoffs
from tests.factories import a_site

_CUTOFFS = dict.fromkeys(Label, Cutoffs(review=0.5, block=0.9))


def _assessed(foreign: bool = False, **scores: float | None) -> Assessment:
    every: dict[Label, float | None] = dict.fromkeys(TEXT_LABELS, 0.0) | {Label.OFF_TOPIC: None}
    every |= {Label(name): score for name, score in scores.items()}
    return Assessment(every, "xx" if foreign else "en", foreign, "fast")


def _judged(
    assessment: Assessment, cutoffs: dict[Label, Cutoffs] = _CUTOFFS, site: Site | None = None
) -> Judgement:
    return judge(assessment, policy_for(site, cutoffs))


_ROWS = [
    # Nothing over any threshold is allowed, and needs no reason.
    (_assessed(insult=0.49), Decision.ALLOW, []),
    # A score at its review threshold is over it.
    (_assessed(insult=0.5), Decision.REVIEW, [("insult", 0.5, 0.5, "review")]),
    # A score just under its block threshold is reviewed.
    (_assessed(insult=0.899), Decision.REVIEW, [("insult", 0.899, 0.5, "review")]),
    # A score at its block threshold blocks, and the reason names that threshold.
    (_assessed(insult=0.9), Decision.BLOCK, [("insult", 0.9, 0.9, "block")]),
    # Every label over its threshold gives a reason, each with its own level.
    (
        _assessed(insult=0.95, threat=0.6, profanity=0.1),
        Decision.BLOCK,
        [("insult", 0.95, 0.9, "block"), ("threat", 0.6, 0.5, "review")],
    ),
    # Off-topic alone never blocks, however sure.
    (_assessed(off_topic=1.0), Decision.REVIEW, [("off_topic", 1.0, 0.5, "review")]),
    # Off-topic beside a block leaves the block to the other label.
    (
        _assessed(off_topic=1.0, threat=0.99),
        Decision.BLOCK,
        [("threat", 0.99, 0.9, "block"), ("off_topic", 1.0, 0.5, "review")],
    ),
    # With nothing to be off of there is no off-topic score and no reason.
    (_assessed(off_topic=None), Decision.ALLOW, []),
]


@pytest.mark.parametrize(("assessment", "decision", "reasons"), _ROWS)
def test_scores_decide(
    assessment: Assessment, decision: Decision, reasons: list[tuple[object, ...]]
) -> None:
    judged = _judged(assessment)
    assert judged.decision is decision
    assert [(r.label, r.score, r.threshold, r.level) for r in judged.reasons] == reasons
    assert {reason.code for reason in judged.reasons} <= {"label"}


def test_a_foreign_language_is_reviewed_and_says_which() -> None:
    judged = _judged(_assessed(foreign=True))
    assert judged.decision is Decision.REVIEW
    assert judged.reasons == (Reason("language", level="review", detail="xx"),)


@pytest.mark.parametrize(
    ("scores", "decision"),
    [
        # To have answered in haste is told, and holds nothing by itself.
        ({}, Decision.ALLOW),
        ({"insult": 0.6}, Decision.REVIEW),
        ({"insult": 0.95}, Decision.BLOCK),
    ],
)
def test_an_answer_without_the_encoder_for_lack_of_time_says_so_and_decides_as_ever(
    scores: dict[str, float], decision: Decision
) -> None:
    judged = _judged(replace(_assessed(**scores), out_of_time=True))
    assert judged.decision is decision
    assert judged.reasons[-1] == Reason("out_of_time", detail="answered by the linear model alone")
    assert judged.reasons[:-1] == _judged(_assessed(**scores)).reasons


def test_haste_and_a_foreign_language_are_both_told() -> None:
    judged = _judged(replace(_assessed(foreign=True), out_of_time=True))
    assert judged.decision is Decision.REVIEW
    assert [reason.code for reason in judged.reasons] == ["language", "out_of_time"]


def test_a_foreign_language_does_not_soften_a_block() -> None:
    judged = _judged(_assessed(foreign=True, threat=0.95))
    assert judged.decision is Decision.BLOCK
    assert [reason.code for reason in judged.reasons] == ["label", "language"]


def test_a_goal_that_was_not_met_yields_no_threshold_and_no_decision() -> None:
    cutoffs = _CUTOFFS | {Label.THREAT: Cutoffs(review=None, block=None)}
    assert _judged(_assessed(threat=1.0), cutoffs).decision is Decision.ALLOW


def test_a_block_threshold_without_one_for_review_still_blocks() -> None:
    cutoffs = _CUTOFFS | {Label.THREAT: Cutoffs(review=None, block=0.9)}
    assert _judged(_assessed(threat=0.89), cutoffs).decision is Decision.ALLOW
    assert _judged(_assessed(threat=0.9), cutoffs).decision is Decision.BLOCK


def test_off_topic_with_a_block_threshold_alone_decides_nothing() -> None:
    cutoffs = _CUTOFFS | {Label.OFF_TOPIC: Cutoffs(review=None, block=0.5)}
    assert _judged(_assessed(off_topic=1.0), cutoffs).decision is Decision.ALLOW


def test_a_label_that_the_model_has_no_cutoffs_for_decides_nothing() -> None:
    assert _judged(_assessed(insult=1.0), {}).decision is Decision.ALLOW


# Each row: the model's review and block for a label, the site's own, what is in force.
_OVERRIDES = [
    # The site's number stands in for the model's, the other stays.
    ((0.5, 0.9), {"review": 0.3}, (0.3, 0.9)),
    ((0.5, 0.9), {"block": 0.8}, (0.5, 0.8)),
    ((0.5, 0.9), {"review": 0.2, "block": 0.2}, (0.2, 0.2)),
    # The model's number gives way where the site's leaves it no room.
    ((0.5, 0.9), {"review": 0.95}, (0.95, 0.95)),
    ((0.5, 0.9), {"block": 0.4}, (0.4, 0.4)),
    # A threshold that the model could not solve stays away until the site gives one.
    ((None, None), {"review": 0.6}, (0.6, None)),
    ((0.5, None), {"block": 0.97}, (0.5, 0.97)),
]


@pytest.mark.parametrize(("base", "wanted", "in_force"), _OVERRIDES)
def test_a_sites_own_numbers(
    base: tuple[float | None, float | None],
    wanted: dict[str, float],
    in_force: tuple[float | None, float | None],
) -> None:
    site = a_site(thresholds={"insult": wanted})
    policy = policy_for(site, _CUTOFFS | {Label.INSULT: Cutoffs(*base)})
    assert policy.cutoffs[Label.INSULT] == Cutoffs(*in_force)
    assert policy.cutoffs[Label.THREAT] == _CUTOFFS[Label.THREAT]


@pytest.mark.parametrize(
    ("thresholds", "field"),
    [
        ({"insult": {"review": 0.0}}, "thresholds.insult.review"),
        ({"insult": {"review": -0.1}}, "thresholds.insult.review"),
        ({"insult": {"block": 1.01}}, "thresholds.insult.block"),
        ({"insult": {"review": math.nan}}, "thresholds.insult.review"),
        ({"insult": {"review": 0.8, "block": 0.7}}, "thresholds.insult.block"),
        ({"insutl": {"review": 0.8}}, "thresholds.insutl"),
        ({"insult": {"hold": 0.8}}, "thresholds.insult.hold"),
    ],
)
def test_numbers_that_make_no_sense_are_named(
    thresholds: dict[str, dict[str, float]], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        policy_for(a_site(thresholds=thresholds), _CUTOFFS)
    assert caught.value.field == field


def test_the_version_follows_the_numbers_and_nothing_else() -> None:
    default = policy_for(None, _CUTOFFS).version
    assert policy_for(a_site(), dict(reversed(_CUTOFFS.items()))).version == default
    own = policy_for(a_site(thresholds={"insult": {"review": 0.4}}), _CUTOFFS).version
    assert own.startswith("daily-")
    assert own != policy_for(a_site(thresholds={"insult": {"review": 0.41}}), _CUTOFFS).version
    other = _CUTOFFS | {Label.THREAT: Cutoffs(0.6, 0.9)}
    assert policy_for(None, other).version != default


_PROBABILITY = st.floats(0.0, 1.0)


@given(
    scores=st.fixed_dictionaries({label: _PROBABILITY for label in Label}),
    review=st.floats(0.01, 1.0),
    room=_PROBABILITY,
)
def test_reasons_name_exactly_the_labels_at_or_over_their_review_threshold(
    scores: dict[Label, float | None], review: float, room: float
) -> None:
    block = review + (1.0 - review) * room
    cutoffs = dict.fromkeys(Label, Cutoffs(review, block))
    judged = _judged(Assessment(scores, "en", False, "fast"), cutoffs)
    over = {label for label, score in scores.items() if score is not None and score >= review}
    assert {Label(reason.label or "") for reason in judged.reasons} == over
    assert (judged.decision is Decision.ALLOW) == (not over)
    worst = max(score or 0.0 for label, score in scores.items() if label is not Label.OFF_TOPIC)
    assert (judged.decision is Decision.BLOCK) == (worst >= block)


_FITS = [
    # With article and parent, the comment fits neither; the passage that comes closest is named.
    (
        ContextFit(0.9, 0.081, 0.12, 0.05, (120, 560)),
        "fits neither article nor parent: title 0.08, text 0.12 (closest passage 120-560), "
        "parent 0.05",
    ),
    # With an article alone nothing is said of a parent.
    (ContextFit(0.9, 0.2, None, None), "does not fit the article: title 0.20"),
    # With a parent alone nothing is said of an article.
    (ContextFit(0.9, None, None, 0.3), "does not fit the parent: parent 0.30"),
    # Where no word could be compared there is nothing to say.
    (ContextFit(0.9, None, None, None), None),
]


@pytest.mark.parametrize(("fit", "detail"), _FITS)
def test_off_topic_says_which_part_of_the_context_was_missed(
    fit: ContextFit, detail: str | None
) -> None:
    assessed = replace(_assessed(off_topic=0.9, insult=0.6), context_fit=fit)
    found = {reason.label: reason.detail for reason in _judged(assessed).reasons}
    assert found == {"off_topic": detail, "insult": None}


def test_a_comment_on_topic_gets_no_detail() -> None:
    assessed = replace(_assessed(off_topic=0.4), context_fit=ContextFit(0.4, 0.4, None, None))
    assert _judged(assessed).reasons == ()
