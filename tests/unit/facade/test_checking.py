"""Checking profiles from Python."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest

from custody.errors import BundleError, StorageError, UsageError
from custody.facade.checking import check_bundle, check_draft
from custody.profiles.answer import State
from custody.profiles.gaps import Gaps
from custody.profiles.profile import load_profile
from custody.sealing.draft import Draft
from tests.tools.stamping import write_bundle
from tests.unit.profiles.subjects import TRUST, sealed

AT = "2026-03-01"


def state(gaps: Gaps, check_id: str) -> State:
    """Return the answer to one check."""
    return next(one.answer.state for one in gaps.checked if one.check.id == check_id)


def copied(data: bytes, algorithm: str = "sha256") -> dict[str, dict[str, str]]:
    """Return the origin of a copy of these bytes."""
    digest = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
    return {"original_digest": {"algorithm": algorithm, "digest": digest}}


@pytest.mark.parametrize("algorithm", ["sha256", "md5", "sha3_512", "blake2b"])
def test_the_digest_of_the_original_is_compared_with_the_file(tmp_path: Path, algorithm: str) -> None:
    """The file is read; longer than one block, so that all of it is."""
    data = bytes(range(256)) * 4097
    (tmp_path / "a.bin").write_bytes(data)
    for stated, expected in ((data, State.MET), (data + b"x", State.NOT_MET)):
        draft = Draft().add(tmp_path / "a.bin", origin=copied(stated, algorithm))
        (gaps,) = check_draft(draft, "fre-902-14")
        assert state(gaps, "F14-01") is expected


def test_the_digest_of_a_stream_is_not_known_before_it_is_sealed() -> None:
    """It is read only once."""
    draft = Draft().add(io.BytesIO(b"x"), name="a", origin=copied(b"x"))
    (gaps,) = check_draft(draft, load_profile("fre-902-14"))
    assert state(gaps, "F14-01") is State.UNDETERMINED


def test_a_file_that_is_gone_is_an_error_of_the_machine(tmp_path: Path) -> None:
    """Not a gap."""
    with pytest.raises(StorageError):
        check_draft(Draft().add(tmp_path / "gone"), "core")


def test_a_bundle_is_verified_and_checked(tmp_path: Path) -> None:
    """Several profiles, one report each; progress is told."""
    folder = write_bundle(sealed(), tmp_path / "b")
    told: list[int] = []
    core, other = check_bundle(
        folder, ["core", "acpo-27037"], trust=TRUST, at=AT, progress=lambda files, _size: told.append(files)
    )
    assert (state(core, "C-05"), state(core, "C-06")) == (State.MET, State.NOT_MET)
    assert state(other, "A-06") is State.NOT_MET
    assert sum(told) == 1


def test_a_bundle_without_a_seal_has_no_log_to_ask(tmp_path: Path) -> None:
    """The check of the seal fails, others are undetermined."""
    bundle = sealed()
    gone = bundle.edit({path: None for path in bundle.files if path.startswith(bundle.path(""))})
    (gaps,) = check_bundle(write_bundle(gone, tmp_path / "b"), "core", trust=TRUST, at=AT)
    assert state(gaps, "C-04") is State.NOT_MET
    assert state(gaps, "C-11") is State.UNDETERMINED


def test_what_is_no_bundle_is_said_to_be_none(tmp_path: Path) -> None:
    """Before any profile is asked about it."""
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(BundleError) as caught:
        check_bundle(tmp_path, "core", trust="none")
    assert caught.value.code == "NO_BUNDLE"


def test_a_folder_is_no_draft(tmp_path: Path) -> None:
    """The caller is told what would be one."""
    not_a_draft: Any = str(tmp_path)
    with pytest.raises(UsageError, match="expected a Draft"):
        check_draft(not_a_draft, "core")


def test_no_profile_is_no_question(tmp_path: Path) -> None:
    """An empty list would be trivially met."""
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(UsageError):
        check_draft(Draft().add(tmp_path / "a"), ())
