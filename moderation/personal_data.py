"""Keyed hashes in place of e-mail and IP addresses.

The same address on one site always gives the same hash, so that a writer can be
recognised; on two sites it gives two, and without the key nobody can test a guess.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

KEY_BYTES = 32


def address_key(var: Path) -> bytes:
    """The installation's hashing key, kept in `var/address_key` (mode 0600); made when absent."""
    path = var / "address_key"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    var.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    draft = var / f"address_key.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_bytes(key)
    try:
        # A hard link fails where the name exists, so that two first starts agree on one key.
        os.link(draft, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        draft.unlink()
    return key


def address_hash(key: bytes, site_id: str, address: str | None) -> str | None:
    """HMAC-SHA256 of one address for one site, hexadecimal; `None` where there is no address."""
    cleaned = (address or "").strip().casefold()
    if not cleaned:
        return None
    message = f"{site_id}\0{cleaned}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()
