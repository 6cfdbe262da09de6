"""The pages that moderators work on: sign in, the next comment, any comment, the queue.

`marking`, `veiling`, `phrases` and `case_view` are pure; `views` shows, `acts` changes,
`refusals` says what could not be done, `sign_in` opens and ends sessions; `settings_page`,
`breaks` and `chosen` are about the person who reads.
"""

from moderation.web.review import acts, breaks, chosen, refusals, settings_page, sign_in, views
from moderation.web.review.blueprint import blueprint

__all__ = [
    "acts",
    "blueprint",
    "breaks",
    "chosen",
    "refusals",
    "settings_page",
    "sign_in",
    "views",
]
