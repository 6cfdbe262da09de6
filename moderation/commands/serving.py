"""`serve` and `first-run`: get an installation ready, say where things are, start gunicorn."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from dataclasses import replace
from pathlib import Path

from sqlalchemy.exc import OperationalError

from moderation.assembly import address_key, build_services, require_model
from moderation.commands.database import make_ready
from moderation.commands.opening import Commands
from moderation.errors import InvalidInput, ModerationError, Unavailable
from moderation.first_run import NOTE, prepare
from moderation.settings import PREFIX, Settings
from moderation.storage import is_missing, open_store

_ROOT = Path(__file__).resolve().parents[2]
"""Where the WSGI module and its configuration lie."""

_AWAY = (
    "moderation: The database cannot be reached. The service starts and goes on when it is back; "
    "`db upgrade` makes a new one, or migrates what is there, where /readyz wants that."
)


def add(commands: Commands) -> None:
    """Declare `serve` and `first-run`."""
    for name, help_, run in (
        ("serve", "get ready and start the service under gunicorn", run_serve),
        ("first-run", "get ready: migrate, make an administrator, keys and the demo", run_first),
    ):
        command = commands.add_parser(name, help=help_)
        command.add_argument("--host", default="127.0.0.1", help="(%(default)s)")
        command.add_argument("--port", type=int, default=8000, help="(%(default)s)")
        command.add_argument("--no-demo", action="store_true", help="begin with an empty site")
        command.set_defaults(run=run)


def run_first(arguments: argparse.Namespace, settings: Settings) -> int:
    """Prepare the installation and print what a newcomer needs."""
    settings = _reached(settings, arguments)
    make_ready(settings)
    store = open_store(settings.database)
    try:
        services = build_services(settings, store=store, in_time=False)
        if not (Path(settings.var) / NOTE).exists():
            # Later starts leave it to the service, which loads it once and says so in /readyz.
            require_model(services)
        note, fresh = prepare(
            services,
            Path(settings.var),
            settings.public_url,
            demo=not arguments.no_demo,
            address_key=address_key(settings),
        )
    finally:
        store.dispose()
    kept = Path(settings.var) / NOTE
    print(f"\n  Review     {settings.public_url}/review")
    if note is None:
        print("  Sign in    with an account of yours; `users add` makes one\n")
    elif fresh:
        print(f"  Sign in    {note.login}   password   {note.password}")
        print(f"  Kept in    {kept}\n\n  Score a comment:\n\n{note.curl()}\n")
    else:
        print(f"  Sign in    {note.login}; the password and the keys are in {kept}\n")
    sys.stdout.flush()
    return 0


def run_serve(arguments: argparse.Namespace, settings: Settings) -> int:
    """Prepare, then become gunicorn, so that a signal to this process ends the service.

    A service that has run before starts without its database too: it refuses in words that every
    protocol knows, where a closed port would have Coral publish, and goes on when that is back.
    """
    _require_free(arguments.host, arguments.port)
    has_run = (Path(settings.var) / NOTE).exists()
    try:
        if has_run and is_missing(settings.database):
            # An empty one in its place would know no key, and Coral publishes what it is refused.
            raise Unavailable(f"{settings.database} is not there.")
        run_first(arguments, settings)
    except (Unavailable, OperationalError):
        if not has_run:
            raise
        print(_AWAY, file=sys.stderr)
    address = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    environment = {
        **os.environ,
        "HOST": arguments.host,
        "PORT": str(arguments.port),
        f"{PREFIX}PUBLIC_URL": _reached(settings, arguments).public_url,
    }
    command = [sys.executable, "-m", "gunicorn", "--config", str(_ROOT / "gunicorn.conf.py")]
    command += ["--pythonpath", str(_ROOT), "--bind", f"{address}:{arguments.port}", "service:app"]
    os.execve(sys.executable, command, environment)


def _reached(settings: Settings, arguments: argparse.Namespace) -> Settings:
    """The settings with the address that this start can be reached at, where none was set."""
    if settings.public_url != Settings().public_url:
        return settings
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(arguments.host, arguments.host)
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return replace(settings, public_url=f"http://{host}:{arguments.port}")


def _require_free(host: str, port: int) -> None:
    """Raises `ModerationError` where nothing can listen at the address."""
    if not 0 < port < 65536:
        raise InvalidInput("port", "must lie between 1 and 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ModerationError(
            f"Nothing can listen on {host} port {port} ({error.strerror}): "
            f"another program may be there. Choose another port, as in `make run PORT={port + 1}`."
        ) from None
