"""Sends what is meant for Google's host to another address, as an entry in DNS would."""

from __future__ import annotations

HOST = "https://commentanalyzer.googleapis.com"


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
