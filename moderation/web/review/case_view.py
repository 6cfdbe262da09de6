"""What the page of one item shows, made from its case file. Pure: knows no Flask and no store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from moderation.accounts import User
from moderation.labels import Label
from moderation.review_queue import ReviewItem
from moderation.scoring.scorer import ContextFit
from moderation.web.review.author_view import AuthorView, author_view
from moderation.web.review.marking import Piece, plain
from moderation.web.review.marks_view import MarksView, marks_view
from moderation.web.review.objections_view import ObjectionsView, objections_view
from moderation.web.review.phrases import (
    Ground,
    ago,
    ground_of,
    mode_in_words,
    reason_in_words,
)
from moderation.web.review.score_view import Bar, bars_of
from moderation.web.review.standing_view import StandingView, standing_view
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
    marks: MarksView
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
    standing: StandingView
    longest_note: int = MAX_NOTE


def view_of(
    case: CaseFile,
    explanation: Explanation | None,
    viewer: User,
    names: Mapping[str, str],
    now: datetime,
    lease_seconds: int,
) -> CaseView:
    """The page of `case` as `viewer` sees it; `names` gives a name for a user's id."""
    item, comment, ruling = case.item, case.comment, case.comment.ruling
    marks = marks_view(item, comment, explanation)
    fit = explanation.fit if explanation else None
    earlier = earlier_versions(case.revisions, comment.revision, now)
    is_earlier = [old.number < comment.revision for old in case.revisions]
    moments = timeline(case.events, case.notes, names, now)
    return CaseView(
        item=item,
        subject=comment_view(comment, now, marks.pieces),
        article=article_view(case.article, fit, comment.text),
        parents=tuple(comment_view(parent, now) for parent in reversed(case.ancestors)),
        orphan=comment.is_orphan,
        siblings=tuple(comment_view(other, now) for other in case.siblings),
        replies=tuple(comment_view(reply, now) for reply in case.replies),
        reasons=tuple(reason_in_words(reason) for reason in item.reasons),
        grounds=_grounds(item),
        missed=_missed(case, fit),
        bars=bars_of(ruling, explanation),
        marks=marks,
        objections=objections_view(case.objections, comment.revision, now),
        author=author_view(case.author, viewer, now),
        notes=_notes(case, names, now),
        earlier=earlier,
        unseen_versions=sum(is_earlier) - len(earlier),
        happened=moments[:IN_VIEW],
        happened_before=moments[IN_VIEW:],
        model=ruling.model if ruling else "none",
        mode=mode_in_words(ruling.mode) if ruling else "",
        policy=ruling.policy if ruling else "none",
        standing=standing_view(item, case.holder, viewer, names, now, lease_seconds),
    )


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
