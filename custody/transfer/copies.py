"""The copies that are to be united: whole ones, and receipts, which hold a few events alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from attrs import define, field

from custody.errors import BundleError, FormatError, LimitError, LogError, SourceChangedError
from custody.format.layout import ATTESTATIONS_FOLDER, EVENT_FILE, LOG_FOLDER, STAMP_FILE
from custody.format.limits import STAMP_BYTES
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import NotProvenError
from custody.storage.attentive_source import AttentiveSource
from custody.transfer.compare import check_sealer, other_bundle
from custody.transfer.erasure import is_whole
from custody.verification.inventory import Inventory, take_inventory
from custody.verification.log import Log, read_log
from custody.verification.run import Question, Run
from custody.verification.standing import Standing, take_standing
from custody.verification.verify import verify_source


@define(eq=False)
class Copy:
    """One of the copies, or a receipt.

    Attributes:
        place: its place among those that were named, from 0; the first is the bundle that grows.
        source: its bytes; whoever opened it closes it. What the machine refuses is no fact about the copy.
        inventory: what stands where.
        log: its events and attestations, examined.
        standing: where the log stands; None of a receipt.
    """

    place: int
    source: AttentiveSource = field(repr=False)
    inventory: Inventory = field(repr=False)
    log: Log = field(repr=False)
    standing: Standing | None = field(default=None, repr=False)
    _stamps: dict[str, frozenset[str]] = field(factory=dict, repr=False)

    def event_files(self, folder: str) -> tuple[str, ...]:
        """Return the names of the files of an event that stands in a folder, which was found sound."""
        return tuple(name for name in self.inventory.files.get(folder, ()) if EVENT_FILE.fullmatch(name))

    def stamp_files(self, folder: str) -> frozenset[str]:
        """Return the names below a folder of the stamps and companions that are named by their digests."""
        if folder not in self._stamps:
            names = self.inventory.stamps.get(folder, ())
            self._stamps[folder] = frozenset(name for name in names if self._is_sound(folder, name))
        return self._stamps[folder]

    def _is_sound(self, folder: str, name: str) -> bool:
        found = STAMP_FILE.fullmatch(name)
        if found is None:
            return False
        try:
            data = self.source.read(f"{folder}/{name}", STAMP_BYTES)
        except (FormatError, LimitError):
            return False
        stem = name.rpartition("/")[2].partition(".")[0]
        return hashlib.sha256(data).hexdigest() == (found[1] if stem == "stamp" else stem)


def read_whole(source: AttentiveSource, place: int, question: Question) -> tuple[Copy, Standing]:
    """Read a whole copy; returns where its log stands as well.

    Raises:
        BundleError: no seal that can be read; code SEALER_UNKNOWN.
        LogError: code PART_NOT_MERGED: items are withheld.
        StorageError: its folders cannot be listed.
    """
    standing = take_standing(
        source, question.trust, verified_at=question.verified_at, expect_seal=question.expect_seal
    )
    check_read(source, standing.log)
    check_sealer(standing)
    if standing.facts.malformed:
        raise BundleError(
            f"{naming(place)}: expected items that can be read, found others",
            code=Reason.ITEM_MALFORMED.name,
            hint="nothing was merged; custody verify names them",
        )
    if not is_whole(standing):
        raise LogError(
            f"{naming(place)}: expected a whole copy, found items withheld",
            code="PART_NOT_MERGED",
            hint="parts are neither merged nor continued; ask the holder for a whole copy or a receipt",
        )
    inventory, log = standing.inventory, standing.log
    return Copy(place=place, source=source, inventory=inventory, log=log, standing=standing), standing


def read_copy(source: AttentiveSource, place: int, question: Question) -> Copy:
    """Read a whole copy, or a receipt, which is told by having nothing but events.

    Raises:
        BundleError, LogError, StorageError: as `read_whole`; besides code NO_EVENT: neither of both.
    """
    inventory = take_inventory(source)
    if is_copy(inventory):
        return read_whole(source, place, question)[0]
    run = Run(question=question, source=source)
    log = read_log(run, inventory, sealer_known=lambda _record: False)
    check_read(source, log)
    if not log.events and not log.attestations:
        raise BundleError(
            f"{naming(place)}: expected a copy of the bundle or a receipt, found no event",
            code="NO_EVENT",
            hint=f"events lie below {LOG_FOLDER} and {ATTESTATIONS_FOLDER}",
        )
    return Copy(place=place, source=source, inventory=inventory, log=log)


def check_read(source: AttentiveSource, log: Log) -> None:
    """Refuse to go on when the machine refused a file, or one went away: it may be the event that counts.

    Raises:
        StorageError, SourceChangedError: what happened.
    """
    source.raise_failure()
    for record in (*log.events.values(), *log.attestations.values()):
        for fault in record.faults:
            if fault.reason is Reason.CHANGED_WHILE_READ:
                raise SourceChangedError(
                    f"{record.path}/{fault.file}: expected a file at rest, found it gone or changed",
                    code="CHANGED_WHILE_READ",
                )


def is_copy(inventory: Inventory) -> bool:
    """Tell whether something is meant to be a copy of a bundle: it has more than what a receipt can have."""
    return bool(inventory.single or inventory.payload_files or inventory.chunks)


def naming(place: int) -> str:
    """Return what a copy is called in messages, where no path of this machine may stand."""
    return "bundle" if place == 0 else f"copy {place}"


def check_same_bundle(copies: Iterable[Copy], bundle_id: str) -> None:
    """Refuse copies and receipts of another bundle.

    Raises:
        UsageError: code OTHER_BUNDLE.
    """
    for copy in copies:
        records = (*copy.log.events.values(), *copy.log.attestations.values())
        others = {one.statement.bundle_id for one in records if one.statement is not None} - {bundle_id}
        if copy.standing is not None and copy.standing.bundle_id != bundle_id:
            raise other_bundle(naming(copy.place), "a copy of the first bundle", "one of another")
        if copy.standing is None and others:
            raise other_bundle(naming(copy.place), "receipts of the first bundle", "one of another")


def check_verifies(source: AttentiveSource, place: int, question: Question) -> None:
    """Verify a whole copy: the bundle that grows must not be refuted, the others must be proven intact.

    What is said against the wrapping alone does not count against a copy: none of it is taken over.

    Raises:
        NotProvenError: it does not verify.
    """
    report = verify_source(
        source, question.trust, verified_at=question.verified_at, expect_seal=question.expect_seal
    )
    wanted = (Claim.INTACT, Claim.SEALED_BY)
    outcomes = {claim: report.outcome(claim) for claim in wanted}
    failing: dict[Claim, Outcome] = {claim: one for claim, one in outcomes.items() if one is Outcome.REFUTED}
    if place and outcomes[Claim.INTACT] is Outcome.UNDETERMINED:
        unmet = {finding.reason for finding in report.unmet([Claim.INTACT])}
        if unmet != {Reason.PACKAGING_CHANGED}:
            failing[Claim.INTACT] = Outcome.UNDETERMINED
    source.raise_failure()
    if failing:
        error = NotProvenError(failing, report.unmet(failing))
        error.hint = f"nothing was merged; custody verify says more about {naming(place)}"
        raise error
