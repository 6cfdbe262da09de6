"""The fields of the native protocol as its document describes them: lengths, patterns, choices.

What is written here checks nothing. The checks themselves say in words what is wrong, each with
a code of its own (`requests`, `checks`); tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from moderation.checks import LANGUAGE, MAX_NAME, MAX_URL
from moderation.comments import MAX_ARTICLE_TEXT, MAX_ID, MAX_TEXT, MAX_TITLE, REASON_CODES
from moderation.labels import Label
from moderation.scoring.scorer import MODES
from moderation.workflow.listing import CURSOR

MAX_BATCH = 1_000
PAGE_SIZES = range(1, 201)
REPEAT_KEY = "[\\x21-\\x7e]{1,255}"

_BINARY = r"\u0000-\u0008\u000e-\u001f"
_CONTROL = r"\u0000-\u001f\u007f-\u009f"
_BLANK = (
    "0x0-0x20 0x7F-0xA0 0xA8 0xAD 0xAF 0xB8 0x2D8-0x2DD 0x300-0x36F 0x384-0x385 0x600-0x605 "
    "0x61C 0x6DD 0x70F 0x890-0x891 0x8E2 0x115F-0x1160 0x1680 0x17B4-0x17B5 0x180B-0x180F "
    "0x1AB0-0x1AFF 0x1DC0-0x1DFF 0x1FBD 0x1FBF-0x1FC1 0x1FCD-0x1FCF 0x1FDD-0x1FDF "
    "0x1FED-0x1FEE 0x1FFD-0x1FFE 0x2000-0x200F 0x2017 0x2028-0x202F 0x203E 0x205F-0x2064 "
    "0x2066-0x206F 0x20D0-0x20FF 0x2800 0x3000 0x3164 0xFE00-0xFE0F 0xFE20-0xFE2F "
    "0xFE49-0xFE4C 0xFEFF 0xFFA0 0xFFE3 0xFFF9-0xFFFB 0x110BD 0x110CD 0x13430-0x13438 "
    "0x1BCA0-0x1BCA3 0x1D173-0x1D17A 0xE0001 0xE0020-0xE007F 0xE0100-0xE01EF "
)
"""What shows nothing (`text.folding.is_blank`), in code points."""


def _class_of(ranges: Iterable[str]) -> str:
    """The inside of a class of a regular expression that holds these code points."""
    return "".join("-".join(_escaped(int(end, 16)) for end in one.split("-")) for one in ranges)


def _escaped(point: int) -> str:
    # Beyond the first plane no escape is one in every language.
    return f"\\u{point:04x}" if point < 0x10000 else chr(point)


_SHOWN = f"^[^{_BINARY}]*[^{_class_of(_BLANK.split())}][^{_BINARY}]*$"
_PLAIN = f"^[^{_BINARY}]*$"
_ONE_LINE = f"^[^{_CONTROL}]*$"
_NAMED = rf"^[^{_CONTROL}]*[^\s{_CONTROL}][^{_CONTROL}]*$"


def _field(description: str, **schema: Any) -> Meta:  # noqa: ANN401 - JSON Schema's own words
    return Meta(description=description, extra_json_schema=schema)


Id = Annotated[
    str,
    _field(
        "An id of the site's own, without control characters.",
        minLength=1,
        maxLength=MAX_ID,
        pattern=_NAMED,
    ),
]
Text = Annotated[
    str,
    _field(
        "Lengths count code points. Something of it must show, and nothing be binary.",
        minLength=1,
        maxLength=MAX_TEXT,
        pattern=_SHOWN,
    ),
]
ContextText = Annotated[
    str, _field("A text that may be empty.", maxLength=MAX_TEXT, pattern=_PLAIN)
]
Title = Annotated[str, _field("May be empty.", maxLength=MAX_TITLE, pattern=_PLAIN)]
ArticleText = Annotated[str, _field("May be empty.", maxLength=MAX_ARTICLE_TEXT, pattern=_PLAIN)]
Url = Annotated[
    str,
    _field(
        "An http or https address, or nothing.",
        maxLength=MAX_URL,
        pattern=rf"^(https?://[^{_CONTROL}\s/?#\[\]@:]+([/?#][^{_CONTROL}\s\[\]]*)?)?$",
    ),
]
Name = Annotated[str, _field("One line.", maxLength=MAX_NAME, pattern=_ONE_LINE)]
Language = Annotated[str, _field("A BCP 47 tag, such as `pt-BR`.", pattern=f"^{LANGUAGE}$")]
Mode = Annotated[str, _field("Who scores: see `GET /v1/model`.", enum=list(MODES))]
Moment = Annotated[
    datetime,
    Meta(
        tz=True,
        description="RFC 3339 with an offset, from 1970 to 2100.",
        extra_json_schema={"pattern": "^(19[7-9][0-9]|20[0-9][0-9]|2100)-"},
    ),
]
RepeatKey = Annotated[
    str,
    _field(
        "Of one's own, to tell a call that is sent again from a new one: visible ASCII characters.",
        minLength=1,
        maxLength=255,
        pattern=f'^(?!""$){REPEAT_KEY}$',
    ),
]
ReasonCode = Annotated[str, _field("Why an item waits.", enum=list(REASON_CODES))]
LabelName = Annotated[str, _field("", enum=[label.value for label in Label])]
Version = Annotated[int, _field("The item's version as it was seen.")]
Sequence = Annotated[int, _field("Of the event that is meant.")]
Limit = Annotated[int, _field("How many at most.", minimum=PAGE_SIZES[0], maximum=PAGE_SIZES[-1])]
Cursor = Annotated[
    str,
    _field(
        "`next_cursor` of the page before.",
        maxLength=MAX_ID,
        pattern=r"^rank\|[0-9]{1,10}\.[0-9]{1,9}\|[0-9a-f]{32}$",
    ),
]
PlaceOfComment = Annotated[str, _field("`next_cursor` of the page before.", pattern=f"^{CURSOR}$")]
