"""Receipts given beside a bundle: how they are read, and what they cannot do."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from typing_extensions import override

from custody.errors import CustodyError, FormatError, LimitError, StorageError, UsageError
from custody.present.report_json import encode_report
from custody.report.claim import DEFAULT_CLAIMS, Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.storage.source import Entry, EntryKind
from custody.verification import receipts
from custody.verification.verify import verify_source
from tests.tools.bundles import Bundle, Files, add_event, attest, make_bundle, seed_signer
from tests.tools.memory import NOW, MemorySource, trusting

ARCHIVE, COURT = seed_signer("archive"), seed_signer("court")
TRUST = trusting(ARCHIVE, COURT)
UNBROKEN = Claim.CUSTODY_UNBROKEN


def longer(bundle: Bundle, by: str = "archive", **more: Any) -> Bundle:  # noqa: ANN401
    """Add a fixity check."""
    data = {"root": bundle.root, "result": "pass"}
    return add_event(bundle, "fixity-checked", data, signers=[seed_signer(by)], **more)


BUNDLE = make_bundle(signers=[ARCHIVE])
ONE = longer(BUNDLE)
TWO = longer(ONE)
FOLDER = f"custody/log/{BUNDLE.bundle_id}/00000001"


def of(bundle: Bundle, folder: str = FOLDER) -> Files:
    """Return the files of one event."""
    return {path: data for path, data in bundle.files.items() if path.startswith(f"{folder}/")}


def beside(bundle: Bundle, *shown: Files | MemorySource, head: str | None = None) -> Report:
    """Verify a bundle with receipts."""
    sources = [one if isinstance(one, MemorySource) else MemorySource(one) for one in shown]
    return verify_source(MemorySource(bundle.files), TRUST, verified_at=NOW, receipts=sources, head=head)


def listed(report: Report, reason: Reason) -> list[str]:
    """Return the subjects of the findings of one reason."""
    return [finding.subject for finding in report.findings if finding.reason is reason]


class Closed(MemorySource):
    """A receipt whose folders the machine cannot list, or whose payload must not be looked at."""

    def __init__(self, files: Files, error: CustodyError | None = None) -> None:
        """Take what happens instead."""
        super().__init__(files)
        self._error = error

    @override
    def entries(self) -> Iterator[Entry]:
        """List, or fail."""
        if self._error is not None:
            raise self._error
        return super().entries()

    @override
    def payload_entries(self) -> Iterator[Entry]:
        """Fail the test."""
        raise AssertionError


def test_the_payload_of_a_receipt_is_not_even_listed() -> None:
    """Another copy can be given as a receipt, however large it is."""
    report = beside(BUNDLE, Closed(ONE.files))
    assert listed(report, Reason.LATER_EVENT_EXISTS) == [FOLDER.replace("00000001", "00000000")]


def test_what_a_receipt_holds_besides_is_ignored() -> None:
    """Litter, unknown files, links, renewals and files of items are no findings of this bundle."""

    class Cluttered(MemorySource):
        @override
        def entries(self) -> Iterator[Entry]:
            yield from super().entries()
            yield Entry(path=f"{FOLDER}/link.json", kind=EntryKind.LINK, size_bytes=0)

    more = {
        "custody/log/.DS_Store": b"x",
        "custody/items.jsonl": b"x",
        f"custody/renewals/{'0' * 128}/renewal.txt": b"x",
        f"custody/renewals/{'0' * 128}/stamps/{'0' * 64}/stamp.tst": b"x",
        "bagit.txt": b"x",
        "else.txt": b"x",
        f"{FOLDER}/readme.txt": b"x",
    }
    plain = beside(BUNDLE, of(ONE))
    assert encode_report(beside(BUNDLE, Cluttered({**of(ONE), **more})), DEFAULT_CLAIMS) == encode_report(
        plain, DEFAULT_CLAIMS
    )


def test_order_and_repetition_of_receipts_change_nothing() -> None:
    """One set of receipts gives one report, byte for byte."""
    third = longer(TWO, name="x")
    shown = [of(ONE), of(TWO, FOLDER[:-1] + "2"), of(third, FOLDER[:-1] + "3"), TWO.files]
    expected = encode_report(beside(BUNDLE, *shown), DEFAULT_CLAIMS)
    for order in itertools.permutations(shown):
        assert encode_report(beside(BUNDLE, *order, *order), DEFAULT_CLAIMS) == expected


def test_of_two_forms_of_one_receipt_the_more_open_one_is_read() -> None:
    """A stub beside the event itself hides nothing."""
    stubbed = {
        path: data for path, data in of(ONE).items() if path.endswith(("/event.json", "/proof.sha256"))
    }
    for shown in ((stubbed, of(ONE)), (of(ONE), stubbed)):
        assert Reason.LATER_EVENT_EXISTS in beside(BUNDLE, *shown).reasons(UNBROKEN)


def test_a_receipt_without_an_event_is_set_aside() -> None:
    """What was given shows nothing, and that is said."""
    report = beside(BUNDLE, {})
    assert listed(report, Reason.RECEIPT_SET_ASIDE) == [""]
    assert report.outcome(UNBROKEN) is Outcome.PROVEN


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (StorageError("x: expected to list, found EIO", code="EIO"), Reason.UNREADABLE),
        (LimitError("x", limit="names", maximum=1, value=2), Reason.LIMIT_EXCEEDED),
        (StorageError("x: expected a folder, found a file", code="NOT_A_FILE"), Reason.UNREADABLE),
    ],
)
def test_a_receipt_that_cannot_be_listed_leaves_custody_open(error: CustodyError, reason: Reason) -> None:
    """It may show anything; it refutes nothing, and touches no content."""
    report = beside(BUNDLE, Closed(of(ONE), error))
    assert report.reasons(UNBROKEN) == (reason,)
    assert report.outcome(UNBROKEN) is Outcome.UNDETERMINED
    assert report.outcome(Claim.INTACT) is Outcome.PROVEN


def test_a_file_of_a_receipt_that_the_machine_refuses_leaves_custody_open() -> None:
    """It may be the event that was cut off here."""
    error = StorageError("x: expected to read, found EIO", code="EIO")
    report = beside(BUNDLE, MemorySource(of(ONE), {f"{FOLDER}/event.json": error}))
    assert report.reasons(UNBROKEN) == (Reason.UNREADABLE,)
    assert listed(report, Reason.RECEIPT_SET_ASIDE) == [FOLDER]


def test_a_receipt_whose_zip_contradicts_itself_refutes_nothing() -> None:
    """The bundle is not to blame for the receipt."""
    error = FormatError("x", expected="the CRC of the zip", found="another", code="ZIP_CONTRADICTION")
    report = beside(BUNDLE, MemorySource(of(ONE), {f"{FOLDER}/event.json": error}))
    assert report.outcome(UNBROKEN) is Outcome.PROVEN
    assert listed(report, Reason.RECEIPT_SET_ASIDE) == [FOLDER]


def test_more_events_than_a_log_can_have_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left unread leaves custody open."""
    monkeypatch.setattr(receipts, "EVENTS", 1)
    report = beside(BUNDLE, TWO.files)
    assert report.reasons(UNBROKEN) == (Reason.LIMIT_EXCEEDED,)


