"""How differently a scorer treats rows of a group and all others.

The three areas of Borkan et al. 2019 ("Nuanced metrics for measuring unintended bias"), and
the false-positive gap at a cut-off. Pure arrays in, JSON-ready values out; knows no model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.metrics import Bools, Estimate, Floats, auc, difference, share

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows with what is true of them, a score, whether a cut-off flags them, and their set."""

    truth: Bools
    score: Floats
    flagged: Bools
    source: NDArray[np.object_]

    def where(self, kept: Bools) -> Judged:
        """Those rows alone."""
        return Judged(self.truth[kept], self.score[kept], self.flagged[kept], self.source[kept])


def by_group(rows: Judged, members: Mapping[str, Bools]) -> dict[str, Json]:
    """For each group that has rows: how many, the three areas, and its false positives.

    `members` says which rows are the group's; all others are its background.
    """
    return {
        group: {
            "rows": int(member.sum()),
            "positives": int((member & rows.truth).sum()),
            **bias_areas(rows, member),
            "false_positives": false_positives(rows, member),
        }
        for group, member in members.items()
        if member.any()
    }


def bias_areas(rows: Judged, member: Bools) -> Json:
    """Subgroup, BPSN and BNSP AUC with DeLong's intervals; `None` without enough of a class.

    BPSN (background positive, subgroup negative) is low where harmless rows of the group score
    as high as attacks elsewhere; BNSP where attacks on the group score as low as harmless rows
    elsewhere.
    """
    positive_here = member & rows.truth
    negative_here = member & ~rows.truth
    positive_there, negative_there = ~member & rows.truth, ~member & ~rows.truth
    kept = {
        "subgroup_auc": member,
        "bpsn_auc": negative_here | positive_there,
        "bnsp_auc": positive_here | negative_there,
    }
    return {name: _json(_area(rows.where(which))) for name, which in kept.items()}


def false_positives(rows: Judged, member: Bools) -> Json | None:
    """Share of the group's negatives that are flagged, less that of the background.

    The background is weighted to the group's own mix of data sets (direct standardisation):
    else a group that is mostly spoken of in rude forums would seem ill-treated. Sets that have
    no background are left out. `None` where nothing can be compared.
    """
    negative = rows.where(~rows.truth)
    here = member[~rows.truth]
    sets = [
        source
        for source in np.unique(negative.source[here])
        if (~here & (negative.source == source)).any()
    ]
    within = np.isin(negative.source, sets)
    here, there = here & within, ~here & within
    if not here.any():
        return None
    rate = share(int(negative.flagged[here].sum()), int(here.sum()))
    background = _standardised(negative, here, there)
    if rate is None or background is None:
        return None
    return {
        "rows": int(here.sum()),
        "rate": rate.as_json(),
        "background": background.as_json(),
        "gap": difference(rate, background).as_json(),
    }


def _standardised(negative: Judged, here: Bools, there: Bools) -> Estimate | None:
    weight = np.zeros(len(here))
    for source in np.unique(negative.source[here]):
        of_set = negative.source == source
        weight[there & of_set] = (here & of_set).sum() / (there & of_set).sum()
    effective = weight.sum() ** 2 / (weight**2).sum()
    return share(float(weight @ negative.flagged / weight.sum() * effective), float(effective))


def _area(rows: Judged) -> Estimate | None:
    return auc(rows.truth, rows.score)


def _json(estimate: Estimate | None) -> Json | None:
    return estimate.as_json() if estimate else None
