"""The OpenAPI document as a page shows it: sections, tables and commands to paste. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

_Schema = Mapping[str, Any]

_LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {:,} characters",
    "minimum": "from {}",
    "maximum": "to {}",
    "minItems": "at least {}",
    "maxItems": "at most {:,}",
}
_TOLD_ONCE = ("X-Request-Id", "RateLimit", "RateLimit-Policy")
_SHARED_BY = 10
"""An error that so many routes tell in the same words is told once, for all of them."""

_Answers = Mapping[str, Mapping[str, Any]]
_TITLES = {
    "classify": "Scoring",
    "articles": "Articles",
    "comments": "Comments",
    "queue": "The queue",
    "model_info": "The model",
    "stats": "Numbers",
    "reference": "This document",
    "health": "For machines that watch",
}


def sections_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The routes by what they are about, in the order in which one meets them."""
    by_tag: dict[str, list[dict[str, Any]]] = {tag: [] for tag in _TITLES}
    shared = _shared(document)
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            route = _route(document, path, method, told)
            route |= _answers(told["responses"], shared)
            by_tag.setdefault(told["tags"][0], []).append(route)
    return [
        {"id": tag, "title": _TITLES.get(tag, tag), "routes": routes}
        for tag, routes in by_tag.items()
        if routes
    ]


def errors_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What most routes can answer when something is wrong, by status."""
    return [_answer(status, told) for status, told in sorted(_shared(document).items())]


def objects_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Whatever is sent or answered and has a name, with its fields or what it can be.

    Parameters of a query are not among them: their route has them.
    """
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    return [
        {
            "name": name,
            "about": schema.get("description", ""),
            "fields": _fields(schema) if "properties" in schema else [],
            "values": schema.get("enum", []),
        }
        for name, schema in document["components"]["schemas"].items()
        if name in named
    ]


def _route(
    document: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]
) -> dict[str, Any]:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "id": told["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": told["summary"],
        "paragraphs": [part for part in told["description"].split("\n\n") if part],
        "parameters": [_parameter(one) for one in told.get("parameters", ())],
        "body": _words(body["schema"]) if body else [],
        "curl": _curl(document["servers"][0]["url"], path, method, told, body.get("example")),
    }


def _parameter(told: Mapping[str, Any]) -> dict[str, Any]:
    schema = told["schema"]
    return {
        "name": told["name"],
        "where": {"path": "in the path", "query": "in the query", "header": "a header"}[told["in"]],
        "required": told.get("required", False),
        "words": _words(schema),
        "about": _about({"description": told.get("description", "")} | dict(schema)),
    }


def _shared(document: Mapping[str, Any]) -> _Answers:
    routes = [told for methods in document["paths"].values() for told in methods.values()]
    told = [answer for route in routes for answer in route["responses"].items()]
    words = Counter((status, answer["description"]) for status, answer in told if status >= "400")
    return {
        status: answer
        for status, answer in told
        if words[status, answer["description"]] >= _SHARED_BY
    }


def _answers(responses: _Answers, shared: _Answers) -> dict[str, Any]:
    """Those of a route's own, and the statuses of those it has in common with most others."""
    common = [
        status
        for status, told in responses.items()
        if told["description"] == shared.get(status, {}).get("description")
    ]
    own = [_answer(status, told) for status, told in responses.items() if status not in common]
    return {"answers": own, "errors": common}


def _answer(status: str, told: Mapping[str, Any]) -> dict[str, Any]:
    content = told.get("content", {})
    words = [word for one in content.values() for word in _words(one["schema"])]
    headers = [name for name in told["headers"] if name not in _TOLD_ONCE]
    return {"status": status, "about": told["description"], "words": words, "headers": headers}


def _fields(schema: _Schema) -> list[dict[str, Any]]:
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "required": name in required,
            "words": _words(field),
            "about": "; ".join(filter(None, map(_about, _choices(field)))),
        }
        for name, field in schema["properties"].items()
    ]


def _choices(schema: _Schema) -> list[_Schema]:
    """The schema, and what it is one of."""
    return [schema, *schema.get("anyOf", ())]


def _about(schema: _Schema) -> str:
    limits = [_limit(name, schema[name]) for name in _LIMITS if name in schema]
    told = [schema.get("description", "").rstrip("."), ", ".join(limits)]
    return "; ".join(part for part in told if part)


def _limit(name: str, value: object) -> str:
    if (name, value) == ("minLength", 1):
        return "not empty"
    return _LIMITS[name].format(value)


def _words(schema: _Schema) -> list[dict[str, str]]:
    """What a value is, in words; those that name an object lead to it."""
    return list(_spelt(schema))


def _spelt(schema: _Schema) -> Iterator[dict[str, str]]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield {"words": name, "object": name}
    elif "enum" in schema:
        yield {"words": " or ".join(f"\u201c{one}\u201d" for one in schema["enum"])}
    elif "anyOf" in schema and "properties" not in schema:
        for number, one in enumerate(schema["anyOf"]):
            if number:
                yield {"words": "or"}
            yield from _spelt(one)
    elif schema.get("type") == "array":
        yield {"words": "a list of"}
        yield from _spelt(schema.get("items", {}))
    elif isinstance(schema.get("additionalProperties"), dict):
        yield {"words": "names, each with"}
        yield from _spelt(schema["additionalProperties"])
    else:
        yield {"words": _plain(schema)}


def _plain(schema: _Schema) -> str:
    by_format = {"date-time": "a time", "date": "a day"}
    by_type = {"string": "text", "integer": "a whole number", "number": "a number"}
    by_type |= {"boolean": "true or false", "null": "null", "object": "an object"}
    known = by_format.get(schema.get("format", "")) or by_type.get(schema.get("type", ""))
    return known or "anything"


def _curl(url: str, path: str, method: str, told: Mapping[str, Any], example: object) -> str:
    """The call as it can be pasted into a shell, with the key in `$KEY`."""
    named = path.replace("{comment_id}", "c-17").replace("{article_id}", "bridge-1")
    named = named.replace("{item_id}", "0f3a9c52")
    parts = [f"curl {url}{named}"]
    if method not in ("get", "post") or (method == "post" and example is None):
        parts[0] = f"curl -X {method.upper()} {url}{named}"
    if told["security"]:
        parts.append('-H "Authorization: Bearer $KEY"')
    if example is not None:
        parts.append('-H "Content-Type: application/json"')
        parts.append(f"-d '{json.dumps(example)}'")
    return " \\\n  ".join(parts)
