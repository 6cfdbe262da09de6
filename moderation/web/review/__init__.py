"""The pages that moderators work on: sign in, the next comment, any comment, the queue.

`case_view`, what it is put together from, `marking`, `phrases`, `queue_view` and `search_view` are
pure; `views`, `queue_pages` and `search_pages` show, `acts` and `notes` change, `refusals` says
what could not be done, `sign_in` opens and ends sessions.
"""

from moderation.web.review import acts, notes, queue_pages, refusals, search_pages, sign_in, views
from moderation.web.review.blueprint import blueprint

__all__ = [
    "acts",
    "blueprint",
    "notes",
    "queue_pages",
    "refusals",
    "search_pages",
    "sign_in",
    "views",
]
