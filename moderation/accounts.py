"""People and programs that may use the service, and what each may do.

Knows neither sessions nor password hashing: the web layer and storage do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Permission(StrEnum):
    """One thing a caller can be allowed to do. Every route declares one; the default is no."""

    SCORE = "score"  # classify texts, read the model's description
    SUBMIT = "submit"  # hand in articles, comments, reports, appeals; read and erase own comments
    REVIEW = "review"  # see the queue, claim items, give and undo verdicts
    REVIEW_ESCALATED = "review_escalated"  # decide what was escalated, take over a colleague's item
    EXPORT_FEEDBACK = "export_feedback"  # read verdicts as training rows, activate models
    ADMINISTER = "administer"  # users, sites, keys, policy


class Role(StrEnum):
    """What a person is here for."""

    MODERATOR = "moderator"
    LEAD = "lead"
    SCIENTIST = "scientist"
    ADMINISTRATOR = "administrator"


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MODERATOR: frozenset({Permission.REVIEW}),
    Role.LEAD: frozenset({Permission.REVIEW, Permission.REVIEW_ESCALATED}),
    Role.SCIENTIST: frozenset({Permission.SCORE, Permission.EXPORT_FEEDBACK}),
    Role.ADMINISTRATOR: frozenset(Permission),
}

SITE_KEY_PERMISSIONS = frozenset({Permission.SCORE, Permission.SUBMIT})
"""What the key of a site may do; it belongs to a program, so it never reviews."""


class KeyKind(StrEnum):
    """Whom a key speaks for."""

    SITE = "site"  # the native API, sent as a bearer token
    AKISMET = "akismet"  # 12 hex digits
    CORAL = "coral"  # signing secret of the external moderation phase
    PERSONAL = "personal"  # acts as one user


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in. `id` is opaque; `login` is what they type."""

    id: str
    login: str
    name: str
    role: Role
    password_hash: str
    active: bool = True
    session_epoch: int = 0
    """Raised to end every session that was opened before."""
    password_once: bool = False
    """Somebody else set the password: it opens nothing but the page where it is replaced."""

    def may(self, permission: Permission) -> bool:
        """Whether the role of an active user carries the permission."""
        return self.active and permission in ROLE_PERMISSIONS[self.role]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody gave a login: that of a user, with the right password or without, or any other."""

    at: datetime
    user_id: str | None
    """`None` for a login that is not there. What was typed may be a password, so it is not kept."""
    let_in: bool


@dataclass(frozen=True, slots=True)
class Key:
    """A credential of a program or a person; its secret is kept as a SHA-256 digest.

    Those that sign (`KeyKind.CORAL`) keep the secret itself: a signature can't be checked without.
    """

    id: str
    kind: KeyKind
    digest: str
    label: str
    created_at: datetime
    site_id: str | None = None
    user_id: str | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    secret: str | None = field(default=None, repr=False)
    scopes: frozenset[Permission] | None = None
    """What of its site's permissions it carries; `None` = all of them."""
    rate: str | None = None
    """How often it may call, as `rates` reads it; `None` = as often as the setting says."""

    @property
    def cannot_sign(self) -> bool:
        """Whether it is a signing key made before their secrets were kept: it checks nothing."""
        return self.kind is KeyKind.CORAL and self.secret is None

    def is_live(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired at `now`."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def carries(self, permission: Permission) -> bool:
        """Whether its scopes leave the permission to it."""
        return self.scopes is None or permission in self.scopes


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How often a key was used on one day of UTC, and when for the last time."""

    key_id: str
    day: date
    calls: int
    last_at: datetime
