"""The OpenAPI document of the native API, made from the routes of the app and what they declare."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Flask
from werkzeug.routing import Rule

from moderation.accounts import Permission
from moderation.web.auth import declared_access
from moderation.web.openapi_answers import HEADERS, PARAMETER, faults_of, headers_of
from moderation.web.operations import JSON, Operation, operation_of
from moderation.wire.faults import FaultReply
from moderation.wire.fields import Id

_REF = "#/components/schemas/{name}"
_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"key": []}, {"session": []}]

_Schemas = dict[str, Any]

ABOUT = """\
Scores and decisions for comments, and the review queue behind them. A key belongs to one site, and
no request names its site. Every answer carries `X-Request-Id`, and every error has one shape."""


def document(app: Flask, url: str) -> dict[str, Any]:
    """The whole document, ready for JSON; `url` is where the service is reached."""
    found = list(_routes(app))
    paths: dict[str, dict[str, Any]] = {}
    schemas = _Collected([operation for *_, operation in found])
    for rule, method, view, operation in found:
        path = PARAMETER.sub(r"{\1}", rule.rule)
        told = _operation(rule, view, operation, schemas)
        paths.setdefault(path, {})[method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {"title": "Comment moderation", "version": "1", "description": ABOUT},
        "servers": [{"url": url.rstrip("/")}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas.components, "securitySchemes": _schemes()},
    }


def _routes(app: Flask) -> Iterator[tuple[Rule, str, Callable[..., object], Operation]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        operation = operation_of(view)
        if operation is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, view, operation


class _Collected:
    """Schemas of every type that the operations name, by the types themselves."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        kinds: list[Any] = [FaultReply, Id]
        for operation in operations:
            kinds += [kind for given in operation.gives.values() for kind in _each(given)]
            kinds += [kind for kind in (operation.takes, operation.query) if kind is not None]
            kinds += operation.headers.values()
        found, self.components = msgspec.json.schema_components(kinds, ref_template=_REF)
        self._by_kind = list(zip(kinds, found, strict=True))
        for schema in self.components.values():
            if "description" in schema:
                schema["description"] = inspect.cleandoc(schema["description"])
            _leave_out_null(schema)
        for operation in operations:
            if operation.amend is not None:
                operation.amend(self.components)

    def of(self, kind: object) -> _Schemas:
        """The schema of a type, which may be but a reference; of several, any of them."""
        if isinstance(kind, tuple):
            return {"anyOf": [self.of(one) for one in kind]}
        return next(dict(schema) for known, schema in self._by_kind if known is kind)


def _leave_out_null(schema: _Schemas) -> None:
    """Take away that a field is `null` where it is left out: it says nothing, and generators of
    typed clients read a default as "always there"."""
    for field in schema.get("properties", {}).values():
        if field.get("default", ...) is None:
            del field["default"]


def _each(given: object) -> tuple[object, ...]:
    """The types of an answer: none, one, or several of which it is any."""
    if given is None:
        return ()
    return given if isinstance(given, tuple) else (given,)


def _operation(
    rule: Rule, view: Callable[..., object], operation: Operation, schemas: _Collected
) -> dict[str, Any]:
    summary, _, rest = inspect.cleandoc(view.__doc__ or "").partition("\n")
    needed = declared_access(view) or frozenset()
    told: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": summary,
        "description": "\n\n".join(_described(rest.strip(), needed, operation)),
        "security": _SECURITY if needed else [],
    }
    if parameters := list(_parameters(rule, operation, schemas)):
        told["parameters"] = parameters
    if operation.takes is not None:
        told["requestBody"] = _body(operation, schemas)
    told["responses"] = dict(sorted(_responses(rule, view, operation, schemas).items()))
    return told


def _described(rest: str, needed: frozenset[Permission], operation: Operation) -> Iterator[str]:
    if rest:
        yield rest
    if needed:
        yield f"Needs the permission {' or '.join(f'`{one}`' for one in sorted(needed))}."
    if operation.repeatable:
        yield f"Sent again: {operation.repeatable}"


def _parameters(rule: Rule, operation: Operation, schemas: _Collected) -> Iterator[dict[str, Any]]:
    for name in PARAMETER.findall(rule.rule):
        schema = schemas.of(Id)
        about = schema.pop("description")
        yield {"name": name, "in": "path", "required": True} | {
            "description": about,
            "schema": schema,
        }
    if operation.query is not None:
        reference = schemas.of(operation.query)["$ref"].rpartition("/")[2]
        for name, schema in schemas.components[reference]["properties"].items():
            plain = _without_null(schema)
            about = plain.pop("description", "")
            yield {"name": name, "in": "query", "description": about, "schema": plain}
    for name, kind in operation.headers.items():
        schema = schemas.of(kind)
        about = schema.pop("description")
        yield {"name": name, "in": "header", "description": about, "schema": schema}


def _without_null(schema: _Schemas) -> _Schemas:
    """The schema of a parameter, which is there or is not, and never null."""
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    plain = dict(choices[0]) if choices else dict(schema)
    return {name: value for name, value in plain.items() if value is not None}


def _body(operation: Operation, schemas: _Collected) -> dict[str, Any]:
    schema = schemas.of(operation.takes)
    content: dict[str, Any] = {"schema": schema}
    if operation.example is not None:
        content["example"] = dict(operation.example)
    return {"required": not operation.may_be_empty, "content": {JSON: content}}


def _responses(
    rule: Rule, view: Callable[..., object], operation: Operation, schemas: _Collected
) -> dict[str, Any]:
    told = {}
    for status, kind in operation.gives.items():
        answer = _answer(status.phrase, view, operation, status)
        if kind is not None:
            answer["content"] = {operation.media: {"schema": schemas.of(kind)}}
        told[str(int(status))] = answer
    for status, about in faults_of(rule, view, operation).items():
        answer = _answer(about, view, operation, status)
        answer["content"] = {JSON: {"schema": schemas.of(FaultReply)}}
        told[str(int(status))] = answer
    return told


def _answer(
    about: str, view: Callable[..., object], operation: Operation, status: HTTPStatus
) -> dict[str, Any]:
    headers = {name: HEADERS[name] for name in headers_of(view, operation, status)}
    return {"description": about, "headers": headers}


def _schemes() -> dict[str, Any]:
    return {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "The key of a site, or a personal token.",
        },
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "moderation_session",
            "description": "Of somebody signed in; a change also needs `X-CSRFToken`.",
        },
    }
