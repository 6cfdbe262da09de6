"""Moderators' final verdicts as training rows, written and read as JSON lines.

The only module here that sees a store, which its caller hands over. A row comes from
a person's approval or rejection that is still in force, here or (as a suggestion) at the site;
what the policy decided by itself is never a label, nor is a skip, an escalation or a verdict
taken back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO, NamedTuple

import msgspec

from moderation.comments import Ruling, StoredComment
from moderation.errors import InvalidInput
from moderation.labels import Label
from moderation.personal_data import person_hash
from moderation.review_queue import ReviewItem, Stage, Verdict
from moderation.stored import GivenVerdict, Suggestion
from moderation.stores import Store, UnitOfWork

AUDIT = "audit"
"""The reason of an item that was queued by chance alone."""

SUGGESTION = "suggestion"
"""The reason of a row that another protocol told of, and no queue."""

WITHOUT_LABELS = frozenset({"akismet"})
"""Sources of suggestions that say approved or rejected, and never of what."""


class FeedbackInvalid(InvalidInput):
    """A line that is not a feedback row; the message names the line, never its text."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__("feedback", f"line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One verdict with what it was given on.

    `labels` holds 0 or 1 for the labels that the verdict speaks about and nothing for
    the others. `weight` is how many comments like it the row stands for: one over the
    probability that it was queued. `decider` tells people apart without naming them.
    """

    id: str
    text: str
    verdict: str
    labels: dict[str, float]
    title: str = ""
    body: str = ""
    parent: str = ""
    reasons: list[str] = field(default_factory=list)
    weight: float = 1.0
    scores: dict[str, float | None] = field(default_factory=dict)
    model: str = ""
    policy: str = ""
    decider: str = ""
    decided_at: str = ""


class Context(NamedTuple):
    """What a comment stands under; each part may be empty."""

    title: str
    body: str
    parent: str


def rows(
    store: Store, *, key: bytes, audit_rate: float, site_id: str | None = None
) -> Iterator[FeedbackRow]:
    """Every final verdict as a row, oldest first, and then every suggestion.

    A comment with a verdict given here needs no suggestion. `key` (up to 64 bytes) hides who
    decided; `audit_rate` is the share of undisputed comments that is queued by chance where a
    site has no own.
    """
    with store.read() as work:
        own = {site.id: site.rules.audit_rate for site in work.sites.all()}
        decided = set()
        for given in work.queue.verdicts(site_id):
            wanted = own.get(given.comment.site_id)
            rate = audit_rate if wanted is None else wanted
            row = row_of(given, key=key, audit_rate=rate)
            if row is not None:
                decided.add(given.comment.key)
                yield row
        for suggestion in work.suggestions.all(site_id):
            comment = _subject(work, suggestion)
            context = context_of(work, suggestion, comment)
            row = row_of_suggestion(_in_labels(suggestion, comment), context, key=key)
            if row is not None and suggestion.comment_key not in decided:
                yield row


def row_of(given: GivenVerdict, *, key: bytes, audit_rate: float) -> FeedbackRow | None:
    """The row of one verdict; `None` where it is not final or its text has been erased."""
    item, comment, settled = given.item, given.comment, given.item.verdict
    if settled is None or item.stage is not Stage.DECIDED or not comment.text.strip():
        return None
    ruling = comment.ruling
    # A verdict on an earlier text says nothing about this one.
    if ruling is None or item.revision != comment.revision:
        return None
    suspected = flagged(ruling) or _listed(ruling)
    unnamed = settled.verdict is Verdict.REJECT and not settled.labels and not suspected
    if unnamed and _is_by_rules(item):
        # A closed article or one link too many says nothing about the words.
        return None
    labels = labels_of(settled.verdict, settled.labels, suspected)
    if not labels:
        return None
    codes = [reason.code for reason in item.reasons]
    return FeedbackRow(
        id=comment.key,
        text=comment.text,
        verdict=settled.verdict.value,
        labels=labels,
        title=given.article.title if given.article else "",
        body=given.article.text if given.article else "",
        parent=given.parent_text or "",
        reasons=codes,
        weight=1.0 / audit_rate if codes and set(codes) <= {AUDIT} and audit_rate > 0 else 1.0,
        scores={label.value: score for label, score in ruling.scores.items()},
        model=ruling.model,
        policy=ruling.policy,
        decider=person_hash(key, settled.actor),
        decided_at=settled.at.isoformat(),
    )


def _subject(work: UnitOfWork, suggestion: Suggestion) -> StoredComment | None:
    return work.comments.by_key(suggestion.comment_key) if suggestion.comment_key else None


def _in_labels(suggestion: Suggestion, comment: StoredComment | None) -> Suggestion:
    """The suggestion with what it says about labels, where its protocol has none.

    "Not spam" says what an approval says. "Spam" says that what was flagged was rightly flagged,
    and nothing where nothing was: an advertisement is not toxic.
    """
    if suggestion.source not in WITHOUT_LABELS or suggestion.verdict not in ("approve", "reject"):
        return suggestion
    ruling = comment.ruling if comment and comment.text == suggestion.text else None
    suspected = flagged(ruling) if ruling else ()
    verdict = Verdict(suggestion.verdict)
    if verdict is Verdict.REJECT and not suspected:
        return suggestion
    return replace(suggestion, labels=labels_of(verdict, (), suspected))


def context_of(work: UnitOfWork, suggestion: Suggestion, comment: StoredComment | None) -> Context:
    """What a suggestion's `comment` stands under: as stored with it, else as it was told."""
    told = Context("", suggestion.told.get("article", ""), suggestion.told.get("parent", ""))
    if comment is None:
        return told
    article = work.articles.get(comment.site_id, comment.article_id) if comment.article_id else None
    parent = work.comments.by_key(comment.parent_key) if comment.parent_key else None
    return Context(
        article.title if article else told.title,
        article.text if article else told.body,
        parent.text if parent else told.parent,
    )


