"""Sign-in by a reverse proxy: a header that names the user, believed from known addresses alone.

Nobody is made by it: the login it names must be that of an active user.
"""

from __future__ import annotations

from ipaddress import ip_address

from flask import request

from moderation.accounts import User
from moderation.errors import Forbidden
from moderation.web.current import services, settings
from moderation.workflow.access import user_by_login


def login_by_proxy() -> str:
    """The login that the proxy names; empty where nobody is named from where it is believed."""
    name = settings().proxy_user_header
    login = request.headers.get(name, "").strip() if name else ""
    return login if login and _is_believed() else ""


def user_by_proxy() -> User | None:
    """Whom the proxy says it is; `None` where it says nothing.

    Raises `Forbidden` for somebody who has no account here.
    """
    login = login_by_proxy()
    if not login:
        return None
    user = None if "\0" in login else user_by_login(services(), login)
    if user is None:
        raise Forbidden("You are signed in at the proxy, but have no account here.")
    return user


def _is_believed() -> bool:
    """Whether the peer of this connection may name people, whatever it says of who asked it."""
    # `trusted_proxies` has the address replaced by one that the proxy tells.
    told = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    try:
        peer = ip_address(told.get("REMOTE_ADDR") or "")
    except ValueError:
        return False
    mapped = getattr(peer, "ipv4_mapped", None)
    return any((mapped or peer) in network for network in settings().proxy_networks)
