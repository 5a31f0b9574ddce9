"""The second opinion, examples/audit.py, run as its reader runs it, on sound and tampered bundles."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from custody.format import bag
from custody.sealing.seal import SealOptions
from tests.interop.sample_bundle import Party, Sample, make_event, make_sample, seal_files, write

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "audit.py"
PART_MASKS = (1023, 0, 0b101)
RequireTool = Callable[[str], str]


@frozen(kw_only=True)
class Opinion:
    """What the script said."""

    code: int
    steps: list[list[str]]

    def of(self, result: str) -> set[str]:
        """The steps that have a line with this result."""
        return {step for step, found, _ in self.steps if found == result}


def audit(bundle: Path, *, path: str | None = None) -> Opinion:
    """Run the script without this project on its path."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(bundle), "--json"],
        cwd=bundle.parent,
        env={"PATH": os.environ["PATH"] if path is None else path},
        capture_output=True,
        check=False,
        text=True,
    )
    assert not done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["exit"] == done.returncode
    return Opinion(code=done.returncode, steps=told["steps"])


@pytest.fixture(scope="module")
def sample(require_tool: RequireTool) -> Sample:
    """Three files sealed by two signers, and one later event."""
    require_tool("ssh-keygen")
    return make_sample([Party(identity="w-01"), Party(identity="archive", mldsa65=None)])


@pytest.fixture
def whole(sample: Sample, tmp_path: Path) -> Path:
    """The sample as a whole bundle."""
    return sample.write_whole(tmp_path / "whole")


@pytest.fixture
def part(sample: Sample, tmp_path: Path) -> Path:
    """The sample as a part."""
    return sample.write_part(tmp_path / "part", PART_MASKS)


def log_of(bundle: Path) -> Path:
    """The folder of the only holding."""
    return next((bundle / "custody" / "log").iterdir())


def flip(path: Path) -> None:
    """Change one bit of the last byte."""
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def edit(bundle: Path, old: bytes, new: bytes) -> None:
    """Replace a text in items.jsonl, once."""
    path = bundle / bag.ITEMS_PATH
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def withhold(bundle: Path, sample: Sample) -> None:
    """Withhold the second item by hand."""
    path = bundle / bag.ITEMS_PATH
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = sample.items[1].line(0) + b"\n"
    path.write_bytes(b"".join(lines))
    (bundle / sample.items[1].path).unlink()


def test_a_whole_bundle_is_recomputed(whole: Path) -> None:
    """Everything agrees, and ML-DSA-65 is named as not checked here."""
    opinion = audit(whole)
    assert opinion.code == 0
    assert opinion.of("recomputed") >= {"seal", "log", "items", "payload", "manifest", "signature", "whole"}
    assert opinion.of("note") == {"signature"}


@pytest.mark.parametrize("padding", [False, True])
def test_what_custody_seals_is_recomputed(
    tmp_path: Path, require_tool: RequireTool, *, padding: bool
) -> None:
    """A bundle that sealing itself made agrees with a program that shares no code with it."""
    require_tool("ssh-keygen")
    sealed = seal_files(tmp_path, SealOptions(digests=("sha512", "sha3_256"), padding=padding))
    opinion = audit(sealed)
    assert opinion.code == 0, opinion.steps


def test_a_part_is_recomputed(part: Path) -> None:
    """What is open in a part is what its disclosure states."""
    opinion = audit(part)
    assert opinion.code == 0
    assert "part" in opinion.of("recomputed")


