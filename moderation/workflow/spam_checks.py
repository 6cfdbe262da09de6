"""Use cases: a CMS asks about comments as it would ask Akismet, and tells what its people decided.

The very same check sent again finds the comment that is there; whatever differs is scored anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from moderation.comments import (
    Comment,
    Decision,
    NewComment,
    Ruling,
    Site,
    Status,
    StoredArticle,
    StoredComment,
)
from moderation.errors import Erased, NotScored
from moderation.labels import Label
from moderation.review_queue import Verdict, apply
from moderation.stored import SpamCheck, Suggestion
from moderation.stores import UnitOfWork
from moderation.text.told_alike import is_cleaned
from moderation.workflow.classify import classify
from moderation.workflow.intake import (
    Outcome,
    Submitted,
    audit_rate_of,
    state_of,
    status_of,
    submit,
)
from moderation.workflow.queueing import queue_revision
from moderation.workflow.services import Services
from moderation.workflow.spam_identity import (
    STAFF,
    Asked,
    Passing,
    alike,
    as_handed_in,
    asked_of,
    cleaned_since,
    is_same_text,
    known,
    parent_of,
)
from moderation.workflow.suggesting import suggestion_id

SOURCE = "akismet"
_SERIOUS = frozenset({Decision.REVIEW.value, Decision.BLOCK.value})


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to a check."""

    guid: str
    is_spam: bool
    ruling: Ruling | None = None
    """Where one was made for this answer."""


def check(services: Services, site: Site, passing: Passing) -> Checked:
    """Score, decide, keep and queue a comment; whether its site would have it held or blocked.

    What a moderator decided of the same words stands, here or at the CMS. Raises `NotScored` when
    the model cannot answer on anybody but staff (the comment is kept, and scored later), `TooLarge`
    for a text without end, `Conflict` when others keep changing the same comment.
    """
    asked = _asked(services, site, passing)
    if passing.is_staged:
        return Checked(asked.guid, not passing.is_by_staff)
    if passing.is_blank:
        return Checked(asked.guid, not (passing.is_by_staff or site.rules.log_only))
    if not passing.is_kept:
        return _passed_through(services, site, asked)
    try:
        submitted = submit(services, site, _new_comment(services, site, asked))
    except Erased:
        # Whoever had it erased has not forbidden the CMS to ask about the same words again.
        return _passed_through(services, site, asked)
    comment, ruling = submitted.comment, submitted.comment.ruling
    fresh = submitted.outcome is not Outcome.UNCHANGED
    with services.store.read() as work:
        before = work.spam_checks.get(site.id, comment.id)
    noted = before or SpamCheck(site.id, comment.id, services.now(), False)
    if fresh:
        noted = replace(noted, verdict="")
    if not (passing.is_by_staff or submitted.item or noted.verdict):
        _stand_as_anybodys(services, site, comment)
    is_spam = not passing.is_by_staff and _is_kept_as_spam(site, submitted, noted)
    theirs = asked.own_id or noted.theirs
    after = replace(noted, is_spam=is_spam, theirs=theirs, alike=asked.alike)
    if after != before:
        _note(services, comment, after, asked.blog)
    if ruling is None and not passing.is_by_staff:
        raise NotScored("This comment has not been scored yet.", guid=comment.id)
    return Checked(comment.id, is_spam, ruling if fresh else None)


def tell(services: Services, site: Site, passing: Passing, verdict: Verdict) -> None:
    """Keep what the site's moderators made of a comment, `APPROVE` or `REJECT`.

    The last word on a comment counts; telling it again adds nothing. Nothing is kept of tests,
    of what is not for readers, of comments that were erased, and of what shows nothing and is not
    known.
    """
    if passing.is_staged or not passing.is_kept:
        return
    asked = _asked(services, site, passing)
    with services.store.write() as work:
        found = known(work, site, asked)
        if found is None and passing.is_blank:
            return
        found = found or next(iter(alike(work, site, asked)), None)
        if found is not None and found.erased_at is not None:
            return
        guid, now = found.id if found else asked.guid, services.now()
        told = {"guid": guid, "comment_ID": passing.own_id, "permalink": passing.url}
        work.suggestions.put(
            Suggestion(
                id=suggestion_id(SOURCE, site.id, guid),
                site_id=site.id,
                source=SOURCE,
                at=now,
                text=found.text if found else passing.text,
                verdict=verdict.value,
                comment_key=found.key if found else None,
                comment_id=guid,
                told={name: value for name, value in told.items() if value},
            )
        )
        before = work.spam_checks.get(site.id, guid)
        if before is not None:
            theirs = asked.own_id or before.theirs
            work.spam_checks.put(replace(before, verdict=verdict.value, theirs=theirs))
        if found is not None and asked.own_id:
            work.comments.adopt(site.id, asked.own_id, found.key)
        work.commit()


def _asked(services: Services, site: Site, passing: Passing) -> Asked:
    with services.store.read() as work:
        return asked_of(work, site, passing, services.address_key())


def _passed_through(services: Services, site: Site, asked: Asked) -> Checked:
    """The answer on a comment of which nothing is kept."""
    try:
        ruling = _ruling(services, site, asked)
    except NotScored:
        if not asked.passing.is_by_staff:
            raise
        return Checked(asked.guid, False)
    is_spam = not asked.passing.is_by_staff and _is_spam(site, ruling)
    return Checked(asked.guid, is_spam, ruling)


