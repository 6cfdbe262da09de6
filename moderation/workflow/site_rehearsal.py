"""Use case: what a change of a site would have decided on the comments that it has. Keeps nothing.

Judges stored scores and texts anew, by the present settings and by those wanted; no model is
asked to score, only for its cut-offs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from moderation.accounts import User
from moderation.comments import OUT_OF_TIME, Decision, Reason, Ruling, Site, StoredComment
from moderation.errors import NotFound
from moderation.labels import Label
from moderation.policy import Judgement, Policy, judge, policy_for
from moderation.rulebook import SiteRules
from moderation.scoring.scorer import Assessment, Cutoffs
from moderation.site_checks import checked_site
from moderation.site_rules import Circumstances, findings
from moderation.stores import UnitOfWork
from moderation.workflow.administering import require_administrator
from moderation.workflow.circumstances import circumstances_of
from moderation.workflow.services import Services

MOST = 1_000
"""Comments that are judged at most."""
MOST_EXAMPLES = 50


@dataclass(frozen=True, slots=True)
class Example:
    """A comment that would be decided otherwise."""

    comment_id: str
    item_id: str | None
    """Its review item, where it has one."""
    before: Decision
    after: Decision
    reasons: tuple[Reason, ...]
    """Those that it would have."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the wanted settings would decide on the site's latest comments."""

    read: int
    now: Mapping[Decision, int]
    """How many comments each decision falls to by the present settings."""
    then: Mapping[Decision, int]
    """The same by those wanted."""
    changed: int
    examples: tuple[Example, ...]
    """Of those that change, latest first."""


def rehearse(services: Services, actor: User | None, site: Site, limit: int = MOST) -> Rehearsal:
    """Judge the latest comments of a site as it is and as it is wanted.

    Raises `NotFound`, `InvalidInput` as the change itself would, `Forbidden`, and `NotScored` where
    there is no model whose cut-offs could be taken.
    """
    require_administrator(actor)
    wanted = checked_site(site)
    cutoffs = services.scorers.current().cutoffs
    with services.store.read() as work:
        present = work.sites.get(site.id)
        if present is None:
            raise NotFound("There is no such site.", field="site")
        judged = _judged(work, present, wanted, cutoffs, min(limit, MOST))
        changed = [one for one in judged if one.now.decision is not one.then.decision]
        examples = _examples(work, changed[:MOST_EXAMPLES])
    now = Counter(one.now.decision for one in judged)
    then = Counter(one.then.decision for one in judged)
    return Rehearsal(len(judged), now, then, len(changed), examples)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A comment, judged as the site is and as it is wanted."""

    comment: StoredComment
    now: Judgement
    then: Judgement


def _judged(
    work: UnitOfWork, present: Site, wanted: Site, cutoffs: Mapping[Label, Cutoffs], most: int
) -> list[_Judged]:
    """Those of the latest that were ever decided on, the latest first."""
    latest = work.comments.latest(present.id, most)
    around = circumstances_of(work, _asking_for_both(present, wanted), latest)
    policies = [(one.rules, policy_for(one, cutoffs)) for one in (present, wanted)]
    return [
        _Judged(one, *(_anew(*by, one.text, one.ruling, around.get(one.key)) for by in policies))
        for one in latest
        if one.ruling is not None and one.kind == "comment"
    ]


def _asking_for_both(one: Site, other: Site) -> Site:
    """A site whose rules ask about authors and articles all that those of either ask."""
    most = max(one.rules.new_author_comments, other.rules.new_author_comments)
    days = (one.rules.close_after_days, other.rules.close_after_days)
    asks = one.rules if one.rules.ask_around else other.rules
    closing = next((number for number in days if number is not None), None)
    rules = replace(asks, new_author_comments=most, close_after_days=closing)
    return replace(one, rules=rules)


def _anew(
    rules: SiteRules, policy: Policy, text: str, ruling: Ruling, around: Circumstances | None
) -> Judgement:
    codes = {reason.code for reason in ruling.reasons}
    assessment = Assessment(
        ruling.scores,
        ruling.language,
        foreign="language" in codes,
        mode=ruling.mode,
        out_of_time=OUT_OF_TIME in codes,
    )
    return judge(assessment, policy, findings(rules, text, around))


def _examples(work: UnitOfWork, changed: Sequence[_Judged]) -> tuple[Example, ...]:
    items = work.queue.items_of([one.comment.key for one in changed])
    return tuple(
        Example(
            one.comment.id,
            items[one.comment.key].id if one.comment.key in items else None,
            one.now.decision,
            one.then.decision,
            one.then.reasons,
        )
        for one in changed
    )
