"""The card's picture of fairness: every identity group and every origin of names side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.suite_gates import LEAST_GROUP_MEAN, LEAST_GROUP_WORST

Json = Mapping[str, Any]

_AREAS = (
    ("subgroup_auc", "subgroup", "o", "#1f5f8b"),
    ("bpsn_auc", "BPSN", "v", "#a83232"),
    ("bnsp_auc", "BNSP", "^", "#c77f1a"),
)


def draw(sentences: Json) -> Figure:
    """Share let through and the three areas by group, share let through by origin of names."""
    groups, origins = sentences["templates"]["groups"], sentences["names"]["origins"]
    figure = Figure(figsize=(11, 1.6 + 0.22 * len(groups)), layout="constrained")
    through, areas, names = figure.subplots(1, 3)
    _shares(through, {group: row["let_through"] for group, row in groups.items()})
    for floor in (LEAST_GROUP_MEAN, LEAST_GROUP_WORST):
        through.axvline(floor, color="0.5", linestyle=":", linewidth=1)
    through.set_title("harmless sentences let through", fontsize=9)
    for key, name, marker, colour in _AREAS:
        known = [(at, row[key]["value"]) for at, row in enumerate(groups.values()) if row[key]]
        places, values = [at for at, _ in known], [value for _, value in known]
        areas.plot(values, places, marker, color=colour, label=name, markersize=4)
    areas.set_title("identity_attack AUC", fontsize=9)
    areas.set(ylim=through.get_ylim(), yticks=range(len(groups)), yticklabels=[])
    areas.grid(axis="x", color="0.9")
    areas.legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.05), ncols=3)
    _shares(names, {origin: row["let_through"] for origin, row in origins.items()})
    names.set_title("names let through, by origin", fontsize=9)
    return figure


def _shares(axis: Axes, found: Mapping[str, Json]) -> None:
    """Shares with their intervals, one a line, the first at the top."""
    values = [one["value"] for one in found.values()]
    reach = [
        [one["value"] - one["low"] for one in found.values()],
        [one["high"] - one["value"] for one in found.values()],
    ]
    axis.errorbar(values, range(len(values)), xerr=reach, fmt="o", color="#1f5f8b", markersize=4)
    axis.set_yticks(range(len(values)), list(found), fontsize=7)
    axis.set_ylim(len(values) - 0.5, -0.5)
    axis.set(xlim=(0, 1.02), xlabel="share, 95 % interval")
    axis.grid(axis="x", color="0.9")
