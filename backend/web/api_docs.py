"""The API described for programs (OpenAPI) and for the people who write them."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from backend.web.callers import office

bp = Blueprint("api_docs", __name__, url_prefix="/api/v1")

_METHODS = ("get", "post", "put")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOperation:
    """One operation as the page tells it."""

    method: str
    path: str
    anchor: str
    summary: str
    caller: str
    text: str
    parameters: tuple[dict[str, Any], ...]
    bodies: tuple[tuple[str, str], ...]
    """Media type and schema of each body that is taken."""
    answers: tuple[tuple[str, str], ...]
    """Status and meaning."""


@bp.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """Give the description, OpenAPI 3.1."""
    return Response(_source(), content_type="application/json")


@bp.get("/docs")
def docs() -> ResponseReturnValue:
    """Show the description as a page that needs nothing from elsewhere."""
    described = json.loads(_source())
    return render_template(
        "api_docs.html",
        lang="zh-CN",
        t={"skip": "跳到正文"},
        office_name=office().name,
        info=described["info"],
        operations=_operations(described),
        schemas={
            name: json.dumps(schema, ensure_ascii=False, indent=2)
            for name, schema in described["components"]["schemas"].items()
        },
    )


@cache
def _source() -> str:
    return resources.files("backend.web").joinpath("openapi.json").read_text("utf-8")


def _operations(described: dict[str, Any]) -> tuple[ShownOperation, ...]:
    return tuple(
        _operation(method, path, item[method])
        for path, item in described["paths"].items()
        for method in _METHODS
        if method in item
    )


def _operation(method: str, path: str, told: dict[str, Any]) -> ShownOperation:
    content = told.get("requestBody", {}).get("content", {})
    is_open = told.get("security") == []
    return ShownOperation(
        method=method.upper(),
        path=path,
        anchor=told["operationId"],
        summary=told["summary"],
        caller="任何人 / anybody" if is_open else "终端证书 / terminal certificate",
        text=told["description"],
        parameters=tuple(told.get("parameters", ())),
        bodies=tuple((kind, _name(body["schema"])) for kind, body in content.items()),
        answers=_answers(told["responses"]),
    )


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _answers(responses: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what each status means; all that are problems in one line, last."""
    problems = " ".join(status for status, answer in responses.items() if "$ref" in answer)
    good = [(s, str(a["description"])) for s, a in responses.items() if "$ref" not in a]
    return (*good, (problems, "问题文档 / application/problem+json"))
