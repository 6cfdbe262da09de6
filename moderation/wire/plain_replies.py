"""Replies that are put together where they are answered: of a batch, an objection, the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

_RESULTS = msgspec.Meta(
    # No type of the library says "one of two structs".
    extra_json_schema={
        "items": {
            "anyOf": [
                {"$ref": f"#/components/schemas/{name}"} for name in ("RulingReply", "FaultReply")
            ]
        }
    }
)


class BatchReply(msgspec.Struct):
    """`{"results"}`: one for each comment in order, in the place of a bad one its error."""

    results: Annotated[list[Any], _RESULTS]


class ObjectedReply(msgspec.Struct):
    """`{"id", "item_id", "status", "stage"}`: where a comment stands that somebody objected to."""

    id: str
    item_id: str
    status: str
    stage: str


class CutoffsReply(msgspec.Struct):
    """`{"review", "block"}`: the score from which on, or `null` for never."""

    review: float | None
    block: float | None


class ModeReply(msgspec.Struct):
    """`{"cutoffs"}` of one mode, by label."""

    cutoffs: Mapping[str, CutoffsReply]


class ModelReply(msgspec.Struct):
    """The model that answers now; the last three are what its manifest says."""

    version: str
    labels: list[str]
    cutoffs: Mapping[str, CutoffsReply]
    mode: str
    modes: Mapping[str, ModeReply]
    base_rates: Any
    metrics: Any
    created_at: Any
