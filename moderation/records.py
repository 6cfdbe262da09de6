"""What an export of another system is read into, before anything is scored or stored.

Importers yield these, `workflow.importing` takes them in. E-mail and IP addresses are
here as the source has them and go no further: only keyed hashes are stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from moderation.comments import NewComment, Reason, Site


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article under the id its source gives it; plain text."""

    id: str
    title: str = ""
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """A review item as it waits where its comment comes from."""

    reasons: tuple[Reason, ...]
    """Without those that objections in the same file bring."""
    since: datetime
    is_escalated: bool = False


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """A comment under the id its source gives it, with what identifies its writer."""

    comment: NewComment
    email: str | None = None
    ip: str | None = None
    queued: Queued | None = None
    is_unscored: bool = False
    """Whether it still waits to be scored there, so that its status is not its last."""


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A comment record that cannot be taken: where it stands and why, never its text."""

    place: str
    problem: str


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """The site that what follows belongs to, as it is where the file comes from."""

    site: Site


@dataclass(frozen=True, slots=True)
class ObjectionRecord:
    """A report or an appeal; `waiting` where nobody has answered it yet."""

    comment_id: str
    kind: str
    at: datetime
    text: str = ""
    reason: str = ""
    by: str | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """The review item of a comment that stands shortly before it in the file."""

    comment_id: str
    is_waiting: bool
    as_queued: Queued


@dataclass(frozen=True, slots=True)
class SuggestionRecord:
    """What the site's moderators made of a text, told by a protocol without review items."""

    id: str
    site_id: str
    """The site it was told of, where the file comes from."""
    source: str
    at: datetime
    text: str
    labels: Mapping[str, float] = field(default_factory=dict)
    verdict: str = ""
    comment_id: str | None = None
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftBehindRecord:
    """Something that an export holds and no import can bring: only counted."""

    kind: str


Record = (
    ArticleRecord
    | CommentRecord
    | UnreadableRecord
    | SiteRecord
    | ObjectionRecord
    | ItemRecord
    | SuggestionRecord
    | LeftBehindRecord
)
