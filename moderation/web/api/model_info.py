"""`GET /v1/model`: which model answers now, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response

from moderation.accounts import Permission
from moderation.labels import Label
from moderation.scoring.scorer import Cutoffs
from moderation.web.auth import requires
from moderation.web.bodies import reply
from moderation.web.current import services
from moderation.web.operations import Operation, described
from moderation.wire.plain_replies import ModelReply

bp = Blueprint("model_info", __name__)

_FROM_MANIFEST = {"base_rates": "base_rates", "metrics": "metrics", "created_at": "created"}
"""Names in the answer, and in the manifest that training writes."""


@bp.get("/v1/model")
@requires(Permission.SCORE, Permission.REVIEW)
@described(Operation({HTTPStatus.OK: ModelReply}))
def show() -> Response:
    """Version, labels, modes, cut-offs, and of its manifest the base rates and the metrics."""
    scorer = services().scorers.current()
    return reply(
        {
            "version": scorer.version,
            "labels": [label.value for label in Label if label in scorer.cutoffs],
            "cutoffs": _numbers(scorer.cutoffs),
            "mode": scorer.mode,
            "modes": {
                mode: {"cutoffs": _numbers(scorer.cutoffs_in(mode))} for mode in scorer.modes
            },
            **{name: scorer.manifest.get(kept) for name, kept in _FROM_MANIFEST.items()},
        }
    )


def _numbers(cutoffs: Mapping[Label, Cutoffs]) -> dict[str, dict[str, float | None]]:
    return {
        label.value: {"review": pair.review, "block": pair.block} for label, pair in cutoffs.items()
    }
