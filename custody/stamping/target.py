"""What can be stamped in a bundle: events, attestations and renewals, and what proves their time already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from attrs import define, field, frozen

from custody.errors import BundleError, CustodyError, FormatError
from custody.format.event import decode_proof, decode_statement
from custody.format.hashes import HASHES, digests_of
from custody.format.layout import ATTESTATIONS_FOLDER, RENEWALS_FOLDER, STAMP_FILE, PathKind, place_of
from custody.format.limits import EVENT_BYTES, PROOF_BYTES, RENEWAL_LINE_BYTES
from custody.format.renewal_txt import RENEWAL_TXT, decode_renewal
from custody.proof.stamp import DigestOf
from custody.stamping.desk import Desk
from custody.stamping.stored import Standing, outlasts, read_stored, standing_of
from custody.storage.addition import open_for_adding
from custody.storage.bundle_listing import looks_like_bundle
from custody.storage.folder import FolderSource, open_folder
from custody.storage.source import EntryKind
from custody.storage.tree import base_name

SEALING_HASH: Final = "sha256"
"""The hash of seals, which renewals replace."""

_PROOF: Final = "proof.sha256"
_STATEMENT: Final = "event.json"
_FIRST: Final = "/00000000"


@frozen(kw_only=True)
class Target:
    """One event, attestation or renewal.

    Attributes:
        bundle: path of the bundle's folder.
        folder: of the event, attestation or renewal, relative to the bundle.
        digest_of: gives the digests of what stamps are over.
        seal: whether it is the seal of a bundle.
        hash: of a renewal, the hash that it renews to: nothing weaker may stamp it; None of the others.
        standing: the proofs of its time that hold, by their paths.
        stamps: how many stamp folders it has, whatever they are worth.
        lasting: of a renewal, whether one of its proofs holds without the hash that it replaces.
    """

    bundle: str
    folder: str
    digest_of: DigestOf = field(repr=False)
    seal: bool = False
    hash: str | None = None
    standing: tuple[Standing, ...] = ()
    stamps: int = 0
    lasting: bool = False

    @property
    def operators(self) -> tuple[str, ...]:
        """Whose time it has, each operator once."""
        return tuple(dict.fromkeys(one.operator for one in self.standing))


@frozen(kw_only=True)
class Passed:
    """Something that cannot be stamped.

    Attributes:
        bundle: path of the bundle.
        folder: of what is meant, relative to the bundle; "" for the bundle as a whole.
        error: why.
    """

    bundle: str
    folder: str
    error: CustodyError


@define
class _Listing:
    """Names by the folders that they lie in."""

    files: dict[str, set[str]] = field(factory=dict)
    stamps: dict[str, dict[str, list[str]]] = field(factory=dict)


def check_bundle(path: str) -> None:
    """Refuse what cannot be the folder of a bundle; nobody is asked for it.

    Raises:
        StorageError: code MISSING; NOT_A_FOLDER: a zip or another file; or what the machine said.
        BundleError: code NO_BUNDLE: a folder that holds nothing of a bundle.
    """
    open_for_adding(path).close()  # refuses a zip in its own words
    if not looks_like_bundle(path):
        raise BundleError(
            f"{base_name(path)}: expected the folder of a bundle, found one without bagit.txt and custody",
            code="NO_BUNDLE",
            hint="name the folder that custody seal made, or --all FOLDER for every bundle below a folder",
        )


def find_targets(desk: Desk, bundle: str) -> tuple[tuple[Target, ...], tuple[Passed, ...]]:
    """Look through a bundle for what can be stamped, and judge the stamps that it has.

    Raises:
        StorageError: code NOT_A_FOLDER: a zip; otherwise the bundle cannot be opened or listed.
        BundleError: code NO_BUNDLE: see `check_bundle`; SEAL_MISSING: there is nothing in it to be stamped.
        LimitError: a folder of it holds too many names.
    """
    check_bundle(bundle)
    source = open_folder(bundle)
    try:
        listing = _list(source)
        found: list[Target] = []
        passed: list[Passed] = []
        for folder in sorted(listing.files):
            try:
                found += _target(desk, source, bundle, folder, listing)
            except CustodyError as error:
                passed.append(Passed(bundle=bundle, folder=folder, error=error))
    finally:
        source.close()
    if not found and not passed:
        raise BundleError(
            f"{base_name(bundle)}: expected a seal, found none",
            code="SEAL_MISSING",
            hint="there is nothing to stamp; custody verify says what is left of the bundle",
        )
    return tuple(found), tuple(passed)


def find_all_targets(desk: Desk, bundles: Sequence[str]) -> tuple[tuple[Target, ...], tuple[Passed, ...]]:
    """Look through many bundles; one that cannot be read does not keep the others waiting."""
    found: list[Target] = []
    passed: list[Passed] = []
    for bundle in bundles:
        try:
            targets, others = find_targets(desk, bundle)
        except CustodyError as error:
            passed.append(Passed(bundle=bundle, folder="", error=error))
            continue
        found += targets
        passed += others
    return tuple(found), tuple(passed)


def _list(source: FolderSource) -> _Listing:
    listing = _Listing()
    for entry in source.entries():
        if entry.kind is not EntryKind.FILE:
            continue
        place = place_of(entry.path)
        if place.kind in {PathKind.EVENT, PathKind.RENEWAL}:
            listing.files.setdefault(place.folder, set()).add(place.name)
        elif place.kind is PathKind.STAMP:
            found = STAMP_FILE.fullmatch(place.name)
            if found is not None:
                stamps = listing.stamps.setdefault(place.folder, {})
                stamps.setdefault(found[1], []).append(place.name.rpartition("/")[2])
    return listing


def _target(
    desk: Desk, source: FolderSource, bundle: str, folder: str, listing: _Listing
) -> Iterator[Target]:
    names = listing.files[folder]
    renewal = folder.startswith(f"{RENEWALS_FOLDER}/")
    if (RENEWAL_TXT if renewal else _PROOF) not in names:
        return
    digest_of = _renewal_digests(bundle, folder) if renewal else _event_digests(source, folder)
    stamps = listing.stamps.get(folder, {})
    hash_name = _renewal_hash(source, folder, digest_of) if renewal else None
    standing = tuple(_standing(desk, source, f"{folder}/stamps", stamps, digest_of))
    yield Target(
        bundle=bundle,
        folder=folder,
        digest_of=digest_of,
        seal=not renewal and _is_seal(source, folder),
        hash=hash_name,
        standing=standing,
        stamps=len(stamps),
        lasting=renewal and any(_lasts(desk, source, one, digest_of) for one in standing),
    )


def _event_digests(source: FolderSource, folder: str) -> DigestOf:
    """Read proof.sha256; a stamp over one that does not fix its statement would prove nothing."""
    path = f"{folder}/{_PROOF}"
    proof = source.read(path, PROOF_BYTES)
    statement = source.read(f"{folder}/{_STATEMENT}", EVENT_BYTES)
    if decode_proof(proof, member=path).get(_STATEMENT) != hashlib.sha256(statement).hexdigest():
        raise FormatError(path, expected="the digest of its event.json", found="another")
    return digests_of(proof)


def _is_seal(source: FolderSource, folder: str) -> bool:
    """Tell whether an event opens the first holding, whose id is the bundle's."""
    attestation = folder.startswith(f"{ATTESTATIONS_FOLDER}/")
    if attestation or not folder.endswith(_FIRST):
        return False
    path = f"{folder}/{_STATEMENT}"
    statement = decode_statement(source.read(path, EVENT_BYTES), member=path)
    return statement.holding == statement.bundle_id


