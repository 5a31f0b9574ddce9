"""Handing over, in the log of a bundle: release, receive, withdraw, copy.

Every function writes one signed event, or says why not and writes nothing. A function that was killed is
called again: what was signed is finished then, and nothing is signed twice. Errors of all of them:

    UsageError                 a recipient who could not receive (RECIPIENT_…), a value that the format lacks
    LogError                   the log does not let this happen: HOLDING_IN_TRANSIT, NOT_THE_HOLDER, …
    SignerError                not signed; LOG_BEHIND, LOG_DIFFERS, HOLDING_ELSEWHERE: the key knows more
    BundleError, StorageError  bundle or trust cannot be read, or the bundle cannot be written to
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Unpack

from attrs import evolve, field, frozen

from custody.errors import ExistsError
from custody.facade.moment import Moment, instant_of
from custody.facade.several import several
from custody.facade.verifying import Watched
from custody.facade.writing import AnyPath, Writing, begin
from custody.report.report import Report
from custody.storage.source import Progress
from custody.transfer import receipt as receipts
from custody.transfer.receive import examine
from custody.transfer.recipient import AnyParty
from custody.transfer.release import copy_act, release_act, withdraw_act
from custody.transfer.written import Written


@frozen(kw_only=True)
class Received:
    """What a recipient has now.

    Attributes:
        written: his event; `finished` when it had been signed before.
        report: the verification on which he signed.
        receipt: path of the receipt, for who released.
    """

    written: Written
    report: Report = field(repr=False)
    receipt: str


def write_receipt(
    written: Written, to: AnyPath, *, openings: str | Iterable[str] = receipts.BODY_ONLY
) -> None:
    """Write the receipt of an event into a new zip: its folder, with its body as its only opening.

    Args:
        written: the event.
        to: the zip to create.
        openings: which fields it opens.

    Raises:
        UsageError: a field that events do not have.
        StorageError: the name is taken (ExistsError), or the machine refused.
    """
    receipts.write_receipt(
        os.fspath(to), written.bundle_id, written.path, written.files, openings=several(openings, "openings")
    )


def release(
    bundle: AnyPath,
    *,
    to: AnyParty,
    medium: str | None = None,
    package: str | None = None,
    expires: Moment | None = None,
    **writing: Unpack[Writing],
) -> Written:
    """Release a bundle to somebody; from then on the holder can only take it back.

    Send him the whole folder (`custody pack`). When he has received it, merge his receipt: what stays here is
    a copy without a holder then.

    Args:
        bundle: its folder.
        to: an Identity, the path of his public key file, or his name in the trust. Not the signer himself.
        medium: what carries it.
        package: SHA-256 of the encrypted package, if there is one, as it ends before this event.
        expires: until when he should have received it; it informs only.
        **writing: who writes, and what he says besides; see `Writing`.

    Raises:
        CustodyError: see the module.
    """
    begun = begin(bundle, writing)
    act = release_act(
        begun.desk,
        to=begun.recipient(to),
        medium=medium,
        package=package,
        expires=None if expires is None else instant_of(expires),
        details=begun.details,
    )
    return begun.write(act)


def receive(
    bundle: AnyPath,
    *,
    inconsistencies: str | Sequence[str] = (),
    acknowledge: bool = False,
    successor: AnyParty | None = None,
    event: str | None = None,
    receipt: AnyPath | None = None,
    progress: Progress | None = None,
    **writing: Unpack[Writing],
) -> Received:
    """Verify a bundle in one's own copy, state what was found, and hold it from now on.

    Called again after it was received, it signs nothing and writes the receipt once more.

    Args:
        bundle: its folder, with the release or copy that names the signer.
        inconsistencies: what is not as it should be, in his words.
        acknowledge: receive it although it is not proven intact; the result is then "fail", and the reasons'
            codes are among the inconsistencies.
        successor: who may carry on in his place, should his key be lost; named as `to` of `release`.
        event: the id of the release or copy, where several name him.
        receipt: the zip to create; `<bundle>-received-<8 hex digits>.zip` unless given.
        progress: told the files and bytes that are verified: increments, not sums.
        **writing: who writes, and what he says besides; see `Writing`. `condition` stands in the body.

    Raises:
        NotProvenError: RECEIVE_NOT_INTACT, RECEIVE_NOT_SEALED_BY: nothing was signed. Refuse, or acknowledge.
        LogError: NOT_THE_RECIPIENT, NOT_RELEASED, RELEASE_WITHDRAWN, RELEASE_SUCCEEDED, RELEASE_SET_ASIDE,
            RELEASE_AMBIGUOUS, ROOT_UNKNOWN.
        CustodyError: see the module.
    """
    if receipt is None:
        receipts.check_default(bundle)
    else:
        receipts.check_free(os.fspath(receipt))
    begun = begin(bundle, writing)
    examined = examine(
        begun.desk,
        event=event,
        inconsistencies=several(inconsistencies, "inconsistencies"),
        acknowledge=acknowledge,
        details=evolve(begun.details, successor=begun.successor(successor)),
        watched=(lambda source: source) if progress is None else (lambda source: Watched(source, progress)),
    )
    written = examined.before or begun.write(examined.act)
    path = receipts.default_path(bundle, written) if receipt is None else os.fspath(receipt)
    with suppress(ExistsError):  # under the event's own name: it lies there from before
        write_receipt(written, path)
    return Received(written=written, report=examined.report, receipt=path)


def withdraw(
    bundle: AnyPath, *, reason: str | None = None, event: str | None = None, **writing: Unpack[Writing]
) -> Written:
    """Take a release back that nobody has received; the holder holds again.

    Received elsewhere meanwhile, it becomes a dispute: proven times decide, or both parties (`reconcile`).

    Args:
        bundle: its folder.
        reason: why.
        event: the id of the release, where several are open.
        **writing: who writes, and what he says besides; see `Writing`.

    Raises:
        LogError: NOT_RELEASED, RELEASE_RECEIVED, RELEASE_AMBIGUOUS.
        CustodyError: see the module.
    """
    begun = begin(bundle, writing)
    act = withdraw_act(begun.desk, event=event, holding=begun.holding, reason=reason, details=begun.details)
    return begun.write(act)


def record_copy(
    bundle: AnyPath, *, to: AnyParty, medium: str | None = None, **writing: Unpack[Writing]
) -> Written:
    """Record that somebody is given a copy; the holder goes on in his own. No file is copied by this.

    Args:
        bundle: its folder.
        to: see `release`.
        medium: what carries it.
        **writing: who writes, and what he says besides; see `Writing`.

    Raises:
        CustodyError: see the module.
    """
    begun = begin(bundle, writing)
    return begun.write(copy_act(begun.desk, to=begun.recipient(to), medium=medium, details=begun.details))
