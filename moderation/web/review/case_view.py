"""What the page of one item shows, made from its case file. Pure: knows no Flask and no store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.accounts import Permission, User
from moderation.labels import Label
from moderation.review_queue import WAITING, ReviewItem, Stage
from moderation.scoring.scorer import ContextFit
from moderation.web.review.author_view import AuthorView, author_view
from moderation.web.review.marking import Piece, mark, plain
from moderation.web.review.objections_view import ObjectionsView, objections_view
from moderation.web.review.phrases import (
    Ground,
    ago,
    decided_in_words,
    ground_of,
    listed,
    mode_in_words,
    reason_in_words,
)
from moderation.web.review.score_view import Bar, bars_of
from moderation.web.review.thread_view import (
    ArticleView,
    CommentView,
    article_view,
    comment_view,
    fit_in_words,
)
from moderation.web.review.timeline import IN_VIEW, Moment, timeline
from moderation.web.review.versions import VersionView, earlier_versions
from moderation.workflow.case_file import CaseFile
from moderation.workflow.explaining import Explanation
from moderation.workflow.notes import MAX_NOTE

_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class NoteView:
    """What one moderator told the others."""

    name: str
    pieces: tuple[Piece, ...]
    at: datetime
    ago: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything on the page of one item."""

    item: ReviewItem
    subject: CommentView
    article: ArticleView | None
    parents: tuple[CommentView, ...]
    """Oldest first, the nearest parent last."""
    orphan: bool
    siblings: tuple[CommentView, ...]
    """Some that answer what it answers, oldest first."""
    replies: tuple[CommentView, ...]
    reasons: tuple[str, ...]
    grounds: tuple[Ground, ...]
    """The same reasons, each in its parts."""
    missed: tuple[str, ...]
    """How well it fits each part of its context, where off-topic is a reason."""
    bars: tuple[Bar, ...]
    marked: str
    """Display names of the labels whose words are marked, as a list in a sentence."""
    estimated: str
    """The same of those whose words are underlined, for what the encoder adds."""
    objections: ObjectionsView | None
    author: AuthorView | None
    notes: tuple[NoteView, ...]
    """Oldest first."""
    earlier: tuple[VersionView, ...]
    """Latest first."""
    unseen_versions: int
    """How many more earlier versions there are."""
    happened: tuple[Moment, ...]
    """What happened to it last, latest first."""
    happened_before: tuple[Moment, ...]
    """All the rest of that."""
    model: str
    mode: str
    """Which of the models answered, in words."""
    policy: str
    words_wanted: bool
    """Whether the words behind the encoder's share are still to be looked for."""
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
    longest_note: int = MAX_NOTE

    @property
    def minutes_left(self) -> int:
        """Whole minutes of the viewer's lease, for pages without a running clock."""
        return self.seconds_left // 60


def view_of(
    case: CaseFile,
    explanation: Explanation | None,
    viewer: User,
    names: Mapping[str, str],
    now: datetime,
    lease_seconds: int,
) -> CaseView:
    """The page of `case` as `viewer` sees it; `names` gives a name for a user's id."""
    item, ruling = case.item, case.comment.ruling
    chosen = _scores_to_mark(case)
    pieces = _marked(case.comment.text, explanation, chosen)
    standing = _standing(case, viewer)
    last = item.verdict
    fit = explanation.fit if explanation else None
    revision = case.comment.revision
    earlier = earlier_versions(case.revisions, revision, now)
    moments = timeline(case.events, case.notes, names, now)
    return CaseView(
        item=item,
        subject=comment_view(case.comment, now, tuple(pieces)),
        article=article_view(case.article, fit, case.comment.text),
        parents=tuple(comment_view(parent, now) for parent in reversed(case.ancestors)),
        orphan=case.comment.is_orphan,
        siblings=tuple(comment_view(other, now) for other in case.siblings),
        replies=tuple(comment_view(reply, now) for reply in case.replies),
        reasons=tuple(reason_in_words(reason) for reason in item.reasons),
        grounds=_grounds(item),
        missed=_missed(case, fit),
        bars=bars_of(case.comment.ruling, explanation),
        marked=_names(chosen, [piece.labels for piece in pieces]),
        estimated=_names(chosen, [piece.estimated for piece in pieces]),
        objections=objections_view(case.objections, revision, now),
        author=author_view(case.author, viewer, now),
        notes=_notes(case, names, now),
        earlier=earlier,
        unseen_versions=sum(old.number < revision for old in case.revisions) - len(earlier),
        happened=moments[:IN_VIEW],
        happened_before=moments[IN_VIEW:],
        model=ruling.model if ruling else "none",
        mode=mode_in_words(ruling.mode) if ruling else "",
        policy=ruling.policy if ruling else "none",
        words_wanted=_words_wanted(explanation),
        spans_model=_other_model(case, explanation),
        decided=decided_in_words(item, names.get(last.actor, "somebody")) if last else "",
        decided_ago=ago(last.at, now) if last else "",
        standing=standing,
        holder=case.holder.name if case.holder else "",
        may_take_over=viewer.may(Permission.REVIEW_ESCALATED),
        seconds_left=_seconds_left(item, now) if standing == "mine" else 0,
        lease_seconds=lease_seconds,
    )


def _words_wanted(explanation: Explanation | None) -> bool:
    encoder = explanation.encoder if explanation else None
    return encoder is not None and encoder.spans is None


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


def _grounds(item: ReviewItem) -> tuple[Ground, ...]:
    times = {"reported": item.reports, "appeal": item.appeals}
    return tuple(ground_of(reason, times.get(reason.code, 1)) for reason in item.reasons)


def _missed(case: CaseFile, fit: ContextFit | None) -> tuple[str, ...]:
    """Where off-topic is a reason: how well each part of its context fits, as far as known."""
    found = [reason for reason in case.item.reasons if reason.label == Label.OFF_TOPIC]
    if not found:
        return ()
    return fit_in_words(fit) or tuple(reason.detail for reason in found if reason.detail)


def _notes(case: CaseFile, names: Mapping[str, str], now: datetime) -> tuple[NoteView, ...]:
    return tuple(
        NoteView(
            names.get(note.author, "somebody"), tuple(plain(note.text)), note.at, ago(note.at, now)
        )
        for note in case.notes
    )


def _other_model(case: CaseFile, explanation: Explanation | None) -> str | None:
    ruling = case.comment.ruling
    if explanation is None or ruling is None or explanation.model == ruling.model:
        return None
    return explanation.model
