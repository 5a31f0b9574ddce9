"""A folder of real mixed files is sealed, verified from folder and zip, and refused for every change.

Everything goes through the command line, as a user would do it.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

from custody.cli.__main__ import main
from custody.format.bag import ITEMS_PATH
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import decode_item_line, encode_open_line
from custody.keys.opener import open_signer
from custody.keys.signer import Signer
from custody.model.identity import Identity, KeyAlgorithm, KeySet
from custody.proof.signature import SignatureFile
from examples.demo import make_evidence
from tests.tools.bundles import SMALL, Bundle, add_event, make_bundle, reduce_line, wrap
from tests.vectors.cases.seals import reproof

EXACTLY = 0
REFUTED, UNDETERMINED = 1, 3


class Sealed(NamedTuple):
    """A sealed folder and what was printed about it."""

    folder: Path
    bundle: Path
    bundle_id: str
    seal_id: str


def custody(*words: str | Path) -> None:
    """Run a command that must succeed."""
    assert main([str(word) for word in words]) == EXACTLY


def read_files(bundle: Path) -> dict[str, bytes]:
    """Return a bundle's files by path."""
    return {
        path.relative_to(bundle).as_posix(): path.read_bytes() for path in bundle.rglob("*") if path.is_file()
    }


def write_files(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write a bundle's files."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """Two hundred and more files of many kinds, with Arabic names, sealed with a hybrid key set."""
    folder = tmp_path_factory.mktemp("acceptance")
    make_evidence(folder / "evidence", pictures=200)
    for name in ("w-01", "w-02"):
        custody("key", "new", name, "--out", folder / f"{name}.key", "--unprotected")
        custody("key", "export", folder / f"{name}.key", "--out", folder / f"{name}.pub")
    words = ["seal", folder / "evidence", "--key", folder / "w-01.key", "--out", folder / "bundle", "--json"]
    command = [sys.executable, "-m", "custody.cli", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    return Sealed(folder, folder / "bundle", said["bundle"], said["seal"])


def verify(
    sealed: Sealed, bundle: Path, *more: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, set[str]]:
    """Verify by the command line; return exit code and the reason codes that are not proven."""
    capsys.readouterr()
    code = main(["verify", str(bundle), "--trust", str(sealed.folder / "w-01.pub"), "--json", *more])
    report = json.loads(capsys.readouterr().out)
    return code, {finding["code"] for finding in report["findings"] if finding["outcome"] != "proven"}


def test_at_least_two_hundred_files_of_many_kinds(sealed: Sealed) -> None:
    """The evidence is what the acceptance asks for."""
    endings = {path.suffix for path in (sealed.bundle / "data").iterdir()}
    assert len(list((sealed.bundle / "data").iterdir())) >= 200
    assert endings >= {".png", ".wav", ".pdf", ".txt", ".avi"}
    names = [path.name for path in (sealed.folder / "evidence").rglob("*")]
    assert any(not name.isascii() for name in names)


def test_folder_and_zip_are_proven(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bundle verifies as a folder and, packed, as a zip; unpacked again it is the same."""
    code, _ = verify(sealed, sealed.bundle, capsys=capsys)
    assert code == EXACTLY
    custody("pack", sealed.bundle, "--out", tmp_path / "b.zip", "--whole")
    code, _ = verify(sealed, tmp_path / "b.zip", capsys=capsys)
    assert code == EXACTLY
    custody("unpack", tmp_path / "b.zip", "--out", tmp_path / "again")
    assert read_files(tmp_path / "again") == read_files(sealed.bundle)


def _payload(files: Mapping[str, bytes]) -> list[str]:
    return sorted(name for name in files if name.startswith("data/"))


def _lines(files: Mapping[str, bytes], changes: Mapping[int, bytes]) -> bytes:
    lines = files[ITEMS_PATH].splitlines()
    return b"".join(changes.get(place, line) + b"\n" for place, line in enumerate(lines))


def _flip(files: dict[str, bytes], _sealed: Sealed) -> dict[str, bytes]:
    name = _payload(files)[7]
    data = bytearray(files[name])
    data[len(data) // 2] ^= 1
    return {**files, name: bytes(data)}


def _remove(files: dict[str, bytes], _sealed: Sealed) -> dict[str, bytes]:
    gone = _payload(files)[7]
    return {name: data for name, data in files.items() if name != gone}


def _add(files: dict[str, bytes], _sealed: Sealed) -> dict[str, bytes]:
    return {**files, "data/000999.txt": b"one more\n"}


def _swap(files: dict[str, bytes], _sealed: Sealed) -> dict[str, bytes]:
    one, other = _of_one_size([name for name in _payload(files) if name.endswith(".wav")], files)
    return {**files, one: files[other], other: files[one]}


def _of_one_size(names: Sequence[str], files: Mapping[str, bytes]) -> tuple[str, str]:
    return next(
        (one, other)
        for one, other in combinations(names, 2)
        if len(files[one]) == len(files[other]) and files[one] != files[other]
    )


def _rename(files: dict[str, bytes], _sealed: Sealed) -> dict[str, bytes]:
    old = next(name for name in _payload(files) if name.endswith(".png"))
    return {name.replace(old, old.replace(".png", ".jpg")): data for name, data in files.items()}


def _edit_line(files: dict[str, bytes], sealed: Sealed) -> dict[str, bytes]:
    line = decode_item_line(files[ITEMS_PATH].splitlines()[3], 4)
    values = {**dict(zip(ITEM_FIELDS, line.values, strict=True)), "name": "another name.png"}
    changed = _lines(files, {3: encode_open_line(line.key or b"", values)})
    return wrap({**files, ITEMS_PATH: changed}, sealed.bundle_id)


def _withhold(files: dict[str, bytes], sealed: Sealed) -> dict[str, bytes]:
    line = files[ITEMS_PATH].splitlines()[3]
    closed = _lines(files, {3: reduce_line(line, 0, sealed.bundle_id, 3)})
    gone = next(name for name in _payload(files) if name.startswith("data/000004"))
    kept = {name: data for name, data in files.items() if name != gone}
    return wrap({**kept, ITEMS_PATH: closed}, sealed.bundle_id)


def _withhold_and_close(files: dict[str, bytes], sealed: Sealed) -> dict[str, bytes]:
    kept = _withhold(files, sealed)
    kept.pop(f"custody/log/{sealed.bundle_id}/00000000/manifest.json")
    return kept


def _strip(files: dict[str, bytes], sealed: Sealed) -> dict[str, bytes]:
    folder = f"custody/log/{sealed.bundle_id}/00000000"
    kept = {name: data for name, data in files.items() if name != f"{folder}/1.mldsa65"}
    return wrap(reproof(kept, folder, drop="1.mldsa65"), sealed.bundle_id)


CASES = {
    "a byte changed": (_flip, REFUTED, "FILE_DIGEST"),
    "a file removed": (_remove, REFUTED, "FILE_MISSING"),
    "a file added": (_add, REFUTED, "FILE_EXTRA"),
    "two files swapped": (_swap, REFUTED, "FILE_DIGEST"),
    "a file renamed": (_rename, REFUTED, "FILE_MISSING"),
    "an items line edited": (_edit_line, REFUTED, "ROOT_MISMATCH"),
    "an item withheld by hand": (_withhold, REFUTED, "MANIFEST_MISMATCH"),
    "an item withheld by hand, manifest closed": (_withhold_and_close, UNDETERMINED, "WITHHELD_UNATTRIBUTED"),
    "a signature stripped": (_strip, REFUTED, "SEAL_SIGNATURE_MISSING"),
}


@pytest.mark.parametrize("case", CASES)
def test_every_change_is_refused(
    case: str, sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each way of changing a bundle has its exit code and its reason."""
    change, expected, reason = CASES[case]
    bundle = write_files(change(read_files(sealed.bundle), sealed), tmp_path / "bundle")
    code, reasons = verify(sealed, bundle, capsys=capsys)
    assert (code, reason in reasons) == (expected, True), reasons


def test_shortened_key_set_is_undetermined(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same sealer with only one of the keys that the trust knows."""
    custody("trust", "new", tmp_path / "trust.json")
    custody("trust", "add", tmp_path / "trust.json", sealed.folder / "w-01.pub", "--unconfirmed")
    whole = open_signer(str(sealed.folder / "w-01.key"))
    short = _Short(whole)
    bundle = write_files(make_bundle(SMALL, signers=[short]).files, tmp_path / "bundle")
    code, reasons = verify(sealed, bundle, capsys=capsys)
    assert code == UNDETERMINED
    assert "SEALER_KEY_SET" in reasons


def _resealed(sealed: Sealed, key: str, folder: Path) -> Path:
    custody("seal", sealed.folder / "evidence", "--key", sealed.folder / key, "--out", folder)
    return folder


def test_foreign_key_and_replaced_seals(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stranger's seal is undetermined; the sealer's second one is refuted when the first is expected."""
    foreign = _resealed(sealed, "w-02.key", tmp_path / "foreign")
    code, reasons = verify(sealed, foreign, capsys=capsys)
    assert (code, "SEALER_UNKNOWN" in reasons) == (UNDETERMINED, True)
    code, reasons = verify(sealed, foreign, "--expect-seal", sealed.seal_id, capsys=capsys)
    assert (code, "SEAL_NOT_EXPECTED" in reasons) == (REFUTED, True)
    own = _resealed(sealed, "w-01.key", tmp_path / "own")
    code, _ = verify(sealed, own, capsys=capsys)
    assert code == EXACTLY
    code, reasons = verify(sealed, own, "--expect-seal", sealed.seal_id, capsys=capsys)
    assert (code, "SEAL_NOT_EXPECTED" in reasons) == (REFUTED, True)


def test_event_of_another_bundle_is_named(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It leaves the content proven, and custody is not."""
    own = _resealed(sealed, "w-01.key", tmp_path / "own")
    signer = open_signer(str(sealed.folder / "w-01.key"))
    other_id = next((own / "custody" / "log").iterdir()).name
    files = read_files(own)
    proof = files[f"custody/log/{other_id}/00000000/proof.sha256"]
    head = hashlib.sha256(proof).hexdigest()
    other = Bundle(
        files=files,
        bundle_id=other_id,
        seal_id=head,
        head=head,
        holding=other_id,
        seq=0,
        root="0" * 64,
        items=1,
    )
    grown = add_event(other, "fixity-checked", {"root": "0" * 64, "result": "pass"}, signers=[signer])
    placed = {
        name.replace(other_id, sealed.bundle_id): data
        for name, data in grown.files.items()
        if "/00000001/" in name
    }
    bundle = write_files({**read_files(sealed.bundle), **placed}, tmp_path / "bundle")
    code, reasons = verify(sealed, bundle, capsys=capsys)
    assert (code, "EVENT_OF_ANOTHER_BUNDLE" in reasons) == (EXACTLY, True)
    code, _ = verify(sealed, bundle, "--require", "custody-unbroken", capsys=capsys)
    assert code == EXACTLY


class _Short:
    """A signer that lists and uses only the Ed25519 key of a hybrid set."""

    def __init__(self, whole: Signer) -> None:
        self._whole = whole
        keys = [key for key in whole.identity.key_set.keys if key.algorithm is KeyAlgorithm.ED25519]
        self._identity = Identity(name=whole.identity.name, key_set=KeySet(keys=tuple(keys)))

    @property
    def identity(self) -> Identity:
        """The name with the shortened set."""
        return self._identity

    def sign(self, message: bytes, namespace: str) -> tuple[SignatureFile, ...]:
        """Sign with the one key."""
        return self._whole.sign(message, namespace)[:1]
