"""The pages on other protocols say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from moderation.scoring.active import ActiveModel
from moderation.scoring.registry import Registry
from moderation.scoring.scorer import AUTO
from moderation.wire.moderations import CATEGORIES
from moderation.wire.perspective.attributes import TABLE, Origin
from moderation.wire.perspective.faults import ErrorType

ROOT = Path(__file__).resolve().parents[2]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_table_of_attributes_is_the_one_in_force() -> None:
    written = re.findall(
        r"^\| `[A-Z_]+` \| (?:trained|derived|refused) \|.*$", page("perspective.md"), re.M
    )
    assert written == [
        f"| `{one.name}` | {one.origin.value} | "
        f"{', '.join(f'`{source!s}`' for source in one.sources)} | {one.note} |"
        for one in TABLE.values()
    ]


def test_the_guide_sorts_attributes_as_the_table_does() -> None:
    rows = re.findall(
        r"^\| (`[A-Z].*) \| (trained|derived|refused).* \|$", page("from-perspective.md"), re.M
    )
    for names, origin in rows:
        for name in re.findall(r"`([A-Z_]{4,})`", names):
            if not name.startswith("_"):
                assert TABLE[name].origin is Origin(origin), name


def test_every_kind_of_error_is_described() -> None:
    assert all(f"`{kind.value}`" in page("perspective.md") for kind in ErrorType)


def test_every_category_is_described() -> None:
    assert all(f"`{name}`" in page("openai-moderations.md") for name in CATEGORIES)


def test_thresholds_to_begin_with_are_the_shipped_model_s() -> None:
    scorer = ActiveModel(Registry(ROOT / "models", ROOT / "models" / "none")).current()
    review = {label.value: pair.review or 0.0 for label, pair in scorer.cutoffs_in(AUTO).items()}
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| (0\.\d\d) \|$", page("from-perspective.md"), re.M))
    for name, value in told.items():
        (label,) = TABLE[name].sources
        assert float(value) == round(review[label], 2), name
    assert len(told) == 7
    of_coral = re.search(r"\(toxicity (0\.\d\d), insult\s(0\.\d\d)\)", page("from-coral.md"))
    percent = re.search(r"set it to (\d\d) % in", page("from-coral.md"))
    assert of_coral
    assert percent
    assert float(of_coral[1]) == round(review["toxicity"], 2) == int(percent[1]) / 100
    assert float(of_coral[2]) == round(review["insult"], 2)
    of_categories = {"harassment": "insult", "hate": "identity_attack", "sexual": "sexual_explicit"}
    told = dict(
        re.findall(r"^\| `([a-z]+)` \| (0\.\d\d) \|$", page("from-openai-moderations.md"), re.M)
    )
    assert {name: float(value) for name, value in told.items()} == {
        name: round(review[label], 2) for name, label in of_categories.items()
    }
