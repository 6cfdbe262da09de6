"""What the use cases ask of storage. Implemented by `moderation.storage`; knows no SQL.

A unit of work is one transaction: leaving it without `commit` rolls everything back.
All times are aware datetimes in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from moderation.account_stores import Accounts, Changes, KeyUses
from moderation.article_stores import Articles
from moderation.audit_log import LogFilter, Place, Stretch
from moderation.comments import (
    Author,
    Revision,
    Ruling,
    Site,
    Status,
    StoredArticle,
    StoredComment,
)
from moderation.outgoing import OutgoingCounts
from moderation.outgoing_stores import Deliveries, Endpoints, Outbox
from moderation.preferences import Choices
from moderation.review_queue import Event, ReviewItem
from moderation.stored import (
    Act,
    CommentCounts,
    DayOfVerdicts,
    Facets,
    GivenVerdict,
    Note,
    Objection,
    Page,
    PastComment,
    QueueFilter,
    Received,
    SavedFilter,
    SearchPage,
    SearchQuery,
    Term,
)
from moderation.told_stores import SpamChecks, Suggestions
from moderation.unscored import UnscoredStore


class Sites(Protocol):
    """Publications."""

    def get(self, site_id: str, *, lock: bool = False) -> Site | None: ...
    def put(self, site: Site) -> None: ...
    def all(self) -> list[Site]: ...


class Comments(Protocol):
    """Comments with their revisions, reports and appeals."""

    def get(self, site_id: str, comment_id: str, *, lock: bool = False) -> StoredComment | None: ...
    def by_key(self, key: str, *, lock: bool = False) -> StoredComment | None:
        """Whoever locks a comment and its item locks the comment first."""

    def by_keys(self, keys: Sequence[str]) -> Mapping[str, StoredComment]:
        """Those of them that are stored, each by its key."""

    def by_id(self, comment_id: str) -> list[StoredComment]:
        """Those that sites know by that id, in order of the sites' ids."""

    def add(self, comment: StoredComment) -> None:
        """Insert with revision 1. Raises `Conflict` when the site's id is taken."""

    def revise(self, comment: StoredComment, at: datetime) -> None:
        """Replace the current text, ruling, context and status; the old revision is kept.

        Raises `Erased` for a comment that is gone, `Conflict` when its revision is taken.
        """

    def rule(self, key: str, revision: int, ruling: Ruling) -> None:
        """Give a revision that has none its ruling; one that has one keeps it."""

    def set_status(self, key: str, status: Status, *, source_status: str | None = None) -> None:
        """Change where it stands, and the source's word for that where one is given."""

    def adopt(self, site_id: str, parent_id: str, parent_key: str) -> int:
        """Join the orphans that name this parent; how many there were."""

    def ancestors(self, key: str, limit: int = 20) -> list[StoredComment]:
        """Parent chain, nearest first."""

    def replies(self, key: str, limit: int = 50) -> list[StoredComment]:
        """Direct answers, oldest first."""

    def siblings(self, comment: StoredComment, limit: int = 10) -> list[StoredComment]:
        """Others that answer the same comment, or as it does the article itself, oldest first.

        Those nearest to it in time; erased ones are left out.
        """

    def revisions(self, key: str) -> list[Revision]:
        """All texts it had, oldest first."""

    def erase(self, key: str, at: datetime) -> None:
        """Remove every text, name, objection and note for good; ids stay as a tombstone."""

    def object_to(self, key: str, objection: Objection) -> bool:
        """Keep it with the current revision; whether it is new.

        The same person's second of a kind on one revision is not: its words replace the first's.
        """

    def objections(self, key: str) -> list[Objection]:
        """Reports and appeals, oldest first."""

    def published_by(
        self, site_id: str, author_id: str, most: int, besides: str, *, by: datetime
    ) -> int:
        """How many of the author's comments are published and wait for nobody's verdict.

        Of those received by that time, the comment with the site's id `besides` left out;
        counted up to `most`.
        """

    def published_before(self, keys: Sequence[str], most: int) -> Mapping[str, int]:
        """The same for many stored comments: of the author of each, by the time it was received,
        itself left out. Each by its key; nobody has published anything."""

    def latest(self, site_id: str, limit: int) -> list[StoredComment]:
        """Comments as they were received, latest first, erased ones left out."""

    def received(
        self, site_id: str, status: Status | None, limit: int, after: Received | None = None
    ) -> list[StoredComment]:
        """The same with that status, or with any, from behind a place on."""

    def count(self, site_id: str | None = None) -> int: ...
    def page(self, site_id: str, after: str = "", limit: int = 500) -> list[StoredComment]:
        """Comments, erased ones left out, whose id comes after that one, in order of ids."""


