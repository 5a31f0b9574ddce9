"""Times: what is set aside, what bounds what, and when proofs weaken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from attrs import evolve

from custody.errors import SourceChangedError, StorageError
from custody.model.instant import Instant, decode_instant
from custody.proof.window import Bound, Window, windows_of
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.report.stamp_code import StampCode
from custody.trust.trust import AlgorithmEnd, Trust
from custody.verification.verify import verify_source
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, add_event, attest, make_bundle, seed_signer, stub
from tests.tools.memory import MemorySource, trusting
from tests.tools.renewals import place_renewal, renewal_folder, renewal_text

ARCHIVE = seed_signer("archive")
FIRST, SECOND = TestAuthority("first", operator="First"), TestAuthority("second", operator="Second")
EARLY, NOW = decode_instant("2026-01-03T00:00:00Z"), decode_instant("2026-02-01T00:00:00Z")
BUNDLE = make_bundle(signers=[ARCHIVE])
SEAL = BUNDLE.path("").rstrip("/")
LONGER = add_event(BUNDLE, "annotated", {"event": BUNDLE.seal_id}, signers=[ARCHIVE])
TRUST = evolve(trusting(ARCHIVE), authorities=(FIRST.authority(), SECOND.authority()))


def put(bundle: Bundle, folder: str, proof: bytes, ending: str = "tst") -> Bundle:
    """Add a proof of time to a folder."""
    return bundle.edit({f"{folder}/stamps/{hashlib.sha256(proof).hexdigest()}/stamp.{ending}": proof})


def stamped(bundle: Bundle, folder: str = SEAL, by: TestAuthority = FIRST, at: Instant = EARLY) -> Bundle:
    """Stamp a folder."""
    return put(bundle, folder, by.stamp(bundle.files[f"{folder}/proof.sha256"], at=at))


def judged(bundle: Bundle, trust: Trust = TRUST, now: Instant = NOW) -> Report:
    """Verify in memory."""
    return verify_source(MemorySource(bundle.files), trust, verified_at=now)


def found(report: Report, reason: Reason) -> list[str]:
    """Return what the findings of a reason are about."""
    return [finding.subject for finding in report.findings if finding.reason is reason]


def test_a_stamp_over_a_folder_without_proof_is_set_aside() -> None:
    """There is nothing that it could be over."""
    path = f"custody/log/{'a' * 32}/00000003"
    bundle = put(BUNDLE, path, FIRST.stamp(b"x", at=EARLY))
    assert len(found(judged(bundle), Reason.STAMP_SET_ASIDE)) == 1


def test_a_stamp_over_an_attestation_bounds_what_it_speaks_about() -> None:
    """An attestation fixes the ids of the events that it is about."""
    spoken = attest(BUNDLE, "refused", {"event": BUNDLE.seal_id}, signers=[ARCHIVE], prev=[BUNDLE.seal_id])
    (folder,) = {
        path.rpartition("/")[0]
        for path in spoken.files
        if "/attestations/" in path and path.endswith("event.json")
    }
    assert judged(stamped(spoken, folder)).outcome(Claim.EXISTED_BEFORE) is Outcome.PROVEN


def test_what_is_reached_twice_is_one_witness() -> None:
    """An attestation about two events, one of which follows the other."""
    ids = [LONGER.seal_id, LONGER.head]
    spoken = attest(LONGER, "refused", {"event": LONGER.head}, signers=[ARCHIVE], prev=ids)
    (folder,) = {
        path.rpartition("/")[0]
        for path in spoken.files
        if "/attestations/" in path and path.endswith("event.json")
    }
    report = judged(stamped(spoken, folder)).require(Claim.EXISTED_BEFORE)
    assert len(found(report, Reason.ONE_OPERATOR)) == 1


def test_the_latest_of_several_anchors_counts() -> None:
    """Each bounds the event from below; the others say less."""
    days = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2025-12-01T00:00:00Z")
    tokens = [FIRST.stamp(b"x", at=decode_instant(day)) for day in days]
    anchors = {hashlib.sha256(token).hexdigest(): token for token in tokens}
    report = judged(make_bundle(signers=[ARCHIVE], anchors=anchors))
    assert str(report.events[0].not_before) == "2026-01-01T23:59:59Z"


def test_an_authority_without_accuracy_gets_a_minute() -> None:
    """The bound is a minute later, and no accuracy is stated."""
    token = FIRST.stamp(BUNDLE.files[f"{SEAL}/proof.sha256"], at=EARLY, accuracy_ms=None)
    report = judged(put(BUNDLE, SEAL, token))
    (existed,) = (one for one in report.findings if one.reason is Reason.EXISTED_BEFORE)
    assert existed.arguments["time"] == "2026-01-03T00:01:00Z"
    assert "accuracy_ms" not in existed.arguments


def test_a_stamp_over_a_stub_counts() -> None:
    """A stub has its proof.sha256, and its links date what it follows."""
    folder = f"custody/log/{LONGER.holding}/{LONGER.seq:08d}"
    stubbed = evolve(LONGER, files=stub(LONGER.files, folder))
    assert judged(stamped(stubbed, folder)).outcome(Claim.EXISTED_BEFORE) is Outcome.PROVEN


class Shifting(MemorySource):
    """The second time proof.sha256 is read, it holds something else."""

    def __init__(self, bundle: Bundle) -> None:
        """Take a bundle."""
        super().__init__(bundle.files)
        self.reads = 0

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield one file."""
        for block in super().blocks(path):
            self.reads += path == f"{SEAL}/proof.sha256"
            shifted = path == f"{SEAL}/proof.sha256" and self.reads > 1
            yield b"something else" if shifted else block


