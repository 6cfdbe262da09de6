"""What an export of another system is read into, before anything is scored or stored.

Importers yield these, `workflow.importing` takes them in. E-mail and IP addresses are
here as the source has them and go no further: only keyed hashes are stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from moderation.comments import NewComment


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article under the id its source gives it; plain text."""

    id: str
    title: str = ""
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """A comment under the id its source gives it, with what identifies its writer."""

    comment: NewComment
    email: str | None = None
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A comment record that cannot be taken: where it stands and why, never its text."""

    place: str
    problem: str


Record = ArticleRecord | CommentRecord | UnreadableRecord
