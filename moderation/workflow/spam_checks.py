"""Use cases: a CMS asks about comments as it would ask Akismet, and tells what its people decided.

Such a CMS gives a comment no id before it has asked, so here each has one made of what it says,
where and by whom (its guid). The same check sent again finds the comment that is there.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime

from moderation.comments import (
    Author,
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
from moderation.personal_data import address_hash
from moderation.review_queue import Verdict
from moderation.stored import SpamCheck, Suggestion
from moderation.stores import UnitOfWork
from moderation.text.told_alike import told_alike
from moderation.workflow.classify import classify
from moderation.workflow.intake import Outcome, submit
from moderation.workflow.services import Services

SOURCE = "akismet"
_STAFF = "staff"
_SERIOUS = frozenset({Decision.REVIEW.value, Decision.BLOCK.value})


@dataclass(frozen=True, slots=True)
class Passing:
    """A comment that a CMS asks about, or tells of. Ids are the CMS's own where nothing is said."""

    text: str
    blog: str = ""
    article_id: str | None = None
    url: str = ""
    """Of the article."""
    parent_id: str | None = None
    parent_guid: str | None = None
    """Our id of the comment that it answers, where the CMS has kept that."""
    author: Author = field(default_factory=Author)
    email: str | None = None
    """Goes no further than into a keyed hash, as does `ip`."""
    ip: str | None = None
    kind: str = "comment"
    created_at: datetime | None = None
    own_id: str | None = None
    guid: str | None = None
    is_kept: bool = True
    """Whether it is a comment for readers, and no test."""
    is_staged: bool = False
    """Whether it is the protocol's own example of spam."""
    is_by_staff: bool = False
    """Whether its author may administer the CMS: such a comment is never spam."""


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
    if passing.is_staged:
        return Checked(_guid(site, passing), True)
    if not passing.is_kept:
        return _passed_through(services, site, passing)
    try:
        submitted = submit(services, site, _new_comment(services, site, passing))
    except Erased:
        # Whoever had it erased has not forbidden the CMS to ask about the same words again.
        return _passed_through(services, site, passing)
    comment, ruling = submitted.comment, submitted.comment.ruling
    if ruling is None and not passing.is_by_staff:
        raise NotScored("This comment has not been scored yet.")
    fresh = submitted.outcome is not Outcome.UNCHANGED
    with services.store.read() as work:
        before = work.spam_checks.get(site.id, comment.id)
    noted = before or SpamCheck(site.id, comment.id, services.now(), False)
    if fresh:
        noted = replace(noted, verdict="")
    said = submitted.item.verdict.verdict if submitted.item and submitted.item.verdict else None
    is_spam = False
    if ruling is not None and not passing.is_by_staff:
        is_spam = _is_spam(site, ruling, said or noted.verdict)
    after = replace(noted, is_spam=is_spam, theirs=passing.own_id or noted.theirs)
    if after != before:
        _note(services, comment, after)
    return Checked(comment.id, is_spam, ruling if fresh else None)


def tell(services: Services, site: Site, passing: Passing, verdict: Verdict) -> None:
    """Keep what the site's moderators made of a comment, `APPROVE` or `REJECT`.

    The last word on a comment counts; telling it again adds nothing. Nothing is kept of tests,
    of what is not for readers, and of comments that were erased.
    """
    if passing.is_staged or not passing.is_kept:
        return
    with services.store.write() as work:
        known = _known(work, site, passing)
        if known is not None and known.erased_at is not None:
            return
        guid, now = known.id if known else _guid(site, passing), services.now()
        told = {"guid": guid, "comment_ID": passing.own_id, "permalink": passing.url}
        work.suggestions.put(
            Suggestion(
                id=_digest([SOURCE, site.id, guid]),
                site_id=site.id,
                source=SOURCE,
                at=now,
                text=known.text if known else passing.text,
                verdict=verdict.value,
                comment_key=known.key if known else None,
                comment_id=guid,
                told={name: value for name, value in told.items() if value},
            )
        )
        before = work.spam_checks.get(site.id, guid)
        if before is not None:
            theirs = passing.own_id or before.theirs
            work.spam_checks.put(replace(before, verdict=verdict.value, theirs=theirs))
        if known is not None and passing.own_id:
            work.comments.adopt(site.id, passing.own_id, known.key)
        work.commit()


