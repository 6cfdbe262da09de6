"""HTTP to the outside: to public addresses alone, so that nobody makes the service look inside.

`calls` makes a request, `lookups` finds the addresses of a name, `judging` says which of them are
public, `connecting` reaches one of those, `deadline` ends it all in time.
"""

from moderation.outbound.calls import Answer, Outbound, Unreachable
from moderation.web_addresses import AddressRefused

__all__ = ["AddressRefused", "Answer", "Outbound", "Unreachable"]
