"""An evaluation as tables: for the terminal and for the model card alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from training.document import Block, Bullets, Heading, Table

Json = Mapping[str, Any]


def labels_table(evaluation: Json) -> Table:
    """One row a label over all sets with both classes: ranking, calibration, cut-offs."""
    peers = measured(evaluation)
    head = ["label", "rows", "positives", "mean AUC over sets", "pooled AUC at base rate"]
    head += [f"{peer}, mean / pooled" for peer in peers]
    head += ["base rate", "Brier", "ECE", "recall at review", "precision at review"]
    return Table(head, [_label_row(name, label, peers) for name, label in heads(evaluation)])


def _label_row(name: str, label: Json, peers: Sequence[str]) -> list[str]:
    overall = label["overall"]
    if not overall["rows"]:
        return [name, "0"] + ["not measured"] * (8 + len(peers))
    review = overall["at_review"]
    theirs = [overall["peers"][peer] for peer in peers]
    return [
        name,
        str(overall["rows"]),
        str(overall["positives"]),
        number(overall["mean_auc"]),
        number(overall["pooled_auc"]),
        *(f"{number(peer['mean_auc'])} / {number(peer['pooled_auc'])}" for peer in theirs),
        percent(label["base_rate"]),
        number(overall["brier"], 4),
        number(overall["ece"], 4),
        percent(review["recall"]) if review else "no threshold",
        percent(review["precision"]) if review and review["precision"] is not None else "",
    ]


def sets_table(evaluation: Json) -> Table:
    """One row for each label and set."""
    peers = measured(evaluation)
    head = ["label", "set", "trained on", "rows", "positives", "AUC (95 %)"]
    head += [f"{peer} AUC" for peer in peers]
    head += ["average precision", "recall at review", "negatives at review"]
    rows = [
        _set_row(name, source, row, peers)
        for name, label in heads(evaluation)
        for source, row in label["sets"].items()
    ]
    return Table(head, rows)


def _set_row(name: str, source: str, row: Json, peers: Sequence[str]) -> list[str]:
    theirs = [row["peers"].get(peer, {}).get("auc") for peer in peers]
    return [
        name,
        source,
        "no" if row["use"] == "evaluate only" else "other rows",
        str(row["rows"]),
        str(row["positives"]),
        interval(row["auc"]),
        *(number(peer["value"]) if peer else "" for peer in theirs),
        number(row["average_precision"]),
        share(row["recall_at_review"]),
        share(row["negatives_at_review"]),
    ]


def off_topic_table(evaluation: Json) -> Table:
    """True against mismatched pairs, beside plain TF-IDF cosine."""
    head = ["pairs of", "rows", "AUC (95 %)", "TF-IDF cosine", "gain (95 %)"]
    head += ["mismatched at review", "true at review"]
    return Table(
        head,
        [
            [
                row["name"],
                str(row["rows"]),
                interval(row["auc"]),
                number(row["tfidf_auc"]["value"]) if row["tfidf_auc"] else "",
                interval(row["gain"]),
                share(row["recall_at_review"]),
                share(row["negatives_at_review"]),
            ]
            for row in evaluation["off_topic"]
        ],
    )


def civil_table(evaluation: Json) -> Table:
    """What the model's own thresholds do to civil comments under news articles."""
    return Table(
        ["comments", "rows", "not allowed (95 %)", "reasons"],
        [
            [
                row["name"],
                str(row["rows"]),
                percent_interval(row["not_allowed"]),
                ", ".join(f"{why} {count}" for why, count in row["reasons"].items()),
            ]
            for row in evaluation["civil"]
        ],
    )


def gates_table(gates: Iterable[Json]) -> Table:
    """Every promise, and whether it is kept."""
    words = {True: "passed", False: "FAILED", None: "not measured"}
    return Table(
        ["promise", "outcome", "figures"],
        [[gate["name"], words[gate["passed"]], gate["detail"]] for gate in gates],
    )


_ABOUT_PEERS = {
    "alt-profanity-check": " It was itself trained on the sources of `davidson_tweets` and "
    "`jigsaw_wikipedia_subset`, so its figures on those two are better than it would do elsewhere.",
}


def peers_lines(evaluation: Json) -> Bullets:
    """Which peers stand in the tables, and which were not measured and why."""
    lines = [
        f"{name} {peer['version']}: measured on the same rows in an environment of its own."
        + _ABOUT_PEERS.get(name, "")
        if peer["measured"]
        else f"{name}: not measured ({peer['why']})."
        for name, peer in evaluation["peers"].items()
    ]
    return Bullets(lines or ["No peer was measured."])


def sections(evaluation: Json, level: int) -> list[Block]:
    """How it ranks and what its thresholds do, on data sets, under headings of `level`."""
    return [
        Heading(level, "Labels"),
        labels_table(evaluation),
        Heading(level, "Labels by set"),
        sets_table(evaluation),
        Heading(level, "Off-topic: true against mismatched pairs"),
        off_topic_table(evaluation),
        Heading(level, "Civil comments"),
        civil_table(evaluation),
        Heading(level, "Peers"),
        peers_lines(evaluation),
    ]


def heads(evaluation: Json) -> list[tuple[str, Json]]:
    """Every text label, then every head that is trained and served under no name of its own."""
    return [*evaluation["labels"].items(), *evaluation.get("heads", {}).items()]


def measured(evaluation: Json) -> list[str]:
    """Names of the peers that have scores."""
    return [name for name, peer in evaluation["peers"].items() if peer["measured"]]


def number(value: float | None, digits: int = 3) -> str:
    """A figure, or nothing where there is none."""
    return "" if value is None else f"{value:.{digits}f}"


def percent(value: float) -> str:
    """A share in per cent."""
    return f"{100 * value:.1f} %"


def share(estimate: Json | None) -> str:
    """The value of a share, without its interval."""
    return percent(estimate["value"]) if estimate else ""


def interval(estimate: Json | None) -> str:
    """A value with the ends of its interval."""
    if not estimate:
        return ""
    return f"{estimate['value']:.3f} ({estimate['low']:.3f} to {estimate['high']:.3f})"


def percent_interval(estimate: Json) -> str:
    """A share in per cent with the ends of its interval."""
    return (
        f"{percent(estimate['value'])} ({percent(estimate['low'])} to {percent(estimate['high'])})"
    )
