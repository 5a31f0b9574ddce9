"""Finding 7: evidence records and renewals, which carry proofs of time on."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from custody.format.hashes import HASHES
from custody.format.item_line import ALL_FIELDS
from custody.proof.evidence_record.record import encode_evidence_record
from custody.proof.evidence_record.renew import record_of_token, renewal_digest, with_renewal
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, add_event, reduce_items
from tests.tools.renewals import place_renewal, renewal_folder, renewal_text
from tests.vectors.cases.times import EARLY, LATER, SOON, TIME, at, stamped, with_stamp
from tests.vectors.story import custody_vector
from tests.vectors.vector import Vector
from tests.vectors.world import FIRST, SECOND, STRONG, World, vector


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    yield from _records(world)
    yield from _renewals(world)
    yield from _renewed_since(world)
    yield from _erased_since(world)


def _records(world: World) -> Iterator[Vector]:
    base = world.base
    sha256 = HASHES["sha256"]
    first = record_of_token(FIRST.stamp(base.files[base.path("proof.sha256")], at=at(EARLY)), sha256)
    late = SECOND.stamp(digest=renewal_digest(first, sha256), at=at(SOON))
    renewed = with_renewal(first, late)
    timed = {"require": TIME, "trust": "timed"}
    yield vector(
        "time-record",
        with_stamp(base, encode_evidence_record(first), ending="ers"),
        "an evidence record around one token",
        "proven EXISTED_BEFORE",
        **timed,
    )
    yield vector(
        "time-record-renewed-in-time",
        with_stamp(base, encode_evidence_record(renewed), ending="ers"),
        "trust in the first root has ended, and the token was renewed before",
        "proven EXISTED_BEFORE",
        require=TIME,
        trust="timed-root-ended",
    )
    skipped = with_renewal(first, SECOND.stamp(digest=renewal_digest(first, sha256), at=at(LATER)))
    yield vector(
        "time-record-renewed-late",
        with_stamp(base, encode_evidence_record(skipped), ending="ers"),
        "the same, renewed after the end: undetermined",
        "undetermined NO_STAMP_HOLDS",
        require=TIME,
        trust="timed-root-ended",
    )
    wrong = with_renewal(first, SECOND.stamp(b"another token", at=at(SOON)))
    yield vector(
        "time-record-renewal-of-another",
        with_stamp(base, encode_evidence_record(wrong), ending="ers"),
        "a renewal over another token",
        "undetermined (STAMP_INVALID)",
        **timed,
    )


def _renewal(bundle: Bundle, authority: TestAuthority | None, when: str = "") -> Bundle:
    """Return the bundle renewed under SHA-512 and, with an authority, stamped."""
    text = renewal_text(bundle, "sha512")
    renewed = place_renewal(bundle, text, "sha512")
    if authority is None:
        return renewed
    token = authority.stamp(text, at=at(when), hash="sha512")
    return with_stamp(renewed, token, folder=renewal_folder(text, "sha512"))


def _renewals(world: World) -> Iterator[Vector]:
    base = stamped(world.base, FIRST, EARLY)
    everything = "intact sealed-by existed-before custody-unbroken complete"
    ended = {"require": everything, "trust": "timed-sha256-ended"}
    kept = _renewal(base, STRONG, SOON)
    yield vector(
        "time-renewal",
        kept,
        "renewed before the end of SHA-256: everything stays proven",
        "proven RENEWAL_HOLDS",
        **ended,
    )
    yield vector(
        "time-renewal-skipped",
        base,
        "not renewed: nothing holds beyond the end",
        "undetermined ALGORITHM_ENDED",
        **ended,
    )
    yield vector(
        "time-renewal-by-ended-hash",
        _renewal(base, SECOND, SOON),
        "a renewal whose authority signs with the hash that has ended",
        "undetermined (RENEWAL_NOT_IN_TIME)",
        **ended,
    )
    yield vector(
        "time-renewal-short",
        _renewal(base, SECOND, SOON),
        "the same while the hash has not ended: it is said that the stamp will end with it",
        "proven RENEWAL_SHORT",
        require=everything,
        trust="timed",
    )
    yield vector(
        "time-renewal-unstamped",
        _renewal(base, None),
        "a renewal that nobody dated",
        "undetermined (RENEWAL_NOT_IN_TIME)",
        **ended,
    )
    yield vector(
        "time-renewal-late",
        _renewal(base, STRONG, LATER),
        "a renewal that was stamped after the end",
        "undetermined (RENEWAL_NOT_IN_TIME)",
        **ended,
    )


def _renewed_since(world: World) -> Iterator[Vector]:
    base = stamped(world.base, FIRST, EARLY)
    kept = _renewal(base, STRONG, SOON)
    item = next(path for path in kept.files if path.startswith("data/"))
    changed = kept.edit({item: kept.files[item][:-1] + b"?"})
    yield vector(
        "time-renewal-void",
        changed,
        "a file changed after the renewal",
        "refuted (RENEWAL_VOID)",
        require="intact",
        trust="timed",
    )
    later = add_event(kept, "annotated", {"event": kept.seal_id}, signers=[world.plain])
    yield vector(
        "time-renewal-before-later-event",
        later,
        "a later event does not touch what was renewed",
        "proven RENEWAL_HOLDS",
        require="intact sealed-by",
        trust="timed-sha256-ended",
    )
    yield custody_vector(
        "time-renewal-later-event-not-renewed",
        later,
        "and is not renewed itself",
        "undetermined EVENT_ALGORITHM_ENDED",
        trust="timed-sha256-ended",
    )


def _erased_since(world: World) -> Iterator[Vector]:
    base = stamped(world.base, FIRST, EARLY)
    kept = _renewal(base, STRONG, SOON)
    data = {"leaves": [2], "ground": "consent withdrawn"}
    erasing = add_event(kept, "erased", data, signers=[world.plain, world.approver], actor="archive")
    erased = evolve(erasing, files=reduce_items(erasing.files, base.bundle_id, [ALL_FIELDS, ALL_FIELDS, 0]))
    yield vector(
        "time-renewal-before-erasure",
        erased.edit({base.path("manifest.json"): None}).rewrap(),
        "an item that was erased later: its line is passed over, the others hold",
        "proven RENEWAL_HOLDS",
        require="intact sealed-by",
        trust="timed",
    )
    partly = evolve(erasing, files=reduce_items(erasing.files, base.bundle_id, [ALL_FIELDS, ALL_FIELDS, 4]))
    yield vector(
        "time-renewal-before-partial-erasure",
        partly.edit({base.path("manifest.json"): None}).rewrap(),
        "what is left open of an erased item is not renewed",
        "undetermined ALGORITHM_ENDED",
        require="intact",
        trust="timed-sha256-ended",
    )
    gone = next(path for path in base.files if path.endswith("stamp.tst"))
    yield vector(
        "time-renewal-stamp-gone",
        kept.edit({gone: None}),
        "a stamp that the renewal lists was removed: the renewal counts",
        "proven RENEWAL_STAMP_CHANGED",
        require="intact sealed-by existed-before",
        trust="timed-sha256-ended",
    )
