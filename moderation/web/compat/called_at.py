"""The address under which a caller found the service, spelt as the caller spells it.

Werkzeug's own reading of it is of no use for that: it takes no `_`, which the names of containers
have, and turns punycode into the letters it stands for.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from flask import request

from moderation.web.current import settings

VISIBLE: Final = "!#$&'()*+,/:;=?@[]"
"""Marks that may stand in a header or an address as they are."""

_HOST: Final = re.compile(
    r"(?:[0-9A-Za-z_][0-9A-Za-z_.-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?", re.ASCII
)
_OWN_PORTS: Final = {"http": ":80", "https": ":443"}


def root() -> str:
    """The address of the service as the caller wrote it, or else its public one."""
    public_url = settings().public_url.rstrip("/")
    host = called_host()
    # Plain http where the service is public over https is what a proxy makes of a call, which
    # may have put another host into it and taken a prefix away.
    is_unwrapped = settings().is_https and request.scheme == "http"
    if not host or is_unwrapped or host.lower() == urlsplit(public_url).netloc.lower():
        return f"{public_url}/"
    return f"{request.scheme}://{host}{_prefix()}/"


def called_host() -> str:
    """Host of the call, and port unless it is the scheme's own; empty where it names no host."""
    written = request.headers.get("Host") or request.host
    host = written.removesuffix(_OWN_PORTS.get(request.scheme, ""))
    return host if _HOST.fullmatch(host) else ""


def _prefix() -> str:
    """What a trusted proxy took away from the path before it called; empty without any."""
    near = settings().trusted_proxies
    told = request.headers.get("X-Forwarded-Prefix", "").split(",")
    prefix = told[-near].strip().strip("/") if 0 < near <= len(told) else ""
    return f"/{quote(prefix, safe=VISIBLE + '%')}" if prefix else ""
