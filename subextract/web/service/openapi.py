"""The abilities of the service, as OpenAPI 3.1 describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import subextract
from subextract.formats import FORMATS
from subextract.ledger import STATES
from subextract.options import Setting
from subextract.web.service.asking import ALLOWED
from subextract.web.service.desk import API
from subextract.web.service.jobs import LISTED, LONGEST_WAIT, MAX_LISTED
from subextract.web.service.results import KINDS
from subextract.web.service.submitting import LONGEST_KEY
from subextract.web.settings import Service

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer"}
TEXT_OR_NONE: Json = {"type": ["string", "null"]}
WHOLE_OR_NONE: Json = {"type": ["integer", "null"]}
NUMBER: Json = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
PROBLEMS = {
    400: "The request makes no sense, or was broken off.",
    401: "The token is missing or wrong.",
    403: "The path, or the page that asks, is not allowed.",
    404: "There is no such job, or no such result.",
    408: "The upload came too slowly.",
    409: "The state of the job, or another request, is in the way.",
    413: "The request is too large.",
    415: "This is neither a video nor a path.",
    421: "The name in Host is not one of this server.",
    422: "A value makes no sense.",
    429: "Too many requests, or too many jobs that wait.",
    503: "Not now; try again later.",
    507: "The disk of the server is full.",
}
ALWAYS = (401, 421, 429)


def description(settings: Service) -> Json:
    """The whole description; ``settings`` are those of the service that is described."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "subextract",
            "version": subextract.__version__,
            "description": "Subtitles out of videos: send one, or name its path, follow the job, have the result.",
        },
        "security": [{"token": []}],
        "paths": _paths(settings),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Job": JOB, "Options": _options(), "Problem": PROBLEM},
        },
    }


def _paths(settings: Service) -> Json:
    one = f"{API}/{{id}}"
    return {
        API: {"get": _list(), "post": _make(settings)},
        one: {
            "get": _about("One job", _job(200), 404, 422, parameters=[NUMBER, _WAIT]),
            "delete": _about(
                "Cancel a job, and delete it with all its files",
                {204: {"description": "It is gone."}},
                403,
                404,
                422,
                parameters=[NUMBER],
            ),
        },
        f"{one}/cancel": {"post": _about("Cancel a job", _job(200), 403, 404, 409, 422, parameters=[NUMBER])},
        f"{one}/result": {"get": _result()},
        f"{one}/events": {"get": _events()},
        "/healthz": {
            "get": {
                **_about("Whether jobs are worked on", {200: _content(HEALTH), 503: _content(HEALTH)}),
                "security": [],
            }
        },
        "/metrics": {"get": _about("Figures for Prometheus", {200: _content(TEXT, "text/plain")})},
    }


def _about(summary: str, answers: Mapping[int, Json], *problems: int, parameters: list[Json] | None = None) -> Json:
    """One operation: what it does, what it answers, and which problems it may meet."""
    found = {code: _content(_ref("Problem"), "application/problem+json", PROBLEMS[code]) for code in problems + ALWAYS}
    responses = {str(code): answer for code, answer in sorted((found | dict(answers)).items())}
    return {"summary": summary, "responses": responses} | ({"parameters": parameters} if parameters else {})


def _content(schema: Json, kind: str = "application/json", what: str = "As asked.") -> Json:
    return {"description": what, "content": {kind: {"schema": schema}}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _job(code: int) -> dict[int, Json]:
    return {code: _content(_ref("Job"))}


def _query(name: str, schema: Json, what: str) -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": what}


_WAIT = _query(
    "wait",
    {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT},
    "Answer when it has ended, or after this many seconds.",
)


def _list() -> Json:
    jobs = {
        "type": "object",
        "required": ["jobs", "next"],
        "properties": {"jobs": {"type": "array", "items": _ref("Job")}, "next": TEXT_OR_NONE},
    }
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LISTED, "default": LISTED}
    parameters = [
        _query("state", {"enum": list(STATES)}, "Only jobs of this state."),
        _query("limit", limit, "The most jobs that are listed."),
        _query("before", {"type": "integer", "minimum": 1}, "Only jobs of lower numbers, for the next page."),
    ]
    return _about("The jobs, newest first", {200: _content(jobs)}, 422, parameters=parameters)