def _renewal_digests(bundle: str, folder: str) -> DigestOf:
    """Hash renewal.txt when asked to; it may be long, so it is read as a stream."""

    @cache
    def digest(name: str) -> bytes:
        source = open_folder(bundle)
        try:
            hashed = HASHES[name].new()
            for block in source.blocks(f"{folder}/{RENEWAL_TXT}"):
                hashed.update(block)
        finally:
            source.close()
        made: bytes = hashed.digest()
        return made

    return digest


def _renewal_hash(source: FolderSource, folder: str, digest_of: DigestOf) -> str:
    path = f"{folder}/{RENEWAL_TXT}"
    header, _ = decode_renewal(source.lines(path, RENEWAL_LINE_BYTES), member=path)
    if digest_of(header.hash).hex() != folder.rpartition("/")[2]:
        raise FormatError(path, expected="a file that its folder is named by", found="another digest")
    return header.hash


def _lasts(desk: Desk, source: FolderSource, standing: Standing, digest_of: DigestOf) -> bool:
    stored = read_stored(source, standing.path, standing.names)
    return stored is not None and outlasts(desk, stored, digest_of, SEALING_HASH)


def _standing(
    desk: Desk, source: FolderSource, place: str, stamps: dict[str, list[str]], digest_of: DigestOf
) -> Iterator[Standing]:
    for digest, names in sorted(stamps.items()):
        stored = read_stored(source, f"{place}/{digest}", names)
        standing = None if stored is None else standing_of(desk, stored, digest_of)
        if standing is not None:
            yield standing
