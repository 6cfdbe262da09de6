"""The page on which a person chooses their keys, and how they meet the worst texts."""

from __future__ import annotations

from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from moderation.accounts import Permission
from moderation.errors import InvalidInput
from moderation.key_map import ACTIONS
from moderation.preferences import MOST_HARSH, MOST_MINUTES, Choices, Mask, care_of
from moderation.web.auth import acting_user, requires
from moderation.web.current import services
from moderation.web.review.blueprint import blueprint
from moderation.web.review.chosen import preferences
from moderation.web.review.rendering import announce, go_on, page
from moderation.workflow.preferences import choose_care, choose_keys, set_for_everybody
from moderation.workflow.shifts import SHIFT, shift_of

_SWITCHES = {"yes": True, "no": False}
_NUMBERS = {"harsh_an_hour": MOST_HARSH, "minutes": MOST_MINUTES}


@blueprint.get("/review/settings")
@requires(Permission.REVIEW)
def own_settings() -> str:
    """What holds for the person, and forms to change it."""
    return _page()


@blueprint.post("/review/settings/care")
@requires(Permission.REVIEW)
def save_care() -> Response | tuple[str, int]:
    """Keep how the person wants to meet texts, and when they want to be told of a break."""
    try:
        choose_care(services(), acting_user(), _sent_care())
    except InvalidInput as error:
        return _page(error, "care"), HTTPStatus.BAD_REQUEST
    announce("Saved: this is how you see comments from now on.")
    return go_on("review.own_settings")


@blueprint.post("/review/settings/keys")
@requires(Permission.REVIEW)
def save_keys() -> Response | tuple[str, int]:
    """Keep the person's keys, or go back to the defaults."""
    sent = {action.name: request.form.get(action.name, "").strip() for action in ACTIONS}
    reset = request.form.get("reset") == "yes"
    try:
        chosen = {} if reset else {name: key for name, key in sent.items() if key}
        choose_keys(services(), acting_user(), chosen)
    except InvalidInput as error:
        return _page(error, "keys", keys=sent), HTTPStatus.BAD_REQUEST
    announce("Your keys are the defaults again." if reset else "Your keys are saved.")
    return go_on("review.own_settings")


@blueprint.post("/review/settings/everybody")
@requires(Permission.ADMINISTER)
def save_for_everybody() -> Response | tuple[str, int]:
    """Keep what holds for everybody who chose nothing else."""
    try:
        set_for_everybody(services(), acting_user(), _sent_care())
    except InvalidInput as error:
        return _page(error, "everybody"), HTTPStatus.BAD_REQUEST
    announce("Saved for everybody who chose nothing else.")
    return go_on("review.own_settings")


def _page(
    error: InvalidInput | None = None, form: str = "", *, keys: dict[str, str] | None = None
) -> str:
    """The page; after an `error` in a form, with what was typed into it."""
    known = preferences()
    words = error.message.removeprefix(f"{error.field}: ") if error else ""
    problem = {"form": form, "field": error.field, "words": f"It {words}."} if error else None
    return page(
        "review/settings.html",
        "settings",
        own=request.form if form == "care" else _typed(known.own),
        everybody=request.form if form == "everybody" else _typed(known.desk),
        desk_care=care_of(Choices(), known.desk),
        first_care=care_of(Choices(), Choices()),
        typed_keys=keys or known.keys,
        masks=list(Mask),
        most=_NUMBERS,
        problem=problem,
        shift=shift_of(services(), acting_user(), known.care, back=SHIFT),
        may_set=acting_user().may(Permission.ADMINISTER),
    )


def _sent_care() -> Choices:
    mask = request.form.get("mask", "")
    if mask and mask not in set(Mask):
        raise InvalidInput("mask", "must be off, slurs or coarse")
    return Choices(
        mask=Mask(mask) if mask else None,
        blur=_SWITCHES.get(request.form.get("blur", "")),
        grey=_SWITCHES.get(request.form.get("grey", "")),
        harsh_an_hour=_number("harsh_an_hour"),
        minutes=_number("minutes"),
    )


def _number(name: str) -> int | None:
    sent = request.form.get(name, "").strip()
    if not sent:
        return None
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 6):
        raise InvalidInput(name, f"must be a number from 0 to {_NUMBERS[name]}")
    return int(sent)


def _typed(choices: Choices) -> dict[str, str]:
    """Choices as the fields of a form have them."""
    said = {True: "yes", False: "no", None: ""}
    numbers = {name: getattr(choices, name) for name in _NUMBERS}
    return {
        "mask": choices.mask or "",
        "blur": said[choices.blur],
        "grey": said[choices.grey],
        **{name: "" if value is None else str(value) for name, value in numbers.items()},
    }
