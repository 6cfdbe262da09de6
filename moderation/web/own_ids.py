"""A site's own ids as a part of an address: any text of at least one character."""

from __future__ import annotations

from werkzeug.routing import PathConverter

NAME = "id"
"""What rules write: `/v1/comments/<id:comment_id>`."""


class OwnId(PathConverter):
    """An id with slashes wherever it has them: at its beginning, its end, and several in a row.

    The rule's map must leave slashes unmerged.
    """

    regex = ".+?"
    part_isolating = False
