"""What the examples show is executed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

import pytest

from custody.errors import SealExistsError
from custody.format.timestamp_query import Query, decode_response, encode_query
from custody.keys.key_file import KdfCost, create_key
from custody.keys.secret_file import write_secret_file
from custody.proof.rfc3161.token import decode_token
from examples.demo_authority import POLICY, WARNING, make_demo_authority
from examples.web_upload import upload_application
from examples.worker import seal_upload, unlock
from tests.tools.bundles import stream_of

ROOT = Path(__file__).resolve().parents[1]
CHEAP = KdfCost(1, 8 * 1024 * 1024)
Post = Callable[..., tuple[str, dict[str, str]]]


@pytest.fixture
def tasks() -> Queue[dict[str, str]]:
    """The queue between the view and the worker."""
    return Queue()


@pytest.fixture
def post(tmp_path: Path, tasks: Queue[dict[str, str]]) -> Post:
    """A function that sends a request to the view, in this process."""
    (tmp_path / "inbox").mkdir()
    application = upload_application(tmp_path / "inbox", tasks)

    def send(body: bytes, path: str = "/uploads", **environ: str) -> tuple[str, dict[str, str]]:
        request: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": path}
        request |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)} | environ
        setup_testing_defaults(request)
        started: list[str] = []
        answer = application(request, lambda status, _headers: started.append(status))
        return started[0], json.loads(b"".join(answer))

    return send


def test_an_upload_is_sealed_once_however_often_its_task_is_delivered(
    tmp_path: Path, post: Post, tasks: Queue[dict[str, str]]
) -> None:
    """The view draws the id; the worker's second run finds the first seal; other content is refused."""
    name = "../../شهادة.mp4"
    status, answer = post(b"video", HTTP_X_FILE_NAME=quote(name), HTTP_X_CASE=quote("القضية 7"))
    task = tasks.get_nowait()
    assert (status, answer) == ("202 Accepted", task)
    data, _ = create_key("intake", random=stream_of("intake"), passphrase=b"p", cost=CHEAP)
    write_secret_file(str(tmp_path / "key"), data)
    (tmp_path / "passphrase").write_bytes(b"p\n")
    signer = unlock(tmp_path / "key", tmp_path / "passphrase")
    (tmp_path / "bundles").mkdir()
    first = seal_upload(task, tmp_path / "inbox", tmp_path / "bundles", signer)
    again = seal_upload(task, tmp_path / "inbox", tmp_path / "bundles", signer)
    assert (first.found, again.found, first.seal_id) == (False, True, again.seal_id)
    assert Path(first.path).name == task["bundle_id"]
    (tmp_path / "inbox" / task["bundle_id"] / "content").write_bytes(b"other")
    with pytest.raises(SealExistsError):
        seal_upload(task, tmp_path / "inbox", tmp_path / "bundles", signer)


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"REQUEST_METHOD": "GET"}, "404"),
        ({"PATH_INFO": "/"}, "404"),
        ({"CONTENT_LENGTH": ""}, "413"),
        ({"CONTENT_LENGTH": "99999999999999"}, "413"),
        ({"CONTENT_LENGTH": "9"}, "400"),
    ],
)
def test_what_the_view_refuses(
    post: Post, tasks: Queue[dict[str, str]], environ: dict[str, str], status: str
) -> None:
    """Other calls, no length, too much, too little; no task is made."""
    assert post(b"video", **environ)[0].startswith(status)
    assert tasks.empty()


def test_the_demonstration_runs(tmp_path: Path) -> None:
    """It ends with 0 only when every command ended as it should, the refusal included."""
    command = [sys.executable, "-m", "examples.demo", str(tmp_path / "demo")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "PROVEN  existed before" in done.stdout
    assert "منقوض" in done.stdout
    assert "REFUTED  intact" in done.stdout


def test_stamps_of_the_demonstration_say_so_for_ever() -> None:
    """Its names and its policy stand in the token, where nobody can take them out."""
    authority = make_demo_authority("1")
    query = encode_query(Query(imprint_algorithm="sha256", digest=bytes(32), nonce=7))
    response = decode_response(authority.reply(query))
    assert response.token is not None
    token = decode_token(response.token)
    assert token.info.policy == POLICY
    assert WARNING.encode() in authority.certificate.issuer.public_bytes()
    assert WARNING.encode() in authority.certificate.subject.public_bytes()


def test_a_demonstration_authority_makes_its_folder(tmp_path: Path) -> None:
    """And says where it answers and where its root is."""
    command = [sys.executable, "-m", "examples.demo_authority", str(tmp_path / "new/folder")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        server.kill()
    assert said.startswith(f"{WARNING}: http://127.0.0.1:")
    assert (tmp_path / "new/folder/demo-root.pem").read_bytes().startswith(b"-----BEGIN CERTIFICATE")


@pytest.mark.parametrize(("words", "code"), [((), 2), (("--help",), 0)])
def test_a_demonstration_authority_says_how_it_is_called(words: tuple[str, ...], code: int) -> None:
    """A line, not a traceback."""
    command = [sys.executable, "-m", "examples.demo_authority", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "usage: python -m examples.demo_authority" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_package_knows_no_authority_of_the_demonstration() -> None:
    """It can be asked only where a trust names it: nothing in the package could fall back on it."""
    files = [path for path in (ROOT / "custody").rglob("*") if path.suffix in {".py", ".json", ".pem"}]
    assert [path.name for path in files if WARNING in path.read_text("utf-8")] == []
