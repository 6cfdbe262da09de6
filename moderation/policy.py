"""What a site does about scores: scores and cut-offs in, a decision with named reasons out.

Needs no model: `Scores` are plain numbers, cut-offs come with the model or from the site.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import inf

from moderation.comments import OUT_OF_TIME, Decision, Reason, Site
from moderation.errors import InvalidInput
from moderation.labels import Label
from moderation.rulebook import NO_RULES
from moderation.scoring.scorer import Assessment, ContextFit, Cutoffs
from moderation.site_rules import NOTHING_FOUND, RULE, Findings

REVIEW, BLOCK = "review", "block"
_NEVER = Cutoffs(review=None, block=None)


@dataclass(frozen=True, slots=True)
class Policy:
    """Cut-offs per label and what else a site asks for; `version` changes with each."""

    version: str
    cutoffs: Mapping[Label, Cutoffs]
    foreign: Decision = Decision.REVIEW
    log_only: bool = False
    """Whether all is allowed, and only told what would have been decided."""
    least: Mapping[Label, float] = field(init=False, repr=False, compare=False)
    """The lowest score of each label that is a reason: reckoned once, as nearly all are lower."""

    def __post_init__(self) -> None:
        least = {label: _least(label, pair) for label, pair in self.cutoffs.items()}
        object.__setattr__(self, "least", least)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the policy says, why, and which policy said it."""

    decision: Decision
    reasons: tuple[Reason, ...]
    policy: str


def policy_for(site: Site | None, model_cutoffs: Mapping[Label, Cutoffs]) -> Policy:
    """The model's cut-offs with the site's overrides and rules, under a version made from them.

    The version of a site with own settings ends with their print (`print_of_settings`).
    Raises `InvalidInput` where an override names no label or level, is no probability,
    or blocks below review.
    """
    overrides = site.thresholds if site else {}
    _check_names(overrides)
    cutoffs = {
        label: _override(label, model_cutoffs.get(label, _NEVER), overrides.get(label.value))
        for label in Label
    }
    version = _fingerprint(tuple(cutoffs.items()))
    rules = site.rules if site else NO_RULES
    if site is None or (rules.are_none and not overrides):
        return Policy(f"default-{version}", cutoffs)
    version = f"{site.id}-{version}-{print_of_settings(site)}"
    return Policy(version, cutoffs, Decision(rules.foreign), rules.log_only)


def print_of_settings(site: Site) -> str:
    """Eight hex digits that stand for a site's own cut-offs and rules, whatever the model's."""
    levels = ((label, *sorted(pair.items())) for label, pair in site.thresholds.items() if pair)
    return _settings_print(tuple(sorted(levels)), site.rules.digest)


def judge(assessment: Assessment, policy: Policy, found: Findings = NOTHING_FOUND) -> Judgement:
    """Decide on one assessment and what the site's rules found: the same always decide alike."""
    least = policy.least
    reasons = [
        _reason(label, score, policy.cutoffs[label])
        for label, score in assessment.scores.items()
        if score is not None and score >= least[label]
    ]
    told = found.reasons or assessment.foreign or assessment.out_of_time
    if not reasons and not told:
        return Judgement(Decision.ALLOW, (), policy.version)
    reasons = [_with_detail(reason, assessment) for reason in reasons]
    reasons += found.reasons
    if assessment.foreign:
        reasons.append(
            Reason(code="language", level=policy.foreign.value, detail=assessment.language)
        )
    if assessment.out_of_time:
        # Told, and no reason to hold: the linear model's answer stands as in a service without
        # an encoder.
        reasons.append(Reason(code=OUT_OF_TIME, detail="answered by the linear model alone"))
    decision = _strictest(reasons)
    if found.is_trusted and decision is Decision.REVIEW:
        decision = Decision.ALLOW
        reasons.append(Reason(RULE, detail="trusted author: would have been review"))
    if policy.log_only and decision is not Decision.ALLOW:
        reasons.append(Reason(RULE, detail=f"log only: would have been {decision}"))
        decision = Decision.ALLOW
    return Judgement(decision, tuple(reasons), policy.version)


