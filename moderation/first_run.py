"""The first start: a site, an administrator, keys, a demo, and a note of them all.

The note (`first-run.json`, mode 0600) takes its final name when everything in it is
true; a start that was cut short is taken up again by the next one.
"""

from __future__ import annotations

import json
import os
import shlex
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from moderation.accounts import Key, KeyKind, Role, User
from moderation.credentials import digest, hash_password, new_secret, random_password
from moderation.demo import load_demo
from moderation.errors import ModerationError
from moderation.workflow.import_sites import default_site
from moderation.workflow.services import Services

NOTE = "first-run.json"
LOGIN = "admin"
SITE = "default"


@dataclass(frozen=True, slots=True)
class Note:
    """What a newcomer needs: where to go and with what. All secrets in plain text."""

    url: str
    login: str
    password: str
    api_key: str
    akismet_key: str
    coral_secret: str

    def curl(self) -> str:
        """A command that scores a comment, ready to be pasted into a shell."""
        body = json.dumps({"text": "You are a stupid idiot and nobody wants you here."})
        return (
            f"curl {shlex.quote(self.url + '/v1/classify')}"
            f" -H {shlex.quote(f'Authorization: Bearer {self.api_key}')}"
            f" -H 'Content-Type: application/json' -d {shlex.quote(body)}"
        )


def prepare(
    services: Services, var: Path, url: str, *, demo: bool, address_key: bytes
) -> tuple[Note | None, bool]:
    """Make what a first start needs; the note, and whether it was made just now.

    The note is `None` for an installation whose note was taken away, or that was set up by
    hand. Raises `NotScored` when the demo cannot be scored.
    """
    path, draft = var / NOTE, var / f"{NOTE}.draft"
    if (note := _read(path)) is not None:
        if note.url != url:
            note = replace(note, url=url)
            _write(path, note)
        return note, False
    begun = _read(draft)
    if begun is None or not _belongs(services, begun):
        if _has_users(services):
            return None, False
        begun = _make_accounts(services, draft, url)
    if demo:
        load_demo(services, default_site(services, SITE), address_key)
    _write(draft, replace(begun, url=url))
    draft.replace(path)
    return replace(begun, url=url), True


def _make_accounts(services: Services, draft: Path, url: str) -> Note:
    site = default_site(services, SITE)
    made: dict[KeyKind, tuple[str, Key]] = {
        kind: new_secret(kind, label="first run", site_id=site.id)
        for kind in (KeyKind.SITE, KeyKind.AKISMET, KeyKind.CORAL)
    }
    note = Note(
        url=url,
        login=LOGIN,
        password=random_password(),
        api_key=made[KeyKind.SITE][0],
        akismet_key=made[KeyKind.AKISMET][0],
        coral_secret=made[KeyKind.CORAL][0],
    )
    # Written down before they are valid: secrets that nobody knows would be lost for good.
    _write(draft, note)
    with services.store.write() as work:
        work.accounts.put_user(
            User(
                id=uuid.uuid4().hex,
                login=LOGIN,
                name="Administrator",
                role=Role.ADMINISTRATOR,
                password_hash=hash_password(note.password),
            )
        )
        for _, key in made.values():
            work.accounts.put_key(key)
        work.commit()
    return note


def _belongs(services: Services, note: Note) -> bool:
    """Whether the accounts of a draft were made before the start was cut short."""
    with services.store.read() as work:
        return work.accounts.key_by_digest(digest(note.api_key)) is not None


def _has_users(services: Services) -> bool:
    with services.store.read() as work:
        return bool(work.accounts.users())


def _read(path: Path) -> Note | None:
    try:
        return Note(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise ModerationError(f"{path} is not as it was written; move it away.") from error


def _write(path: Path, note: Note) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: what was there may be the only place that knows the secrets.
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(note), file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
