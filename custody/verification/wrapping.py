"""Findings 1 and 4: the closed world of paths, and the wrapping as the format derives it from the rest."""

from __future__ import annotations

import hashlib

from custody.errors import CustodyError, LimitError
from custody.format.bag import BAGIT_TXT, ITEMS_PATH, VERIFY_PATH, encode_bag_info, encode_tag_manifest
from custody.format.layout import EVENT_FILE, RENEWALS_FOLDER, STAMPS_PREFIX, place_of
from custody.format.limits import ITEM_LINE_BYTES
from custody.format.verify_facts import SealFacts, SealSigner
from custody.model.identity import KeySet
from custody.proof.event_record import EventRecord
from custody.report.reason import Reason
from custody.verification.inventory import Inventory
from custody.verification.items import ItemFacts
from custody.verification.run import CONTENT, LISTED, Run, reason_of

_MANIFEST = "manifest-sha256.txt"
_TAG_MANIFEST = "tagmanifest-sha256.txt"
_BAG_INFO = "bag-info.txt"
_BAGIT = "bagit.txt"
_RENEWAL = "renewal.txt"
_OTHER_LINES = frozenset({"LIMIT", "LINE_FEED"})


def conclude_paths(run: Run, inventory: Inventory, seal: EventRecord | None) -> None:
    """Add what finding 1 comes to: every path known, every file a regular one.

    In the folder of an event that is not the seal, and under any `stamps/`, it is set aside and named.
    """
    for path in sorted(inventory.unknown):
        run.findings.add(Reason.PATH_UNKNOWN, path, CONTENT)
    for path, kind in sorted(inventory.irregular):
        claims = LISTED if _is_set_aside(path, seal) else CONTENT
        run.findings.add(Reason.NOT_A_FILE, path, claims, found=kind)
    for folder, names in sorted(inventory.files.items()):
        for name in sorted(names):
            path = f"{folder}/{name}"
            if folder.startswith(f"{RENEWALS_FOLDER}/"):
                known = name == _RENEWAL
            else:
                known = EVENT_FILE.fullmatch(name) is not None
            if not known and _is_set_aside(path, seal):
                run.findings.add(Reason.EVENT_FILE_UNKNOWN, path, LISTED)
            elif not known:
                run.findings.add(Reason.PATH_UNKNOWN, path, CONTENT)
    if not run.findings.failed(1, CONTENT):
        run.findings.add(Reason.PATHS_KNOWN, "", CONTENT)


def _is_set_aside(path: str, seal: EventRecord | None) -> bool:
    place = place_of(path)
    in_seal = seal is not None and place.folder == seal.path
    return place.folder != "" and (place.name.startswith(STAMPS_PREFIX) or not in_seal)


def conclude_wrapping(
    run: Run, inventory: Inventory, facts: ItemFacts, bundle_id: str, verify_txt: bytes | None
) -> None:
    """Add what finding 4 comes to.

    Args:
        run: the verification.
        inventory: what stands where.
        facts: from the pass over the items.
        bundle_id: as the seal has it.
        verify_txt: VERIFY.txt as the seal gives it, or None when the seal is not readable.
    """
    for path in inventory.wrapping:
        run.findings.add(Reason.PACKAGING_CHANGED, path, CONTENT, detail="not part of the bundle")
    _check_verify_txt(run, inventory, verify_txt)
    if facts.malformed:
        return
    bag_info = encode_bag_info(bundle_id, facts.files, facts.payload_bytes)
    _expect_bytes(run, inventory, _BAGIT, BAGIT_TXT)
    _expect_bytes(run, inventory, _BAG_INFO, bag_info)
    _expect_digest(run, inventory, _MANIFEST, facts.manifest_sha256)
    if verify_txt is not None:
        tags = {
            _BAGIT: _sha256(BAGIT_TXT),
            _BAG_INFO: _sha256(bag_info),
            _MANIFEST: facts.manifest_sha256,
            VERIFY_PATH: _sha256(verify_txt),
            ITEMS_PATH: facts.items_sha256,
            **facts.chunk_files,
        }
        _expect_bytes(run, inventory, _TAG_MANIFEST, encode_tag_manifest(tags))
    if verify_txt is not None and not run.findings.failed(4, CONTENT):
        run.findings.add(Reason.WRAPPING_MATCHES, "", CONTENT)


def seal_facts(seal: EventRecord) -> SealFacts | None:
    """Return what VERIFY.txt depends on, or None when the seal does not say it."""
    if seal.body is None or not seal.event_id:
        return None
    signers = []
    for signer in seal.body.signers:
        if not all(key_id in seal.keys for key_id in signer.key_ids):
            return None
        key_set = KeySet(keys=tuple(seal.keys[key_id] for key_id in signer.key_ids))
        signers.append(SealSigner(claimed_identity=signer.claimed_identity, key_set=key_set))
    return SealFacts(
        bundle_id=seal.path.split("/")[2],
        seal_id=seal.event_id,
        claimed_at=seal.body.claimed_at,
        signers=tuple(signers),
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_verify_txt(run: Run, inventory: Inventory, expected: bytes | None) -> None:
    if VERIFY_PATH not in inventory.single:
        run.findings.add(Reason.PACKAGING_CHANGED, VERIFY_PATH, CONTENT, detail="missing")
    elif expected is not None and _is_other(run, VERIFY_PATH, expected):
        run.findings.add(Reason.VERIFY_TXT_CHANGED, VERIFY_PATH, CONTENT)


def _expect_bytes(run: Run, inventory: Inventory, path: str, expected: bytes) -> None:
    if path not in inventory.single:
        run.findings.add(Reason.PACKAGING_CHANGED, path, CONTENT, detail="missing")
    elif _is_other(run, path, expected):
        run.findings.add(Reason.PACKAGING_CHANGED, path, CONTENT, detail="differs")


def _is_other(run: Run, path: str, expected: bytes) -> bool:
    """Tell whether a file holds other bytes; a longer one does, whatever its length."""
    try:
        return run.source.read(path, len(expected)) != expected
    except LimitError:
        return True
    except CustodyError as error:
        run.add_unread(reason_of(error), path, CONTENT, error.code)
    return False


def _expect_digest(run: Run, inventory: Inventory, path: str, sha256: str) -> None:
    """Compare a file of any length by its digest, without holding it."""
    if path not in inventory.single:
        run.findings.add(Reason.PACKAGING_CHANGED, path, CONTENT, detail="missing")
        return
    digest = hashlib.sha256()
    try:
        for line in run.source.lines(path, ITEM_LINE_BYTES):
            digest.update(line + b"\n")
    except CustodyError as error:
        if error.code not in _OTHER_LINES:
            run.add_unread(reason_of(error), path, CONTENT, error.code)
            return
        digest.update(b"\0")  # no manifest has such lines
    if digest.hexdigest() != sha256:
        run.findings.add(Reason.PACKAGING_CHANGED, path, CONTENT, detail="differs")
