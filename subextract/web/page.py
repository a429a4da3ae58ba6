"""Builds the pages from files of this package: in their frame, or as one file that works without Python."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parent / "static"
# Each imports only from those before it, so that one after the other they are a script without imports.
MODULES = (
    *(
        "dom",
        "text",
        "diff",
        "model",
        "srt",
        "store",
        "list",
        "lately",
        "edges",
        "stage",
        "editor",
        "dialogs",
        "saving",
    ),
    *("keys", "light", "main"),
)
OF_THE_SERVICE = ("jobs", "sending", "docs")
TITLES = {"jobs": "Jobs", "docs": "API"}  # of the pages of the service, by the name of their content
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=\w)", re.MULTILINE)


@cache
def files() -> Mapping[str, tuple[str, bytes]]:
    """Type and content of each file by its name."""
    found = [path for path in sorted(STATIC.iterdir()) if path.suffix in TYPES]
    return {path.name: (TYPES[path.suffix], path.read_bytes()) for path in found}


@cache
def of_service(name: str) -> bytes:
    """A page of the service (a key of TITLES): its content in the frame that all of them share."""
    frame = _text("service.html").replace("<!-- title -->", TITLES[name])
    return frame.replace("<!-- content -->\n", _text(f"{name}.html")).encode("utf-8")


def whole(document: Mapping[str, Any], pictures: Mapping[int, bytes]) -> str:
    """The page with a document and its pictures (JPEG, by the cue's number) in one file of HTML."""
    styles, script = _text("style.css"), script_alone()
    data = _as_data(dict(document) | {"pictures": {number: _uri(jpeg) for number, jpeg in pictures.items()}})
    page = _text("index.html")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(styles)}; img-src data:; base-uri 'none'"
    )
    for old, new in (
        ('<link rel="stylesheet" href="static/style.css">', f"<style>{styles}</style>"),
        ('<script type="module" src="static/main.js"></script>', f'<script type="module">{script}</script>'),
        ('<link rel="icon" href="static/icon.svg">', '<link rel="icon" href="data:,">'),
        ("<!-- policy -->", f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'),
        ("<!-- document -->", f'<script type="application/json" id="document">{data}</script>'),
    ):
        assert old in page, old
        page = page.replace(old, new, 1)
    return page


@cache
def script_alone() -> str:
    """All modules as one."""
    return "".join(EXPORT.sub("", IMPORT.sub("", _text(f"{name}.js"))) for name in MODULES)


def _text(name: str) -> str:
    return files()[name][1].decode("utf-8")


def _as_data(value: object) -> str:
    """JSON that no text of it can leave."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}'"


def _uri(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