def row_of_suggestion(
    suggestion: Suggestion, context: Context, *, key: bytes
) -> FeedbackRow | None:
    """The row of one suggestion, of weight 1; `None` where it speaks about no label of ours.

    Nobody knows how the site came to look at the comment, so it stands for no more than itself.
    Off-topic is judged only under what the comment could be off of.
    """
    ours = {label.value for label in Label}
    labels = {label: value for label, value in suggestion.labels.items() if label in ours}
    if not any(part.strip() for part in context):
        labels.pop(Label.OFF_TOPIC.value, None)
    if not labels or not suggestion.text.strip():
        return None
    by = f"{suggestion.source} {suggestion.site_id}"
    return FeedbackRow(
        id=suggestion.id,
        text=suggestion.text,
        verdict=suggestion.verdict,
        labels=labels,
        title=context.title,
        body=context.body,
        parent=context.parent,
        reasons=[SUGGESTION],
        decider=person_hash(key, by),
        decided_at=suggestion.at.isoformat(),
    )


def _is_by_rules(item: ReviewItem) -> bool:
    """Whether nothing but rules of its site had it queued; they say what they ask for."""
    return all(reason.code == "rule" for reason in item.reasons) and any(
        reason.level for reason in item.reasons
    )


def flagged(ruling: Ruling) -> tuple[str, ...]:
    """The labels that the policy found at or over their review threshold."""
    return tuple(r.label for r in ruling.reasons if r.code == "label" and r.label is not None)


def _listed(ruling: Ruling) -> tuple[str, ...]:
    """The labels that words on the site's list are a sign of."""
    return tuple(r.label for r in ruling.reasons if r.code == "rule" and r.label is not None)


def labels_of(verdict: Verdict, named: Iterable[str], flagged: Iterable[str]) -> dict[str, float]:
    """What a verdict says about which labels; a label that is absent was not judged.

    Approval: no toxicity, and none of what was flagged. Rejection: the labels that the
    moderator named, else those that were flagged, else toxicity. So `off_topic` is
    judged only where it was named or flagged.
    """
    known = {label.value for label in Label}
    named, flagged = [n for n in named if n in known], [f for f in flagged if f in known]
    if verdict is Verdict.APPROVE:
        # To approve and to name a label at once says that it applies and may stand.
        return {label: 0.0 for label in (Label.TOXICITY.value, *flagged) if label not in named}
    if verdict is Verdict.REJECT:
        return dict.fromkeys(named or flagged or [Label.TOXICITY.value], 1.0)
    return {}


def write(found: Iterable[FeedbackRow], out: BinaryIO) -> int:
    """Write rows as JSON lines; how many there were."""
    count = 0
    for row in found:
        out.write(msgspec.json.encode(row) + b"\n")
        count += 1
    return count


def read(lines: Iterable[bytes]) -> Iterator[FeedbackRow]:
    """Rows from JSON lines, blank lines left out. Raises `FeedbackInvalid` on the first bad one."""
    decoder = msgspec.json.Decoder(FeedbackRow)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise FeedbackInvalid(number, str(error)) from error
        problem = _problem(row)
        if problem:
            raise FeedbackInvalid(number, problem)
        yield row


def _problem(row: FeedbackRow) -> str | None:
    if not row.text.strip():
        return "text: must not be empty"
    if not math.isfinite(row.weight) or row.weight <= 0:
        return "weight: must be over 0"
    return _label_problem(row.labels)


def _label_problem(labels: Mapping[str, float]) -> str | None:
    known = {label.value for label in Label}
    if not labels:
        return "labels: must name at least one"
    if any(label not in known for label in labels):
        return "labels: there is one that the product does not have"
    if any(not 0.0 <= value <= 1.0 for value in labels.values()):
        return "labels: every value must be between 0 and 1"
    return None