def _passed_through(services: Services, site: Site, passing: Passing) -> Checked:
    """The answer on a comment of which nothing is kept."""
    with services.store.read() as work:
        context = _context(work, site, passing)
    try:
        ruling = classify(services.scorers.current(), site, [context])[0].ruling
    except NotScored:
        if not passing.is_by_staff:
            raise
        return Checked(_guid(site, passing), False)
    is_spam = not passing.is_by_staff and _is_spam(site, ruling)
    return Checked(_guid(site, passing), is_spam, ruling)


def _context(work: UnitOfWork, site: Site, passing: Passing) -> Comment:
    article = work.articles.get(site.id, passing.article_id) if passing.article_id else None
    parent_id = _parent(work, site, passing)
    parent = work.comments.get(site.id, parent_id) if parent_id else None
    return Comment(
        passing.text,
        article.as_context() if article else None,
        parent.text if parent and not parent.erased_at else None,
    )


def _is_spam(site: Site, ruling: Ruling, said: str = "") -> bool:
    """Whether it is so to the policy, where a moderator has not said it."""
    if said in (Verdict.APPROVE, Verdict.REJECT):
        return said == Verdict.REJECT
    if ruling.decision is Decision.ALLOW:
        return False
    serious = [reason for reason in ruling.reasons if reason.level in _SERIOUS]
    off_topic = [
        reason
        for reason in serious
        if reason.code == "label" and reason.label == Label.OFF_TOPIC.value
    ]
    return site.rules.off_topic_is_spam or len(off_topic) < len(serious) or not serious


def _new_comment(services: Services, site: Site, passing: Passing) -> NewComment:
    """What is handed in: its article is there afterwards, and a known comment stays as it was."""
    with services.store.read() as work:
        known = _known(work, site, passing)
        parent_id = known.parent_id if known else _parent(work, site, passing)
        article_id = known.article_id if known else passing.article_id
        article = work.articles.get(site.id, article_id) if article_id else None
    if article_id and (article is None or (passing.url and not article.url)):
        title, text = (article.title, article.text) if article else ("", "")
        with services.store.write() as work:
            work.articles.put(
                StoredArticle(site.id, article_id, title, text, passing.url), services.now()
            )
            work.commit()
    # A CMS cleans a comment before it keeps it, and then asks about that.
    same = known is not None and told_alike(known.text) == told_alike(passing.text)
    key = services.address_key()
    return NewComment(
        id=known.id if known else _guid(site, passing),
        text=known.text if known and same else passing.text,
        article_id=article_id,
        parent_id=parent_id,
        author=replace(
            passing.author,
            email_hash=address_hash(key, site.id, passing.email),
            ip_hash=address_hash(key, site.id, passing.ip),
        ),
        created_at=passing.created_at,
        kind=passing.kind,
        status=Status.PUBLISHED if passing.is_by_staff else None,
        source_status=_STAFF if passing.is_by_staff else None,
    )


def _note(services: Services, comment: StoredComment, check: SpamCheck) -> None:
    """Remember what was answered, and the id that the CMS gave the comment where it says so."""
    with services.store.write() as work:
        work.spam_checks.put(check)
        if check.theirs:
            # Replies that came before its id was told name it so.
            work.comments.adopt(check.site_id, check.theirs, comment.key)
        work.commit()


def _known(work: UnitOfWork, site: Site, passing: Passing) -> StoredComment | None:
    """The comment that this is, where it is kept: by our id, by the CMS's, or by what it says."""
    if passing.guid and (found := work.comments.get(site.id, passing.guid)):
        return found
    if passing.own_id:
        noted = work.spam_checks.by_theirs(site.id, passing.own_id)
        # One that was imported goes by the id that it has there.
        found = work.comments.get(site.id, noted.id if noted else passing.own_id)
        if found:
            return found
    return work.comments.get(site.id, _guid(site, passing))


def _parent(work: UnitOfWork, site: Site, passing: Passing) -> str | None:
    """Our id of the comment that it answers, or the CMS's while nothing is known under that."""
    if passing.parent_guid and work.comments.get(site.id, passing.parent_guid):
        return passing.parent_guid
    if passing.parent_id is None:
        return None
    noted = work.spam_checks.by_theirs(site.id, passing.parent_id)
    return noted.id if noted else passing.parent_id


def _guid(site: Site, passing: Passing) -> str:
    """32 hex digits made of where, what and by whom; the same whenever the same is asked."""
    blog = passing.blog.casefold().rstrip("/")
    where = [site.id, blog, passing.article_id or passing.url, passing.parent_id]
    who, what = told_alike(passing.author.name or ""), told_alike(passing.text)
    return _digest([*where, who, what])[:32]


def _digest(told: list[str | None]) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