def test_what_is_stamped_and_what_was_judged_are_the_same_bytes() -> None:
    """A proof.sha256 that is swapped between the two readings dates nothing."""
    swapped = put(BUNDLE, SEAL, FIRST.stamp(b"something else", at=EARLY))
    report = verify_source(Shifting(swapped), TRUST, verified_at=NOW)
    assert report.outcome(Claim.EXISTED_BEFORE) is not Outcome.PROVEN
    assert len(found(report, Reason.STAMP_SET_ASIDE)) == 1


def test_an_anchor_that_cannot_be_read_gives_no_bound() -> None:
    """What the machine refuses proves nothing about time; the event it is part of is not read either."""
    token = FIRST.stamp(b"x", at=EARLY)
    digest = hashlib.sha256(token).hexdigest()
    bundle = make_bundle(signers=[ARCHIVE], anchors={digest: token})
    path = f"{bundle.path('anchors/')}{digest}.tst"
    source = MemorySource(bundle.files, {path: StorageError("refused", code="IO")})
    report = verify_source(source, TRUST, verified_at=NOW)
    assert found(report, Reason.ANCHOR_HOLDS) == []


class Unsteady(MemorySource):
    """A file that can be read a few times only."""

    def __init__(self, bundle: Bundle, path: str, times: int) -> None:
        """Take a bundle, a path and how often it can be read."""
        super().__init__(bundle.files)
        self.path, self.left = path, times

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield one file."""
        if path == self.path:
            self.left -= 1
            if self.left < 0:
                raise SourceChangedError(f"{path}: changed", code="CHANGED_WHILE_READ")
        yield from super().blocks(path)


def test_an_anchor_that_changes_while_it_is_read_gives_no_bound() -> None:
    """The event was read, and the anchor not again."""
    token = FIRST.stamp(b"x", at=EARLY)
    digest = hashlib.sha256(token).hexdigest()
    bundle = make_bundle(signers=[ARCHIVE], anchors={digest: token})
    path = f"{bundle.path('anchors/')}{digest}.tst"
    report = verify_source(Unsteady(bundle, path, 1), TRUST, verified_at=NOW)
    assert found(report, Reason.CHANGED_WHILE_READ) == [path]
    assert found(report, Reason.ANCHOR_HOLDS) == []


def renewed(*proofs: tuple[bytes, str]) -> tuple[Bundle, str]:
    """Return a bundle with a renewal and proofs over it."""
    text = renewal_text(BUNDLE, "sha512")
    folder = renewal_folder(text, "sha512")
    bundle = place_renewal(BUNDLE, text, "sha512")
    for proof, ending in proofs:
        bundle = put(bundle, folder, proof, ending)
    return bundle, folder


def test_a_renewal_takes_the_earliest_of_its_stamps() -> None:
    """Two stamps over one renewal; an OpenTimestamps proof is listed."""
    text = renewal_text(BUNDLE, "sha512")
    late = SECOND.stamp(text, hash="sha512", at=decode_instant("2026-01-09T00:00:00Z"))
    bundle, folder = renewed(
        (FIRST.stamp(text, hash="sha512", at=EARLY), "tst"), (late, "tst"), (b"ots", "ots")
    )
    report = judged(bundle)
    (holds,) = (one for one in report.findings if one.reason is Reason.RENEWAL_HOLDS)
    assert holds.arguments["time"] == "2026-01-03T00:00:01Z"
    assert found(report, Reason.STAMP_NOT_JUDGED)[0].startswith(folder)


def test_a_renewal_dates_the_events_that_it_lists() -> None:
    """The seal has no stamp of its own; both operators over the renewal are witnesses."""
    text = renewal_text(BUNDLE, "sha512")
    both = [(one.stamp(text, hash="sha512", at=EARLY), "tst") for one in (FIRST, SECOND)]
    bundle, _ = renewed(*both)
    report = judged(bundle).require(Claim.EXISTED_BEFORE)
    assert found(report, Reason.ONE_OPERATOR) == []


def test_a_renewal_whose_stamp_cannot_be_read_again_is_not_in_time() -> None:
    """The text changed between its lines and its stamps."""
    text = renewal_text(BUNDLE, "sha512")
    bundle, folder = renewed((FIRST.stamp(text, hash="sha512", at=EARLY), "tst"))
    reads = 1
    while True:  # the stamps are judged by the last reading, whichever it is
        source = Unsteady(bundle, f"{folder}/renewal.txt", reads)
        report = verify_source(source, TRUST, verified_at=NOW)
        if source.left >= 0:
            break
        assert found(report, Reason.RENEWAL_HOLDS) == []
        reads += 1
    assert reads > 1


def test_a_renewal_that_the_machine_does_not_let_us_read_is_not_called_void() -> None:
    """It may be sound: nothing is said against it."""
    bundle, folder = renewed()
    refused = MemorySource(bundle.files, {f"{folder}/renewal.txt": StorageError("refused", code="IO")})
    report = verify_source(refused, TRUST, verified_at=NOW)
    assert found(report, Reason.UNREADABLE) == [folder]
    assert found(report, Reason.RENEWAL_VOID) == []


def test_a_void_renewal_dates_nothing() -> None:
    """Its stamps are not even judged."""
    text = renewal_text(BUNDLE, "sha512", bundle_id="0" * 32)
    bundle = place_renewal(BUNDLE, text, "sha512")
    bundle = put(bundle, renewal_folder(text, "sha512"), FIRST.stamp(text, hash="sha512", at=EARLY))
    report = judged(bundle)
    assert len(found(report, Reason.RENEWAL_VOID)) == 1
    assert report.stamps == ()


@pytest.mark.parametrize(("first", "second", "expected"), [("First", "First", 1), ("First", "Second", 0)])
def test_witnesses_share_no_operator(first: str, second: str, expected: int) -> None:
    """Two authorities of one operator are one witness."""
    one, other = TestAuthority("one", operator=first), TestAuthority("other", operator=second)
    trust = evolve(TRUST, authorities=(one.authority(), other.authority()))
    report = judged(stamped(stamped(BUNDLE, by=one), by=other), trust)
    assert len(found(report, Reason.ONE_OPERATOR)) == expected


def test_an_unstamped_seal_weakens_with_its_key() -> None:
    """The date by which somebody should stamp it."""
    until = decode_instant("2027-05-01T00:00:00Z")
    identity = TRUST.identities[0]
    dated = evolve(identity, sets=(evolve(identity.sets[0], valid_until=until),))
    assert judged(BUNDLE, evolve(TRUST, identities=(dated,))).renew_by == until


def test_an_unstamped_seal_weakens_with_its_algorithms() -> None:
    """When every algorithm of its key set has an end."""
    until = decode_instant("2028-05-01T00:00:00Z")
    ended = evolve(TRUST, algorithm_ends=(AlgorithmEnd(algorithm="ed25519", until=until),))
    assert judged(BUNDLE, ended).renew_by == until


def test_nothing_is_due_where_nothing_ends() -> None:
    """No stamp, no end: there is no date; a stranger's keys have none."""
    assert judged(BUNDLE).renew_by is None
    assert judged(BUNDLE, evolve(TRUST, identities=())).renew_by is None


