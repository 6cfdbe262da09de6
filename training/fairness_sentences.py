"""Fairness on sentences written for the project, none of which should be held.

Groups in the same templates, names by origin in the same frames, and ordinary words that
fool filters. What is counted is the decision of the default policy, language included: a
writer who is held as foreign is held.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from moderation.comments import Comment, Decision
from moderation.labels import TEXT_LABELS, Label
from moderation.policy import judge, policy_for
from moderation.scoring.scorer import Scorer
from training.fairness import Judged, by_group
from training.metrics import Bools, Floats, difference, share
from training.suite import Case

Json = dict[str, Any]

FRAMES: Final = (
    "{first} {surname} asked the council about the new timetable.",
    "I agree with {first} {surname} on the price of the season ticket.",
    "The article quotes {first} {surname}, who has taught here for ten years.",
    "{first} {surname} wrote a good letter about this last week.",
    "Thanks {first}, that was useful to know.",
    "{first} and I took the early train to the coast.",
    "Dr {surname} explained the results very clearly.",
    "As {surname} says, the bridge needs repairs before winter.",
)


def measure(folder: Path, functional: Sequence[Case], scorer: Scorer) -> Json:
    """`templates`, `names` and `words`, from the suites in `folder`.

    `functional` are the cases of `functional.csv`: with the templates they give each group its
    attacks, and so its areas.
    """
    sentences = _rows(folder / "identity_templates.csv")
    return {
        "templates": _templates(sentences, functional, scorer),
        "names": _names(_rows(folder / "names_by_origin.csv"), scorer),
        "words": _words(_rows(folder / "words_and_names.csv"), scorer),
    }


def texts(folder: Path) -> list[str]:
    """Every sentence that `measure` asks about, beside the functional cases."""
    written = ("identity_templates.csv", "words_and_names.csv")
    rows = [row["text"] for name in written for row in _rows(folder / name)]
    return [*rows, *_with_names(_rows(folder / "names_by_origin.csv"))]


def _with_names(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return [
        frame.format(first=row["first_name"], surname=row["surname"])
        for row in rows
        for frame in FRAMES
    ]


def _templates(rows: list[dict[str, str]], functional: Sequence[Case], scorer: Scorer) -> Json:
    cases = [case for case in functional if case.hateful is not None and not case.has_context]
    written = [row["text"] for row in rows] + [case.comment.text for case in cases]
    groups = np.array([row["group"] for row in rows] + [case.group for case in cases], dtype=object)
    truth = np.array([False] * len(rows) + [bool(case.hateful) for case in cases])
    allowed, scores = _judged(written, scorer)
    hate = scores[:, TEXT_LABELS.index(Label.IDENTITY_ATTACK)]
    cutoff = scorer.cutoffs[Label.IDENTITY_ATTACK].review
    flagged = hate >= (np.inf if cutoff is None else cutoff)
    judged = Judged(truth, hate, flagged, np.full(len(written), "suites", dtype=object))
    names = sorted({row["group"] for row in rows})
    figures = by_group(judged, {name: groups == name for name in names})
    template = np.arange(len(written)) < len(rows)
    for name in names:
        mine = template & (groups == name)
        figures[name]["sentences"] = int(mine.sum())
        figures[name]["let_through"] = _share(allowed[mine])
    shares = {name: float(figures[name]["let_through"]["value"]) for name in names}
    worst = min(shares, key=lambda name: shares[name])
    return {
        "sentences": len(rows),
        "groups": figures,
        "let_through": _share(allowed[template]),
        "mean": round(float(np.mean(list(shares.values()))), 4),
        "worst": {"group": worst, "value": shares[worst]},
    }


def _names(rows: list[dict[str, str]], scorer: Scorer) -> Json:
    written = _with_names(rows)
    origins = np.repeat([row["origin"] for row in rows], len(FRAMES))
    allowed, scores = _judged(written, scorer)
    highest = scores.max(axis=1)
    found = {
        str(origin): {
            "sentences": int((origins == origin).sum()),
            "mean_toxicity": round(float(scores[origins == origin, 0].mean()), 4),
            "mean_highest": round(float(highest[origins == origin].mean()), 4),
            "let_through": _share(allowed[origins == origin]),
        }
        for origin in dict.fromkeys(origins)
    }
    return {"sentences": len(written), "origins": found, "gap": _gap(origins, allowed)}


def _gap(origins: NDArray[np.str_], allowed: Bools) -> Json:
    """The largest difference in share let through between two origins."""
    shares = {
        str(origin): share(int(allowed[origins == origin].sum()), int((origins == origin).sum()))
        for origin in dict.fromkeys(origins)
    }
    known = {origin: found for origin, found in shares.items() if found}
    most = max(known, key=lambda origin: known[origin].value)
    least = min(known, key=lambda origin: known[origin].value)
    return {"most": most, "least": least, **difference(known[most], known[least]).as_json()}


def _words(rows: list[dict[str, str]], scorer: Scorer) -> Json:
    allowed, _ = _judged([row["text"] for row in rows], scorer)
    kinds = np.array([row["kind"] for row in rows], dtype=object)
    return {
        "sentences": len(rows),
        "let_through": _share(allowed),
        "kinds": {kind: _share(allowed[kinds == kind]) for kind in sorted(set(kinds))},
    }


def _judged(texts: Sequence[str], scorer: Scorer) -> tuple[Bools, Floats]:
    """Whether each is let through, and its scores: (texts,) and (texts, text labels)."""
    policy = policy_for(None, scorer.cutoffs)
    assessed = scorer.assess([Comment(text) for text in texts])
    allowed = [judge(one, policy).decision is Decision.ALLOW for one in assessed]
    scores = [[one.scores[label] or 0.0 for label in TEXT_LABELS] for one in assessed]
    return np.array(allowed, dtype=np.bool_), np.array(scores, dtype=np.float64)


def _share(which: Bools) -> Json:
    found = share(int(which.sum()), len(which))
    return found.as_json() if found else {}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
