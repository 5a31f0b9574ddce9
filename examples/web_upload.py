"""A web view that takes uploads for sealing: a WSGI application of the standard library alone.

    POST /uploads   headers X-File-Name and X-Case (UTF-8, percent-encoded), body: the file
    202             {"bundle_id": "…"}: a worker seals it under this id

The view never uses a name from outside as a path, reads the body in blocks, and answers before anything is
sealed. `python examples/web_upload.py FOLDER` serves it on this machine alone.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import unquote
from wsgiref.simple_server import make_server

BLOCK_BYTES = 1024 * 1024
LARGEST_BYTES = 16 * 1024 * BLOCK_BYTES

Tasks = Queue[dict[str, str]]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def upload_application(inbox: Path, tasks: Tasks) -> Application:
    """Make the application that writes uploads below a folder and puts a task for each into a queue."""

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        size = environ.get("CONTENT_LENGTH") or ""
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != "/uploads":
            return answer(start_response, "404 Not Found", {"error": "expected POST /uploads"})
        if not size.isdecimal() or int(size) > LARGEST_BYTES:
            return answer(
                start_response, "413 Content Too Large", {"error": "expected a length up to 16 GiB"}
            )
        task = {"bundle_id": secrets.token_hex(16)}
        upload = inbox / task["bundle_id"]
        upload.mkdir(mode=0o700)
        if not copy_body(environ["wsgi.input"], upload / "content", int(size)):
            return answer(start_response, "400 Bad Request", {"error": "expected the whole body"})
        about = {"name": header(environ, "X_FILE_NAME"), "case": header(environ, "X_CASE")}
        (upload / "about.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")
        tasks.put(task)
        return answer(start_response, "202 Accepted", task)

    return application


def copy_body(body: Any, path: Path, size_bytes: int) -> bool:  # noqa: ANN401 - a WSGI input stream
    """Write the body of a request to a new file, block by block; False when it ends too early."""
    left = size_bytes
    with path.open("xb") as file:
        while left and (block := body.read(min(left, BLOCK_BYTES))):
            file.write(block)
            left -= len(block)
    return not left


def header(environ: dict[str, Any], name: str) -> str:
    """Return a percent-encoded header as text; it is data, never a path."""
    return unquote(environ.get(f"HTTP_{name}", "") or "unnamed")


def answer(start_response: StartResponse, status: str, value: dict[str, str]) -> list[bytes]:
    """Answer with JSON."""
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(value).encode()]


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "inbox")
    folder.mkdir(exist_ok=True)
    with make_server("127.0.0.1", 8000, upload_application(folder, Queue())) as server:
        print("POST http://127.0.0.1:8000/uploads")
        server.serve_forever()
