"""Akismet's forms: which of their many fields are read, and what they are here.

Of the forty fields of a check these are all that is ever looked at. The rest, among them cookies
and what the CMS's server knows of its visitor, is dropped on receipt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urldefrag

from moderation.checks import checked_url
from moderation.comments import MAX_ID, Author
from moderation.errors import InvalidInput
from moderation.text.folding import is_blank
from moderation.workflow.spam_identity import Passing

KEYS = ("api_key", "key")
REPORT_FIELDS = ("month", "filter", "format", "order", "limit", "offset", "from")
FIELDS = frozenset(
    {
        *KEYS,
        *REPORT_FIELDS,
        "blog",
        "user_ip",
        "permalink",
        "comment_type",
        "content_type",
        "comment_author",
        "comment_author_email",
        "comment_content",
        "comment_date_gmt",
        "comment_post_ID",
        "comment_parent",
        "comment_ID",
        "user_ID",
        "user_id",
        "user_role",
        "is_test",
        "recheck_reason",
        "guid",
        "parent_guid",
    }
)
"""Every field that is read; `parent_guid` is sent by our own plug-in for WordPress alone."""

WHOLE = frozenset({"comment_content"})
"""What is judged: no piece of it is left out, and none is guessed at."""

STAGED_AUTHORS = frozenset({"viagra-test-123", "akismet-guaranteed-spam"})
STAGED_EMAIL = "akismet-guaranteed-spam@example.com"
PUBLIC = frozenset(
    {
        *("comment", "reply", "forum-post", "topic", "blog-post", "review"),
        *("activity-update", "activity-comment", "pingback", "trackback"),
    }
)
"""Types of what is written for readers. All others (forms, messages, whoever signs up, what nobody
has heard of) are judged and never kept."""

_PINGS = frozenset({"pingback", "trackback"})
_KEY = re.compile(r"[0-9a-f]{12}")
_TRUE = frozenset({"1", "true", "yes", "on"})
_NONE = frozenset({"", "0"})
_MOST_OF_A_NAME = 200
_YEARS = range(1970, 2101)
_SLASHED = re.compile(r"(?:[^\\'\"]|\\[\\'\"0])*+")
_SLASH = re.compile(r"\\([\\'\"0])")


def key_of(form: Mapping[str, str], host: str, *, names: tuple[str, ...] = KEYS) -> str:
    """The key that came with a form, or as the first label of the host; empty where none did."""
    sent = next((form[name].strip() for name in names if form.get(name, "").strip()), "")
    label, _, rest = host.lower().partition(".")
    if not sent and rest and _KEY.fullmatch(label):
        return label
    # They are made of small letters; people who type them need not care.
    return sent.lower() if _KEY.fullmatch(sent.lower()) else sent


def passing(form: Mapping[str, str], *, slashed: bool = False) -> Passing:
    r"""The comment of a form. WordPress has its texts `slashed`: `it\'s`.

    Raises `InvalidInput` that names the field which is missing, or empty in a first check.
    """
    for name in ("blog", "user_ip"):
        if name not in form or (name == "blog" and not form[name].strip()):
            raise InvalidInput(name, "is missing")
    text = _unslashed(form.get("comment_content", ""), slashed)
    author = _unslashed(form.get("comment_author", ""), slashed).strip()
    email = form.get("comment_author_email", "").strip()
    kinds = _kinds(form)
    is_public = PUBLIC.issuperset(kinds)
    is_staged = author in STAGED_AUTHORS or email.lower() == STAGED_EMAIL
    if is_blank(text) and not is_public:
        # Whoever signs up has written nothing but a name.
        text = author
        if "\ufffd" in text:
            raise InvalidInput("comment_author", "is not in UTF-8; name its charset")
    is_recheck = any(form.get(name) for name in ("recheck_reason", "comment_ID", "guid"))
    if is_blank(text) and not (is_staged or is_recheck):
        raise InvalidInput("comment_content", "is empty: there is nothing to be judged")
    return Passing(
        text=text,
        blog=form["blog"].strip(),
        post_id=_id(form.get("comment_post_ID", "")),
        url=_address(form),
        parent_id=_id(form.get("comment_parent", "")),
        parent_guid=_id(form.get("parent_guid", "")),
        author=Author(_id(_either(form, "user_id", "user_ID")), _line(author) or None),
        email=email or None,
        ip=form["user_ip"].strip() or None,
        kind=next((kind for kind in kinds if kind in _PINGS), "comment"),
        created_at=_moment(form.get("comment_date_gmt", "")),
        own_id=_id(form.get("comment_ID", "")),
        guid=_id(form.get("guid", "")),
        is_recheck=is_recheck,
        is_kept=is_public and form.get("is_test", "").strip().lower() not in _TRUE,
        is_staged=is_staged,
        # WordPress asks about what it holds one by one, and ends at the first that is refused.
        is_blank=is_blank(text),
        is_by_staff="administrator" in re.split(r"[,\s]+", form.get("user_role", "").lower()),
    )


def _unslashed(text: str, slashed: bool) -> str:
    r"""A text without the `\` that PHP sets before quotes, where it is certain that they are there.

    WordPress checks a new comment with them and an old one without, and says not which.
    """
    if slashed and "\\" in text and _SLASHED.fullmatch(text):
        return _SLASH.sub(lambda found: "" if found[1] == "0" else found[1], text)
    return text


def _kinds(form: Mapping[str, str]) -> list[str]:
    """What it is said to be; clients name the field one way or the other."""
    said = (form.get(name, "").strip().lower() for name in ("comment_type", "content_type"))
    return [kind.replace("_", "-") for kind in said if kind]


def _address(form: Mapping[str, str]) -> str:
    """Of what the comment stands under."""
    address = urldefrag(form.get("permalink", "").strip())[0]
    try:
        return checked_url("permalink", address)
    except InvalidInput:
        return ""


def _either(form: Mapping[str, str], *names: str) -> str:
    return next((form[name] for name in names if form.get(name, "").strip() not in _NONE), "")


def _id(sent: str) -> str | None:
    """An id of the CMS; `None` for what is none, or longer than any id."""
    found = _line(sent)
    return None if found in _NONE or len(found) > MAX_ID else found


def _line(text: str) -> str:
    return " ".join(text.split())[:_MOST_OF_A_NAME]


def _moment(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written.strip())
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year in _YEARS else None
