"""Secrets: made, recognised, kept. Knows no Flask, so that commands may use it as well.

Keys are random and long, so a plain SHA-256 digest recognises them and gives nothing
away; passwords are chosen by people, so they are stretched with Argon2id (RFC 9106).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from moderation.accounts import Key, KeyKind
from moderation.errors import InvalidInput

MIN_PASSWORD = 10
"""Shortest password that is taken, in code points (NIST SP 800-63B asks for 8 at least)."""

MAX_PASSWORD = 1_000

MIN_SECRET = 24
"""Shortest signing secret that is taken from another program, in characters."""

MAX_SECRET = 500

MIN_VARIETY = 4
"""Fewest different characters in a password: `1111111111` is long and the first to be tried."""

_PREFIXES = {KeyKind.SITE: "site_", KeyKind.PERSONAL: "user_"}

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def new_secret(
    kind: KeyKind,
    *,
    label: str = "",
    site_id: str | None = None,
    user_id: str | None = None,
    expires_at: datetime | None = None,
    given: str | None = None,
) -> tuple[str, Key]:
    """Make a secret and the key that recognises it; the secret is shown once and not kept.

    With `given`, the key of a secret that somebody else made (`checked_secret`).
    """
    secret = given or _random(kind)
    key = Key(
        id=uuid.uuid4().hex,
        kind=kind,
        digest=digest(secret),
        label=label,
        created_at=datetime.now(UTC),
        site_id=site_id,
        user_id=user_id,
        expires_at=expires_at,
        secret=secret if kind is KeyKind.CORAL else None,
    )
    return secret, key


def new_signing_secret() -> str:
    """A secret that webhooks are signed with, as Standard Webhooks writes them."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def digest(secret: str) -> str:
    """The SHA-256 of a secret in 64 hex digits, under which its key is found."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def hash_password(password: str) -> str:
    """A salted Argon2id hash in its standard text form."""
    return _HASHER.hash(password)


def checked_password(password: str, login: str) -> str:
    """A password that may be set for that login. Raises `InvalidInput`."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InvalidInput("password", f"must have {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    if len(set(password)) < MIN_VARIETY:
        raise InvalidInput("password", "repeats too few characters to be hard to guess")
    if login.casefold() in (password.casefold(), password.casefold()[::-1]):
        raise InvalidInput("password", "must not be the login")
    return password


def checked_secret(secret: str) -> str:
    """A signing secret that another program made, without blanks around it.

    Raises `InvalidInput`.
    """
    secret = secret.strip()
    if not MIN_SECRET <= len(secret) <= MAX_SECRET:
        raise InvalidInput("secret", f"must have {MIN_SECRET} to {MAX_SECRET} characters")
    if not all("!" <= mark <= "~" for mark in secret):
        raise InvalidInput("secret", "must hold no blanks and nothing but ASCII")
    return secret


def signature(secret: str, body: bytes) -> str:
    """The HMAC-SHA256 of a body under the whole of a secret, in 64 small hex digits."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def has_signed(secret: str, body: bytes, signatures: Sequence[str]) -> bool:
    """Whether one of these is the secret's; takes as long whichever it is."""
    expected = signature(secret, body)
    return any([hmac.compare_digest(expected, sent) for sent in signatures])


def random_password() -> str:
    """A password that nobody can guess, to be read out or pasted once."""
    return secrets.token_urlsafe(12)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password fits. `None` takes as long as a wrong one: no login is given away."""
    if len(password) > MAX_PASSWORD:
        return False
    try:
        fits = _HASHER.verify(password_hash or _NOBODY, password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


def kept_secret(path: Path) -> str:
    """The secret in this file, made at the first call; only its owner may read it.

    Raises `OSError` where the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Linked into place whole: of two processes that start at once, one wins and both read that.
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="utf-8").strip()


def looks_like_key(secret: str) -> bool:
    """Whether it begins as the keys do that are sent to `/v1`, live or not."""
    return secret.startswith(tuple(_PREFIXES.values()))


def _random(kind: KeyKind) -> str:
    if kind is KeyKind.AKISMET:
        # Twelve hex digits are what its clients accept; there is no room for more.
        return secrets.token_hex(6)
    return _PREFIXES.get(kind, "") + secrets.token_urlsafe(32)
