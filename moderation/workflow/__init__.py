"""The use cases. Each owns its transaction; none knows HTTP, SQL or a particular model.

`classify` scores and keeps nothing; `intake` takes in articles and comments;
`objections` takes reports and appeals; `reviewing` is what moderators do.
"""

from moderation.workflow.services import Services

__all__ = ["Services"]
