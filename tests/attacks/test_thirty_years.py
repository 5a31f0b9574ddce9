"""Thirty years of one bundle: three hashes, authorities that come and go; and every renewal that is skipped.

2026  sealed; stamped by A                         the sealer's keys count till 2030
2033  A's token renewed by B                       trust in A ends 2034
2035  renewed under SHA-512; stamped by C          SHA-256 ends 2036
2044  C's token renewed by D                       trust in C ends 2045
2047  renewed under SHA3-512; stamped by D         SHA-512 ends 2048
2056  verified
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import pytest
from attrs import evolve

from custody.format.hashes import HASHES
from custody.model.instant import Instant, decode_instant
from custody.proof.evidence_record.record import encode_evidence_record
from custody.proof.evidence_record.renew import record_of_token, renewal_digest, with_renewal
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.report.stamp_code import StampCode
from custody.trust.trust import AlgorithmEnd, DatedKeySet, Role, Trust, TrustedIdentity
from custody.verification.verify import verify_source
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, add_event, make_bundle, seed_signer
from tests.tools.memory import MemorySource
from tests.tools.renewals import place_renewal, renewal_folder, renewal_text

SEALER, SECOND = seed_signer("archive"), seed_signer("approver")
YEARS = (decode_instant("2020-01-01T00:00:00Z"), decode_instant("2070-01-01T00:00:00Z"))


def year(number: int) -> Instant:
    """Return the first moment of a year."""
    return decode_instant(f"{number}-01-01T00:00:00Z")


def authority(name: str, key: str, until: int) -> TestAuthority:
    """Make an authority whose unit's certificate ends with the trust in it."""
    return TestAuthority(
        name,
        operator=f"Operator {name}",
        unit_key=key,
        issuer_key=key,
        root_key=key,
        root_valid=YEARS,
        issuer_valid=YEARS,
        unit_valid=(YEARS[0], year(until)),
    )


A, B = authority("A", "p256", 2034), authority("B", "p256", 2060)
C, D = authority("C", "p521", 2045), authority("D", "p384", 2060)
TRUST = Trust(
    identities=(
        TrustedIdentity(
            name="archive",
            roles=frozenset({Role.SEALER, Role.HOLDER}),
            sets=(DatedKeySet(key_set=SEALER.identity.key_set, valid_until=year(2030)),),
        ),
        TrustedIdentity(
            name="approver",
            roles=frozenset({Role.APPROVER}),
            sets=(DatedKeySet(key_set=SECOND.identity.key_set, valid_until=year(2040)),),
        ),
    ),
    authorities=(
        A.authority(valid_until=year(2034)),
        B.authority(),
        C.authority(valid_until=year(2045)),
        D.authority(),
    ),
    algorithm_ends=(
        AlgorithmEnd(algorithm="sha256", until=year(2036)),
        AlgorithmEnd(algorithm="sha512", until=year(2048)),
        AlgorithmEnd(algorithm="ed25519", until=year(2040)),
    ),
)
STEPS = frozenset({"stamp", "token-2033", "hash-2035", "token-2044", "hash-2047"})


def put(bundle: Bundle, folder: str, proof: bytes, ending: str) -> Bundle:
    """Add a proof of time over a folder."""
    digest = hashlib.sha256(proof).hexdigest()
    return bundle.edit({f"{folder}/stamps/{digest}/stamp.{ending}": proof})


def renewed_token(token: bytes, name: str, by: TestAuthority, at: Instant) -> bytes:
    """Return an evidence record in which another authority goes on from a token."""
    record = record_of_token(token, HASHES[name])
    digest = renewal_digest(record, HASHES[name])
    return encode_evidence_record(with_renewal(record, by.stamp(digest=digest, hash=name, at=at)))


def renewed_hash(bundle: Bundle, name: str, by: TestAuthority, at: Instant) -> tuple[Bundle, str, bytes]:
    """Renew under a hash and stamp that; returns the folder and the token as well."""
    text = renewal_text(bundle, name)
    folder = renewal_folder(text, name)
    token = by.stamp(text, hash=name, at=at)
    return put(place_renewal(bundle, text, name), folder, token, "tst"), folder, token


