"""Keyed hashes in place of e-mail and IP addresses.

The same address on one site always gives the same hash, so that a writer can be
recognised; on two sites it gives two, and without the key nobody can test a guess.
"""

from __future__ import annotations

import hashlib
import hmac
import re

_HASH = re.compile(r"[0-9a-f]{64}")


def address_hash(key: bytes, site_id: str, address: str | None) -> str | None:
    """HMAC-SHA256 of one address for one site, hexadecimal; `None` where there is no address.

    `key` is the installation's own, kept beside its database and never sent anywhere.
    """
    cleaned = (address or "").strip().casefold()
    if not cleaned:
        return None
    message = f"{site_id}\0{cleaned}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def is_address_hash(value: str) -> bool:
    """Whether `address_hash` may have given it."""
    return _HASH.fullmatch(value) is not None


def person_hash(key: bytes, user_id: str) -> str:
    """What tells moderators apart outside and leads to none of them: 16 hexadecimal digits.

    `key` is the installation's own, of at most 64 bytes.
    """
    return hashlib.blake2b(user_id.encode(), key=key, digest_size=8).hexdigest()