def test_a_renewal_under_a_hash_that_ends_moves_the_date() -> None:
    """The later of the two ends counts."""
    text = renewal_text(BUNDLE, "sha512")
    strong = TestAuthority("strong", operator="Strong", unit_key="p384", issuer_key="p384", root_key="p384")
    bundle, _ = renewed((strong.stamp(text, hash="sha512", at=EARLY), "tst"))
    ends = (
        AlgorithmEnd(algorithm="sha256", until=decode_instant("2026-06-01T00:00:00Z")),
        AlgorithmEnd(algorithm="sha512", until=decode_instant("2027-06-01T00:00:00Z")),
    )
    trust = evolve(TRUST, authorities=(strong.authority(),), algorithm_ends=ends)
    assert str(judged(bundle, trust).renew_by) == "2027-06-01T00:00:00Z"


def test_a_renewal_whose_hash_has_ended_keeps_nothing_whatever_stamps_it() -> None:
    """Its stamps are over another hash and hold; its lines do not bind any more."""
    text = renewal_text(BUNDLE, "sha512")
    strong = TestAuthority("strong", operator="Strong", unit_key="p384", issuer_key="p384", root_key="p384")
    bundle, _ = renewed((strong.stamp(text, hash="sha3_512", at=EARLY), "tst"))
    ends = tuple(
        AlgorithmEnd(algorithm=name, until=decode_instant("2026-01-15T00:00:00Z"))
        for name in ("sha256", "sha512")
    )
    report = judged(bundle, evolve(TRUST, authorities=(strong.authority(),), algorithm_ends=ends))
    assert Reason.ALGORITHM_ENDED in report.reasons(Claim.INTACT)


