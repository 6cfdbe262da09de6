"""The pictures of a model card, drawn from an evaluation alone and the same on every run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from training import fairness_plot, modes_plot
from training.modes_tables import CURVE, PICTURE
from training.tables import heads, measured

Json = Mapping[str, Any]

_OURS, _PEER, _BAD = "#1f5f8b", "#c77f1a", "#a83232"


def draw(evaluation: Json, folder: Path) -> list[Path]:
    """Write the card's pictures into `folder`; their paths.

    `fairness.png` only where sentences that name groups were measured, those of the modes only
    where there are several.
    """
    figures = {
        "reliability.png": _reliability(evaluation),
        "scores.png": _scores(evaluation),
        "auc.png": _auc(evaluation),
    }
    if evaluation.get("sentences"):
        figures["fairness.png"] = fairness_plot.draw(evaluation["sentences"])
    if evaluation.get("cost") and len(evaluation["modes"]) > 1:
        figures[PICTURE] = modes_plot.draw(evaluation)
    if evaluation.get("cascade"):
        figures[CURVE] = modes_plot.draw_cascade(evaluation["cascade"])
    return [_save(figure, folder / name) for name, figure in figures.items()]


def _save(figure: Figure, path: Path) -> Path:
    FigureCanvasAgg(figure)
    # No software name or date in the file: the same figures give the same bytes.
    figure.savefig(path, dpi=80, format="png", metadata={"Software": None})
    return path


def _grid(evaluation: Json, title: str) -> tuple[Figure, list[tuple[Axes, str, Json]]]:
    shown = heads(evaluation)
    columns = (len(shown) + 1) // 2
    figure = Figure(figsize=(10, 18.6 / columns), layout="constrained")
    figure.suptitle(title, fontsize=11)
    axes = figure.subplots(2, columns).ravel()
    for spare in axes[len(shown) :]:
        spare.set_axis_off()
    return figure, [(axis, *one) for axis, one in zip(axes, shown, strict=False)]


def _reliability(evaluation: Json) -> Figure:
    figure, panels = _grid(evaluation, "Observed rate against score, at the reference base rate")
    for axis, name, label in panels:
        bars = label["overall"].get("reliability", [])
        axis.plot([0, 1], [0, 1], color="0.7", linewidth=1)
        axis.plot([b[0] for b in bars], [b[1] for b in bars], "o-", color=_OURS, markersize=4)
        axis.set(title=name, xlim=(0, 1), ylim=(0, 1), xlabel="score", ylabel="observed")
    return figure


def _scores(evaluation: Json) -> Figure:
    figure, panels = _grid(evaluation, "Where the scores lie: share of each class, log scale")
    for axis, name, label in panels:
        histogram = label["overall"].get("histogram", {})
        for which, colour in (("negative", _OURS), ("positive", _BAD)):
            heights = histogram.get(which, [])
            edges = [i / len(heights) for i in range(len(heights) + 1)] if heights else [0]
            if heights:
                axis.stairs(heights, edges, color=colour, label=which, linewidth=1.4)
        for level, style in (("review", "--"), ("block", ":")):
            if label["cutoffs"][level] is not None:
                axis.axvline(label["cutoffs"][level], color="0.3", linestyle=style, linewidth=1)
        axis.set(title=name, xlim=(0, 1), yscale="log", ylim=(1e-4, 1), xlabel="score")
        axis.minorticks_off()
        if histogram:
            axis.legend(fontsize=7, loc="upper center")
    return figure


def _auc(evaluation: Json) -> Figure:
    """AUC with its interval for every label and set, beside each measured peer."""
    rows = [
        (f"{name}: {source}", row)
        for name, label in heads(evaluation)
        for source, row in label["sets"].items()
        if row["auc"]
    ]
    figure = Figure(figsize=(9, 1.6 + 0.24 * len(rows)), layout="constrained")
    axis = figure.subplots()
    places = range(len(rows))
    values = [row["auc"] for _, row in rows]
    reach = [
        [one["value"] - one["low"] for one in values],
        [one["high"] - one["value"] for one in values],
    ]
    axis.errorbar(
        [one["value"] for one in values], places, xerr=reach, fmt="o", color=_OURS, markersize=4,
        label=f"this model ({evaluation['model']})",
    )  # fmt: skip
    for peer in measured(evaluation):
        axis.plot(
            [row["peers"][peer]["auc"]["value"] for _, row in rows], places, "x", color=_PEER,
            label=peer,
        )  # fmt: skip
    axis.set_yticks(places, [name for name, _ in rows], fontsize=7)
    axis.invert_yaxis()
    axis.set(xlabel="AUC, 95 % interval", xlim=(0.4, 1.0))
    axis.axvline(0.5, color="0.7", linewidth=1)
    axis.grid(axis="x", color="0.9")
    axis.legend(fontsize=8, loc="lower left")
    return figure
