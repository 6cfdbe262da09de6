"""OpenAI's moderations as plain values: inputs read and checked, results made from rulings.

A category is true where the labels behind it are among the reasons of the decision, and `flagged`
exactly where the decision is not to allow. What has no category of its own (toxicity, profanity, a
language, a rule of the site) counts as `harassment` there, so that one category always is true in
what is flagged. `docs/openai-moderations.md` says so to callers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import msgspec

from moderation.comments import Decision
from moderation.errors import InvalidInput, ModerationError, NotFound
from moderation.labels import Label
from moderation.text.folding import is_blank
from moderation.wire.mending import decode_mended
from moderation.wire.replies import RulingReply, classified_reply
from moderation.workflow.classify import Classified

MAX_INPUTS: Final = 1_000
MAX_CHARACTERS: Final = 200_000
"""Code points of one text: about four times what OpenAI's own model reads."""

MAX_IMAGES: Final = 1

SCORED: Final[Mapping[str, tuple[Label, ...]]] = {
    "harassment": (Label.INSULT,),
    "harassment/threatening": (Label.INSULT, Label.THREAT),
    "hate": (Label.IDENTITY_ATTACK,),
    "hate/threatening": (Label.IDENTITY_ATTACK, Label.THREAT),
    "sexual": (Label.SEXUAL_EXPLICIT,),
}
"""The labels that must all apply: the score is the lowest of theirs."""

NOT_ASSESSED: Final = (
    *("illicit", "illicit/violent", "self-harm", "self-harm/intent", "self-harm/instructions"),
    *("sexual/minors", "violence", "violence/graphic"),
)
"""Categories that nothing here measures: false, 0, and no input type that was looked at."""

CATEGORIES: Final = (*SCORED, *NOT_ASSESSED)
REST: Final = "harassment"
"""The category of whatever has none."""

_THEIR_MODELS: Final = re.compile(r"(?:omni|text)-moderation-[a-z0-9-]{1,40}")


class InvalidRequest(InvalidInput):
    """A part of the request that is no good, with the code that OpenAI gives it."""

    def __init__(self, param: str, message: str, code: str | None = None) -> None:
        ModerationError.__init__(self, message)
        self.field = self.param = param
        self.openai_code = code


class ModelNotFound(NotFound):
    """A model that is neither one of OpenAI's moderation models nor the one in force here."""

    def __init__(self, model: str) -> None:
        super().__init__(f"The model `{_shown(model)}` does not exist or is not in force here.")


class Item(NamedTuple):
    """One thing to be moderated: its text, empty where there is none, and what else is in it."""

    text: str
    has_image: bool = False


class _Asked(msgspec.Struct):
    # What else a caller sends changes nothing here, as there.
    input: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    model: str | None = None


class _Image(msgspec.Struct):
    url: str


class _Part(msgspec.Struct):
    type: str
    text: str | None = None
    image_url: _Image | None = None


def items(raw: bytes, version: str) -> list[Item]:
    """What is to be moderated, in order: one for a string or typed parts, one for each of a list.

    `version` is the model in force. Raises `InvalidRequest`, or `ModelNotFound`.
    """
    asked = _read(raw, _Asked, "")
    if asked.input is msgspec.UNSET or bytes(asked.input) == b"null":
        missing = "Missing required parameter: 'input'."
        raise InvalidRequest("input", missing, "missing_required_parameter")
    model = asked.model or version
    if model != version and not _THEIR_MODELS.fullmatch(model):
        raise ModelNotFound(model)
    sent = bytes(asked.input)
    if sent[:1] == b'"':
        return [Item(_checked(_read(sent, str, "input"), "input"))]
    if sent[:1] != b"[":
        raise InvalidRequest("input", _INPUT_TYPE, "invalid_type")
    return _listed(_read(sent, list[msgspec.Raw], "input"))


def results(
    sent: Sequence[Item], scored: Mapping[int, Classified]
) -> tuple[list[dict[str, object]], list[object]]:
    """The results in order, and ours beside them. `scored` has the items that hold a text."""
    pairs = [_result(one, scored.get(place)) for place, one in enumerate(sent)]
    return [theirs for theirs, _ in pairs], [ours for _, ours in pairs]


def error(status: int, message: str, code: str | None, param: str | None) -> dict[str, object]:
    """An error as OpenAI tells it: `{"error": {"message", "type", "param", "code"}}`."""
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        kind = "requests"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


_INPUT_TYPE: Final = (
    "Invalid type for 'input': expected one of a string, an array of strings or an array of "
    "typed parts."
)