def test_a_stamp_that_cannot_be_read_leaves_the_time_open() -> None:
    """The machine refuses it; nothing is said against it."""
    bundle = stamped(BUNDLE)
    (path,) = (path for path in bundle.files if path.endswith("stamp.tst"))
    source = MemorySource(bundle.files, {path: StorageError("refused", code="IO")})
    report = verify_source(source, TRUST, verified_at=NOW)
    assert Reason.UNREADABLE in report.reasons(Claim.EXISTED_BEFORE)


def test_companions_of_several_stamps_are_asked_once() -> None:
    """The same list beside two stamps, one of a wrong name, and one that cannot be read."""
    crl = FIRST.crl((), at=EARLY, until=decode_instant("2027-01-01T00:00:00Z"))
    name = f"{hashlib.sha256(crl).hexdigest()}.crl"
    tokens = [FIRST.stamp(BUNDLE.files[f"{SEAL}/proof.sha256"], at=EARLY, serial=n) for n in (1, 2)]
    bundle = put(put(BUNDLE, SEAL, tokens[0]), SEAL, tokens[1])
    places = [f"{SEAL}/stamps/{hashlib.sha256(token).hexdigest()}" for token in tokens]
    files = {f"{place}/{name}": crl for place in places}
    files[f"{places[0]}/{'0' * 64}.crl"] = b"misnamed"
    broken = f"{places[1]}/{'f' * 64}.crl"
    source = MemorySource(
        {**bundle.files, **files, broken: b""}, {broken: StorageError("refused", code="IO")}
    )
    report = verify_source(source, TRUST, verified_at=NOW)
    assert [stamp.holds for stamp in report.stamps] == [True, True]
    assert found(report, Reason.STAMP_SET_ASIDE) == [f"{places[0]}/{'0' * 64}.crl"]


def test_codes_are_listed_with_the_stamp() -> None:
    """A stamp that is refused says why, in the report as well."""
    report = judged(put(BUNDLE, SEAL, FIRST.stamp(b"other bytes", at=EARLY)))
    (stamp,) = report.stamps
    assert StampCode.IMPRINT_DIFFERS in stamp.codes
    assert (stamp.holds, stamp.not_after) == (False, None)


def bound(text: str, source: str = "s") -> Bound:
    """Return a bound."""
    return Bound(decode_instant(f"2026-01-{text}T00:00:00Z"), source)


def test_bounds_go_along_the_links_and_stop_nowhere() -> None:
    """Ten thousand events, a stamp on the last and an anchor in the first."""
    links = {str(n): (str(n - 1),) if n else () for n in range(10_000)}
    windows = windows_of(links, stamped={"9999": bound("09")}, anchored={"0": bound("02")})
    assert set(windows.values()) == {Window(not_before=bound("02"), not_after=bound("09"))}


def test_the_tightest_bounds_count() -> None:
    """Earlier stamps and later anchors win, each only where it reaches."""
    links = {"a": (), "b": ("a",), "c": ("b",)}
    windows = windows_of(
        links, stamped={"b": bound("05"), "c": bound("09")}, anchored={"a": bound("01"), "b": bound("03")}
    )
    assert [windows[one].not_after for one in "abc"] == [bound("05"), bound("05"), bound("09")]
    assert [windows[one].not_before for one in "abc"] == [bound("01"), bound("03"), bound("03")]


def test_a_window_is_contradicted_only_when_both_bounds_are_known() -> None:
    """A lower bound after the upper one."""
    assert Window(not_before=bound("05"), not_after=bound("03")).contradicted
    assert not Window(not_before=bound("05")).contradicted
    assert not Window(not_before=bound("03"), not_after=bound("03")).contradicted


def test_at_the_end_of_the_calendar_a_bundle_is_verified_like_any_other() -> None:
    """No span can be added to that moment, and none is."""
    last = decode_instant("9999-12-31T23:59:59.999Z")
    report = judged(stamped(BUNDLE), now=last)
    assert report.outcome(Claim.EXISTED_BEFORE) is Outcome.PROVEN
    assert found(report, Reason.RENEWAL_DUE) == [""]
