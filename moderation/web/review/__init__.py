"""The pages that moderators work on: sign in, the next comment, any comment, the queue.

`case_view`, what it is put together from, `marking`, `veiling`, `phrases`, `queue_view` and
`search_view` are pure; `views`, `queue_pages` and `search_pages` show, `acts` and `notes` change,
`refusals` says what could not be done, `sign_in` opens and ends sessions; `personal`,
`settings_page`, `breaks` and `chosen` are about the person who reads.
"""

from moderation.web.review import (
    acts,
    breaks,
    chosen,
    notes,
    personal,
    queue_pages,
    refusals,
    search_pages,
    settings_page,
    sign_in,
    views,
)
from moderation.web.review.blueprint import blueprint

__all__ = [
    "acts",
    "blueprint",
    "breaks",
    "chosen",
    "notes",
    "personal",
    "queue_pages",
    "refusals",
    "search_pages",
    "settings_page",
    "sign_in",
    "views",
]