def _make(settings: Service) -> Json:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
        "description": "The same request with the same key makes one job, however often it is sent.",
    }
    answer = _content(_ref("Job"), what="The job is in the queue; Location says where.")
    answer["headers"] = {"Location": {"schema": TEXT, "required": True}}
    problems = (400, 403, 404, 408, 409, 413, 415, 422, 503, 507)
    made = _about("Make a job of a video", {202: answer}, *problems, parameters=[key])
    return made | {"requestBody": {"required": True, "content": _bodies(settings)}}


def _bodies(settings: Service) -> Json:
    upload = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {
                "type": "string",
                "contentMediaType": "application/octet-stream",
                "description": f"The video, of {settings.largest} MiB at most.",
            },
            "options": {"type": "string", "contentMediaType": "application/json", "description": "Options as JSON."},
        },
        "additionalProperties": False,
    }
    named = {
        "type": "object",
        "required": ["path"],
        "properties": {
            "path": {"type": "string", "minLength": 1, "description": "A video below one of the folders of --roots."},
            "options": _ref("Options"),
        },
        "additionalProperties": False,
    }
    return {"multipart/form-data": {"schema": upload}, "application/json": {"schema": named}}


def _result() -> Json:
    parameters = [
        NUMBER,
        _query("format", {"enum": list(FORMATS), "default": "srt"}, "Any format, also one that was not asked for."),
        _query("part", TEXT, "A language, or 'forced', where the job has several results."),
    ]
    kinds: Json = {kind: {"schema": {}} for kind in sorted({*KINDS.values()})}
    answer = {"description": "The subtitles.", "content": kinds}
    return _about("The subtitles of a job", {200: answer}, 404, 409, 422, parameters=parameters)


def _events() -> Json:
    what = (
        "Server-sent events: snapshot {job, cues}, progress {position, duration}, cues {from, cues} (from that one on "
        "they are these now), state {job}, end {job}. GET of the job itself is the truth."
    )
    return _about("Follow a job", {200: _content(TEXT, "text/event-stream", what)}, 404, 422, 503, parameters=[NUMBER])


def _options() -> Json:
    return {
        "type": "object",
        "properties": {setting.name: _of_setting(setting) for setting in ALLOWED},
        "additionalProperties": False,
    }


def _of_setting(setting: Setting) -> Json:
    """A value as a TOML file has it: what is more than a switch is written as on the command line."""
    if setting.is_switch:
        return {"type": "boolean", "description": setting.description, "default": setting.default}
    return {"type": ["string", "number", "array"], "description": setting.description}


RESULT: Json = {
    "type": "object",
    "required": ["part", "format", "url"],
    "properties": {"part": TEXT, "format": {"enum": list(FORMATS)}, "url": TEXT},
}
JOB: Json = {
    "type": "object",
    "required": ["id", "title", "state", "options", "position", "reason", "url", "events", "review", "results"],
    "properties": {
        "id": WHOLE,
        "title": TEXT,
        "state": {"enum": list(STATES)},
        "options": {"type": "object"},
        "position": {**WHOLE, "description": "Until where it is read, in ms."},
        "duration": {**WHOLE_OR_NONE, "description": "How long the video is, in ms."},
        "attempts": WHOLE,
        "reason": {**TEXT_OR_NONE, "description": "Why it is in its state, in one sentence."},
        "cues": WHOLE_OR_NONE,
        "language": TEXT_OR_NONE,
        "seconds": {"type": ["number", "null"], "description": "How long the reading took."},
        "updated": {"type": "string", "format": "date-time"},
        "url": TEXT,
        "events": TEXT,
        "review": TEXT,
        "results": {"type": "array", "items": RESULT},
    },
}
PROBLEM: Json = {
    "type": "object",
    "required": ["type", "status", "title"],
    "properties": {"type": TEXT, "status": WHOLE, "title": {**TEXT, "description": "What is wrong, in one sentence."}},
}
HEALTH: Json = {
    "type": "object",
    "required": ["ok", "status"],
    "properties": {"ok": {"type": "boolean"}, "status": TEXT},
}
