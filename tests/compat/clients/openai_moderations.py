"""OpenAI's own client: BASE KEY -> JSON."""

from __future__ import annotations

import json
import sys

from openai import AuthenticationError, BadRequestError, NotFoundError, OpenAI

base, key = sys.argv[1:]
client = OpenAI(base_url=f"{base}/v1", api_key=key)


def failing(client: OpenAI, **asked: object) -> dict[str, object]:
    try:
        client.moderations.create(**asked)  # type: ignore[arg-type]
    except (AuthenticationError, BadRequestError, NotFoundError) as error:
        return {
            "kind": type(error).__name__,
            "code": error.code,
            "type": error.type,
            "param": error.param,
        }
    return {}


one = client.moderations.create(input="You are a damned idiot.", model="omni-moderation-latest")
many = client.moderations.create(input=["You are a damned idiot.", "Good morning to all of you."])
parts = client.moderations.create(
    input=[
        {"type": "text", "text": "You are a damned idiot."},
        {"type": "image_url", "image_url": {"url": "https://news.example.org/a.png"}},
    ]
)
print(  # noqa: T201
    json.dumps(
        {
            "one": one.model_dump(by_alias=True),
            "many": many.model_dump(by_alias=True),
            "parts": parts.model_dump(by_alias=True),
            "harassment": one.results[0].category_scores.harassment,
            "empty": failing(client, input=""),
            "model": failing(client, input="a", model="gpt-4o"),
            "bad key": failing(OpenAI(base_url=f"{base}/v1", api_key="nonsense"), input="a"),
        }
    )
)