class Authors(Protocol):
    """What one person has written on a site: known by their id there, or else by hashed e-mail.

    Whoever has neither has written nothing, and what was erased was written by nobody.
    """

    def first_at(self, site_id: str, author: Author) -> datetime | None:
        """When their oldest comment was written."""

    def count(self, site_id: str, author: Author, most: int) -> int:
        """How many comments they wrote; counting ends at `most`."""

    def record(self, site_id: str, author: Author, limit: int) -> list[PastComment]:
        """What became of their latest comments, latest first."""

    def latest(self, site_id: str, author: Author, limit: int) -> list[StoredComment]:
        """Their latest comments with their texts, latest first."""


class Notes(Protocol):
    """Notes between moderators. Erasing a comment removes those on its item."""

    def add(self, note: Note) -> None:
        """Keep the words of an event that has been appended."""

    def of_item(self, item_id: str) -> list[Note]:
        """Oldest first."""


class Queue(Protocol):
    """Review items: events written, state folded from them, a projection kept for finding."""

    def item(self, item_id: str, *, lock: bool = False) -> ReviewItem | None: ...
    def items(self, item_ids: Sequence[str]) -> Mapping[str, ReviewItem]:
        """Those of them that are stored, each by its id."""

    def item_of(self, comment_key: str, *, lock: bool = False) -> ReviewItem | None: ...
    def items_of(self, comment_keys: Sequence[str]) -> Mapping[str, ReviewItem]:
        """The items of those comments that have one, each by the comment's key."""

    def append(self, item: ReviewItem, event: Event) -> None:
        """Write `event` and the projection of `item`, the state after it.

        Raises `Conflict` when the item already has an event of that sequence.
        """

    def next_free(self, now: datetime, wanted: QueueFilter) -> ReviewItem | None:
        """The first waiting item without a live lease, locked; skips what others lock."""

    def held_by(self, user_id: str, now: datetime) -> list[ReviewItem]:
        """Waiting items that this user holds a live lease on, in queue order.

        In a writing unit it also makes other requests of the same user wait.
        """

    def waiting(self, wanted: QueueFilter, limit: int, cursor: str | None = None) -> Page:
        """Waiting items in queue order."""

    def counts(
        self, site_id: str | None = None, *, with_escalated: bool = True
    ) -> Mapping[str, int]:
        """How many wait: `open`, `escalated`, and `reason:<code>` and `label:<label>` for each.

        Without escalated ones they count nowhere.
        """

    def facets(self, wanted: QueueFilter) -> Facets:
        """How many fit, by everything that one can filter by; skips are not looked at."""

    def recount(self) -> None:
        """Count everything anew. Nothing needs it but a database that was changed by hand."""

    def events(self, item_id: str) -> list[Event]:
        """The item's whole record, in sequence."""

    def records(self, item_ids: Sequence[str]) -> Mapping[str, list[Event]]:
        """The whole record of each item that is stored, by its id."""

    def last_verdicts(self, user_id: str, limit: int) -> list[ReviewItem]:
        """Items whose verdict or skip in force is this user's, latest first: the undo list."""

    def verdicts(self, site_id: str | None = None) -> Iterator[GivenVerdict]:
        """Final approvals and rejections, oldest first, streamed."""