def _least(label: Label, cutoffs: Cutoffs) -> float:
    levels = (cutoffs.review, None if label is Label.OFF_TOPIC else cutoffs.block)
    return min((level for level in levels if level is not None), default=inf)


def _reason(label: Label, score: float, cutoffs: Cutoffs) -> Reason:
    """Why a score that is at or over the least of its label matters."""
    blocks = cutoffs.block is not None and score >= cutoffs.block and label is not Label.OFF_TOPIC
    return Reason(
        code="label",
        label=label.value,
        score=score,
        threshold=cutoffs.block if blocks else cutoffs.review,
        level=BLOCK if blocks else REVIEW,
    )


def _with_detail(reason: Reason, assessment: Assessment) -> Reason:
    fit = assessment.context_fit
    if fit is None or reason.label != Label.OFF_TOPIC.value:
        return reason
    return replace(reason, detail=_missed(fit))


def _missed(fit: ContextFit) -> str | None:
    """Which parts of its context a comment missed: `does not fit the article: title 0.08`."""
    article = {"title": fit.title, "text": fit.text}
    said = [f"{name} {value:.2f}" for name, value in article.items() if value is not None]
    missed = "does not fit the article"
    if fit.text is not None and fit.passage:
        said[-1] += f" (closest passage {fit.passage[0]}-{fit.passage[1]})"
    if fit.parent is not None:
        missed = "fits neither article nor parent" if said else "does not fit the parent"
        said.append(f"parent {fit.parent:.2f}")
    return f"{missed}: {', '.join(said)}" if said else None


def _strictest(reasons: list[Reason]) -> Decision:
    if not reasons:
        return Decision.ALLOW
    levels = {reason.level for reason in reasons}
    if BLOCK in levels:
        return Decision.BLOCK
    return Decision.REVIEW if REVIEW in levels else Decision.ALLOW


def _override(label: Label, base: Cutoffs, wanted: Mapping[str, float] | None) -> Cutoffs:
    if not wanted:
        return base
    for level, value in wanted.items():
        if not 0.0 < value <= 1.0:
            raise InvalidInput(f"thresholds.{label}.{level}", "must be over 0 and at most 1")
    review, block = wanted.get(REVIEW), wanted.get(BLOCK)
    if review is not None and block is not None and block < review:
        raise InvalidInput(f"thresholds.{label}.block", "must not be under the review threshold")
    # The model's number gives way to the site's: a new model must not make a policy invalid.
    return Cutoffs(
        review if review is not None else _no_more_than(base.review, block),
        block if block is not None else _no_less_than(base.block, review),
    )


def _no_more_than(value: float | None, bound: float | None) -> float | None:
    return value if value is None or bound is None else min(value, bound)


def _no_less_than(value: float | None, bound: float | None) -> float | None:
    return value if value is None or bound is None else max(value, bound)


def _check_names(overrides: Mapping[str, Mapping[str, float]]) -> None:
    known = {label.value for label in Label}
    for label, levels in overrides.items():
        if label not in known:
            raise InvalidInput(f"thresholds.{label[:40]}", "there is no such label")
        if unknown := sorted(set(levels) - {REVIEW, BLOCK}):
            raise InvalidInput(
                f"thresholds.{label}.{unknown[0][:40]}", "must be `review` or `block`"
            )


@lru_cache(maxsize=1 << 10)
def _fingerprint(cutoffs: tuple[tuple[Label, Cutoffs], ...]) -> str:
    plain = {label.value: [pair.review, pair.block] for label, pair in cutoffs}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:10]


@lru_cache(maxsize=1 << 10)
def _settings_print(thresholds: tuple[object, ...], rules: str) -> str:
    return hashlib.sha256(json.dumps([thresholds, rules]).encode()).hexdigest()[:8]
