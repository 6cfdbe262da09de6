"""What the page of one item shows, made from its case file. Pure: knows no Flask and no store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.accounts import Permission, User
from moderation.comments import Reason, StoredArticle, StoredComment
from moderation.labels import Label
from moderation.review_queue import WAITING, ReviewItem, Stage
from moderation.stores import Objection
from moderation.web.review.marking import Piece, mark, plain
from moderation.web.review.phrases import (
    STATUS,
    ago,
    decided_in_words,
    event_in_words,
    listed,
    reason_in_words,
)
from moderation.workflow.explaining import Explanation
from moderation.workflow.reviewing import CaseFile

SHOWN_HISTORY = 20
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One label's score; positions are percent of the bar's width."""

    name: str
    score: float | None
    review: float | None
    block: float | None
    level: str
    """`block`, `review`, or empty under both."""
    encoder: float | None = None
    """What the encoder adds to the label's logit, where it answers."""

    @property
    def width(self) -> float:
        """Length of the bar in percent."""
        return round(100 * (self.score or 0.0), 1)

    @property
    def tick(self) -> float | None:
        """Where the review threshold stands, in percent."""
        return None if self.review is None else round(100 * self.review, 1)


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment of the thread, ready to be shown."""

    id: str
    name: str
    pieces: tuple[Piece, ...]
    at: datetime
    ago: str
    status: str
    erased: bool = False


@dataclass(frozen=True, slots=True)
class ArticleView:
    """What the comment stands under: the first paragraph apart from the rest."""

    title: str
    opening: str
    rest: str
    url: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything on the page of one item."""

    item: ReviewItem
    subject: CommentView
    article: ArticleView | None
    parents: tuple[CommentView, ...]
    """Oldest first, the nearest parent last."""
    orphan: bool
    replies: tuple[CommentView, ...]
    reasons: tuple[str, ...]
    bars: tuple[Bar, ...]
    marked: str
    """Display names of the labels whose words are marked, as a list in a sentence."""
    estimated: str
    """The same of those whose words are underlined, for what the encoder adds."""
    objections: tuple[Objection, ...]
    earlier: tuple[tuple[int, tuple[Piece, ...], str], ...]
    """Number, text and age of each earlier version, latest first."""
    history: tuple[tuple[str, str, str], ...]
    """What, by whom and how long ago, latest first."""
    model: str
    policy: str
    spans_model: str | None
    """The model that marked the words, where it is not the one that scored."""
    decided: str
    decided_ago: str
    standing: str
    """Where the item stands for the viewer: `mine`, `free`, `held`, `escalated`, `decided`."""
    holder: str
    may_take_over: bool
    seconds_left: int
    lease_seconds: int

    @property
    def minutes_left(self) -> int:
        """Whole minutes of the viewer's lease, for pages without a running clock."""
        return self.seconds_left // 60


def view_of(
    case: CaseFile,
    explanation: Explanation | None,
    viewer: User,
    names: dict[str, str],
    now: datetime,
    lease_seconds: int,
) -> CaseView:
    """The page of `case` as `viewer` sees it; `names` gives a name for a user's id."""
    item, ruling = case.item, case.comment.ruling
    chosen = _scores_to_mark(case)
    pieces = _marked(case.comment.text, explanation, chosen)
    standing = _standing(case, viewer)
    last = item.verdict
    return CaseView(
        item=item,
        subject=_comment(case.comment, now, tuple(pieces)),
        article=_article(case.article),
        parents=tuple(_comment(parent, now) for parent in reversed(case.ancestors)),
        orphan=case.comment.is_orphan,
        replies=tuple(_comment(reply, now) for reply in case.replies),
        reasons=tuple(reason_in_words(reason) for reason in item.reasons),
        bars=_bars(case, explanation),
        marked=_names(chosen, [piece.labels for piece in pieces]),
        estimated=_names(chosen, [piece.estimated for piece in pieces]),
        objections=case.objections,
        earlier=_earlier(case, now),
        history=_history(case, names, now),
        model=ruling.model if ruling else "none",
        policy=ruling.policy if ruling else "none",
        spans_model=_other_model(case, explanation),
        decided=decided_in_words(item, names.get(last.actor, "somebody")) if last else "",
        decided_ago=ago(last.at, now) if last else "",
        standing=standing,
        holder=case.holder.name if case.holder else "",
        may_take_over=viewer.may(Permission.REVIEW_ESCALATED),
        seconds_left=_seconds_left(item, now) if standing == "mine" else 0,
        lease_seconds=lease_seconds,
    )


