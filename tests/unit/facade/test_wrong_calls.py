"""A call that makes no sense is refused in our own words; one with a plain meaning is understood."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import custody
from custody import Sealed
from custody.errors import StorageError, UsageError
from custody.facade.moment import instant_of
from custody.format.key_file import encode_public_key_file
from tests.unit.facade.test_transfer import COLLECTOR, LAWYER, NGO, TRUST

GIVEN: dict[str, Any] = {"signer": COLLECTOR, "trust": TRUST}


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    """A bundle in a folder of its own."""
    (tmp_path / "a").mkdir()
    draft = custody.Draft(case="Case 7").add(io.BytesIO(b"x"), name="a", kind="media")
    return custody.seal(draft, to=tmp_path / "a", signer=COLLECTOR)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"trust": ...}, "trust: expected one, found none"),
        ({"signer": ...}, "signer: expected one, found none"),
        ({"signer": "w-01.key"}, "signer: expected a Signer"),
        ({"signer": None}, "signer: expected a Signer"),
        ({"trust": None}, "trust: expected a Trust"),
        ({"purposes": "x"}, "found purposes"),
        ({"to": ""}, "found an empty text"),
        ({"to": 7}, "recipient: expected an Identity"),
        ({"cosigners": "ngo.key"}, "cosigners: expected Signers"),
        ({"cosigners": 7}, "cosigners: expected one or several"),
        ({"expires": 7}, "moment: expected an Instant"),
    ],
)
def test_a_wrong_call_is_a_usage_error(sealed: Sealed, changed: dict[str, Any], word: str) -> None:
    """Missing, unknown, or of another kind; nothing is written."""
    words = {"to": NGO.identity, **GIVEN, **changed}
    before = sorted(Path(sealed.path).rglob("*"))
    with pytest.raises(UsageError, match=word):
        custody.release(sealed.path, **{name: value for name, value in words.items() if value is not ...})
    assert sorted(Path(sealed.path).rglob("*")) == before


def test_an_unknown_argument_is_answered_with_the_known_ones(sealed: Sealed) -> None:
    """Who mistypes one sees what there is."""
    unknown: dict[str, Any] = {"purposes": "x"}
    with pytest.raises(UsageError) as caught:
        custody.withdraw(sealed.path, **GIVEN, **unknown)
    assert "purpose, authority, place" in str(caught.value.hint)


def test_a_day_is_its_first_moment() -> None:
    """As a date or as text."""
    assert str(instant_of(date(2030, 1, 2))) == str(instant_of("2030-01-02")) == "2030-01-02T00:00:00Z"


def test_one_alone_is_one(sealed: Sealed, tmp_path: Path) -> None:
    """One cosigner, one receipt, one sentence; a successor may be named by his file."""
    released = custody.release(
        sealed.path, to=NGO.identity, expires=date(2030, 1, 1), cosigners=LAWYER, **GIVEN
    )
    assert released.seq == 1
    (tmp_path / "law.pub").write_bytes(encode_public_key_file(LAWYER.identity))
    got = custody.receive(
        sealed.path,
        signer=NGO,
        trust=TRUST,
        successor=tmp_path / "law.pub",
        inconsistencies="wet",
        event=released.event_id,
    )
    assert b'"inconsistencies":["wet"]' in got.written.files["body.json"]
    assert b"lawyer" in got.written.files["people.json"]
    report = custody.verify(sealed.path, trust=TRUST, at="2099-01-01", receipts=got.receipt)
    assert report.findings is not None
    with pytest.raises(UsageError, match="receipts: expected one or several"):
        custody.verify(sealed.path, trust=TRUST, receipts=7)  # type: ignore[arg-type]


def test_a_successor_who_is_nobody_is_called_a_successor(sealed: Sealed) -> None:
    """The message names the argument."""
    custody.release(sealed.path, to=NGO.identity, **GIVEN)
    with pytest.raises(UsageError, match="successor: expected a public key file"):
        custody.receive(sealed.path, signer=NGO, trust=TRUST, successor="nobody")


@pytest.mark.parametrize("function", [custody.verify, custody.timeline, custody.merge, custody.compare])
def test_whom_one_trusts_is_always_said(sealed: Sealed, function: Callable[..., Any]) -> None:
    """Python itself refuses the call: nobody is trusted by default, and nobody is distrusted by a slip."""
    paths = (sealed.path,) if function in {custody.verify, custody.timeline} else (sealed.path, sealed.path)
    with pytest.raises(TypeError, match="required keyword-only argument: 'trust'"):
        function(*paths)


@pytest.mark.parametrize("function", [custody.verify, custody.timeline, custody.merge, custody.compare])
def test_a_trust_file_that_is_not_there_is_named_as_the_trust(
    sealed: Sealed, function: Callable[..., Any]
) -> None:
    """Not as something wrong with the bundle; with what would do."""
    paths = (sealed.path,) if function in {custody.verify, custody.timeline} else (sealed.path, sealed.path)
    with pytest.raises(StorageError, match=r"^trust: nowhere\.json: .* nothing there") as caught:
        function(*paths, trust="nowhere.json")
    assert caught.value.code == "MISSING"
    assert "the word none" in str(caught.value.hint)
    with pytest.raises(UsageError, match=r"trust: .* an empty text"):
        function(*paths, trust="")
    with pytest.raises(StorageError, match=r"^trust: ") as caught:
        function(*paths, trust=sealed.path)
    assert caught.value.code == "NOT_A_FILE"


def test_one_receipt_alone_is_one_for_a_timeline_too(sealed: Sealed) -> None:
    """Its path is not taken for a list of letters."""
    with pytest.raises(StorageError, match=r"receipt\.zip"):
        custody.timeline(sealed.path, trust=TRUST, receipts="receipt.zip")
