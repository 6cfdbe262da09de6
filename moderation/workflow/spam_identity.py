"""What a CMS asks about as it would ask Akismet, and by what it is known again.

Such a CMS gives a comment no id before it has asked, so here each has one made of all that its
answer depends on (its guid). Where a comment is told of again, in words that the CMS has cleaned,
a looser digest finds the earlier check: it only ever finds, and answers nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from moderation.comments import MAX_ID, Author, Site, StoredComment
from moderation.personal_data import address_hash
from moderation.stores import UnitOfWork
from moderation.text.told_alike import is_cleaned, told_alike

STAFF = "staff"
_MOST_OF_A_BLOG = 100


@dataclass(frozen=True, slots=True)
class Passing:
    """A comment that a CMS asks about, or tells of. Ids are the CMS's own where nothing is said."""

    text: str
    blog: str = ""
    post_id: str | None = None
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
    is_recheck: bool = False
    """Whether the CMS asks about what it has kept by now."""
    is_kept: bool = True
    """Whether it is a comment for readers, and no test."""
    is_staged: bool = False
    """Whether it is the protocol's own example of spam."""
    is_blank: bool = False
    """Whether nothing of it shows: there is nothing to be judged, and nothing is kept."""
    is_by_staff: bool = False
    """Whether its author may administer the CMS: such a comment is never spam."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment in our names: ids of a second blog of a site are told from those of its first."""

    passing: Passing
    blog: str
    article_id: str | None
    parent_id: str | None
    own_id: str | None
    email_hash: str | None
    guid: str
    """32 hex digits; the same whenever the very same is asked."""
    alike: str
    earlier: str
    """The guid that versions before 0017 of the database gave it."""


def asked_of(work: UnitOfWork, site: Site, passing: Passing, key: bytes) -> Asked:
    """A comment with its ids and digests; e-mail goes into them by its hash under `key`."""
    blog, own = blog_name(passing.blog), blog_name(site.url)
    is_home = blog == own or work.spam_checks.home(site.id, own) in (None, blog)

    def named(theirs: str | None) -> str | None:
        return theirs if theirs is None or is_home else _within(blog, theirs)

    article_id = named(passing.post_id) or _article_at(work, site, passing.url)
    parent_id, email = named(passing.parent_id), address_hash(key, site.id, passing.email)
    author = passing.author
    under = named(passing.post_id) or blog_name(passing.url)
    where = [site.id, blog, under, parent_id or passing.parent_guid]
    who = [author.name, author.id, email, passing.kind, STAFF if passing.is_by_staff else ""]
    loosely = [told_alike(author.name or ""), told_alike(passing.text)]
    old: list[str | None] = [site.id, passing.blog.casefold().rstrip("/")]
    old += [passing.post_id or _url_id(passing.url) or "", passing.parent_id]
    return Asked(
        passing=passing,
        blog=blog,
        article_id=article_id,
        parent_id=parent_id,
        own_id=named(passing.own_id),
        email_hash=email,
        guid=_digest([*where, *who, _sent(passing.text)])[:32],
        alike=_digest(["alike", *where[:3], parent_id, *loosely])[:32],
        earlier=_digest([*old, *loosely])[:32],
    )


def known(work: UnitOfWork, site: Site, asked: Asked) -> StoredComment | None:
    """The comment that this is, where it is kept: by our id, by the CMS's, or the very same."""
    passing = asked.passing
    if passing.guid and (found := work.comments.get(site.id, passing.guid)):
        return found
    if asked.own_id:
        noted = work.spam_checks.by_theirs(site.id, asked.own_id)
        # One that was imported goes by the id that it has there.
        found = work.comments.get(site.id, noted.id if noted else asked.own_id)
        if found:
            return found
    if found := work.comments.get(site.id, asked.guid):
        return found
    found = work.comments.get(site.id, asked.earlier)
    return found if found and (found.erased_at or _is_very_same(found, asked)) else None


def cleaned_since(work: UnitOfWork, site: Site, asked: Asked) -> StoredComment | None:
    """The comment that was asked about before the CMS cleaned it into what is asked now."""
    found = alike(work, site, asked)
    return next((one for one in found if one.erased_at or _is_cleaned_from(one, asked)), None)


def alike(work: UnitOfWork, site: Site, asked: Asked) -> list[StoredComment]:
    """Comments that differ by no more than markup, the latest first."""
    checks = work.spam_checks.by_alike(site.id, [asked.alike, asked.earlier])
    own = asked.own_id
    ids = [one.id for one in checks if own is None or one.theirs in (None, own)]
    return [found for id in ids if (found := work.comments.get(site.id, id))]


def parent_of(work: UnitOfWork, site: Site, asked: Asked) -> str | None:
    """Our id of the comment that it answers, or the CMS's while nothing is known under that."""
    told = asked.passing.parent_guid
    if told and work.comments.get(site.id, told):
        return told
    if asked.parent_id is None:
        return None
    noted = work.spam_checks.by_theirs(site.id, asked.parent_id)
    return noted.id if noted else asked.parent_id


def is_same_text(kept: StoredComment, asked: Asked) -> bool:
    """Whether nothing but the blanks around it differs."""
    return _sent(kept.text) == _sent(asked.passing.text)


def blog_name(address: str) -> str:
    """Host and path of a blog: the same with http and https, with `www.` and a port, and without.

    Blogs of one host in folders of their own, as networks of WordPress have them, are several.
    """
    said = address.strip().casefold()
    try:
        parts = urlsplit(said if "//" in said else f"//{said}")
        name = (parts.hostname or "").rstrip(".").removeprefix("www.") + parts.path.rstrip("/")
        name += f"?{parts.query}" if parts.query else ""
    except ValueError:
        name = said
    return name if len(name) <= _MOST_OF_A_BLOG else f"blog-{_digest([name])[:32]}"


def _digest(told: list[str | None]) -> str:
    """SHA-256 of a list of texts, hexadecimal."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def as_handed_in(asked: Asked, key: bytes, site: Site) -> Author:
    """Its author, with hashes in place of addresses."""
    ip = address_hash(key, site.id, asked.passing.ip)
    return replace(asked.passing.author, email_hash=asked.email_hash, ip_hash=ip)


def _is_very_same(kept: StoredComment, asked: Asked) -> bool:
    return is_same_text(kept, asked) and _is_same_author(kept, asked)


def _is_cleaned_from(kept: StoredComment, asked: Asked) -> bool:
    return is_cleaned(asked.passing.text, kept.text) and _is_same_author(kept, asked)


def _is_same_author(kept: StoredComment, asked: Asked) -> bool:
    passing, author = asked.passing, kept.author
    return (
        (author.id, author.email_hash) == (passing.author.id, asked.email_hash)
        and kept.kind == passing.kind
        and (kept.source_status == STAFF) == passing.is_by_staff
    )


def _sent(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _within(blog: str, theirs: str) -> str:
    name = f"{blog}:{theirs}"
    return name if len(name) <= MAX_ID else f"blog-{_digest([blog, theirs])[:32]}"


def _article_at(work: UnitOfWork, site: Site, url: str) -> str | None:
    """The article of an address, as after an import, else what stands for the address itself."""
    known = work.articles.at_url(site.id, url) if url else None
    return known.id if known else _url_id(url)


def _url_id(url: str) -> str | None:
    if not url:
        return None
    return url if len(url) <= MAX_ID else f"url-{hashlib.sha256(url.encode()).hexdigest()[:40]}"
