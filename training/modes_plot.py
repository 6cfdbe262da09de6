"""The card's pictures of the modes: quality against cost, and what the cascade keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from training.mode_gates import LEAST_KEPT, MOST_ASKED

Json = Mapping[str, Any]

_COLOURS = ("#1f5f8b", "#a83232", "#c77f1a", "#3a7d44", "#6a4c93", "#4a4a4a", "#b05f8f")


def draw(evaluation: Json) -> Figure:
    """Mean AUC of each label, and accuracy on the suite, over time and over the share asked."""
    modes, cost = evaluation["modes"], evaluation["cost"]
    figure = Figure(figsize=(11, 8), layout="constrained")
    axes = figure.subplots(2, 2, sharey="row")
    times = [cost[mode]["median_ms"] for mode in modes]
    asked = [100 * cost[mode]["asked"] for mode in modes]
    for column, places in enumerate((times, asked)):
        _areas(axes[0][column], modes, places)
        _suite(axes[1][column], modes, places)
        for axis in axes[:, column]:
            axis.grid(color="0.9")
            _name_modes(axis, list(modes), places)
    comments = next(iter(cost.values()))["comments"]
    for axis in axes[:, 0]:
        axis.set_xscale("log")
        for part in (axis.xaxis.set_major_formatter, axis.xaxis.set_minor_formatter):
            part(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_xlabel(f"median ms a comment, measured in this run ({comments} single calls)")
    for axis in axes[:, 1]:
        axis.set(xlabel="% of comments about which the encoder was asked", xlim=(-4, 104))
    axes[0][0].set_ylabel("mean AUC over sets")
    axes[1][0].set_ylabel("functional suite: share right")
    for row in axes:
        if row[1].get_legend_handles_labels()[0]:
            row[1].legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def draw_cascade(cascade: Json) -> Figure:
    """Kept and asked as the bands' lower ends move, the shipped ones marked, beside the limits."""
    points, shipped = cascade["points"], cascade["shipped"]
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axis = figure.subplots()
    for key, name, colour in (
        ("asked", "of the development mix", _COLOURS[0]),
        ("demo_asked", "of the demo site's comments", _COLOURS[2]),
    ):
        known = [p for p in points if p[key] is not None and p["kept"] is not None]
        across, up = [100 * p[key] for p in known], [100 * p["kept"] for p in known]
        axis.plot(across, up, ".-", color=colour, label=f"asked about, {name}", linewidth=1.2)
        if shipped[key] is not None and shipped["kept"] is not None:
            axis.plot(
                100 * shipped[key], 100 * shipped["kept"], "D", color=colour, markersize=9,
                label=f"as shipped: {100 * shipped[key]:.0f} % asked",
            )  # fmt: skip
    axis.axhline(100 * LEAST_KEPT, color="0.5", linestyle=":", linewidth=1)
    axis.axvline(100 * MOST_ASKED, color="0.5", linestyle=":", linewidth=1)
    axis.set(
        xlabel="% of comments about which the encoder is asked",
        ylabel="% kept of what deep decides rightly beyond fast",
        xlim=(-2, 102),
    )
    axis.grid(color="0.9")
    axis.legend(fontsize=8, loc="lower right")
    return figure


def _areas(axis: Axes, modes: Json, places: list[float]) -> None:
    for label, colour in zip(next(iter(modes.values()))["labels"], _COLOURS, strict=False):
        values = [mode["labels"][label]["mean_auc"] for mode in modes.values()]
        if None not in values:
            axis.plot(places, values, "o-", color=colour, label=label, markersize=5, linewidth=1)


def _suite(axis: Axes, modes: Json, places: list[float]) -> None:
    for key, name, colour in (
        ("balanced", "hate, balanced accuracy at review", _COLOURS[1]),
        ("right", "all cases", _COLOURS[0]),
    ):
        values = [mode.get("functional", {}).get(key) for mode in modes.values()]
        if None not in values:
            axis.plot(places, values, "o-", color=colour, label=name, markersize=5, linewidth=1)


def _name_modes(axis: Axes, modes: list[str], places: list[float]) -> None:
    """Each mode's name over its place; the line runs through all rows of points."""
    for at, (mode, place) in enumerate(zip(modes, places, strict=True)):
        axis.axvline(place, color="0.8", linewidth=1, zorder=0)
        # One over the other: two modes may cost nearly the same.
        axis.text(
            place, 1.01 + 0.05 * at, mode, transform=axis.get_xaxis_transform(), ha="center",
            fontsize=8,
        )  # fmt: skip
