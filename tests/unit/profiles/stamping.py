"""Stamps, revocation data, evidence records and statements about them, put into bundles of tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from custody.format.hashes import HASHES
from custody.format.layout import event_path
from custody.keys.signer import Signer
from custody.model.instant import Instant, decode_instant
from custody.proof.evidence_record.record import EvidenceRecord, encode_evidence_record
from custody.proof.evidence_record.renew import record_of_token
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, attest
from tests.tools.records import renewed
from tests.unit.profiles.subjects import EXPERT, FIRST, SEALED_AT, sealed

BUNDLE: Final = sealed()
SEAL: Final = event_path(BUNDLE.holding, 0)
SIGNED: Final = BUNDLE.files[f"{SEAL}/proof.sha256"]
LATER: Final = decode_instant("2027-01-01T00:00:00Z")
_SHA256: Final = HASHES["sha256"]
Beside: TypeAlias = tuple[tuple[str, bytes], ...]
"""Endings and bytes of files beside a stamp."""


def put(bundle: Bundle, proof: bytes, ending: str = "tst", beside: Beside = ()) -> Bundle:
    """Put a proof of time over the seal, with files beside it."""
    folder = f"{SEAL}/stamps/{hashlib.sha256(proof).hexdigest()}"
    files = {f"{folder}/stamp.{ending}": proof}
    for companion, data in beside:
        files[f"{folder}/{hashlib.sha256(data).hexdigest()}.{companion}"] = data
    return bundle.edit(files)


def token(by: TestAuthority = FIRST, *, at: Instant = SEALED_AT, **said: Any) -> bytes:  # noqa: ANN401 - as `stamp`
    """Make a token over the seal, by default at the moment that the seal claims."""
    return by.stamp(SIGNED, at=at, **said)


def not_revoked(by: TestAuthority, *, at: Instant, until: Instant) -> Beside:
    """Return empty revocation lists for the unit and for what certified it."""
    return (
        ("crl", by.crl(at=at, until=until)),
        ("crl", by.crl(at=at, until=until, issuer=by.root)),
    )


def record(*renewals: tuple[TestAuthority, str], first: TestAuthority = FIRST) -> EvidenceRecord:
    """Make a record over the seal that goes on from a token of an authority, renewed on these days."""
    made = record_of_token(token(first), _SHA256)
    for authority, day in renewals:
        made = renewed(made, authority, day)
    return made


def recorded(bundle: Bundle, made: EvidenceRecord, beside: Beside = ()) -> Bundle:
    """Put a record over the seal."""
    return put(bundle, encode_evidence_record(made), "ers", beside)


def says(bundle: Bundle, data: Mapping[str, Any], by: Signer = EXPERT) -> Bundle:
    """Let somebody state something in an `examined` about the seal."""
    return attest(bundle, "examined", data, signers=[by], prev=[bundle.seal_id])
