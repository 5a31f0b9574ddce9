"""Cosigning from a program: files in, files out."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import ExistsError, StorageError
from custody.facade.cosigning import commit_cosigned, cosign, read_draft, write_draft
from custody.transfer.desk import Desk
from custody.transfer.written import Act
from tests.tools.bundles import seed_signer
from tests.tools.desks import HOLDER, RECIPIENT, begin, trust_in, unbroken

BOARD = seed_signer("w-03", hybrid=True)
TRUST = trust_in(HOLDER, RECIPIENT, BOARD)
ACT = Act(
    type="erased",
    data={"leaves": [0], "ground": "consent withdrawn"},
    cosigners=(BOARD.identity, RECIPIENT.identity),
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The holder at his bundle."""
    return evolve(begin(tmp_path), trust=TRUST)


def test_a_draft_goes_from_hand_to_hand(desk: Desk, tmp_path: Path) -> None:
    """Each signs the file that the one before sent; the actor commits it."""
    path = tmp_path / "draft"
    write_draft(desk, ACT, path)
    cosign(path, signer=BOARD)
    cosign(str(path), signer=RECIPIENT)
    written = commit_cosigned(desk.bundle, path, signer=HOLDER, trust=TRUST)
    assert (written.type, written.seq) == ("erased", 1)
    assert unbroken(desk)


def test_each_signs_a_copy_of_his_own(desk: Desk, tmp_path: Path) -> None:
    """The copies are united when they are read."""
    path = tmp_path / "draft"
    write_draft(desk, ACT, path)
    before = path.read_bytes()
    cosign(path, signer=BOARD, to=tmp_path / "one")
    cosign(path, signer=RECIPIENT, to=tmp_path / "two")
    assert path.read_bytes() == before
    united = read_draft(tmp_path / "one", others=[tmp_path / "two"])
    assert commit_cosigned(desk.bundle, united, signer=HOLDER, trust=TRUST, cosigners=()).seq == 1


def test_a_signed_draft_replaces_the_file_and_keeps_its_mode(desk: Desk, tmp_path: Path) -> None:
    """At once and whole; nothing lies beside it."""
    path = tmp_path / "draft"
    write_draft(desk, ACT, path)
    path.chmod(0o640)
    cosign(path, signer=BOARD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert not [one for one in tmp_path.iterdir() if ".tmp" in one.name]


def test_no_file_is_overwritten(desk: Desk, tmp_path: Path) -> None:
    """Neither by a draft nor by its signed copy."""
    path, taken = tmp_path / "draft", tmp_path / "taken"
    taken.write_bytes(b"mine")
    write_draft(desk, ACT, path)
    with pytest.raises(ExistsError):
        cosign(path, signer=BOARD, to=taken)
    with pytest.raises(ExistsError):
        write_draft(desk, ACT, taken)
    assert taken.read_bytes() == b"mine"


def test_a_signature_that_came_in_meanwhile_is_not_lost(desk: Desk, tmp_path: Path) -> None:
    """Two cosigners on a shared folder: the second is told to read again."""
    path = tmp_path / "draft"
    write_draft(desk, ACT, path)
    shown = read_draft(path)
    cosign(path, signer=RECIPIENT)
    with pytest.raises(StorageError) as caught:
        cosign(path, signer=BOARD, read=shown)
    assert caught.value.code == "DRAFT_CHANGED"
    assert [one.claimed_identity for one in read_draft(path).signed] == ["w-02"]
