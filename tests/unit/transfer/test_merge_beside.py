"""Merging what stands beside events: stamps, attestations and renewals."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from custody.errors import SourceChangedError
from custody.facade.merging import merge
from custody.format.limits import STAMP_BYTES
from custody.transfer import growth
from custody.transfer import merge as merging
from tests.tools.bundles import attest
from tests.tools.copies import (
    LAWYER,
    STRANGER,
    TRUST,
    checked,
    read_copy,
    receipt_of,
    sealed,
    write_copy,
)
from tests.tools.memory import NOW
from tests.tools.merging import CERTIFICATE, codes, merged, stamp_path, stamped, with_receipt
from tests.tools.renewals import renew


def test_stamps_come_in_with_what_lies_beside_them(tmp_path: Path) -> None:
    """One folder for the stamp; later, the certificate alone."""
    result, mine = merged(tmp_path / "a", sealed(), stamped(sealed()))
    assert result.stamps == (stamp_path(sealed()).rpartition("/")[0],)
    assert read_copy(mine) == stamped(sealed()).files
    result, mine = merged(tmp_path / "b", stamped(sealed()), stamped(sealed(), certified=True))
    assert len(result.stamps) == 1
    assert read_copy(mine) == stamped(sealed(), certified=True).files


def test_stamps_that_are_none_stay_out(tmp_path: Path) -> None:
    """Another name than the digest, no form of a stamp, and a certificate without a stamp."""
    bundle = sealed()
    lone = f"{'0' * 64}/{hashlib.sha256(CERTIFICATE).hexdigest()}.cer"
    junk: dict[str, bytes | None] = {
        stamp_path(bundle): b"another",
        bundle.path("stamps/x"): b"y",
        bundle.path(f"stamps/{lone}"): CERTIFICATE,
    }
    result, mine = merged(tmp_path, bundle, bundle.edit(junk))
    assert set(codes(result)) == {"STAMP_SET_ASIDE"}
    assert read_copy(mine) == bundle.files


def test_a_stamp_that_somebody_has_spoilt_is_replaced(tmp_path: Path) -> None:
    """The spoilt one lies beside the bundle then."""
    bundle = sealed()
    result, mine = merged(tmp_path, bundle.edit({stamp_path(bundle): b"another"}), stamped(bundle))
    assert len(result.aside) == 1
    assert read_copy(mine) == stamped(bundle).files


def test_too_much_beside_stamps_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader would leave every stamp unproven."""
    monkeypatch.setattr("custody.transfer.union.COMPANIONS_BYTES", 2)
    with pytest.raises(Exception, match="stamps: expected at most 2 bytes") as refused:
        merged(tmp_path, sealed(), stamped(sealed(), certified=True))
    assert getattr(refused.value, "code", "") == "STAMPS_LIMIT"


def test_attestations_come_in(tmp_path: Path) -> None:
    """Also from a receipt; one by a stranger stays out, under the code that a verification has for it."""
    bundle = sealed()
    data = {"events": [bundle.seal_id]}
    said = attest(bundle, "countersigned", data, signers=[LAWYER], prev=[bundle.seal_id])
    folder = next(path for path in said.files if "attestations" in path).rpartition("/")[0]
    result, mine = merged(tmp_path / "a", bundle, said)
    assert result.attestations == (folder.rpartition("/")[2],)
    assert read_copy(mine) == said.files
    result, mine = with_receipt(tmp_path / "b", bundle, receipt_of(said, folder))
    assert read_copy(mine) == said.files
    other = attest(bundle, "countersigned", data, signers=[STRANGER], prev=[bundle.seal_id])
    assert codes(merged(tmp_path / "c", bundle, other)[0]) == ["ATTESTATION_SIGNER_UNKNOWN"]
    folder = next(path for path in other.files if "attestations" in path).rpartition("/")[0]
    assert codes(with_receipt(tmp_path / "d", bundle, receipt_of(other, folder))[0]) == [
        "ATTESTATION_SIGNER_UNKNOWN"
    ]


def test_an_attestation_in_another_folder_stays_out(tmp_path: Path) -> None:
    """Its folder must bear its id."""
    bundle = sealed()
    said = attest(
        bundle, "countersigned", {"events": [bundle.seal_id]}, signers=[LAWYER], prev=[bundle.seal_id]
    )
    files = {path: data for path, data in said.files.items() if "attestations" in path}
    moved = {
        f"custody/attestations/{'0' * 64}/{path.rpartition('/')[2]}": data for path, data in files.items()
    }
    write_copy(tmp_path / "r", moved)
    mine = write_copy(tmp_path / "mine", bundle.files)
    assert codes(merge(mine, tmp_path / "r", trust=TRUST, at=NOW)) == ["ATTESTATION_SET_ASIDE"]


def test_renewals_come_in_after_all_that_they_speak_of(tmp_path: Path) -> None:
    """The second goes on from the first; one whose lines fail is void and stays out."""
    renewed = renew(renew(checked(sealed())), "sha3_256")
    result, mine = merged(tmp_path / "a", sealed(), renewed)
    assert len(result.renewals) == 2
    assert read_copy(mine) == renewed.files
    void = renew(sealed(), change=lambda text: text.replace(b"item 1 ", b"item 1 0", 1))
    assert codes(merged(tmp_path / "b", sealed(), void)[0]) == ["RENEWAL_VOID"]


def test_a_renewal_that_changes_meanwhile_is_not_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder bears the digest of what it was."""

    def grow(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
        text = next((tmp_path / "copy-1").glob("custody/renewals/*/renewal.txt"))
        text.write_bytes(text.read_bytes() + b"x")
        return growth.grow(*arguments, **named)

    monkeypatch.setattr(merging, "grow", grow)
    with pytest.raises(SourceChangedError, match="changed meanwhile"):
        merged(tmp_path, sealed(), renew(sealed()))
    assert read_copy(tmp_path / "copy-0") == sealed().files


def test_a_stamp_larger_than_any_stays_out(tmp_path: Path) -> None:
    """It is none, whatever its name."""
    data = b"x" * (STAMP_BYTES + 1)
    path = sealed().path(f"stamps/{hashlib.sha256(data).hexdigest()}/stamp.tst")
    assert codes(merged(tmp_path, sealed(), sealed().edit({path: data}))[0]) == ["STAMP_SET_ASIDE"]
