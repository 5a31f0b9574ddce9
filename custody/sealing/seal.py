"""Sealing: from a draft to a bundle that a stranger can check, in one step that happens whole or not at all.

1  look at every source; refuse everything that cannot be sealed, at once      custody.sealing.sources
2  draw the numbers                                                            custody.sealing.numbering
3  copy and hash each file once; write the items; compute the root             payload, items_writer
4  sign the seal; write its event, VERIFY.txt and the bag's files              seal_event, event_writer
5  verify the whole with our own verification, from the disk                   custody.verification
6  make everything durable and rename once: before, there is nothing           custody.storage.commit
"""

from __future__ import annotations

import hashlib
import ntpath
import os
import re
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import field, frozen

from custody.errors import ExistsError, SealError, UsageError
from custody.format.bag import (
    BAGIT_TXT,
    ITEMS_PATH,
    VERIFY_PATH,
    encode_bag_info,
    encode_tag_manifest,
)
from custody.format.layout import seal_path
from custody.format.limits import ITEMS
from custody.keys.event_writer import EventFiles, anchors_by_digest, sorted_signers
from custody.keys.signer import Signer
from custody.model.instant import Instant
from custody.report.claim import Claim, Outcome
from custody.report.report import Report
from custody.sealing.draft import Draft
from custody.sealing.existing import find_existing, own_trust
from custody.sealing.items_writer import PADDING, HashedWrites, ItemsWriter
from custody.sealing.numbering import RANDOM, draw_order, padded_count
from custody.sealing.payload import DATA_FOLDER, Payload, copy_payload
from custody.sealing.seal_event import Written, assemble_seal, assemble_verify_txt
from custody.sealing.sources import Plan, look_at_sources
from custody.storage.abandoned import remove_abandoned
from custody.storage.commit import StagedFolder, check_free_space, staged_folder
from custody.storage.opening import open_bundle
from custody.storage.source import Progress
from custody.storage.targets import check_target
from custody.verification.verify import verify_source

BUNDLE_ID_BYTES = 16
_BUNDLE_ID = re.compile(r"[0-9a-f]{32}")
_MANIFEST = "manifest-sha256.txt"
_DIGESTS = ("sha512", "sha3_256")
_LINE_BYTES = 1024  # of an item's line, about; for the free space
_OTHER_FILES = 24
_SHOWN = (Claim.INTACT, Claim.SEALED_BY, Claim.COMPLETE)


def _is_plain(name: str) -> bool:
    """Tell whether a name is one component and leads nowhere else, on any system."""
    return name not in {"", ".", ".."} and not set(name) & set("/\\\0") and not ntpath.splitdrive(name)[0]


