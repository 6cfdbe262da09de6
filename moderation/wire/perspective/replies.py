"""What the comment analyzer answers, made from rulings.

`xModeration` is ours: the decision of the site's policy, its reasons, and the exact versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from moderation.text import utf16
from moderation.wire.perspective.attributes import Attribute
from moderation.wire.perspective.faults import Refused, language_not_supported
from moderation.wire.perspective.requests import PROBABILITY, InContext, threshold
from moderation.wire.perspective.shapes import AnalyzeRequest
from moderation.wire.replies import reasons_reply
from moderation.workflow.classify import Classified

Known = Mapping[str, float | None]
"""Scores by the names of labels and of heads."""


@dataclass(frozen=True, slots=True)
class Languages:
    """BCP 47 tags: what the caller said, what was found, and what the model was trained on."""

    asked: Sequence[str]
    """Empty where they were to be detected."""
    detected: str
    trained: Iterable[str]

    @property
    def used(self) -> list[str]:
        """Those that the comment was scored under."""
        return list(self.asked) or [self.detected]

    @property
    def foreign(self) -> list[str]:
        """Those among them that the model has no scores for."""
        learnt = {_primary(tag) for tag in self.trained}
        return [tag for tag in self.used if _primary(tag) not in learnt]


class Part(NamedTuple):
    """A piece of the text, in UTF-16 code units, and its scores."""

    begin: int
    end: int
    scores: Known


def parts_of(
    text: str, ranges: Sequence[tuple[int, int]], found: Sequence[Classified]
) -> list[Part]:
    """The whole text, and then each of its sentences: `found` has the scores in that order."""
    units = [(0, utf16.length(text)), *utf16.spans(text, ranges)]
    return [Part(*pair, _known(one)) for pair, one in zip(units, found, strict=True)]


def analyzed(
    asked: AnalyzeRequest,
    attributes: Mapping[str, Attribute],
    languages: Languages,
    context: InContext,
    parts: Sequence[Part],
    found: Classified,
) -> dict[str, object]:
    """The reply. Where no attribute is left, it has no `attributeScores`, as with Perspective.

    Raises `Refused` for an attribute without a score that may not be dropped.
    """
    scores = _answered(asked, attributes, languages, parts)
    dropped = [name for name in attributes if name not in scores]
    shown = {
        name: _attribute(attributes[name], score, parts)
        for name, score in scores.items()
        if score >= threshold(asked, name)
    }
    return {
        **({"attributeScores": shown} if shown else {}),
        "languages": languages.used,
        "detectedLanguages": [languages.detected],
        **_echo(asked.client_token),
        "xModeration": {
            **_ours(found),
            **({"dropped": dropped} if dropped else {}),
            **({"shortened": context.shortened} if context.shortened else {}),
        },
    }


def suggestion_taken(
    client_token: str | None, languages: Sequence[str], detected: str
) -> dict[str, object]:
    """The reply to a suggestion."""
    return {
        **_echo(client_token),
        "detectedLanguages": [detected],
        **({"requestedLanguages": list(languages)} if languages else {}),
    }


def _answered(
    asked: AnalyzeRequest,
    attributes: Mapping[str, Attribute],
    languages: Languages,
    parts: Sequence[Part],
) -> dict[str, float]:
    """The score of every attribute that has one."""
    may_go = bool(asked.drop_unsupported_attributes)
    if languages.foreign:
        if not may_go:
            first = next(iter(attributes))
            raise language_not_supported(first, languages.foreign, asked=bool(languages.asked))
        return {}
    found = {}
    for name, attribute in attributes.items():
        score = attribute.score(parts[0].scores)
        if score is not None:
            found[name] = score
        elif not may_go:
            raise Refused(_why_not(name, attribute))
    return found


def _ours(found: Classified) -> dict[str, object]:
    ruling = found.ruling
    return {
        "decision": ruling.decision.value,
        "reasons": reasons_reply(ruling.reasons),
        "model": ruling.model,
        "policy": ruling.policy,
        "mode": ruling.mode,
    }


def _known(found: Classified) -> Known:
    return {**{str(label): score for label, score in found.ruling.scores.items()}, **found.beside}


def _attribute(attribute: Attribute, score: float, parts: Sequence[Part]) -> dict[str, object]:
    spans = [(part.begin, part.end, attribute.score(part.scores)) for part in parts]
    told: dict[str, object] = {
        "spanScores": [
            {"begin": begin, "end": end, "score": _score(value)}
            for begin, end, value in spans
            if value is not None
        ],
        "summaryScore": _score(score),
    }
    if attribute.is_derived:
        told |= {"approximate": True, "derivedFrom": [str(one) for one in attribute.sources]}
    return told


def _score(value: float) -> dict[str, object]:
    return {"value": value, "type": PROBABILITY}


def _why_not(name: str, attribute: Attribute) -> str:
    if attribute.name == "OFF_TOPIC":
        return (
            "Attribute OFF_TOPIC needs something to be off of: context.entries, or "
            "context.articleAndParentComment with an article or a parent comment."
        )
    return f"Attribute {name} is not supported by the model in force."


def _echo(client_token: str | None) -> dict[str, str]:
    return {} if client_token is None else {"clientToken": client_token}


def _primary(tag: str) -> str:
    return tag.replace("_", "-").split("-")[0].lower()