def test_a_receipt_with_an_anchor_is_read() -> None:
    """Files in the folder of anchors are files of the event."""
    anchored = longer(BUNDLE, anchors={hashlib.sha256(b"x").hexdigest(): b"x"})
    assert Reason.LATER_EVENT_EXISTS in beside(BUNDLE, of(anchored)).reasons(UNBROKEN)


def test_receipts_of_nothing_sealed_are_not_judged() -> None:
    """Without a seal there is no log to stand beside."""
    report = beside(BUNDLE.edit(dict.fromkeys(of(BUNDLE, FOLDER[:-1] + "0"))), of(ONE), head="0" * 64)
    assert Reason.SEAL_MISSING in report.reasons()
    assert Reason.HEAD_NOT_FOUND in report.reasons(UNBROKEN)


def test_a_missing_proof_is_named_once() -> None:
    """Without proof.sha256 a receipt has no id."""
    cut = {path: data for path, data in of(ONE).items() if not path.endswith("proof.sha256")}
    report = beside(BUNDLE, cut, cut)
    (finding,) = (one for one in report.findings if one.reason is Reason.RECEIPT_SET_ASIDE)
    assert finding.basis == ()
    assert "EVENT_MALFORMED" in str(finding.arguments["detail"])


def test_a_statement_of_a_receipt_is_listed_where_it_would_stand() -> None:
    """Its path is that of a bundle; what is set aside of the bundle's own is told apart."""
    data = {"events": [BUNDLE.seal_id], "statement": "seen"}
    said = attest(BUNDLE, "countersigned", data, signers=[COURT], prev=[BUNDLE.seal_id])
    folder = next(path for path in said.files if "/attestations/" in path).rpartition("/")[0]
    assert listed(beside(BUNDLE, of(said, folder)), Reason.ATTESTATION_LISTED) == [folder]
    damaged = {path: data for path, data in of(said, folder).items() if not path.endswith("sshsig")}
    assert listed(beside(said, damaged), Reason.ATTESTATION_SET_ASIDE) == [folder]


@pytest.mark.parametrize("head", ["", "seal", "A" * 64])
def test_a_head_is_an_id(head: str) -> None:
    """Anything else is the caller's mistake."""
    with pytest.raises(UsageError):
        beside(BUNDLE, head=head)


def test_the_chosen_head_decides() -> None:
    """The head of the log is found, the seal before it is none."""
    assert beside(ONE, head=ONE.head).outcome(UNBROKEN) is Outcome.PROVEN
    assert beside(ONE, head=ONE.seal_id).reasons(UNBROKEN) == (Reason.HEAD_NOT_FOUND,)


def test_a_head_says_what_stands_against_it() -> None:
    """For each head there is an outcome, in the report and in JSON."""
    report = beside(ONE, of(longer(BUNDLE, name="other")))
    (head,) = (event for event in report.events if event.head)
    assert (head.against, head.custody) == ((Reason.FORK,), Outcome.REFUTED)
    (told,) = (
        event for event in json.loads(encode_report(report, DEFAULT_CLAIMS))["events"] if event["head"]
    )
    assert told["custody"] == {"outcome": "refuted", "reasons": ["FORK"]}
    (sound,) = (event for event in beside(ONE).events if event.head)
    assert sound.custody is Outcome.PROVEN
    assert [event.custody for event in beside(ONE).events if not event.head] == [Outcome.UNDETERMINED]
