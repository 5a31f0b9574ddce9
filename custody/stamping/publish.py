"""Putting a token where it belongs: beside each thing that it is for, verified once more, by one rename."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from attrs import field, frozen

from custody.errors import NetworkError, StorageError
from custody.format.hashes import HASHES
from custody.format.layout import STAMPS_PREFIX
from custody.format.limits import STAMP_BYTES
from custody.model.instant import Instant
from custody.proof.evidence_record.record import (
    EvidenceRecord,
    decode_evidence_record,
    encode_evidence_record,
)
from custody.proof.evidence_record.renew import record_of_token, renewal_digest, with_renewal
from custody.stamping.desk import Desk
from custody.stamping.receive import Received
from custody.stamping.stored import (
    RECORD_FILE,
    TOKEN_FILE,
    Standing,
    Stored,
    outlasts,
    read_stored,
    standing_of,
)
from custody.stamping.target import SEALING_HASH, Target
from custody.storage.addition import add_folder
from custody.storage.folder import open_folder


@frozen(kw_only=True)
class Added:
    """A stamp that stands in a bundle now.

    Attributes:
        bundle: path of the bundle.
        over: folder of what it is over, relative to the bundle.
        sha256: of the stamp, the name of its folder.
        kind: TOKEN_FILE or RECORD_FILE.
        authority: name of who gave the newest token.
        operator: who says when it was: the operator of its first token.
        generated_at: time of its first token.
        not_after: that time with its accuracy: what is stamped existed before.
        weakens_at: when it should have been renewed, or None.
        renewed: sha256 of the stamp that it goes on from; "" where it is new.
        lasting: False where it is over a renewal and rests on the hash that the renewal replaces.
    """

    bundle: str = field(repr=False)
    over: str
    sha256: str
    kind: str
    authority: str
    operator: str
    generated_at: Instant
    not_after: Instant
    weakens_at: Instant | None = None
    renewed: str = ""
    lasting: bool = True


class UselessRenewalError(NetworkError):
    """A token that does not outlive the proof that it would renew.

    Attributes:
        authority: name of who gave it.
        weakens_at: when it weakens itself.
    """

    default_code = "RENEWAL_USELESS"

    def __init__(self, authority: str, weakens_at: Instant) -> None:
        """Name whose token it is and when it weakens."""
        super().__init__(
            f"authority {authority}: expected a token that outlives the proof it would renew, found one that"
            f" weakens on {weakens_at}, no later than the proof",
            hint="nothing was stored; name an authority whose certificates, and your trust in it, end later",
        )
        self.authority = authority
        self.weakens_at = weakens_at


def outlives(new: Instant | None, old: Instant | None) -> bool:
    """Tell whether a proof that weakens at one moment is of use after one that weakens at another."""
    return new is None or (old is not None and new > old)


def add_stamp(desk: Desk, received: Received, target: Target) -> Added:
    """Add a stamp: the token itself where it was asked for this target alone, else an evidence record.

    Raises:
        StorageError: code SELF_CHECK: what was made does not hold; otherwise as `add_folder`. Nothing is
            stored.
    """
    tree = received.request.trees[target.digest_of(received.algorithm)]
    name, data = TOKEN_FILE, received.token.data
    if tree:
        record = record_of_token(data, HASHES[received.algorithm], tree)
        name, data = RECORD_FILE, encode_evidence_record(record)
    return _add(desk, received, target, name, data, received.companions.files)


def read_record(target: Target, standing: Standing) -> tuple[EvidenceRecord, Mapping[str, bytes]]:
    """Read a proof that holds as an evidence record, which a token alone becomes, with its companions.

    Raises:
        CustodyError: it cannot be read any more.
    """
    source = open_folder(target.bundle)
    try:
        stored = read_stored(source, standing.path, standing.names)
    finally:
        source.close()
    if stored is None:
        raise StorageError(f"{standing.path}: expected a stamp, found none", code="MISSING")
    if stored.name == RECORD_FILE:
        return decode_evidence_record(stored.data), stored.companions
    return record_of_token(stored.data, HASHES[standing.last]), stored.companions


def renewal_leaf(target: Target, standing: Standing) -> bytes:
    """Return what a token must stamp that renews a proof.

    Raises:
        CustodyError: the proof cannot be read any more.
    """
    return renewal_digest(read_record(target, standing)[0], HASHES[standing.last])


def add_renewal(desk: Desk, received: Received, target: Target, standing: Standing) -> Added:
    """Add a record that goes on from a proof, with the companions of all its tokens.

    Raises:
        UselessRenewalError: it would weaken no later than the proof; nothing is stored.
        CustodyError: as `add_stamp`; or the proof cannot be read any more.
    """
    record, companions = read_record(target, standing)
    leaf = renewal_digest(record, HASHES[standing.last])
    data = encode_evidence_record(with_renewal(record, received.token.data, received.request.trees[leaf]))
    files = {**companions, **received.companions.files}
    return _add(desk, received, target, RECORD_FILE, data, files, standing)


def _add(
    desk: Desk,
    received: Received,
    target: Target,
    name: str,
    data: bytes,
    companions: Mapping[str, bytes],
    renewed: Standing | None = None,
) -> Added:
    digest = hashlib.sha256(data).hexdigest()
    path = f"{target.folder}/{STAMPS_PREFIX}{digest}"
    stored = Stored(path=path, name=name, data=data, companions=companions)
    standing = standing_of(desk, stored, target.digest_of) if len(data) <= STAMP_BYTES else None
    if standing is None:
        raise StorageError(
            f"{path}: expected a stamp that holds, found one that does not",
            code="SELF_CHECK",
            hint="nothing was stored; check disk and memory of this machine and run the command again",
        )
    weakens_at = standing.weakens_at
    if renewed is not None and weakens_at is not None and not outlives(weakens_at, renewed.weakens_at):
        raise UselessRenewalError(received.token.authority.name, weakens_at)
    add_folder(target.bundle, path, {**companions, name: data}, inside=target.folder)
    return Added(
        bundle=target.bundle,
        over=target.folder,
        sha256=digest,
        kind=name,
        authority=received.token.authority.name,
        operator=standing.operator,
        generated_at=standing.generated_at,
        not_after=standing.not_after,
        weakens_at=weakens_at,
        renewed="" if renewed is None else renewed.path.rpartition("/")[2],
        lasting=target.hash is None or outlasts(desk, stored, target.digest_of, SEALING_HASH),
    )
