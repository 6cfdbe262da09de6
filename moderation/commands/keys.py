"""`keys`: credentials of programs and people. A secret is printed once and never kept."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from moderation.accounts import Key, KeyKind
from moderation.commands.opening import Commands, one_of, opened_store, site_of
from moderation.credentials import new_secret
from moderation.errors import InvalidInput, NotFound
from moderation.settings import Settings


def add(commands: Commands) -> None:
    """Declare `keys add | list | revoke`."""
    keys = one_of(commands, "keys", "credentials of programs and people")
    command = keys.add_parser("add", help="make a key and print its secret, once")
    command.add_argument("--kind", choices=[kind.value for kind in KeyKind], default="site")
    command.add_argument("--site", default="default", metavar="ID", help="(%(default)s)")
    command.add_argument("--user", metavar="LOGIN", help="whom a personal key speaks for")
    command.add_argument("--label", default="", help="to tell keys apart by")
    command.add_argument("--days", type=int, metavar="N", help="how long it lasts (for ever)")
    command.set_defaults(run=run_add)
    command = keys.add_parser("list", help="id, kind, owner, state and label of every key")
    command.add_argument("--site", metavar="ID", help="only those of this site")
    command.set_defaults(run=run_list)
    command = keys.add_parser("revoke", help="end a key at once")
    command.add_argument("id", metavar="ID", help="as `keys list` shows it")
    command.set_defaults(run=run_revoke)


def run_add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Make a key for a site or, with `--kind personal`, for a user."""
    kind = KeyKind(arguments.kind)
    if (kind is KeyKind.PERSONAL) != (arguments.user is not None):
        raise InvalidInput("user", "belongs to a key of the kind `personal`, and to no other")
    if arguments.days is not None and arguments.days < 1:
        raise InvalidInput("days", "must be 1 or more")
    with opened_store(settings) as store, store.write() as work:
        owner: dict[str, str] = {}
        if kind is KeyKind.PERSONAL:
            user = work.accounts.user_by_login(arguments.user)
            if user is None:
                raise NotFound(f"There is no user {arguments.user[:80]!r}.", field="user")
            owner["user_id"] = user.id
        else:
            owner["site_id"] = site_of(work, arguments.site).id
        ends = datetime.now(UTC) + timedelta(days=arguments.days) if arguments.days else None
        secret, key = new_secret(kind, label=arguments.label, expires_at=ends, **owner)
        work.accounts.put_key(key)
        work.commit()
    print(f"id {key.id}\tsecret {secret}")
    return 0


def run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line a key, never its secret."""
    with opened_store(settings) as store, store.read() as work:
        for key in work.accounts.keys(arguments.site):
            state = "live" if key.is_live(datetime.now(UTC)) else "ended"
            print(f"{key.id}\t{key.kind}\t{key.site_id or key.user_id}\t{state}\t{key.label}")
    return 0


def run_revoke(arguments: argparse.Namespace, settings: Settings) -> int:
    """End a key. Quiet the second time."""
    with opened_store(settings) as store, store.write() as work:
        every = work.accounts.keys()
        found: Key | None = next((key for key in every if key.id == arguments.id), None)
        if found is None:
            raise NotFound(f"There is no key {arguments.id[:80]!r}.", field="id")
        if found.revoked_at is None:
            work.accounts.put_key(replace(found, revoked_at=datetime.now(UTC)))
            work.commit()
    print(f"{found.id} is revoked.")
    return 0