def _listed(sent: Sequence[msgspec.Raw]) -> list[Item]:
    if not sent:
        raise InvalidRequest("input", "Invalid 'input': must not be empty.", "empty_array")
    if len(sent) > MAX_INPUTS:
        raise InvalidRequest(
            "input",
            f"Invalid 'input': array too long. Expected an array with maximum length {MAX_INPUTS}, "
            f"but got an array with length {len(sent)} instead.",
            "array_above_max_length",
        )
    if all(bytes(one)[:1] == b'"' for one in sent):
        texts = [_read(one, str, f"input[{place}]") for place, one in enumerate(sent)]
        if all(map(is_blank, texts)):
            raise _empty("input[0]")
        return [Item(_bounded(text, f"input[{at}]")) for at, text in enumerate(texts)]
    if not all(bytes(one)[:1] == b"{" for one in sent):
        raise InvalidRequest("input", _INPUT_TYPE, "invalid_type")
    return [_together([_read(one, _Part, f"input[{at}]") for at, one in enumerate(sent)])]


def _together(parts: Sequence[_Part]) -> Item:
    """Typed parts are one thing: their texts in order, a line each."""
    texts, images = [], 0
    for place, part in enumerate(parts):
        at = f"input[{place}]"
        if part.type == "text" and part.text is not None:
            texts.append(_bounded(part.text, f"{at}.text"))
        elif part.type == "image_url" and part.image_url is not None:
            images += 1
        else:
            kinds = "type text with text, or type image_url with image_url.url"
            raise InvalidRequest(f"{at}.type", f"Invalid '{at}': needs {kinds}.", "invalid_value")
    if images > MAX_IMAGES:
        most = f"Too many images: at most {MAX_IMAGES} is taken in a call."
        raise InvalidRequest("input", most, "too_many_images")
    text = "\n".join(filter(None, texts))
    if not text and not images:
        raise _empty("input[0].text")
    return Item(_bounded(text, "input"), images > 0)


def _checked(text: str, at: str) -> str:
    if is_blank(text):
        raise _empty(at)
    return _bounded(text, at)


def _empty(at: str) -> InvalidRequest:
    return InvalidRequest(at, f"Invalid '{at}': must not be empty.", "empty_string")


def _bounded(text: str, at: str) -> str:
    """The text; an empty one where there is nothing to be read in it."""
    if len(text) > MAX_CHARACTERS:
        raise InvalidRequest(
            at,
            f"Invalid '{at}': string too long. Expected a string with maximum length "
            f"{MAX_CHARACTERS}, but got a string with length {len(text)} instead.",
            "string_above_max_length",
        )
    return "" if is_blank(text) else text


def _result(item: Item, found: Classified | None) -> tuple[dict[str, object], object]:
    seen = found.ruling.scores if found else {}
    lowest = {name: min(seen.get(one) or 0.0 for one in labels) for name, labels in SCORED.items()}
    holds = found is not None and found.ruling.decision is not Decision.ALLOW
    true = _true_of(found) if found and holds else frozenset()
    theirs: dict[str, object] = {
        "flagged": holds,
        "categories": {name: name in true for name in CATEGORIES},
        "category_scores": {name: lowest.get(name, 0.0) for name in CATEGORIES},
        "category_applied_input_types": {
            name: ["text"] if found and name in SCORED else [] for name in CATEGORIES
        },
    }
    return theirs, _ours(item, found)


def _true_of(found: Classified) -> frozenset[str]:
    """The categories of a text that is not allowed: at least one."""
    over = {reason.label for reason in found.ruling.reasons if reason.label is not None}
    true = {name for name, labels in SCORED.items() if over.issuperset(labels)}
    return frozenset(true or {REST})


def _ours(item: Item, found: Classified | None) -> dict[str, Any]:
    """The ruling as the native interface tells it; what was not looked at is named."""
    if found is None:
        told: dict[str, Any] = {"decision": None, "reasons": [{"code": "not_scored"}]}
    else:
        ruling: RulingReply = classified_reply(found, explain=False)
        told = {name: getattr(ruling, name) for name in _TOLD}
    return {**told, **({"not_assessed": ["image"]} if item.has_image else {})}


_TOLD: Final = ("decision", "reasons", "scores", "language", "policy", "mode")


def _read(raw: bytes | msgspec.Raw, kind: Any, at: str) -> Any:  # noqa: ANN401
    """JSON as a `kind`, which only the caller knows."""
    try:
        return decode_mended(raw, kind, at, at or "body")
    except InvalidInput as problem:
        field = problem.field
        said = problem.message.removeprefix(f"{field}: ")
        raise InvalidRequest(field, f"Invalid '{field}': {said}.", "invalid_value") from None


def _shown(name: str) -> str:
    return "".join(mark if mark.isprintable() else "?" for mark in name[:60])
