"""Sealing on a disk.

A task that may be delivered twice draws a bundle id once (`secrets.token_hex(16)`) and keeps it, with `to`
and `name`: sealing the same things in the same way again then gives the seal that is there already. Only the
folder that would be created is looked at; under another name or in another place the same id is sealed once
more.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress

from attrs import evolve

from custody.errors import BundleError, CustodyError
from custody.facade.moment import now
from custody.keys.signer import SeedSigner, Signer
from custody.report.report import Predecessor
from custody.sealing.draft import Draft
from custody.sealing.seal import Sealed, SealOptions, seal_draft
from custody.storage.opening import open_bundle
from custody.storage.source import Progress
from custody.transfer.memory import remember_seal
from custody.trust.trust import Trust
from custody.verification.inventory import take_inventory
from custody.verification.log import read_log
from custody.verification.run import Question, Run


def seal(  # noqa: PLR0913 - one argument for each thing that a seal fixes
    draft: Draft,
    *,
    to: str | os.PathLike[str],
    signer: Signer | Sequence[Signer],
    bundle_id: str | None = None,
    name: str | None = None,
    order: str = "random",
    digests: Iterable[str] = (),
    chunks: bool = False,
    padding: bool = False,
    previous: str | os.PathLike[str] | None = None,
    anchors: Iterable[bytes] = (),
    never: Iterable[str | os.PathLike[str]] = (),
    progress: Progress | None = None,
) -> Sealed:
    """Seal a draft into a new folder; the sources are only read, and a killed process leaves nothing sealed.

    Args:
        draft: what to seal.
        to: the folder in which the bundle's folder is created; it exists.
        signer: who signs, or several; the first is the actor.
        bundle_id: 32 hex digits that the caller drew; the same things again, in the same place, are found.
        name: of the bundle's folder, one plain component; the bundle id unless given.
        order: "random", so that numbers tell nothing, or "path".
        digests: further digests of each file: sha512, sha3_256.
        chunks: also keep the digests of each MiB of large files.
        padding: hide the number of items among padding items.
        previous: the bundle that this one adds to.
        anchors: tokens just fetched by `fetch_anchors`: the seal is then not older than they are.
        never: files that must not be sealed: key and passphrase in use. Secret keys are refused anyway.
        progress: told the files and bytes that are done since it was told last: increments, not sums.

    Raises:
        UsageError: nothing to seal, or what makes no sense; TARGET_INSIDE: inside a bundle or a source.
        SourceRefusedError: links, devices, unreadable files, secret keys; all at once, nothing was written.
        SourceChangedError: a file changed while it was read; nothing is left.
        SealExistsError: the bundle id is sealed already, with other content.
        ExistsError, SignerError: the folder's name is taken; a signer did not sign.
        SealError, StorageError: the new bundle does not verify, or the machine refused; nothing is left.
        BundleError: `previous` holds no seal; or an anchor is no timestamp token.
    """
    draft = draft if previous is None else evolve(draft, previous=predecessor_of(previous))
    options = SealOptions(name=name, order=order, digests=tuple(digests), chunks=chunks, padding=padding)
    options = evolve(options, anchors=tuple(anchors), never=_texts(never), progress=progress)
    signers = tuple(signer) if isinstance(signer, Sequence) else (signer,)
    sealed = seal_draft(
        draft, to, signers=signers, randomness=os.urandom, now=now, bundle_id=bundle_id, options=options
    )
    return _remembered(signers[0], sealed)


def _texts(paths: Iterable[str | os.PathLike[str]]) -> tuple[str, ...]:
    return tuple(os.fspath(path) for path in paths)


def _remembered(signer: Signer, sealed: Sealed) -> Sealed:
    """Remember a seal beside the key; sealed is sealed, and else the first event asks for --key-moved."""
    if isinstance(signer, SeedSigner) and signer.memory is not None:
        with suppress(CustodyError):
            remember_seal(signer.memory, sealed.bundle_id, sealed.seal_id)
    return sealed


def predecessor_of(bundle: str | os.PathLike[str]) -> Predecessor:
    """Return what a later seal says of an earlier bundle: its ids, root and number of items. Verify it first.

    Raises:
        BundleError: it holds no seal that can be read, or several.
        StorageError: it cannot be opened.
    """
    source = open_bundle(os.fspath(bundle))
    try:
        run = Run(question=Question(trust=Trust.none(), verified_at=now()), source=source)
        log = read_log(run, take_inventory(source), sealer_known=lambda _record: False)
    finally:
        source.close()
    record = log.seal
    if record is None or record.body is None or not record.signed:
        raise BundleError(
            "previous bundle: expected one signed seal, found none or several", code="SEAL_MISSING"
        )
    data = record.body.data
    return Predecessor(
        bundle_id=record.path.split("/")[2],
        seal_id=record.event_id,
        root=data["root"],
        items=data["items"],
    )
