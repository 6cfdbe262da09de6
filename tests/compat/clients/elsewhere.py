"""Sends what is meant for another host here, as an entry in DNS would."""

from __future__ import annotations

import socket

HOST = "https://commentanalyzer.googleapis.com"


def find_every_name_here() -> None:
    """Have every name lead to this machine, whether it is looked up first or not."""
    look_up, connect = socket.getaddrinfo, socket.socket.connect
    socket.getaddrinfo = lambda _, *words, **more: look_up("127.0.0.1", *words, **more)
    socket.socket.connect = lambda self, to: connect(self, ("127.0.0.1", to[1]))


def send_elsewhere(client: type, base: str) -> None:
    """Change a class of HTTP clients, whose `request` takes the address by place or as `url`."""
    ask = client.request

    def there(word: object) -> object:
        return word.replace(HOST, base, 1) if isinstance(word, str) else word

    def request(self: object, *words: object, **more: object) -> object:
        if "url" in more:
            more["url"] = there(more["url"])
        return ask(self, *map(there, words), **more)

    client.request = request
