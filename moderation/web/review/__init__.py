"""The pages that moderators work on: sign in, the next comment, any comment, the queue.

`marking`, `phrases` and `case_view` are pure; `views` shows, `acts` changes, `refusals`
says what could not be done, `personal` is a moderator's own page, `sign_in` opens and ends
sessions.
"""

from moderation.web.review import acts, personal, refusals, sign_in, views
from moderation.web.review.blueprint import blueprint

__all__ = ["acts", "blueprint", "personal", "refusals", "sign_in", "views"]
