"""One request to a server outside, to an address that was judged.

A name is resolved once, every address it has is judged, and the connection goes to one that was
judged: a name that points elsewhere a moment later changes nothing (OWASP, Server Side Request
Forgery Prevention). Redirects are not followed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import urllib3

from moderation.errors import ModerationError
from moderation.outbound.connecting import connect, speaking
from moderation.outbound.deadline import Deadline
from moderation.outbound.judging import Network, is_public, is_within
from moderation.outbound.lookups import Lookups
from moderation.web_addresses import Address, AddressRefused, WebAddress, web_address

_CHUNK = 16 * 1024
_LOOKUPS = Lookups()


class Unreachable(ModerationError):
    """Nothing was answered, or not in time; the message says why and names no address."""

    code = "unreachable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` ends where the limit was reached; `is_whole` says whether it did."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Outbound:
    """Calls other servers. `allowed` are networks of the inside that may be called all the same."""

    allowed: tuple[Network, ...] = ()
    seconds: float = 15.0
    """For a whole call, from the look-up of the name to the last byte that is read."""
    max_bytes: int = 64 * 1024
    """What is read of an answer at most."""
    https_outside: bool = False
    """Whether plain http is for the `allowed` networks alone."""
    lookups: Lookups = _LOOKUPS

    def judge(self, url: str) -> None:
        """Look the name up and do no more. Raises as `call` does."""
        self._judged(web_address(url), self.seconds)

    def call(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request. Raises `AddressRefused`, and `Unreachable` where nothing answers."""
        address = web_address(url)
        deadline = Deadline(self.seconds)
        try:
            connected = connect(self._judged(address, deadline.left), address.port, deadline)
            with speaking(address, connected, deadline) as pool:
                answer = pool.urlopen(
                    method,
                    address.target,
                    body=body,
                    headers={
                        "Host": address.authority,
                        "Accept-Encoding": "identity",
                        **(headers or {}),
                    },
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                return self._read(cast("urllib3.HTTPResponse", answer), deadline)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            why = "it took too long" if deadline.is_over else _why(error)
            raise Unreachable(f"No answer: {why}.") from None
        finally:
            deadline.forget()

    def _judged(self, address: WebAddress, seconds: float) -> tuple[Address, ...]:
        """The addresses of a host. One that may not be called refuses the host as a whole.

        Whoever mixes addresses of the inside into a public name is mistaken or means harm, and
        which of them would be called is chance.
        """
        addresses = self._found(address, seconds)
        if not addresses or not all(self._may_call(one) for one in addresses):
            raise AddressRefused("This address lies inside a network, not in the public internet.")
        is_plain = self.https_outside and address.scheme != "https"
        if is_plain and not all(is_within(one, self.allowed) for one in addresses):
            raise AddressRefused("An address outside must be one of https.")
        return addresses

    def _found(self, address: WebAddress, seconds: float) -> tuple[Address, ...]:
        if address.literal is not None:
            return (address.literal,)
        try:
            return self.lookups.addresses(address.name, seconds)
        except TimeoutError:
            raise Unreachable("No answer: it took too long to look the name up.") from None
        except (OSError, UnicodeError):
            raise Unreachable("No answer: the name is not known.") from None

    def _may_call(self, address: Address) -> bool:
        return is_within(address, self.allowed) or is_public(address)

    def _read(self, answer: urllib3.HTTPResponse, deadline: Deadline) -> Answer:
        body = b""
        while chunk := answer.read1(_CHUNK):
            body += chunk
            if len(body) > self.max_bytes:
                break
        # An answer without a length ends where the connection does: by us, it is none.
        if deadline.is_over:
            raise Unreachable("No answer: it took too long.")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        whole = len(body) <= self.max_bytes
        return Answer(answer.status, headers, body[: self.max_bytes], whole)


def _why(error: Exception) -> str:
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (TimeoutError, "it took too long"),
        (urllib3.exceptions.TimeoutError, "it took too long"),
        (urllib3.exceptions.SSLError, "its certificate is not to be trusted"),
        (urllib3.exceptions.ProtocolError, "the connection broke"),
        (OSError, "nothing listens there"),
    )
    return next((why for kind, why in kinds if isinstance(error, kind)), "the connection failed")
