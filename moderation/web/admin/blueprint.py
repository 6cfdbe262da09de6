"""The blueprint that the pages of the administration hang on: for people who have signed in."""

from __future__ import annotations

from flask import Blueprint

from moderation.web.auth import signed_in_person
from moderation.web.pages import refuse_nul

blueprint = Blueprint("admin", __name__)
blueprint.before_request(refuse_nul)


@blueprint.before_request
def refuse_keys() -> None:
    """No key opens these pages, not even an administrator's token."""
    signed_in_person()
