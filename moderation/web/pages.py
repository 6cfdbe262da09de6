"""What the pages of the desk and those of the administration have in common."""

from __future__ import annotations

from flask import request

from moderation.errors import InvalidInput


def refuse_nul() -> None:
    """No address and no form of ours holds a NUL; PostgreSQL would fail on one in any text."""
    sent = (*request.values.items(multi=True), *(request.view_args or {}).items())
    for name, value in sent:
        if "\0" in value:
            raise InvalidInput(name[:60].replace("\0", "?"), "holds a NUL character")
