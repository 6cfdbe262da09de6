"""The pages that moderators work on: sign in, the next comment, any comment, the queue.

`case_view`, what it is put together from, `marking` and `phrases` are pure; `views` shows,
`acts` and `notes` change, `refusals` says what could not be done, `sign_in` opens and ends
sessions.
"""

from moderation.web.review import acts, notes, refusals, sign_in, views
from moderation.web.review.blueprint import blueprint

__all__ = ["acts", "blueprint", "notes", "refusals", "sign_in", "views"]
