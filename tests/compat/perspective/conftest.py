"""The app with a site's key: what the web tests have as well."""

from tests.web.conftest import (
    anyone,
    app,
    daily,
    keep_key,
    keep_user,
    other_program,
    person,
    program,
    web,
)

__all__ = [
    "anyone",
    "app",
    "daily",
    "keep_key",
    "keep_user",
    "other_program",
    "person",
    "program",
    "web",
]