def _marked(
    text: str, explanation: Explanation | None, chosen: Mapping[Label, float]
) -> list[Piece]:
    if explanation is None:
        return plain(text)
    estimates = explanation.encoder.spans if explanation.encoder else None
    return mark(text, explanation.spans, chosen, estimates or ())


def _names(labels: Iterable[Label], used: Sequence[Sequence[Label]]) -> str:
    return listed(label.display_name for label in labels if any(label in some for some in used))


def _seconds_left(item: ReviewItem, now: datetime) -> int:
    return max(0, int((item.lease_until - now).total_seconds())) if item.lease_until else 0


def _standing(case: CaseFile, viewer: User) -> str:
    """Whether the viewer may decide the item now, and if not, what stands in the way."""
    item = case.item
    if item.stage not in WAITING:
        return "decided"
    if item.stage is Stage.ESCALATED and not viewer.may(Permission.REVIEW_ESCALATED):
        return "escalated"
    if case.holder is None:
        return "free"
    return "mine" if case.holder.id == viewer.id else "held"


def _scores_to_mark(case: CaseFile) -> dict[Label, float]:
    """Scores of the labels that queued it; without any, of those that the model thinks likely."""
    flagged = {reason.label for reason in case.item.reasons if reason.code == "label"}
    scores = case.comment.ruling.scores if case.comment.ruling else {}
    known = {label: score for label, score in scores.items() if score is not None}
    chosen = {label: score for label, score in known.items() if label.value in flagged}
    return chosen or {label: score for label, score in known.items() if score >= _LIKELY}


def _bars(case: CaseFile, explanation: Explanation | None) -> tuple[Bar, ...]:
    ruling = case.comment.ruling
    if ruling is None:
        return ()
    flagged = {reason.label: reason for reason in ruling.reasons if reason.code == "label"}
    encoder = explanation.encoder.shares if explanation and explanation.encoder else {}
    bars = []
    for label in sorted(ruling.scores, key=lambda one: -(ruling.scores[one] or -1.0)):
        reason = flagged.get(label.value)
        review, block = _cutoffs(label, reason, explanation)
        level = (reason.level or "review") if reason else ""
        score, added = ruling.scores[label], encoder.get(label)
        bars.append(Bar(label.display_name, score, review, block, level, added))
    return tuple(bars)


def _cutoffs(
    label: Label, reason: Reason | None, explanation: Explanation | None
) -> tuple[float | None, float | None]:
    known = explanation.cutoffs.get(label) if explanation else None
    review, block = (known.review, known.block) if known else (None, None)
    if reason is not None and reason.threshold is not None:
        # The threshold that judged the comment, where it has been moved since.
        return (review, reason.threshold) if reason.level == "block" else (reason.threshold, block)
    return review, block


def _comment(
    comment: StoredComment, now: datetime, pieces: tuple[Piece, ...] | None = None
) -> CommentView:
    return CommentView(
        id=comment.id,
        name=comment.author.name or comment.author.id or "Anonymous",
        pieces=tuple(plain(comment.text)) if pieces is None else pieces,
        at=comment.created_at,
        ago=ago(comment.created_at, now),
        status=STATUS[comment.status],
        erased=comment.erased_at is not None,
    )


def _article(article: StoredArticle | None) -> ArticleView | None:
    if article is None or article.as_context().is_blank:
        return None
    opening, _, rest = article.text.strip().partition("\n")
    safe = article.url if article.url.startswith(("https://", "http://")) else ""
    return ArticleView(article.title.strip(), opening.strip(), rest.strip(), safe)


def _earlier(case: CaseFile, now: datetime) -> tuple[tuple[int, tuple[Piece, ...], str], ...]:
    past = [old for old in case.revisions if old.number < case.comment.revision]
    return tuple((old.number, tuple(plain(old.text)), ago(old.at, now)) for old in reversed(past))


def _history(
    case: CaseFile, names: dict[str, str], now: datetime
) -> tuple[tuple[str, str, str], ...]:
    told = []
    for event in reversed(case.events):
        if words := event_in_words(event):
            who = names.get(event.actor, "somebody") if event.actor else ""
            told.append((words, who, ago(event.at, now)))
    return tuple(told[:SHOWN_HISTORY])


def _other_model(case: CaseFile, explanation: Explanation | None) -> str | None:
    ruling = case.comment.ruling
    if explanation is None or ruling is None or explanation.model == ruling.model:
        return None
    return explanation.model
