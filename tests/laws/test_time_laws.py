"""Laws of time: no change to a stamp, and nothing that a stranger adds, makes an outcome better or worse."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from custody.format.hashes import HASHES
from custody.model.instant import decode_instant
from custody.proof.evidence_record.record import encode_evidence_record
from custody.proof.evidence_record.renew import record_of_token, renewal_digest, with_renewal
from custody.report.claim import Claim, Outcome
from custody.report.report import Report
from custody.verification.verify import verify_source
from tests.tools.authority import TestAuthority, der_of
from tests.tools.bundles import Bundle, add_event, make_bundle, seed_signer
from tests.tools.memory import NOW, MemorySource, trusting
from tests.tools.renewals import place_renewal, renewal_text

ARCHIVE, STRANGER = seed_signer("archive"), seed_signer("stranger")
FIRST, SECOND = TestAuthority("first", operator="First"), TestAuthority("second", operator="Second")
UNKNOWN = TestAuthority("unknown", operator="Unknown")
EARLY, SOON = decode_instant("2026-01-03T00:00:00Z"), decode_instant("2026-01-10T00:00:00Z")
TRUST = evolve(trusting(ARCHIVE), authorities=(FIRST.authority(), SECOND.authority()))
BUNDLE = make_bundle(signers=[ARCHIVE])
SEAL = BUNDLE.path("").rstrip("/")
PROOF = BUNDLE.files[f"{SEAL}/proof.sha256"]
TOKEN = FIRST.stamp(PROOF, at=EARLY)
_RECORD = record_of_token(TOKEN, HASHES["sha256"])
RECORD = encode_evidence_record(
    with_renewal(_RECORD, SECOND.stamp(digest=renewal_digest(_RECORD, HASHES["sha256"]), at=SOON))
)
PROVEN_BY = {"tst": TOKEN, "ers": RECORD}


def put(bundle: Bundle, proof: bytes, ending: str = "tst", *, over: str = SEAL) -> Bundle:
    """Place a proof of time where its digest says."""
    return bundle.edit({f"{over}/stamps/{hashlib.sha256(proof).hexdigest()}/stamp.{ending}": proof})


def judged(bundle: Bundle) -> Report:
    """Verify in memory."""
    return verify_source(MemorySource(bundle.files), TRUST, verified_at=NOW)


def not_after(report: Report) -> str:
    """Return the proven time of the seal, or a late one."""
    (time,) = [str(one.not_after) for one in report.events if one.path == SEAL]
    return time if time != "None" else "9999"


@pytest.mark.parametrize("ending", PROVEN_BY)
@given(data=st.data())
def test_a_changed_byte_of_a_stamp_never_improves_anything(ending: str, data: st.DataObject) -> None:
    """The stamp is renamed to its new digest, as a careful forger would; the outcome is the same or worse."""
    proof = bytearray(PROVEN_BY[ending])
    place = data.draw(st.integers(0, len(proof) - 1))
    proof[place] ^= data.draw(st.integers(1, 255))
    report = judged(put(BUNDLE, bytes(proof), ending))
    assert report.outcome(Claim.EXISTED_BEFORE) in {Outcome.PROVEN, Outcome.UNDETERMINED}
    assert not_after(report) >= not_after(judged(put(BUNDLE, PROVEN_BY[ending], ending)))


@given(cut=st.integers(1, 200), more=st.binary(max_size=8))
def test_a_stamp_cut_short_or_longer_proves_nothing(cut: int, more: bytes) -> None:
    """Neither less nor more than the token is a token."""
    for proof in (TOKEN[:-cut], TOKEN + b"\x00" + more):
        assert judged(put(BUNDLE, proof)).outcome(Claim.EXISTED_BEFORE) is Outcome.UNDETERMINED


def junk(seed: int) -> Bundle:
    """Return the stamped bundle with what strangers can add, a selection by the bits of a number."""
    bundle = put(BUNDLE, TOKEN)
    folder = f"{SEAL}/stamps/{hashlib.sha256(TOKEN).hexdigest()}"
    foreign = UNKNOWN.stamp(PROOF, at=decode_instant("2020-01-01T00:00:00Z"))
    root = der_of(UNKNOWN.root.certificate)
    crl = UNKNOWN.crl(
        ((FIRST.unit.certificate, EARLY, None),), at=EARLY, until=decode_instant("2030-01-01T00:00:00Z")
    )
    additions: list[Callable[[Bundle], Bundle]] = [
        lambda one: put(one, b"junk"),
        lambda one: put(one, foreign),
        lambda one: put(one, b"junk", "ers"),
        lambda one: one.edit({f"{folder}/{hashlib.sha256(root).hexdigest()}.cer": root}),
        lambda one: one.edit({f"{folder}/{hashlib.sha256(crl).hexdigest()}.crl": crl}),
        lambda one: one.edit({f"{folder}/{hashlib.sha256(b'x').hexdigest()}.ocsp": b"x"}),
        lambda one: place_renewal(one, renewal_text(one, "sha512", bundle_id="0" * 32), "sha512"),
        lambda one: place_renewal(one, renewal_text(BUNDLE, "sha3_256"), "sha3_256"),
        lambda one: one.edit({f"{SEAL}/stamps/readme.txt": b"junk"}),
        lambda one: evolve(
            one,
            files=add_event(
                one,
                "annotated",
                {"event": one.seal_id},
                signers=[STRANGER],
                anchors={hashlib.sha256(foreign).hexdigest(): foreign},
            ).files,
        ),
    ]
    for place, add in enumerate(additions):
        if seed >> place & 1:
            bundle = add(bundle)
    return bundle


@given(seed=st.integers(0, 1023))
def test_what_strangers_add_changes_no_outcome(seed: int) -> None:
    """Stamps, records, certificates, lists, renewals and events of strangers are named and change nothing."""
    plain, report = judged(put(BUNDLE, TOKEN)), judged(junk(seed))
    assert [report.outcome(claim) for claim in Claim] == [plain.outcome(claim) for claim in Claim]
    assert not_after(report) == not_after(plain)


def test_no_number_of_others_keeps_a_stamp_from_being_looked_at() -> None:
    """Neither with names of their own nor with names that are no digests."""
    bundle = put(BUNDLE, TOKEN)
    for number in range(300):
        bundle = put(bundle, b"junk %d" % number)
        bundle = bundle.edit({f"{SEAL}/stamps/{number:064x}/stamp.tst": b"junk"})
    report = judged(bundle).require(Claim.EXISTED_BEFORE)
    assert not_after(report) == not_after(judged(put(BUNDLE, TOKEN)))
