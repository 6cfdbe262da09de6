"""The model card's contents: what a model is, what it was made from, how good it is, its limits.

From the manifest, the evaluation and the ablations alone, so the same folder always gives the
same card. Reads and writes no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from moderation.labels import Label
from training import document, tables
from training.document import Block, Bullets, Heading, Paragraph, Picture, Table
from training.fairness_tables import fairness_sections, functional_sections, goals_section
from training.gates import gates
from training.modes_tables import sections as modes_sections

Json = Mapping[str, Any]


def card(manifest: Json, evaluation: Json | None, ablations: Sequence[Json] = ()) -> list[Block]:
    """The whole card as blocks, for Markdown and HTML alike."""
    return [
        Heading(1, f"Model {manifest['version']}"),
        Paragraph(_WHAT),
        *([Paragraph(_DEEP)] if "deep" in manifest else []),
        *_origin(manifest),
        Heading(2, "Labels and base rates"),
        _base_rates(manifest),
        *_severe(evaluation),
        Heading(2, "Thresholds"),
        Paragraph(_THRESHOLDS),
        *_cutoffs(manifest),
        *goals_section(evaluation or {}, manifest.get("goals", {}).get("block_precision")),
        Heading(2, "Data"),
        *_data(manifest),
        Heading(2, "How good it is"),
        *_figures(evaluation),
        *_modes(evaluation, illustrated=True),
        Heading(2, "Fairness"),
        *_fairness(evaluation),
        Heading(2, "Functional suite"),
        *(functional_sections(evaluation or {}, 3) or [_NOT_MEASURED]),
        Heading(2, "Ablations"),
        *_ablations(ablations),
        Heading(2, "Limits"),
        Bullets(_LIMITS),
        Heading(2, "Made with"),
        _packages(manifest),
    ]


def summary(evaluation: Json, found: Iterable[Json]) -> str:
    """All tables of an evaluation and its gates in Markdown, as the command prints them."""
    return document.markdown(
        [
            *tables.sections(evaluation, 2),
            *fairness_sections(evaluation, 2),
            *functional_sections(evaluation, 2),
            *_modes(evaluation, illustrated=False),
            Heading(2, "Promises"),
            tables.gates_table(found),
        ]
    )


_NOT_MEASURED = Paragraph("Not measured: run `python -m training evaluate` on this version.")

_WHAT = (
    "Scores English reader comments for six things that the text alone decides, and for being "
    "off topic under an article or a parent comment. Linear in hashed words, character n-grams, "
    "pairs of words (neighbours, two apart, and near words such as you, not or a name for a group) "
    "and static word vectors; what is quoted counts less than the writer's own words. Learnt from "
    "raters, from a fine-tuned encoder that was asked about the same texts, and from sentences "
    "written for it. Each score is a calibrated probability at the base rate given below."
)

_DEEP = (
    "Beside it a small encoder, fine-tuned for this and kept in eight-bit weights, reads the "
    "comment and what it stands under. Its logits and the linear model's are weighed into one "
    "score at the same base rates. In the mode `auto` it is asked only where it may change the "
    "decision, in `deep` always, in `fast` never; each mode has its own thresholds."
)

_THRESHOLDS = (
    "Thresholds are goals solved on held-out rows. Review: the lowest evidence over the base "
    "rates that keeps no more civil comments back than the goal, alike for all labels but for "
    "those that do more harm, which ask for less. Block: "
    "precision of at least the goal, at the lower end of its interval. A goal that could not be "
    "met has no threshold. "
    "A site may set its own; that moves thresholds and never scores."
)

_LIMITS = (
    "English. A comment in another language gets scores that mean little, and is flagged as "
    "foreign.",
    "A score is a reason to look, not a finding about a person. It is not for deciding on "
    "accounts, employment, credit or law, nor for watching private messages.",
    "Not for detecting self-harm, child abuse, misinformation or spam: it was never shown any.",
    "It reads words and short phrases. Irony, threats in polite words and hints to shared "
    "knowledge pass; quoted or reported abuse, counter-speech and reclaimed words can be held "
    "for review.",
    "Part of the data was chosen by slurs and comes from tweets with a known dialect bias, so "
    "words for groups and dialects can raise a score: the tables under Fairness say for which "
    "groups and by how much. Have people look at what it holds.",
    "Groups are found by words, so the figures say nothing of comments that hint at one, and "
    "little of groups with few rows. The sentences written for the project are few, plain and "
    "of one author; dialects are not measured at all.",
    "Disguises are measured on eleven kinds of ours; people find others.",
    "Off-topic was learnt from mismatched pairs, not from people's judgement of digressions. "
    "Alone it never blocks.",
    "Raters disagree, and what they called toxic years ago is not the rule of every site: "
    "compare with your own moderators' verdicts before trusting a threshold.",
)


def _origin(manifest: Json) -> list[Block]:
    """For a version made on site: its parent, the verdicts, and what they changed."""
    parent, feedback = manifest.get("parent"), manifest.get("feedback", {})
    if not parent:
        return []
    changed = Table(
        ["label", "verdicts", "of these, yes", "log loss before", "after", "level moved by"],
        [
            [
                label,
                str(change["rows"]),
                f"{change['positives']:g}",
                tables.number(change["loss_before"]),
                tables.number(change["loss_after"]),
                f"{change['offset']:+.3f}",
            ]
            for label, change in feedback.get("labels", {}).items()
        ],
    )
    told = Paragraph(
        f"Adapted from model {parent} to {feedback.get('rows')} moderators' verdicts of "
        f"{feedback.get('deciders')} people (SHA-256 `{feedback.get('sha256')}`), with the old "
        "weights as the prior. The losses are on the verdicts themselves, so they show what was "
        "learnt and not how well it carries over. Thresholds and data below are the parent's."
    )
    return [told, changed]


def _base_rates(manifest: Json) -> Block:
    rates = manifest.get("base_rates", {})
    rows = [
        [label.value, label.display_name, tables.percent(rates[label.value])]
        for label in Label
        if label.value in rates
    ]
    return Table(["label", "shown as", "base rate"], rows)


def _severe(evaluation: Json | None) -> list[Block]:
    heads = (evaluation or {}).get("heads", {})
    if not heads:
        return []
    rates = ", ".join(f"`{name}` at {tables.percent(h['base_rate'])}" for name, h in heads.items())
    return [
        Paragraph(
            f"Trained and calibrated beside them, and no label of its own: {rates}. It has no "
            "threshold and stands in the tables below."
        )
    ]


def _cutoffs(manifest: Json) -> list[Block]:
    """For each label the cut-offs of the linear model and, beside them, of the modes that ask."""
    modes = manifest.get("deep", {}).get("cutoffs", {})
    found = manifest.get("cutoffs", {})
    rows = [
        [
            name,
            *(
                tables.number(pairs.get(name, {}).get(level)) or "none"
                for pairs in (found, *modes.values())
                for level in ("review", "block")
            ),
        ]
        for name in found
    ]
    goals = [f"`{name}`: {goal}" for name, goal in manifest.get("goals", {}).items()]
    named = ["fast", *modes] if modes else [""]
    head = [f"{mode} {level} at".strip() for mode in named for level in ("review", "block")]
    cutoffs = Table(["label", *head], rows)
    return [Bullets(goals), cutoffs] if goals else [cutoffs]


def _data(manifest: Json) -> list[Block]:
    rows = [
        [
            source["name"],
            source["use"],
            str(source.get("training_rows", "")),
            source["licence"] or "none stated",
            f"`{source['sha256']}`",
        ]
        for source in sorted(manifest.get("data", []), key=lambda source: str(source["name"]))
    ]
    if not rows:
        return [Paragraph("The manifest names no data set.")]
    told = Paragraph(
        "Licences are given as the sets' own repositories state them. A set marked "
        '"evaluate only" has taught the model nothing.'
    )
    sets = Table(["set", "use", "rows in the training part", "licence", "SHA-256"], rows)
    return [told, sets, *_beside_the_sets(manifest)]


def _beside_the_sets(manifest: Json) -> list[Block]:
    """What else the model was made from: written sentences, a teacher, others' vectors."""
    training, found = manifest.get("training", {}), []
    if "written_sentences" in training:
        found.append(
            f"{training['written_sentences']} sentences written for the project; "
            f"{training['disguised_rows']} rows again with their words disguised."
        )
    if teacher := training.get("teacher"):
        found.append(
            f"A teacher's scores of {teacher['texts']} texts (SHA-256 `{teacher['sha256']}`), "
            f"which {teacher['rows']} of {training['rows']} rows learn from."
        )
    found += [
        f"{one['name']} ({one['home']}; {one['licence']}): {one['use']}."
        for one in manifest.get("started_from", [])
    ]
    return [Bullets(found)] if found else []


