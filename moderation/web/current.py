"""What belongs to the request being answered: the services, the settings, its id."""

from __future__ import annotations

from typing import cast

from flask import current_app, g

from moderation.settings import Settings
from moderation.workflow import Services

EXTENSION = "moderation"


def services() -> Services:
    """The collaborators that the app was made with."""
    return cast(Services, current_app.extensions[EXTENSION][0])


def settings() -> Settings:
    """The settings that the app was made with."""
    return cast(Settings, current_app.extensions[EXTENSION][1])


def request_id() -> str:
    """The id that this request goes by in headers, errors and logs."""
    return cast(str, g.get("request_id", ""))
