"""What can go wrong in the domain. Knows no HTTP: the web layer maps each class to a status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class ModerationError(Exception):
    """Base of every error that a caller may be shown.

    `code` is stable and machine-readable; `message` is for people and never
    quotes comment text; `details` is JSON-ready.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, object] = details


class InvalidInput(ModerationError):
    """A field has a value that the contract does not allow; `details["field"]` names it."""

    code = "invalid_input"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}", field=field)
        self.field = field


class TooLarge(InvalidInput):
    """A field, or the whole body, is longer than its limit."""

    code = "too_large"


class NotFound(ModerationError):
    """No such thing for this caller."""

    code = "not_found"


class UnknownReference(InvalidInput):
    """A field names something that is not stored, such as an article id."""

    code = "unknown_reference"


class KeyReused(InvalidInput):
    """What tells a repeated call from a new one came with another content before."""

    code = "key_reused"


class Erased(ModerationError):
    """It was here and has been erased for good."""

    code = "erased"


class Conflict(ModerationError):
    """Somebody else was faster, or the thing has changed since it was seen."""

    code = "conflict"


class StaleVersion(Conflict):
    """The version that came with the change is no longer the current one."""

    code = "stale_version"


class NotHeld(Conflict):
    """The lease on the item belongs to somebody else, or has ended."""

    code = "not_held"


class NotAuthenticated(ModerationError):
    """No credentials, or ones that are not valid."""

    code = "not_authenticated"


class Forbidden(ModerationError):
    """Valid credentials without the permission that this needs."""

    code = "forbidden"


class PasswordToReplace(Forbidden):
    """The password was set by somebody else: it has to be replaced before anything else."""

    code = "password_to_replace"


class RateLimited(ModerationError):
    """More was asked in a while than is allowed; `details["retry_after"]` is in seconds."""

    code = "rate_limited"


class NotScored(ModerationError):
    """The text could not be scored now; `details["retry_after"]` is in seconds."""

    code = "not_scored"


class Unavailable(ModerationError):
    """The database cannot be reached, or cannot keep anything more: nothing was kept."""

    code = "unavailable"


class TooLate(ModerationError):
    """There is no answer in the time that the caller has; one may be found all the same."""

    code = "too_late"


class ModelInvalid(ModerationError):
    """A model folder whose files do not match its manifest, or cannot be read."""

    code = "model_invalid"


class ImportRefused(ModerationError):
    """A file that is not in a format we read, or that is hostile."""

    code = "import_refused"


class SettingsInvalid(ModerationError):
    """A setting has an unknown name or a value that does not fit. Never quotes the value."""

    code = "settings_invalid"
