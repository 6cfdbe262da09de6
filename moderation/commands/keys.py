"""`keys`: credentials of programs and people. A secret is printed once and never kept."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import datetime

from moderation.accounts import SITE_KEY_PERMISSIONS, Key, KeyKind, Permission, User
from moderation.assembly import build_services
from moderation.commands.opening import Commands, one_of, opened_store, site_of
from moderation.errors import InvalidInput, NotFound
from moderation.settings import Settings
from moderation.stores import Store
from moderation.workflow.key_usage import usage_of_keys
from moderation.workflow.keyring import list_keys, make_site_key, make_token, revoke_key


def add(commands: Commands) -> None:
    """Declare `keys add | list | revoke`."""
    keys = one_of(commands, "keys", "credentials of programs and people")
    command = keys.add_parser("add", help="make a key and print its secret, once")
    command.add_argument("--kind", choices=[kind.value for kind in KeyKind], default="site")
    command.add_argument("--site", default="default", metavar="ID", help="(%(default)s)")
    command.add_argument("--user", metavar="LOGIN", help="whom a personal key speaks for")
    command.add_argument("--label", default="", help="to tell keys apart by")
    command.add_argument("--days", type=int, metavar="N", help="how long it lasts (for ever)")
    command.add_argument(
        "--ask-secret",
        action="store_true",
        help="ask for the signing secret that Coral has made, in place of making one",
    )
    command.add_argument(
        "--scope",
        action="append",
        choices=sorted(SITE_KEY_PERMISSIONS),
        help="what it may do, once for each (all that a site's key may)",
    )
    command.add_argument("--rate", metavar="RATE", help="such as `600 per minute`, or none")
    command.set_defaults(run=run_add)
    command = keys.add_parser("list", help="every key: id, kind, owner, state, label, use, scopes")
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
    if kind is KeyKind.PERSONAL and (arguments.scope or arguments.rate):
        raise InvalidInput("scope", "and rate belong to keys of sites")
    given = (arguments.label, arguments.days)
    if arguments.ask_secret and kind is not KeyKind.CORAL:
        raise InvalidInput("ask-secret", "belongs to a key of the kind `coral`, and to no other")
    told = _asked_secret() if arguments.ask_secret else None
    with opened_store(settings) as store:
        services = build_services(settings, store=store)
        if kind is KeyKind.PERSONAL:
            secret, key = make_token(services, None, _owner(store, arguments.user), *given)
        else:
            with store.read() as work:
                site = site_of(work, arguments.site)
            scopes = [Permission(scope) for scope in arguments.scope] if arguments.scope else None
            secret, key = make_site_key(
                services,
                None,
                kind,
                site.id,
                *given,
                given=told,
                scopes=scopes,
                rate=arguments.rate,
            )
    print(f"id {key.id}" if told is not None else f"id {key.id}\tsecret {secret}")
    return 0


def run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line a key, never its secret: how often it called in 30 days, and when last."""
    with opened_store(settings) as store:
        services = build_services(settings, store=store)
        usage = usage_of_keys(services)
        for key in list_keys(services, arguments.site):
            state = _state(key, services.now())
            last = f"{usage.last[key.id]:%Y-%m-%dT%H:%MZ}" if key.id in usage.last else "never"
            scopes = "all" if key.scopes is None else ",".join(sorted(key.scopes))
            owner, calls = key.site_id or key.user_id, usage.calls.get(key.id, 0)
            fields = (key.id, key.kind, owner, state, key.label, last, calls, scopes)
            print("\t".join(map(str, fields)))
    return 0


def run_revoke(arguments: argparse.Namespace, settings: Settings) -> int:
    """End a key. Quiet the second time."""
    with opened_store(settings) as store:
        key = revoke_key(build_services(settings, store=store), None, arguments.id)
    print(f"{key.id} is revoked.")
    return 0


def _state(key: Key, now: datetime) -> str:
    if not key.is_live(now):
        return "ended"
    return (
        "live, but its secret was not kept: it checks no signature" if key.cannot_sign else "live"
    )


def _asked_secret() -> str:
    """From the terminal, unseen, or a line of standard input; an argument others could see."""
    if sys.stdin.isatty():
        return getpass.getpass("Signing secret, as Coral shows it: ")
    return sys.stdin.readline()


def _owner(store: Store, login: str) -> User:
    with store.read() as work:
        user = work.accounts.user_by_login(login)
    if user is None:
        raise NotFound(f"There is no user {login[:80]!r}.", field="user")
    return user
