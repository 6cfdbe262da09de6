"""`webhooks`: who is told of what happens, and what became of it. A secret is printed once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from moderation.assembly import build_services, receivers
from moderation.commands.opening import Commands, one_of, opened_store, site_of
from moderation.errors import InvalidInput
from moderation.outgoing import EVENT_TYPES, Attempt, Delivery, Endpoint, State
from moderation.settings import Settings
from moderation.webhooks.calling import call
from moderation.webhooks.handing import settle
from moderation.workflow import Services
from moderation.workflow.resending import endpoint_log, send_again, send_test
from moderation.workflow.webhooks import (
    COUNTED,
    Standing,
    add_endpoint,
    find_endpoint,
    list_endpoints,
    rotate_secret,
    switch_off,
    switch_on,
)


def add(commands: Commands) -> None:
    """Declare `webhooks add | list | show | disable | enable | rotate | log | replay | test`."""
    group = one_of(commands, "webhooks", "endpoints that are told of what happens")
    command = group.add_parser("add", help="add an endpoint and print its secret, once")
    command.add_argument("url", metavar="URL", help="https, or what `webhook_networks` allows")
    command.add_argument("--site", default="default", metavar="ID", help="(%(default)s)")
    command.add_argument("--label", default="", help="to tell endpoints apart by")
    command.add_argument(
        "--type",
        action="append",
        default=[],
        choices=list(EVENT_TYPES),
        help="what it is told of, once for each; all where none is given",
    )
    command.set_defaults(run=run_add)
    command = group.add_parser("list", help="every endpoint, its state and what waits for it")
    command.add_argument("--site", metavar="ID", help="only those of this site")
    command.set_defaults(run=run_list)
    for name, run, help_ in (
        ("show", run_show, "everything about one endpoint but its secret"),
        ("disable", run_disable, "tell it nothing more; what waits is discarded"),
        ("enable", run_enable, "tell it of events again from now on"),
        ("test", run_test, "send it a test message now, and say what it answered"),
    ):
        command = _of_one(group, name, help_)
        command.set_defaults(run=run)
    command = _of_one(group, "rotate", "a new secret, printed once; the old one signs beside it")
    command.add_argument(
        "--grace", type=float, default=24.0, metavar="HOURS", help="for so long (%(default)s)"
    )
    command.set_defaults(run=run_rotate)
    command = _of_one(group, "log", "its last attempts, latest first")
    command.add_argument("--limit", type=int, default=50, metavar="N", help="(%(default)s)")
    command.add_argument("--failed", action="store_true", help="only those that failed")
    command.set_defaults(run=run_log)
    command = _of_one(group, "replay", "send messages once more, under the ids they had")
    command.add_argument("message", nargs="?", default="", metavar="MESSAGE", help="one of them")
    command.add_argument("--since", metavar="TIME", help="all since then that did not arrive")
    command.set_defaults(run=run_replay)


def run_add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add an endpoint of a site."""
    with opened_store(settings) as store:
        with store.read() as work:
            site = site_of(work, arguments.site)
        services = build_services(settings, store=store)
        given = (arguments.url, arguments.label, arguments.type)
        secret, endpoint = add_endpoint(services, None, site.id, *given)
    print(f"id {endpoint.id}\tsecret {secret}")
    return 0


