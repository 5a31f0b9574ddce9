"""Cosigning by file exchange: an event travels as a draft, its cosigners sign, its actor signs last."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeAlias

from custody.errors import StorageError
from custody.facade.desk import desk_of
from custody.format.limits import DRAFT_BYTES
from custody.keys.signer import Signer
from custody.storage.atomic_file import replace_file, write_new_file
from custody.storage.named_file import read_named_file
from custody.storage.tree import base_name
from custody.transfer.cosigned import commit_draft, compose_draft
from custody.transfer.desk import Desk
from custody.transfer.draft import EventDraft, decode_draft, encode_draft, sign_draft, unite_drafts
from custody.transfer.receipt import check_free
from custody.transfer.written import Act, Written
from custody.trust.trust import Trust

AnyPath: TypeAlias = str | os.PathLike[str]


def write_draft(desk: Desk, act: Act, to: AnyPath) -> EventDraft:
    """Compose an event for cosigners and write the draft that they sign into a new file.

    Every opening is in it: send it only to those who may read all of the event.

    Args:
        desk: who writes where; its cosigners, whose keys are at hand, sign at once.
        act: what is stated; its cosigners sign later.
        to: the file; it does not exist yet.

    Raises:
        CustodyError: as `custody.transfer.cosigned.compose_draft`.
        UsageError, StorageError: no place for a draft: as `custody.transfer.receipt.check_free`.
        ExistsError: the name is taken.
    """
    check_free(os.fspath(to))
    draft = compose_draft(desk, act)
    write_new_file(os.fspath(to), encode_draft(draft))
    return draft


def read_draft(draft: AnyPath, *, others: Iterable[AnyPath] = ()) -> EventDraft:
    """Read a draft strictly, united with copies that others have signed.

    Raises:
        BundleError: as `custody.transfer.draft.decode_draft`, or code DRAFTS_DIFFER.
        StorageError: it cannot be read.
    """
    paths = (draft, *others)
    return unite_drafts(decode_draft(read_named_file(os.fspath(path), DRAFT_BYTES)) for path in paths)


def cosign(
    draft: AnyPath, *, signer: Signer, to: AnyPath | None = None, read: EventDraft | None = None
) -> EventDraft:
    """Sign a draft as one of its cosigners.

    Show the person what is signed before this is called: `read_draft`, and its body and openings.

    Args:
        draft: the file; it is replaced, at once and whole, unless `to` is given.
        signer: one of those whom the draft lists, not its actor.
        to: a new file for the signed draft.
        read: what the person was shown, when the file was read before; it may say no more and no less now.

    Raises:
        UsageError: code NOT_LISTED, ACTOR_SIGNS_LAST or ALREADY_SIGNED.
        BundleError: as `read_draft`.
        SignerError: the signer did not sign.
        StorageError: code DRAFT_CHANGED: the file was changed since it was read; or the machine refused.
        ExistsError: `to` is taken; or as `custody.transfer.receipt.check_free`.
    """
    if to is not None:
        check_free(os.fspath(to))
    shown = read_draft(draft) if read is None else read
    signed = sign_draft(shown, signer)
    if to is not None:
        write_new_file(os.fspath(to), encode_draft(signed))
        return signed
    path = os.fspath(draft)

    def change(present: bytes) -> bytes:
        now = decode_draft(present)
        if dict(now.files) != dict(shown.files) or not now.signatures.items() <= shown.signatures.items():
            raise StorageError(
                f"{base_name(path)}: expected the draft that was read, found it changed since",
                code="DRAFT_CHANGED",
                hint="run the command again",
            )
        return encode_draft(signed)

    replace_file(path, change, DRAFT_BYTES)
    return signed


def commit_cosigned(
    bundle: AnyPath,
    draft: EventDraft | AnyPath,
    *,
    signer: Signer,
    trust: Trust | AnyPath,
    cosigners: Signer | Iterable[Signer] = (),
    key_moved: bool = False,
    expect_seal: str | None = None,
) -> Written:
    """Sign a draft as its actor, last of all, and give the event its place in the log.

    Args:
        bundle: its folder.
        draft: the draft, or its file.
        signer: the actor of the draft.
        trust: whom the actor accepts.
        cosigners: who signs only now, with keys at hand.
        key_moved: see `desk_of`.
        expect_seal: see `desk_of`.

    Raises:
        CustodyError: as `read_draft`, `desk_of` and `custody.transfer.cosigned.commit_draft`.
    """
    accepted = draft if isinstance(draft, EventDraft) else read_draft(draft)
    desk = desk_of(
        bundle,
        signer=signer,
        trust=trust,
        cosigners=cosigners,
        key_moved=key_moved,
        expect_seal=expect_seal,
    )
    return commit_draft(desk, accepted)