class Search(Protocol):
    """Full-text search. What is found by is written with what it is about, and erased with it."""

    def comments(self, query: SearchQuery, limit: int, cursor: str | None = None) -> SearchPage:
        """Comments that fit, the last to arrive first; erased ones never.

        Raises `InvalidInput` for a query without a term, a cursor that is not ours, and where
        the database would take too long.
        """

    def articles(self, terms: Sequence[Term], limit: int) -> list[StoredArticle]:
        """Articles whose title or text has all terms, the last to arrive first."""


class SavedFilters(Protocol):
    """Choices of the queue that people keep."""

    def of(self, user_id: str) -> list[SavedFilter]:
        """That person's, by name."""

    def put(self, saved: SavedFilter) -> None:
        """Keep it; another of the same person's with this name is replaced."""

    def remove(self, user_id: str, filter_id: str) -> bool:
        """Forget it, where it is that person's; whether it was there."""


class AuditLog(Protocol):
    """Three records by time; each gives entries after a place in the log, latest first."""

    def events(self, wanted: LogFilter, limit: int, after: Place | None = None) -> Stretch: ...
    def changes(self, wanted: LogFilter, limit: int, after: Place | None = None) -> Stretch: ...
    def sign_ins(self, wanted: LogFilter, limit: int, after: Place | None = None) -> Stretch: ...
    def contradicted(self, user_id: str, limit: int, after: Place | None = None) -> Stretch:
        """A person's verdicts that another on the same item contradicts, latest first.

        Whether on the same text and not undone, the item's own record says.
        """

    def verdicts_since(self, user_id: str, since: datetime) -> Mapping[str, int]:
        """How many verdicts of each kind somebody has given since, without undone ones."""


class Statistics(Protocol):
    """Counts that are there already, or are read off an index: cheap however much is stored."""

    def comments(self, site_id: str | None = None) -> CommentCounts:
        """How the comments of a site stand, or those of all."""

    def verdicts(self, days: Sequence[date], site_id: str | None = None) -> list[DayOfVerdicts]:
        """What was decided on each of the days, in their order."""

    def outgoing(self) -> OutgoingCounts:
        """What has not arrived at the endpoints of all sites."""


class Preferences(Protocol):
    """What people chose for themselves, and what those choices are held against."""

    def get(self, user_id: str) -> Choices: ...
    def put(self, user_id: str, choices: Choices) -> None: ...
    def rested_at(self, user_id: str) -> datetime | None:
        """When the person last took a break, or said that they go on."""

    def rest(self, user_id: str, at: datetime) -> None: ...
    def acts(self, user_id: str, since: datetime) -> list[Act]:
        """What the person decided or skipped from that moment on, oldest first.

        Each comment once, when they last did: it was read, whatever became of their verdict.
        """


class UnitOfWork(Protocol):
    """One transaction over all stores."""

    @property
    def sites(self) -> Sites: ...
    @property
    def articles(self) -> Articles: ...
    @property
    def comments(self) -> Comments: ...
    @property
    def authors(self) -> Authors: ...
    @property
    def queue(self) -> Queue: ...
    @property
    def notes(self) -> Notes: ...
    @property
    def search(self) -> Search: ...
    @property
    def saved_filters(self) -> SavedFilters: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def key_uses(self) -> KeyUses: ...
    @property
    def changes(self) -> Changes: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def statistics(self) -> Statistics: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def endpoints(self) -> Endpoints: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def unscored(self) -> UnscoredStore: ...
    @property
    def suggestions(self) -> Suggestions: ...
    @property
    def spam_checks(self) -> SpamChecks: ...
    @property
    def preferences(self) -> Preferences: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def commit(self) -> None: ...


class Store(Protocol):
    """A database, ready for work. Whatever is done with it raises `Unavailable` where it is away,
    or has no room left."""

    def write(self) -> UnitOfWork:
        """A transaction that may change things. On SQLite it takes the write lock at once."""

    def read(self) -> UnitOfWork:
        """A consistent view that changes nothing; `commit` is an error."""

    def sweep(self) -> bool:
        """Have the files hold nothing of what was erased; whether there is more to do at once."""

    def ready(self) -> None:
        """Raises `Unavailable` or `RuntimeError`: the database cannot be reached, or its
        migrations are not current."""