def run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line an endpoint, never its secret."""
    with _services(settings) as services:
        for one in list_endpoints(services, arguments.site):
            found = one.endpoint
            print(
                *(found.id, found.site_id, _state(found), _counts(one), found.url, found.label),
                sep="\t",
            )
    return 0


def run_show(arguments: argparse.Namespace, settings: Settings) -> int:
    """One fact a line."""
    with _services(settings) as services:
        standing = find_endpoint(services, arguments.id)
        found = standing.endpoint
        failing = f"{found.failures} in a row" if found.failures else "no"
        since = f", since {found.failing_since.isoformat()}" if found.failing_since else ""
        for name, value in (
            ("id", found.id),
            ("site", found.site_id),
            ("url", found.url),
            ("label", found.label),
            ("types", ", ".join(found.types) or "all"),
            ("state", _state(found)),
            ("failures", failing + since),
            ("secrets", f"{len(found.live_secrets(services.now()))} live"),
            ("made", found.created_at.isoformat()),
            ("messages", _counts(standing)),
        ):
            print(f"{name}\t{value}")
    return 0


def run_disable(arguments: argparse.Namespace, settings: Settings) -> int:
    """Switch an endpoint off. Quiet the second time."""
    with _services(settings) as services:
        found = switch_off(services, None, arguments.id)
    print(f"{found.id} is disabled.")
    return 0


def run_enable(arguments: argparse.Namespace, settings: Settings) -> int:
    """Switch an endpoint on."""
    with _services(settings) as services:
        found = switch_on(services, None, arguments.id)
    print(f"{found.id} is enabled.")
    return 0


def run_rotate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Make a new secret."""
    if not 0 <= arguments.grace <= 10_000:
        raise InvalidInput("grace", "must be a number of hours")
    with _services(settings) as services:
        grace = timedelta(hours=arguments.grace)
        secret, found = rotate_secret(services, None, arguments.id, grace)
    print(f"id {found.id}\tsecret {secret}")
    return 0


def run_log(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line an attempt."""
    limit = max(1, min(arguments.limit, 1_000))
    with _services(settings) as services:
        log = endpoint_log(services, arguments.id, limit, failed=arguments.failed)
        for tried in log.attempts:
            print(_line(tried))
    return 0


def run_replay(arguments: argparse.Namespace, settings: Settings) -> int:
    """Have messages sent once more by the running service."""
    if bool(arguments.message) == (arguments.since is not None):
        raise InvalidInput("message", "name one message, or `--since` a time")
    since = _time(arguments.since) if arguments.since is not None else None
    with _services(settings) as services:
        again = {"message_id": arguments.message, "since": since}
        number = send_again(services, None, arguments.id, **again)
    print(f"{number} {'message is' if number == 1 else 'messages are'} sent again.")
    return 0


def run_test(arguments: argparse.Namespace, settings: Settings) -> int:
    """Call the endpoint now, from here; 1 where the message was not taken."""
    lease = timedelta(seconds=settings.webhook_timeout + 60)
    with _services(settings) as services:
        mine = services.now() + lease
        delivery: Delivery = send_test(services, None, arguments.id, due_at=mine)
        endpoint = find_endpoint(services, arguments.id).endpoint
        outcome = call(receivers(settings), endpoint, delivery, services.now)
        settle(services, endpoint, [(delivery, outcome)], lease=lease)
    if outcome.got_through:
        print(f"Answered {outcome.status} after {outcome.milliseconds} ms.")
        return 0
    print(outcome.error)
    return 1


@contextmanager
def _services(settings: Settings) -> Iterator[Services]:
    with opened_store(settings) as store:
        yield build_services(settings, store=store)


def _of_one(group: Commands, name: str, help_: str) -> argparse.ArgumentParser:
    command = group.add_parser(name, help=help_)
    command.add_argument("id", metavar="ID", help="as `webhooks list` shows it")
    return command


def _state(endpoint: Endpoint) -> str:
    if endpoint.off is not None and endpoint.off_since is not None:
        return f"disabled ({endpoint.off}) since {endpoint.off_since.isoformat()}"
    return "failing" if endpoint.failures else "enabled"


def _counts(standing: Standing) -> str:
    told = []
    for state in (State.PENDING, State.FAILED, State.DISCARDED):
        number = standing.counts[state]
        told.append(f"{number}{'+' if number >= COUNTED else ''} {state}")
    return ", ".join(told)


def _line(tried: Attempt) -> str:
    came = f"answered {tried.status}" if tried.got_through else tried.error
    return "\t".join(
        (
            *(tried.at.isoformat(), tried.message_id, tried.type, str(tried.number)),
            *(f"{tried.milliseconds} ms", came),
        )
    )


def _time(sent: str) -> datetime:
    try:
        read = datetime.fromisoformat(sent)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidInput("since", "must be a time such as 2027-01-31T08:00") from None
