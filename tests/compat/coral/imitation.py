"""What Coral does around its external moderation phase, as far as the service can notice.

It signs what it sends as it sends it, pretty-printed, with every live secret; it takes an answer
only where that is valid as a whole; and it publishes the comment wherever anything goes wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

STATUSES = {"NONE", "APPROVED", "REJECTED", "PREMOD", "SYSTEM_WITHHELD"}
FLAGS = {"COMMENT_DETECTED_TOXIC", "COMMENT_DETECTED_SPAM"}
CODES = {
    *("OFFENSIVE", "ABUSIVE", "SPAM", "BANNED_WORD", "AD", "ILLEGAL_CONTENT"),
    *("HARASSMENT_BULLYING", "MISINFORMATION", "HATE_SPEECH", "IRRELEVANT_CONTENT", "OTHER"),
}
PUBLISHED = "NONE"

Send = Callable[[bytes, Mapping[str, str]], tuple[int, bytes]]
"""Posts a body with headers; the status and the body of the answer."""


@dataclass
class Coral:
    """A tenant with one external phase."""

    send: Send
    secrets: list[str]
    format: str = "HTML"
    last: tuple[int, bytes] = field(default=(0, b""))
    """What was answered last."""

    def post(self, body: str, **more: str) -> dict[str, Any]:
        """Have a comment looked at; the valid answer, empty where Coral would go on without."""
        raw = written(a_request(body, **more))
        self.last = self.send(raw, headers_for(raw, self.secrets))
        status, answer = self.last
        if not 200 <= status < 300 or status == 204 or answer in (b"", b"{}"):
            return {}
        found = json.loads(answer)
        return found if is_valid(found) else {}

    def status_of(self, body: str, **more: str) -> str:
        """Where a comment stands after this phase."""
        return str(self.post(body, **more).get("status", PUBLISHED))


def a_request(
    body: str,
    *,
    action: str = "NEW",
    parent: str | None = None,
    author: str = "2f7c1b0e",
    role: str = "COMMENTER",
    story: str = "story-1",
    url: str = "https://daily.example/bridge",
) -> dict[str, Any]:
    """The phase's request, its keys in Coral's order."""
    return {
        "action": action,
        "comment": {"body": body, "parentID": parent},
        "author": {"id": author, "role": role},
        "story": {"id": story, "url": url},
        "site": {"id": "site-1"},
        "tenantID": "tenant-1",
        "tenantDomain": "comments.daily.example",
    }


def written(request: Mapping[str, Any]) -> bytes:
    """As `JSON.stringify(request, null, 2)` has it: half a surrogate pair is escaped."""
    text = json.dumps(request, indent=2, ensure_ascii=False)
    return "".join(
        f"\\u{ord(mark):04x}" if 0xD800 <= ord(mark) < 0xE000 else mark for mark in text
    ).encode()


def headers_for(raw: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers of a body that is signed with each of the secrets."""
    signatures = [
        "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest() for secret in secrets
    ]
    return {
        "Content-Type": "application/json",
        "X-Coral-Signature": ",".join(signatures),
        "User-Agent": "Coral Moderation/9.11.8",
    }


def is_valid(answer: object) -> bool:
    """Whether Coral would take the answer: unknown keys pass, a bad value voids the whole."""
    if not isinstance(answer, dict):
        return False
    tags = answer.get("tags", ["STAFF"])
    return (
        answer.get("status", PUBLISHED) in STATUSES
        and all(_is_flag(one) for one in answer.get("actions", []))
        and bool(tags)
        and set(tags) <= {"FEATURED", "STAFF"}
        and _is_moderation(answer.get("moderationAction", {"status": PUBLISHED}))
    )


def _is_flag(action: object) -> bool:
    return (
        isinstance(action, dict)
        and action.get("actionType") == "FLAG"
        and action.get("reason") in FLAGS
    )


def _is_moderation(action: object) -> bool:
    if not isinstance(action, dict) or action.get("status", PUBLISHED) not in STATUSES:
        return False
    reason = action.get("rejectionReason", {})
    texts = [reason.get(name, "x") for name in ("legalGrounds", "detailedExplanation")]
    return reason.get("code", "OTHER") in CODES and all(texts)
