"""`users`: people who sign in."""

from __future__ import annotations

import argparse
import getpass
import sys

from moderation.accounts import Role, User
from moderation.assembly import build_services
from moderation.commands.opening import Commands, one_of, opened_store
from moderation.credentials import random_password
from moderation.errors import NotFound
from moderation.settings import Settings
from moderation.stores import Store
from moderation.workflow.people import add_person, change_person, reset_password


def add(commands: Commands) -> None:
    """Declare `users add | list | deactivate | password`."""
    users = one_of(commands, "users", "people who sign in")
    command = users.add_parser("add", help="add a person; prints the password where it makes one")
    command.add_argument("login", metavar="LOGIN")
    command.add_argument("--name", default="", help="shown beside what they do")
    command.add_argument(
        "--role", choices=[role.value for role in Role], default=Role.MODERATOR.value
    )
    _password_options(command)
    command.set_defaults(run=run_add)
    command = users.add_parser("list", help="login, role and state of everybody")
    command.set_defaults(run=run_list)
    command = users.add_parser("deactivate", help="end a person's sessions and keep them out")
    command.add_argument("login", metavar="LOGIN")
    command.set_defaults(run=run_deactivate)
    command = users.add_parser("password", help="set a new password; ends the person's sessions")
    command.add_argument("login", metavar="LOGIN")
    _password_options(command)
    command.set_defaults(run=run_password)


def run_add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add a person. A login that is taken is a conflict."""
    password = _password(arguments)
    given = (arguments.login, arguments.name, Role(arguments.role), password)
    with opened_store(settings) as store:
        user = add_person(build_services(settings, store=store), None, *given)
    _show(arguments, user.login, password)
    return 0


def run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line a person."""
    with opened_store(settings) as store, store.read() as work:
        for user in work.accounts.users():
            state = "active" if user.active else "deactivated"
            print(f"{user.login}\t{user.role}\t{state}\t{user.name}")
    return 0


def run_deactivate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Keep somebody out from now on; what they did stays."""
    with opened_store(settings) as store:
        user = _find(store, arguments.login)
        change_person(build_services(settings, store=store), None, user.id, active=False)
    print(f"{user.login} is deactivated.")
    return 0


def run_password(arguments: argparse.Namespace, settings: Settings) -> int:
    """Replace a password."""
    password = _password(arguments)
    with opened_store(settings) as store:
        user = _find(store, arguments.login)
        reset_password(build_services(settings, store=store), None, user.id, password)
    _show(arguments, user.login, password)
    return 0


def _password_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--ask-password",
        action="store_true",
        help="type the password (or pipe it in); otherwise one is made and printed",
    )


def _password(arguments: argparse.Namespace) -> str:
    if not arguments.ask_password:
        return random_password()
    return (
        getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    )


def _show(arguments: argparse.Namespace, login: str, password: str) -> None:
    print(f"login {login}" if arguments.ask_password else f"login {login}\tpassword {password}")


def _find(store: Store, login: str) -> User:
    with store.read() as work:
        user = work.accounts.user_by_login(login)
    if user is None:
        raise NotFound(f"There is no user {login[:80]!r}.", field="login")
    return user
