"""Use case: score comments and say what the policy makes of them. Keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from moderation.comments import Comment, Ruling, Site
from moderation.errors import ModerationError, NotScored, RateLimited
from moderation.policy import Judgement, judge, policy_for
from moderation.rulebook import NO_RULES
from moderation.scoring.scorer import Assessment, ContextFit, EncoderShare, Scorer, Span
from moderation.site_rules import NOTHING_FOUND, Circumstances, findings
from moderation.workflow.long_texts import assess

RETRY_AFTER = 30
"""Seconds after which a model that failed may be asked again."""


@dataclass(frozen=True, slots=True)
class Classified:
    """One comment's ruling, with what made its scores where that was asked for."""

    ruling: Ruling
    spans: tuple[Span, ...] = ()
    encoder: EncoderShare | None = None
    fit: ContextFit | None = None
    """How well it fits each part of its context; `None` where it has none."""
    beside: Mapping[str, float] = field(default_factory=dict)
    """Scores of heads that are no label of ours, which only other protocols ask for."""


def retry_after_of(error: NotScored | RateLimited) -> int:
    """Seconds after which to ask again, as the error says."""
    seconds = error.details.get("retry_after")
    return seconds if isinstance(seconds, int) else RETRY_AFTER


def classify_each(
    scorer: Scorer,
    site: Site | None,
    comments: Sequence[Comment],
    *,
    explain: bool = False,
    mode: str | None = None,
    around: Circumstances | None = None,
) -> list[Classified | NotScored]:
    """As `classify`, with an error in the place of each comment that the model fails on."""
    options = {"explain": explain, "mode": mode, "around": around}
    try:
        return [*classify(scorer, site, comments, **options)]  # type: ignore[arg-type]
    except NotScored as error:
        if len(comments) == 1:
            return [error]
    half = len(comments) // 2
    parts = (comments[:half], comments[half:])
    return [
        found
        for part in parts
        for found in classify_each(scorer, site, part, **options)  # type: ignore[arg-type]
    ]


def classify(
    scorer: Scorer,
    site: Site | None,
    comments: Sequence[Comment],
    *,
    explain: bool = False,
    patient: bool = True,
    mode: str | None = None,
    around: Circumstances | None = None,
) -> list[Classified]:
    """Score and judge each comment, in order.

    Of the site's rules those on texts apply, and those on authors and articles where the
    circumstances, of all comments alike, are given. Whoever explains without patience may miss the
    words behind the encoder's share. Raises `InvalidInput` for an unknown mode,
    `NotScored` when the model cannot answer.
    """
    policy = policy_for(site, scorer.cutoffs_in(mode))
    try:
        assessments = assess(
            scorer,
            comments,
            site_language=site.language if site else "en",
            explain=explain,
            patient=patient,
            mode=mode,
            # Where a site acts elsewhere than the model would, the encoder is asked there.
            cutoffs=policy.cutoffs if site and site.thresholds else None,
        )
    except ModerationError:
        raise
    except Exception as error:
        # Whatever broke, the caller must hear "hold it and ask again", never a bare failure.
        raise NotScored("The model failed on this.", retry_after=RETRY_AFTER) from error
    rules = site.rules if site else NO_RULES
    results = []
    for comment, assessment in zip(comments, assessments, strict=True):
        nothing_asked = rules.are_none and around is None
        found = NOTHING_FOUND if nothing_asked else findings(rules, comment.text, around)
        judgement = judge(assessment, policy, found)
        results.append(_classified(assessment, judgement, scorer.version))
    return results


def _classified(assessment: Assessment, judgement: Judgement, model: str) -> Classified:
    ruling = Ruling(
        scores=assessment.scores,
        decision=judgement.decision,
        reasons=judgement.reasons,
        language=assessment.language,
        model=model,
        policy=judgement.policy,
        mode=assessment.mode,
    )
    fit = assessment.context_fit
    return Classified(ruling, assessment.spans, assessment.encoder, fit, assessment.beside)