@frozen(kw_only=True)
class SealOptions:
    """How to seal.

    Attributes:
        name: of the folder to create; the bundle id unless told.
        order: "random", so that numbers tell nothing, or "path".
        digests: further digests of each file: sha512, sha3_256.
        chunks: also keep the digests of each MiB of large files.
        padding: hide the number of items among padding items.
        anchors: tokens of time authorities, fetched just before: the seal will not be older than they are.
        never: paths of files that must not be sealed even when they lie among the sources: the key and the
            passphrase in use. Files that are secret keys by their first bytes are refused anyway.
        progress: told the files and bytes that are done since it was told last: increments, not sums.
    """

    name: str | None = None
    order: str = RANDOM
    digests: tuple[str, ...] = ()
    chunks: bool = False
    padding: bool = False
    anchors: tuple[bytes, ...] = field(default=(), repr=False)
    never: tuple[str, ...] = ()
    progress: Progress | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what no bundle can be."""
        if self.name is not None and not _is_plain(self.name):
            raise UsageError("name: expected one plain name of a folder, found another form")
        if not set(self.digests) <= set(_DIGESTS):
            raise UsageError(f"digests: expected only {', '.join(_DIGESTS)}, found another one")
        if self.padding and self.order != RANDOM:
            raise UsageError(
                "padding: expected random order, found another; order would tell what is padding"
            )
        anchors_by_digest(self.anchors)


@frozen(kw_only=True)
class Sealed:
    """A bundle that is sealed and lies under its name.

    Attributes:
        bundle_id: 32 hex digits.
        seal_id: id of the seal, 64 hex digits: the bundle's fingerprint.
        path: the bundle's folder.
        report: our own verification, with the signers' keys as trust.
        found: the bundle was there already, with the same content; nothing was written.
    """

    bundle_id: str
    seal_id: str
    path: str = field(repr=False)
    report: Report = field(repr=False)
    found: bool = False


@frozen(kw_only=True)
class _Job:
    """One sealing under way."""

    draft: Draft
    bundle_id: str
    signers: tuple[Signer, ...]
    randomness: Callable[[int], bytes]
    now: Callable[[], Instant]
    options: SealOptions

    def __attrs_post_init__(self) -> None:
        """Refuse signers that cannot sign together, and an id that is none."""
        sorted_signers(self.signers)
        if not _BUNDLE_ID.fullmatch(self.bundle_id):
            raise UsageError("bundle id: expected 32 lower-case hex digits, found another text")


def seal_draft(
    draft: Draft,
    folder: str | os.PathLike[str],
    *,
    signers: Sequence[Signer],
    randomness: Callable[[int], bytes],
    now: Callable[[], Instant],
    bundle_id: str | None = None,
    options: SealOptions | None = None,
) -> Sealed:
    """Seal a draft into a new folder; the sources are only read.

    Args:
        draft: what to seal.
        folder: where the bundle's folder is created; it exists.
        signers: who signs; the first is the actor.
        randomness: gives bytes from the operating system's generator.
        now: reads the clock.
        bundle_id: 32 hex digits drawn by the caller; a task delivered twice finds its own seal in `folder`.
        options: how to seal.

    Raises:
        UsageError: nothing to seal, or what makes no sense; TARGET_INSIDE: inside a bundle or a source.
        SourceRefusedError: links, devices, unreadable files, secret keys; all at once, nothing was written.
        SourceChangedError: a file changed while it was read; nothing is left.
        SealExistsError: the bundle id is sealed already, with other content.
        ExistsError: the folder's name is taken.
        SignerError: a signer did not sign.
        SealError: the new bundle does not verify; nothing is left.
        StorageError: the machine refused; nothing is left.
    """
    job = _Job(
        draft=draft,
        bundle_id=randomness(BUNDLE_ID_BYTES).hex() if bundle_id is None else bundle_id,
        signers=tuple(signers),
        randomness=randomness,
        now=now,
        options=options or SealOptions(),
    )
    plan = look_at_sources(draft, job.options.never)
    final = Path(folder) / (job.options.name or job.bundle_id)
    check_target(str(final), outside=draft.rows.folders())
    if bundle_id is not None and os.path.lexists(final):
        return _existing(job, plan, str(final))
    try:
        return _seal(job, plan, str(final))
    except ExistsError:
        if bundle_id is None:
            raise
        return _existing(job, plan, str(final))  # another worker was quicker


def _seal(job: _Job, plan: Plan, final: str) -> Sealed:
    folder, count = str(Path(final).parent), job.draft.count
    remove_abandoned(folder)
    check_free_space(folder, sum(plan.sizes) + _LINE_BYTES * count, count)
    with staged_folder(final, expected_files=count + _OTHER_FILES) as staged:
        seal = _write(job, plan, staged)
        report = _verify(job, staged.path, seal.event_id)
        staged.publish()
    return Sealed(bundle_id=job.bundle_id, seal_id=seal.event_id, path=final, report=report)


def _existing(job: _Job, plan: Plan, final: str) -> Sealed:
    payload = _payload(job, plan, array("I", range(job.draft.count)))
    report = find_existing(
        job.draft,
        payload,
        final,
        bundle_id=job.bundle_id,
        signers=job.signers,
        padding=job.options.padding,
        verified_at=job.now(),
    )
    return Sealed(
        bundle_id=job.bundle_id, seal_id=report.seal_id or "", path=final, report=report, found=True
    )


def _payload(job: _Job, plan: Plan, order: array[int]) -> Payload:
    return Payload(
        rows=job.draft.rows,
        order=order,
        streams=plan.streams,
        sizes=plan.sizes,
        algorithms=("sha256", *job.options.digests),
        chunks=job.options.chunks,
        progress=job.options.progress,
    )


def _order(job: _Job) -> array[int]:
    draft = job.draft
    order = draw_order(draft.rows.name, draft.count, job.options.order, job.randomness)
    if job.options.padding:
        total = min(padded_count(draft.count), ITEMS)
        places = draw_order(draft.rows.name, total, RANDOM, job.randomness)
        order = array("I", (place if place < draft.count else PADDING for place in places))
    return order


def _write(job: _Job, plan: Plan, staged: StagedFolder) -> EventFiles:
    """Write the whole bundle into the temporary folder."""
    started = job.now()
    order = _order(job)
    for folder in (DATA_FOLDER, seal_path(job.bundle_id)):
        staged.create_folder(folder)
    tags: dict[str, str] = {}
    with staged.create(ITEMS_PATH) as items_file, staged.create(_MANIFEST) as manifest_file:
        items, manifest = HashedWrites(items_file.write), HashedWrites(manifest_file.write)
        writer = ItemsWriter(
            job.bundle_id, job.draft.rows, order, job.randomness, items.write, manifest.write
        )
        copies = copy_payload(_payload(job, plan, order), staged, tags)
        for place in order:
            if place == PADDING:
                writer.add_padding()
            else:
                writer.add(next(copies))
        copies.close()
        tags |= {ITEMS_PATH: items.flush(), _MANIFEST: manifest.flush()}
    written = Written(
        bundle_id=job.bundle_id,
        root=writer.root(),
        items=len(order),
        padding=job.options.padding,
        manifest_sha256=tags[_MANIFEST],
        files=writer.files,
        payload_bytes=writer.payload_bytes,
        started=started,
        ended=job.now(),
    )
    return _write_seal(job, written, staged, tags)


def _write_seal(job: _Job, written: Written, staged: StagedFolder, tags: dict[str, str]) -> EventFiles:
    anchors = anchors_by_digest(job.options.anchors)
    seal = assemble_seal(job.draft, written, job.signers, job.randomness, anchors)
    if anchors:
        staged.create_folder(f"{seal_path(job.bundle_id)}/anchors")
    for name, data in seal.files.items():
        staged.write(f"{seal_path(job.bundle_id)}/{name}", data)
    wrapping = {
        "bagit.txt": BAGIT_TXT,
        "bag-info.txt": encode_bag_info(job.bundle_id, written.files, written.payload_bytes),
        VERIFY_PATH: assemble_verify_txt(job.bundle_id, seal, written.ended, job.signers),
    }
    for path, data in wrapping.items():
        staged.write(path, data)
        tags[path] = hashlib.sha256(data).hexdigest()
    staged.write("tagmanifest-sha256.txt", encode_tag_manifest(tags))
    return seal


def _verify(job: _Job, path: str, seal_id: str) -> Report:
    """Read the new bundle from the disk and verify it as a stranger would, before anybody sees it."""
    source = open_bundle(path)
    try:
        report = verify_source(source, own_trust(job.signers), verified_at=job.now(), expect_seal=seal_id)
    finally:
        source.close()
    unproven = [claim for claim in _SHOWN if report.outcome(claim) is not Outcome.PROVEN]
    if unproven:
        codes = ", ".join(dict.fromkeys(finding.reason.name for finding in report.unmet(unproven)))
        raise SealError(
            f"new bundle: expected one that verifies, found {codes}",
            code="SELF_CHECK",
            hint="nothing was published; check disk and memory of this machine and run the command again",
        )
    return report
