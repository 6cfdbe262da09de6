"""What the person who asks has chosen, as templates use it.

Templates call these themselves, so that no view has to hand them on and every text that goes
through `pieces_of` is veiled. Preferences are read once a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import g, request

from moderation.preferences import Care, Mask
from moderation.web.auth import acting_user
from moderation.web.current import services
from moderation.web.review.blueprint import blueprint
from moderation.web.review.marking import Piece
from moderation.web.review.veiling import Passage
from moderation.web.review.veiling import veiled as veiled_for
from moderation.workflow.preferences import Preferences, preferences_of
from moderation.workflow.shifts import Shift, shift_of

_SHOWN = "shown"


def preferences() -> Preferences:
    """What holds for the person who asks."""
    if "preferences" not in g:
        g.preferences = preferences_of(services(), acting_user())
    found: Preferences = g.preferences
    return found


@blueprint.app_template_global()
def own_care() -> Care:
    """What the person chose, or has from the desk."""
    return preferences().care


@blueprint.app_template_global()
def care() -> Care:
    """How texts are shown: as the person chose, or without a veil where the address says so."""
    chosen = own_care()
    if request.args.get(_SHOWN) == "yes":
        return replace(chosen, mask=Mask.OFF, blur=False)
    return chosen


@blueprint.app_template_global()
def veiled(pieces: Sequence[Piece]) -> list[Passage]:
    """A text's pieces as the person wants to meet them."""
    return veiled_for(pieces, care())


@blueprint.app_template_global()
def shift_now() -> Shift:
    """What lies behind the person."""
    if "shift" not in g:
        g.shift = shift_of(services(), acting_user(), own_care())
    found: Shift = g.shift
    return found


@blueprint.app_template_global()
def shown_url() -> str:
    """This page with nothing veiled, for browsers without script.

    Relative, so that what a script has put into another page leads to that page.
    """
    return "?" + urlencode({**request.args, _SHOWN: "yes"})
