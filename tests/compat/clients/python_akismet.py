"""Drives PyPI's `python-akismet`: address and key in, what it understood out, as JSON."""

import json
import socket
import sys
from urllib.parse import urlsplit

import akismet

base, key, civil, harsh = sys.argv[1:]
look_up = socket.getaddrinfo


def local(host, *rest, **more):  # noqa: ANN001, ANN002, ANN003, ANN201
    """Finds what an entry in DNS would: not every system knows the names below localhost."""
    return look_up("127.0.0.1" if host.endswith(".localhost") else host, *rest, **more)


socket.getaddrinfo = local


class Elsewhere(akismet.Akismet):
    """The client with another address; its key becomes the first label of the host."""

    protocol = "http"
    domain = f"localhost:{urlsplit(base).port}"


def refused(ask):  # noqa: ANN001, ANN201
    try:
        return str(ask())
    except akismet.AkismetServerError as error:
        return str(error)


ours = Elsewhere(key, "https://blog.example")
others = Elsewhere("ba9876543210", "https://blog.example")
who = ("192.0.2.7", "Mozilla/5.0")
about = {"comment_author": "Ben", "permalink": "https://blog.example/a"}
sys.stdout.write(
    json.dumps(
        {
            "harsh": ours.check(*who, comment_content=harsh, **about),
            "civil": ours.check(*who, comment_content=civil, **about),
            "told": [
                ours.submit_ham(*who, comment_content=harsh, **about),
                ours.submit_spam(*who, comment_content=civil, **about),
            ],
            "refused": refused(lambda: others.check(*who, comment_content=civil, **about)),
        }
    )
)
