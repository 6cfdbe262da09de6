"""A model's modes side by side as tables and pictures: what each is worth, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from training.document import Block, Heading, Paragraph, Picture, Table
from training.tables import number, percent

Json = Mapping[str, Any]
Figure = Callable[[Json], float | None]

PICTURE, CURVE = "modes.png", "cascade.png"


def sections(evaluation: Json, level: int, *, illustrated: bool = False) -> list[Block]:
    """The modes under headings of `level`; empty for a model that was measured in one.

    `illustrated` puts the pictures among them that `training.modes_plot` draws.
    """
    modes = evaluation.get("modes", {})
    if len(modes) < 2:
        return []
    return [
        Paragraph(
            "`fast` is the linear model alone, `deep` asks the encoder about every comment, `auto` "
            "only where it may change the decision. All on the same comments, each mode at its own "
            f"thresholds; all other tables, and the promises, are of `{evaluation['mode']}`."
        ),
        _overview(evaluation),
        *(_pictures(evaluation) if illustrated else []),
        *_cost(evaluation.get("cost", {}), level),
        *_cascade(evaluation.get("cascade", {}), level),
        Heading(level, "Modes by set"),
        _table("AUC of", modes, _sets(modes), number),
        *_written(modes, level),
    ]


def _pictures(evaluation: Json) -> list[Block]:
    found: list[Block] = []
    if evaluation.get("cost"):
        found.append(Picture(PICTURE, "Quality of each mode against its cost"))
    if evaluation.get("cascade"):
        found.append(
            Picture(CURVE, "Share of better decisions kept against share of comments asked about")
        )
    return found


def _overview(evaluation: Json) -> Table:
    modes = evaluation["modes"]
    areas = [
        *(
            (f"{name}: mean AUC over sets", _of("labels", name, "mean_auc"))
            for name in _labels(modes)
        ),
        *(
            (f"off_topic: AUC, {name}", _of("off_topic", name))
            for name in _names(modes, "off_topic")
        ),
        ("functional suite, hate: AUC", _of("functional", "auc")),
    ]
    shares = [
        ("functional suite, hate: balanced accuracy at review", _of("functional", "balanced")),
        ("functional suite: cases right", _of("functional", "right")),
        *(
            (f"civil comments let through, {name}", _of("civil", name, "let_through"))
            for name in _names(modes, "civil")
        ),
        ("sentences that name a group let through, mean", _of("groups", "mean")),
        ("sentences that name a group let through, worst", _of("groups", "worst", "value")),
        ("names by origin, largest gap", _of("names")),
        ("ordinary words and names let through", _of("words")),
        ("abuse in clean spelling flagged", _of("attacks", "clean")),
        ("of that in disguise, mean", _of("attacks", "mean")),
        ("of that in disguise, worst", _of("attacks", "worst", "value")),
    ]
    rows = [*_rows(modes, areas, number), *_rows(modes, shares, percent)]
    return Table(["figure", *modes], rows)


def _cost(cost: Json, level: int) -> list[Block]:
    if not cost:
        return []
    comments = next(iter(cost.values()))["comments"]
    rows = [
        *_rows(
            cost,
            [(f"{name}, ms a comment", _of(f"{key}_ms")) for name, key in _TIMES],
            lambda value: number(value, 2),
        ),
        *_rows(cost, [("encoder asked", _of("asked"))], percent),
    ]
    return [
        Heading(level, "What a comment costs"),
        Paragraph(
            f"{comments} comments of held-out sets, one in ten of which ought to be held, scored "
            "one by one on one thread of the machine that measured, the modes in turn on each "
            "comment. Compare the columns and not machines. Where fewer than half of the comments "
            "are asked about, the median of `auto` is that of the linear model; its mean is what "
            "a site pays."
        ),
        Table(["cost", *cost], rows),
    ]


_TIMES = (("median", "median"), ("mean", "mean"), ("99th percentile", "p99"))


def _cascade(found: Json, level: int) -> list[Block]:
    if not found:
        return []
    right, shipped = found["right"], found["shipped"]
    told = (
        f"On {found['rows']} held-out rows of which it is known whether they ought to be held, "
        f"weighted so that {percent(found['positive_share'])} of them ought to be: decided rightly "
        "at review "
        + ", ".join(f"{percent(right[mode])} in `{mode}`" for mode in right)
        + f"; `fast` and `deep` decide {found['decided_otherwise']} of the rows otherwise. "
        "The cascade "
        + (
            "has nothing to keep, since `deep` decides no more of them rightly"
            if shipped["kept"] is None
            else f"keeps {percent(shipped['kept'])} of what `deep` decides rightly beyond `fast`"
        )
        + f", asking about {percent(shipped['asked'])} of this mix"
        + (
            ""
            if shipped["demo_asked"] is None
            else f" and {percent(shipped['demo_asked'])} of the demo site's "
            f"{found['demo_comments']} comments"
        )
        + ". The curve moves the lower ends of all bands alike; the thresholds stay."
    )
    rows = [
        [
            f"{point['step']:+g}" if point["step"] else "as shipped",
            percent(point["asked"]),
            "" if point["demo_asked"] is None else percent(point["demo_asked"]),
            "" if point["kept"] is None else percent(point["kept"]),
        ]
        for point in found["points"]
        if point["step"] == int(point["step"])
    ]
    head = ["lower ends moved (log-odds)", "asked", "asked, demo site", "kept"]
    return [Heading(level, "What the cascade keeps"), Paragraph(told), Table(head, rows)]


def _written(modes: Json, level: int) -> list[Block]:
    """By functionality and by group: where the encoder helps, and where it does harm."""
    if not all("functional" in mode for mode in modes.values()):
        return []
    cases = [
        (name, _of("functional", "functionalities", name))
        for name in _names(modes, "functional", "functionalities")
    ]
    disguises = [(name, _of("attacks", "each", name)) for name in _names(modes, "attacks", "each")]
    groups = _names(modes, "groups", "each")
    head = ["group", *modes]
    through = [
        [name, *(_through(mode["groups"]["each"].get(name)) for mode in modes.values())]
        for name in groups
    ]
    return [
        Heading(level, "Modes by functionality: cases right"),
        _table("functionality", modes, cases, percent),
        Heading(level, "Modes by disguise: abuse still flagged"),
        _table("disguise", modes, disguises, percent),
        Heading(level, "Modes by group: neutral sentences let through"),
        Table(head, through),
    ]


def _through(found: Json | None) -> str:
    return f"{found['let_through']} of {found['sentences']}" if found else ""


def _labels(modes: Json) -> list[str]:
    """Labels that some set ranks."""
    one = next(iter(modes.values()))["labels"]
    return [name for name, label in one.items() if label["mean_auc"] is not None]


def _sets(modes: Json) -> list[tuple[str, Figure]]:
    one = next(iter(modes.values()))
    return [
        (f"{name}: {source}", _of(part, name, "sets", source))
        for part in ("labels", "heads")
        for name, label in one[part].items()
        for source in label["sets"]
    ]


def _names(modes: Json, *path: str) -> list[str]:
    found = _at(next(iter(modes.values())), path)
    return list(found or {})


def _of(*path: str) -> Figure:
    """Reads a figure of a mode by its place; `None` where it was not measured."""
    return lambda mode: _at(mode, path)


def _at(found: Any, path: Iterable[str]) -> Any:  # noqa: ANN401 - JSON
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _table(
    head: str, modes: Json, figures: Iterable[tuple[str, Figure]], shown: Callable[[float], str]
) -> Table:
    return Table([head, *modes], _rows(modes, figures, shown))


def _rows(
    modes: Json, figures: Iterable[tuple[str, Figure]], shown: Callable[[float], str]
) -> list[list[str]]:
    """A row for each figure that some mode has."""
    rows = []
    for name, figure in figures:
        values = [figure(mode) for mode in modes.values()]
        if any(value is not None for value in values):
            rows.append([name, *("" if value is None else shown(value) for value in values)])
    return rows
