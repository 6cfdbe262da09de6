"""Use case: what a change of a site would have decided on the comments that it has. Keeps nothing.

Judges stored scores and texts anew, by the present settings and by those wanted; no model is
asked to score, only for its cut-offs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from moderation.accounts import User
from moderation.comments import OUT_OF_TIME, Decision, Reason, Ruling, Site, StoredComment
from moderation.errors import NotFound
from moderation.policy import Judgement, Policy, judge, policy_for
from moderation.rulebook import SiteRules
from moderation.scoring.scorer import Assessment
from moderation.site_checks import checked_site
from moderation.site_rules import Circumstances, findings
from moderation.stores import UnitOfWork
from moderation.workflow.administering import require_administrator
from moderation.workflow.circumstances import circumstances
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
        policies = [(one.rules, policy_for(one, cutoffs)) for one in (present, wanted)]
        asking = _asking_for_both(present, wanted)
        counts: tuple[Counter[Decision], Counter[Decision]] = (Counter(), Counter())
        changed: list[tuple[StoredComment, Decision, Judgement]] = []
        for comment in work.comments.latest(site.id, min(limit, MOST)):
            if comment.ruling is None or comment.kind != "comment":
                continue
            author, at = comment.author, comment.received_at
            around = circumstances(work, asking, comment, author, at)
            now, then = (_judged(*one, comment, comment.ruling, around) for one in policies)
            for counter, judged in zip(counts, (now, then), strict=True):
                counter[judged.decision] += 1
            if now.decision is not then.decision:
                changed.append((comment, now.decision, then))
        examples = [_example(work, *one) for one in changed[:MOST_EXAMPLES]]
    return Rehearsal(counts[0].total(), *counts, len(changed), tuple(examples))


def _asking_for_both(one: Site, other: Site) -> Site:
    """A site whose rules ask about authors and articles all that those of either ask."""
    most = max(one.rules.new_author_comments, other.rules.new_author_comments)
    days = (one.rules.close_after_days, other.rules.close_after_days)
    asks = one.rules if one.rules.ask_around else other.rules
    closing = next((number for number in days if number is not None), None)
    rules = replace(asks, new_author_comments=most, close_after_days=closing)
    return replace(one, rules=rules)


def _judged(
    rules: SiteRules,
    policy: Policy,
    comment: StoredComment,
    ruling: Ruling,
    around: Circumstances | None,
) -> Judgement:
    codes = {reason.code for reason in ruling.reasons}
    assessment = Assessment(
        ruling.scores,
        ruling.language,
        foreign="language" in codes,
        mode=ruling.mode,
        out_of_time=OUT_OF_TIME in codes,
    )
    return judge(assessment, policy, findings(rules, comment.text, around))


def _example(
    work: UnitOfWork, comment: StoredComment, before: Decision, judged: Judgement
) -> Example:
    item = work.queue.item_of(comment.key)
    item_id = item.id if item else None
    return Example(comment.id, item_id, before, judged.decision, judged.reasons)