def lived(steps: Collection[str] = STEPS) -> Bundle:
    """Return the bundle after thirty years in which these steps were taken."""
    bundle = make_bundle(signers=[SEALER])
    seal = bundle.path("").rstrip("/")
    first = A.stamp(bundle.files[f"{seal}/proof.sha256"], at=decode_instant("2026-01-03T00:00:00Z"))
    if "stamp" in steps:
        bundle = put(bundle, seal, first, "tst")
    if "token-2033" in steps:
        bundle = put(bundle, seal, renewed_token(first, "sha256", B, year(2033)), "ers")
    if "hash-2035" in steps:
        bundle, folder, token = renewed_hash(bundle, "sha512", C, year(2035))
        if "token-2044" in steps:
            bundle = put(bundle, folder, renewed_token(token, "sha512", D, year(2044)), "ers")
    if "hash-2047" in steps:
        bundle, _, _ = renewed_hash(bundle, "sha3_512", D, year(2047))
    return bundle


def judged(bundle: Bundle, at: Instant, trust: Trust = TRUST) -> Report:
    """Verify at a moment."""
    return verify_source(MemorySource(bundle.files), trust, verified_at=at)


def test_thirty_years_of_renewals_stay_proven() -> None:
    """With every step taken, every claim is proven in 2056, and the time is that of 2026."""
    report = judged(lived(), year(2056)).require(*Claim)
    (seal,) = (event for event in report.events if event.head)
    assert str(seal.not_after) == "2026-01-03T00:00:01Z"


@pytest.mark.parametrize("now", range(2027, 2057))
def test_every_year_on_the_way_is_proven(now: int) -> None:
    """In each year, what had been done by then is enough."""
    dated = {"stamp": 2026, "token-2033": 2033, "hash-2035": 2035, "token-2044": 2044, "hash-2047": 2047}
    report = judged(lived([step for step, when in dated.items() if when < now]), year(now))
    assert report.require(*Claim).renew_by is None or str(report.renew_by) > f"{now}"


@pytest.mark.parametrize(
    ("skipped", "claim", "reason"),
    [
        # Only the renewal of 2035 dates the seal then, and the keys counted till 2030.
        ({"stamp", "token-2033"}, Claim.SEALED_BY, Reason.SEALER_KEY_TIME),
        ({"token-2033"}, Claim.SEALED_BY, Reason.SEALER_KEY_TIME),
        ({"hash-2035", "token-2044"}, Claim.INTACT, Reason.ALGORITHM_ENDED),
        ({"token-2044"}, Claim.INTACT, Reason.ALGORITHM_ENDED),
        ({"hash-2047"}, Claim.INTACT, Reason.ALGORITHM_ENDED),
    ],
)
def test_a_skipped_renewal_is_undetermined_with_its_reason(
    skipped: set[str], claim: Claim, reason: Reason
) -> None:
    """What one skipped step took can be seen, and is never refuted by it."""
    report = judged(lived(STEPS - skipped), year(2056))
    assert report.outcome(claim) is Outcome.UNDETERMINED
    assert reason in report.reasons(claim)
    assert all(report.outcome(one) is not Outcome.REFUTED for one in Claim)


def test_the_code_of_a_token_that_was_not_renewed() -> None:
    """The token of 2026 names why nobody believes it any more."""
    report = judged(lived(STEPS - {"token-2033"}), year(2056))
    (first,) = (stamp for stamp in report.stamps if stamp.authorities == ("A",))
    assert StampCode.ROOT_TRUST_ENDED in first.codes


def test_a_later_event_does_not_touch_what_was_renewed() -> None:
    """What was renewed stays proven when the log goes on; the later event rests on its own time."""
    bundle = lived({"stamp", "token-2033", "hash-2035"})
    grown = add_event(bundle, "annotated", {"event": bundle.seal_id}, signers=[SEALER], at=year(2029))
    report = judged(grown, year(2037))
    assert report.outcome(Claim.INTACT) is Outcome.PROVEN
    assert Reason.EVENT_KEY_TIME in report.reasons(Claim.CUSTODY_UNBROKEN)


def test_a_root_that_ended_before_the_renewal_of_its_token_is_not_saved_by_it() -> None:
    """B's token of 2033 comes after the end of trust in A when that is set to 2032."""
    earlier = evolve(TRUST, authorities=(A.authority(valid_until=year(2032)), *TRUST.authorities[1:]))
    report = judged(lived(), year(2056), earlier)
    assert report.outcome(Claim.SEALED_BY) is Outcome.UNDETERMINED
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED
