"""Browsers in which somebody has signed in before: their attempts are counted apart.

So whoever guesses at a login from many addresses slows down the guessing, and not the person
whose login it is (OWASP: Slow Down Online Guessing Attacks with Device Cookies).
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from moderation.credentials import digest

COOKIE = "moderation_device"

_LASTS = timedelta(days=180)


def remember_device(response: Response, login: str) -> None:
    """Have the browser say from now on that this login was let in there."""
    response.set_cookie(
        COOKIE,
        _signer().dumps([digest(login), secrets.token_hex(8)]),
        max_age=_LASTS,
        httponly=True,
        samesite="Strict",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path="/login",
    )


def guesser_of(login: str) -> str:
    """Under which attempts on a login are counted: a known browser's, or all others'."""
    return f"login:{digest(login)}:{_device(login)}"


def _device(login: str) -> str:
    try:
        known, device = _signer().loads(request.cookies.get(COOKIE, ""))
    except (BadSignature, TypeError, ValueError):
        return ""
    return str(device) if known == digest(login) else ""


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="moderation device")