def _figures(evaluation: Json | None) -> list[Block]:
    if not evaluation:
        return [_NOT_MEASURED]
    intro = (
        f"On {evaluation['rows']} labelled rows that no training saw, each set by itself"
        f"{_bounded(evaluation)}; "
        "precision, Brier score and calibration error are at the base rate."
    )
    return [
        Paragraph(intro),
        *tables.sections(evaluation, 3),
        Heading(3, "Promises"),
        tables.gates_table(gates(evaluation)),
        Heading(3, "Plots"),
        Picture("reliability.png", "Reliability by label"),
        Picture("scores.png", "Distribution of scores by label"),
        Picture("auc.png", "AUC by label and set"),
    ]


def _bounded(evaluation: Json) -> str:
    """Which rows, and in which mode, where the figures tell."""
    most, mode = evaluation.get("most_rows"), evaluation.get("mode")
    rows = f" and at most {most} rows of it, chosen by their digest" if most else ""
    several = len(evaluation.get("modes", {})) > 1
    return rows + (f", in the mode `{mode}` where nothing else is said" if several else "")


def _modes(evaluation: Json | None, *, illustrated: bool) -> list[Block]:
    blocks = modes_sections(evaluation or {}, 3, illustrated=illustrated)
    return [Heading(2, "Modes side by side"), *blocks] if blocks else []


def _fairness(evaluation: Json | None) -> list[Block]:
    blocks = fairness_sections(evaluation or {}, 3)
    if not blocks:
        return [_NOT_MEASURED]
    if (evaluation or {}).get("sentences"):
        shown = "Share let through and AUC by identity group, and names by origin"
        blocks.insert(0, Picture("fairness.png", shown))
    return blocks


def _ablations(found: Sequence[Json]) -> list[Block]:
    """What each step brought; every metric that any of them names has a column."""
    if not found:
        return [Paragraph("None are recorded for this version.")]
    names = list(dict.fromkeys(name for one in found for name in one["metrics"]))
    rows = [
        [str(one["name"]), *(_metric(one["metrics"].get(name)) for name in names)] for one in found
    ]
    return [Table(["variant", *names], rows)]


def _metric(value: object) -> str:
    return "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


def _packages(manifest: Json) -> Block:
    packages = manifest.get("packages", {})
    listed = ", ".join(f"{name} {version}" for name, version in sorted(packages.items()))
    seed = manifest.get("training", {}).get("seed")
    return Paragraph(f"Format {manifest.get('format')}, seed {seed}. {listed}")