def _ruling(services: Services, site: Site, asked: Asked) -> Ruling:
    with services.store.read() as work:
        context = _context(work, site, asked)
    return classify(services.scorers.current(), site, [context])[0].ruling


def _context(work: UnitOfWork, site: Site, asked: Asked) -> Comment:
    article = work.articles.get(site.id, asked.article_id) if asked.article_id else None
    parent_id = parent_of(work, site, asked)
    parent = work.comments.get(site.id, parent_id) if parent_id else None
    return Comment(
        asked.passing.text,
        article.as_context() if article else None,
        parent.text if parent and not parent.erased_at else None,
    )


def _is_kept_as_spam(site: Site, submitted: Submitted, noted: SpamCheck) -> bool:
    comment, item = submitted.comment, submitted.item
    if comment.ruling is None:
        # Noted all the same, so that it is found when the CMS asks again in cleaned words.
        return comment.status is Status.HELD
    said = item.verdict.verdict if item and item.verdict else None
    return _is_spam(site, comment.ruling, said or noted.verdict)


def _is_spam(site: Site, ruling: Ruling, said: str = "") -> bool:
    """Whether it is so to the policy, where a moderator has not said it."""
    if said in (Verdict.APPROVE, Verdict.REJECT):
        return said == Verdict.REJECT
    # What was ruled before a site began to log only, as by an import, is let pass as well.
    if ruling.decision is Decision.ALLOW or site.rules.log_only:
        return False
    serious = [reason for reason in ruling.reasons if reason.level in _SERIOUS]
    off_topic = [
        reason
        for reason in serious
        if reason.code == "label" and reason.label == Label.OFF_TOPIC.value
    ]
    return site.rules.off_topic_is_spam or len(off_topic) < len(serious) or not serious


def _new_comment(services: Services, site: Site, asked: Asked) -> NewComment:
    """What is handed in: its article is there afterwards, and a known comment stays as it was."""
    passing = asked.passing
    with services.store.read() as work:
        found = known(work, site, asked)
        if found is None and passing.is_recheck:
            found = cleaned_since(work, site, asked)
        parent_id = found.parent_id if found else parent_of(work, site, asked)
        article_id = found.article_id if found else asked.article_id
        article = work.articles.get(site.id, article_id) if article_id else None
    if article_id and (article is None or (passing.url and not article.url)):
        title, text = (article.title, article.text) if article else ("", "")
        with services.store.write() as work:
            work.articles.put(
                StoredArticle(site.id, article_id, title, text, passing.url), services.now()
            )
            work.commit()
    stands = found is not None and _stands(services, site, found, asked)
    return NewComment(
        id=found.id if found else asked.guid,
        text=found.text if found and stands else passing.text,
        article_id=article_id,
        parent_id=parent_id,
        author=as_handed_in(asked, services.address_key(), site),
        created_at=passing.created_at,
        kind=passing.kind,
        status=Status.PUBLISHED if passing.is_by_staff else None,
        source_status=STAFF if passing.is_by_staff else None,
    )


def _stands(services: Services, site: Site, kept: StoredComment, asked: Asked) -> bool:
    """Whether what is kept, and was answered, holds for what is asked now.

    A CMS cleans a comment before it keeps it, and then asks about that. It is scored as it is now,
    and is an edit unless it has no word more and no reason more than what a person may have seen.
    """
    if kept.erased_at or is_same_text(kept, asked):
        return True
    if kept.ruling is None or not is_cleaned(asked.passing.text, kept.text):
        return False
    before = {(one.code, one.label, one.level) for one in kept.ruling.reasons}
    now = _ruling(services, site, asked).reasons
    return before.issuperset((one.code, one.label, one.level) for one in now)


def _stand_as_anybodys(services: Services, site: Site, told: StoredComment) -> None:
    """Have a comment that was kept as staff's, or as its source had it, and is asked about as
    somebody's, stand and wait as the policy wants of anybody's: no word of it is new, so it is no
    edit."""
    ruling = told.ruling
    if ruling is None or ruling.decision is Decision.ALLOW or site.rules.log_only:
        return
    if ruling.decision is Decision.BLOCK and told.status is status_of(site, ruling):
        return
    with services.store.write() as work:
        kept = work.comments.get(site.id, told.id, lock=True)
        if kept is None or state_of(kept) != state_of(told) or work.queue.item_of(kept.key):
            return
        stands = replace(kept, status=status_of(site, ruling), source_status=None)
        event = queue_revision(stands, None, services.now(), audit_rate_of(services, site))
        work.comments.set_status(kept.key, stands.status)
        if event is not None:
            work.queue.append(apply(None, event), event)
        work.commit()


def _note(services: Services, comment: StoredComment, check: SpamCheck, blog: str) -> None:
    """Remember what was answered, and the id that the CMS gave the comment where it says so."""
    with services.store.write() as work:
        work.spam_checks.put(check)
        work.spam_checks.meet(check.site_id, blog, check.at)
        if check.theirs:
            # Replies that came before its id was told name it so.
            work.comments.adopt(check.site_id, check.theirs, comment.key)
        work.commit()
