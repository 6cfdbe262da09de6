"""`users`: people who sign in."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
import uuid
from dataclasses import replace

from moderation.accounts import Role, User
from moderation.commands.opening import Commands, one_of, opened_store
from moderation.comments import MAX_ID
from moderation.credentials import MAX_PASSWORD, MIN_PASSWORD, hash_password
from moderation.errors import InvalidInput, NotFound
from moderation.settings import Settings
from moderation.stores import UnitOfWork


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
    login = arguments.login.strip()
    if not (0 < len(login) <= MAX_ID and login.isprintable()):
        raise InvalidInput("login", f"must have 1 to {MAX_ID} printable characters")
    password = _password(arguments)
    user = User(
        id=uuid.uuid4().hex,
        login=login,
        name=arguments.name or login,
        role=Role(arguments.role),
        password_hash=hash_password(password),
    )
    with opened_store(settings) as store, store.write() as work:
        work.accounts.put_user(user)
        work.commit()
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
    with opened_store(settings) as store, store.write() as work:
        user = _find(work, arguments.login)
        work.accounts.put_user(replace(user, active=False, session_epoch=user.session_epoch + 1))
        work.commit()
    print(f"{user.login} is deactivated.")
    return 0


def run_password(arguments: argparse.Namespace, settings: Settings) -> int:
    """Replace a password."""
    password = _password(arguments)
    with opened_store(settings) as store, store.write() as work:
        user = _find(work, arguments.login)
        work.accounts.put_user(
            replace(
                user,
                password_hash=hash_password(password),
                session_epoch=user.session_epoch + 1,
            )
        )
        work.commit()
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
        return secrets.token_urlsafe(12)
    typed = (
        getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    )
    if not MIN_PASSWORD <= len(typed) <= MAX_PASSWORD:
        raise InvalidInput("password", f"must have {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    return typed


def _show(arguments: argparse.Namespace, login: str, password: str) -> None:
    print(f"login {login}" if arguments.ask_password else f"login {login}\tpassword {password}")


def _find(work: UnitOfWork, login: str) -> User:
    user = work.accounts.user_by_login(login)
    if user is None:
        raise NotFound(f"There is no user {login[:80]!r}.", field="login")
    return user
