"""The command line of the product: which commands there are, and how they end.

Exit codes: 0 done, 1 it could not be done (one line on stderr says why), 2 wrong usage,
130 interrupted. A reader that goes away (`| head`) ends a command quietly.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from moderation import settings
from moderation.commands import (
    classifying,
    database,
    exporting,
    importing,
    keys,
    models,
    serving,
    sites,
    users,
    webhooks,
)
from moderation.errors import ModerationError

_GROUPS = (
    *(classifying, importing, exporting, serving, database),
    *(users, keys, sites, webhooks, models),
)


def parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    top = argparse.ArgumentParser(
        prog="python -m moderation",
        description="Keep, score and import comments; look after people, keys and models.",
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in _GROUPS:
        group.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    try:
        try:
            chosen = parser().parse_args(arguments)
            code: int = chosen.run(chosen, settings.load(os.environ))
        finally:
            # A reader that has gone is found out here, and not as Python exits.
            sys.stdout.flush()
    except ModerationError as error:
        return _fail(error.message)
    except BrokenPipeError:
        # Python flushes stdout once more as it exits; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        return _fail(f"{error.filename or 'input'}: {error.strerror or error}")
    except SQLAlchemyError as error:
        # Its own text quotes statements and values.
        return _fail(f"The database did not take part ({type(error).__name__}): try `db upgrade`.")
    return code


def _fail(message: str) -> int:
    print(f"moderation: {message}", file=sys.stderr)
    return 1