def test_a_plain_reader_gets_one_line_a_step(whole: Path) -> None:
    """The text has the same lines as the JSON."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(whole)], capture_output=True, check=False, text=True
    )
    assert len(done.stdout.splitlines()) == len(audit(whole).steps)
    assert done.stdout.isascii()


CONTRADICTIONS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte changed": (lambda bundle: flip(bundle / "data" / "000001.jpg"), "payload"),
    "a file removed": (lambda bundle: (bundle / "data" / "000002.txt").unlink(), "bundle"),
    "a file renamed": (lambda bundle: (bundle / "data/000003").rename(bundle / "data/000003.txt"), "folder"),
    "a file added": (lambda bundle: write(bundle, {"data/000004.txt": b""}), "folder"),
    "a strange tag file": (lambda bundle: write(bundle, {"custody/log/readme": b""}), "folder"),
    "a link": (lambda bundle: (bundle / "data" / "000004").symlink_to("000003"), "bundle"),
    "an item's value changed": (lambda bundle: edit(bundle, b'"record"', b'"other"'), "bundle"),
    "an item's key changed": (lambda bundle: edit(bundle, b'"key":"', b'"key":"0'), "bundle"),
    "a space in a line": (lambda bundle: edit(bundle, b'"name":', b'"name": '), "bundle"),
    "the last line feed gone": (lambda bundle: edit(bundle, b"}\n", b"}"), "bundle"),
    "manifest.json changed": (lambda bundle: flip(log_of(bundle) / "00000000" / "manifest.json"), "bundle"),
    "a signature stripped": (lambda bundle: (log_of(bundle) / "00000000" / "2.sshsig").unlink(), "bundle"),
    "an ML-DSA-65 signature stripped": (
        lambda bundle: (log_of(bundle) / "00000000" / "2.mldsa65").unlink(),
        "bundle",
    ),
    "a later event changed": (lambda bundle: flip(log_of(bundle) / "00000001" / "note.json"), "log"),
    "an event renumbered": (
        lambda bundle: (log_of(bundle) / "00000001").rename(log_of(bundle) / "00000002"),
        "log",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_tampered_bundle_is_contradicted(whole: Path, name: str) -> None:
    """The step that looks at what was changed says so."""
    tamper, step = CONTRADICTIONS[name]
    tamper(whole)
    opinion = audit(whole)
    assert opinion.code == 1
    assert step in opinion.of("CONTRADICTION")


def test_a_signature_by_another_key_is_contradicted(whole: Path) -> None:
    """A stranger's signature, with key and proof, is not by the keys that the body lists."""
    seal = log_of(whole) / "00000000"
    start = {"bundle": "0" * 32, "holding": "0" * 32, "prev": []}
    files = make_event(start, "closed", [Party(identity="x")], data={})
    write(seal, {name.replace("1.", "2."): files[name] for name in ("1.sshsig", "1.ed25519.pub")})
    names = sorted(line[66:] for line in (seal / "proof.sha256").read_text("ascii").splitlines())
    lines = [f"{hashlib.sha256((seal / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (seal / "proof.sha256").write_text("".join(lines), "ascii")
    assert "log" in audit(whole).of("CONTRADICTION")


def test_an_event_of_another_bundle_is_contradicted(whole: Path) -> None:
    """An event that names another bundle does not belong here."""
    other = make_sample()
    event = make_event(
        {"bundle": other.bundle_id, "holding": log_of(whole).name, "seq": 2, "prev": [other.facts.seal_id]},
        "annotated",
        [Party(identity="w-01")],
        data={"event": other.facts.seal_id},
    )
    write(log_of(whole) / "00000002", event)
    assert "log" in audit(whole).of("CONTRADICTION")


def test_an_item_withheld_by_hand_is_not_attributed(whole: Path, sample: Sample) -> None:
    """Nobody's statement covers it; the sealed list of files contradicts it as well."""
    withhold(whole, sample)
    opinion = audit(whole)
    assert "part" in opinion.of("not checked")
    assert "manifest" in opinion.of("CONTRADICTION")


def test_a_part_cut_down_further_is_not_attributed(part: Path, sample: Sample) -> None:
    """An opening taken out of a part leaves nobody who states what is open."""
    path = part / bag.ITEMS_PATH
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = sample.items[2].line(0b1) + b"\n"
    path.write_bytes(b"".join(lines))
    opinion = audit(part)
    assert opinion.code == 3
    assert opinion.of("not checked") == {"part"}


def test_litter_is_told_apart_from_evidence(whole: Path) -> None:
    """What an operating system leaves behind is named, and no contradiction."""
    write(whole, {"data/.DS_Store": b"", "Thumbs.db": b""})
    opinion = audit(whole)
    assert opinion.code == 3
    assert opinion.of("not checked") == {"folder"}


def test_a_changed_list_of_files_is_wrapping(whole: Path) -> None:
    """manifest-sha256.txt is recomputed from the items; a changed one contradicts nothing that is sealed."""
    (whole / "manifest-sha256.txt").write_bytes(b"")
    opinion = audit(whole)
    assert opinion.code == 3
    assert opinion.of("not checked") == {"manifest"}


def test_without_ssh_keygen_signatures_are_not_checked(whole: Path, tmp_path: Path) -> None:
    """A missing tool is said, and is no success."""
    opinion = audit(whole, path=str(tmp_path))
    assert opinion.code == 3
    assert opinion.of("not checked") == {"signature"}


def test_an_attestation_is_recomputed(whole: Path, sample: Sample) -> None:
    """A statement of somebody else about the seal has the same form, without a holding."""
    expert = Party(identity="expert")
    statement = {"bundle": sample.bundle_id, "prev": [sample.facts.seal_id]}
    files = make_event(statement, "examined", [expert], data={"result": "seen"})
    name = hashlib.sha256(files["proof.sha256"]).hexdigest()
    write(whole / "custody" / "attestations" / name, files)
    assert audit(whole).code == 0


def test_a_new_holding_is_recomputed(whole: Path, sample: Sample) -> None:
    """A receipt opens a holding whose id follows from its statement."""
    last = hashlib.sha256(sample.events[-1]["proof.sha256"]).hexdigest()
    start: dict[str, Any] = {"bundle": sample.bundle_id, "holding": "", "seq": 0, "prev": [last]}
    data = {"root": "0" * 64, "result": "pass"}
    files = make_event(start, "received", [Party(identity="court")], data=data)
    holding = json.loads(files["event.json"])["holding"]
    write(whole / "custody" / "log" / holding / "00000000", files)
    assert audit(whole).code == 0


def test_a_holding_of_another_name_is_contradicted(whole: Path, sample: Sample) -> None:
    """Nobody chooses the id of a holding."""
    last = hashlib.sha256(sample.events[-1]["proof.sha256"]).hexdigest()
    start: dict[str, Any] = {"bundle": sample.bundle_id, "holding": "0" * 32, "seq": 0, "prev": [last]}
    data = {"root": "0" * 64, "result": "pass"}
    files = make_event(start, "received", [Party(identity="court")], data=data)
    write(whole / "custody" / "log" / ("0" * 32) / "00000000", files)
    assert "log" in audit(whole).of("CONTRADICTION")


def test_hostile_bytes_give_a_line_and_no_traceback(tmp_path: Path) -> None:
    """Whatever stands in place of a bundle, the script ends by its own code."""
    write(
        tmp_path / "b",
        {"custody/log/x/event.json": b"[" * 100_000, "\x1b[2J": b"", "custody/items.jsonl": b"\xff"},
    )
    assert audit(tmp_path / "b").code == 1


def test_the_script_is_short_and_stands_alone() -> None:
    """At most 250 lines, the standard library only, and none of the words that it must not say."""
    text = SCRIPT.read_text("utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert len(text.splitlines()) <= 250
    assert imported <= sys.stdlib_module_names
    assert not [word for word in ("valid", "authentic", "genuine") if word in text.lower()]
