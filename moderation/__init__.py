"""A self-hosted service that flags abusive and off-topic comments and learns from moderators.

`labels`, `comments`, `errors` are the words everyone uses; `text` and `scoring` turn a
comment into scores, `policy` into a decision; `review_queue` is the life of a review
item; `workflow` holds the use cases over `stores`; `storage`, `importers` and `web`
are the edges.
"""

import os

from moderation.comments import Comment, Decision

__all__ = ["Comment", "Decision"]

# Before onnxruntime is imported anywhere: its builds report home unless told not to, and the thread
# that does it leaves every fork of its process unable to end.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
