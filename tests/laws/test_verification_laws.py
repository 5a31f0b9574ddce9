"""Laws of verification: no change goes unnoticed, none is blamed on what it does not touch, none helps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import CustodyError
from custody.format.bag import ITEMS_PATH
from custody.report.claim import DEFAULT_CLAIMS, Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.storage.opening import open_bundle
from custody.verification.verify import refused_report, verify_source
from tests.tools.bundles import (
    SMALL,
    Bundle,
    Files,
    add_event,
    make_bundle,
    make_part,
    reduce_line,
    seed_signer,
)
from tests.tools.memory import NOW, judge, trusting
from tests.unit.storage.bundles import zip_bytes

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
ALL = 1023
ARCHIVE = seed_signer("archive")
LAWYER = seed_signer("lawyer")
COURT = seed_signer("court")
STRANGER = seed_signer("stranger")
HYBRID = seed_signer("sealer", hybrid=True)
TRUST = trusting(ARCHIVE, LAWYER, COURT, HYBRID)
ORDER = (Outcome.REFUTED, Outcome.UNDETERMINED, Outcome.PROVEN)


@cache
def small() -> Bundle:
    """A bundle whose log is only the seal."""
    return make_bundle(signers=[ARCHIVE], fields={"case": {"title": "قضية"}, "place": {"country": "SY"}})


@cache
def hybrid() -> Bundle:
    """The same, sealed by a hybrid key set."""
    return make_bundle(signers=[HYBRID], name="hybrid")


@cache
def long_log() -> Bundle:
    """Checked, released, received and checked again."""
    one = add_event(small(), "fixity-checked", {"root": small().root, "result": "pass"}, signers=[ARCHIVE])
    to = {"identity": "lawyer", "keys": list(LAWYER.identity.key_set.key_ids)}
    two = add_event(
        one,
        "released",
        {"to": to, "root": one.root, "items": one.items},
        signers=[ARCHIVE],
        fields={"purpose": {"text": "trial"}},
    )
    three = add_event(two, "received", {"root": two.root, "result": "pass"}, signers=[LAWYER], opens=True)
    return add_event(
        three, "annotated", {"event": three.head}, signers=[LAWYER], fields={"note": {"text": "x"}}
    )


@cache
def part() -> Bundle:
    """A part with one item open, one partly open and one withheld."""
    return make_part(long_log(), [ALL, 0b101, 0], signers=[LAWYER], to=COURT)[1]


def outcomes(report: Report) -> dict[Claim, Outcome]:
    """The outcome of each claim."""
    return {claim: report.outcome(claim) for claim in Claim}


def no_better(found: Report, before: Report) -> bool:
    """Whether no claim came out better than before."""
    pairs = zip(outcomes(found).values(), outcomes(before).values(), strict=True)
    return all(ORDER.index(now) <= ORDER.index(then) for now, then in pairs)


def flipped(files: Files, path: str, bit: int) -> Files:
    """The files with one bit of one file changed."""
    data = bytearray(files[path])
    data[bit // 8] ^= 1 << bit % 8
    return {**files, path: bytes(data)}


def bits(files: Files) -> st.SearchStrategy[tuple[str, int]]:
    """One bit of one of the files, every file as likely as another."""
    paths = sorted(path for path, data in files.items() if data)
    return st.sampled_from(paths).flatmap(
        lambda path: st.tuples(st.just(path), st.integers(0, len(files[path]) * 8 - 1))
    )


def not_proven(report: Report) -> bool:
    """Whether the default claims are not all proven."""
    return any(report.outcome(claim) is not Outcome.PROVEN for claim in DEFAULT_CLAIMS)


def names(report: Report, path: str) -> bool:
    """Whether a finding that is not proven names a path, or the folder of the event that it belongs to."""
    folder = "/".join(path.split("/")[:4]) if path.startswith("custody/log/") else path
    subjects = {one.subject for one in report.findings if one.outcome is not Outcome.PROVEN}
    about = {str(value) for one in report.findings for value in one.arguments.values()}
    return any(
        subject and (subject.startswith(folder) or path.startswith(subject)) for subject in subjects | about
    )


def test_the_bundles_of_these_laws_are_sound() -> None:
    """What is changed below was proven before."""
    for bundle in (small(), hybrid(), long_log()):
        report = judge(bundle.files, TRUST)
        assert {claim for claim, one in outcomes(report).items() if one is Outcome.PROVEN} == {*Claim} - {
            Claim.EXISTED_BEFORE
        }
    assert judge(part().files, TRUST).outcome(Claim.INTACT) is Outcome.PROVEN


@given(bits(small().files))
def test_one_flipped_bit_never_leaves_the_default_claims_proven(place: tuple[str, int]) -> None:
    """In a bundle whose log is only the seal, every bit counts."""
    assert not_proven(judge(flipped(small().files, *place), TRUST))


@given(bits(hybrid().files))
def test_one_flipped_bit_of_a_hybrid_bundle_never_leaves_the_default_claims_proven(
    place: tuple[str, int],
) -> None:
    """Both signatures of a set count."""
    assert not_proven(judge(flipped(hybrid().files, *place), TRUST))


@pytest.mark.deep
@pytest.mark.skipif(not DEEP, reason="takes minutes: HYPOTHESIS_PROFILE=deep runs it")
def test_no_bit_of_any_byte_is_dead() -> None:
    """Exhaustively: one bit of every byte, and every bit of a sample of them."""
    files = small().files
    for path, data in files.items():
        for byte in range(len(data)):
            for bit in range(8) if byte % 16 == 0 else (byte % 8,):
                assert not_proven(judge(flipped(files, path, byte * 8 + bit), TRUST)), (path, byte, bit)


@given(bits(long_log().files))
def test_one_flipped_bit_in_a_longer_log_is_named(place: tuple[str, int]) -> None:
    """The claim that rests on the bit is not proven, and a finding names where it is; the others stay."""
    path, _ = place
    report = judge(flipped(long_log().files, *place), TRUST)
    event = path.startswith("custody/log/") and not path.startswith(small().path(""))
    if event:
        assert report.outcome(Claim.CUSTODY_UNBROKEN) is not Outcome.PROVEN or not same_head(report)
        assert not not_proven(report), "another event's folder touches neither content nor sealer"
    else:
        assert not_proven(report)
    assert names(report, path)


def same_head(report: Report) -> bool:
    """Whether the head of the whole log is still what custody is stated for."""
    return long_log().head in {event.event_id for event in report.events if event.head}


@given(bits(part().files))
def test_one_flipped_bit_never_leaves_a_part_proven_and_unnamed(place: tuple[str, int]) -> None:
    """In a part the disclosure accounts for everything in its past."""
    path, _ = place
    report = judge(flipped(part().files, *place), TRUST)
    assert not_proven(report) or (names(report, path) and path.startswith("custody/log/"))
    if path.startswith(f"custody/log/{part().holding}/{part().seq:08d}/"):
        assert report.outcome(Claim.INTACT) is not Outcome.PROVEN


@pytest.mark.parametrize("path", sorted(small().files))
def test_a_removed_file_never_leaves_the_default_claims_proven(path: str) -> None:
    """Every file counts; only a field of the seal may be closed, and then completeness is not proven."""
    report = judge(small().edit({path: None}).files, TRUST)
    field = path in {small().path(f"{name}.json") for name in ("case", "place", "manifest")}
    assert report.outcome(Claim.COMPLETE) is not Outcome.PROVEN
    assert not_proven(report) is not field
    assert names(report, path)


@pytest.mark.parametrize(
    "path", [path for path in sorted(long_log().files) if path.startswith("custody/log/")]
)
def test_a_removed_file_of_an_event_is_named(path: str) -> None:
    """An opening that goes leaves completeness undetermined; any other file sets its event aside."""
    report = judge(long_log().edit({path: None}).files, TRUST)
    proven = {claim for claim in Claim if report.outcome(claim) is Outcome.PROVEN}
    assert Claim.COMPLETE not in proven or Claim.CUSTODY_UNBROKEN not in proven or not same_head(report)
    assert names(report, path) or path.endswith("/proof.sha256")


PLACES = ("", "data/", "custody/", "custody/log/", f"custody/log/{small().bundle_id}/", small().path(""))


@given(
    st.sampled_from(PLACES),
    st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1, max_size=40),
    st.binary(max_size=20),
)
def test_an_added_file_never_leaves_the_default_claims_proven(place: str, name: str, data: bytes) -> None:
    """Nothing that the format does not name stays unnoticed where it would speak for the bundle."""
    path = f"{place}{name}"
    if (
        path in small().files
        or name in {".", ".."}
        or any(one.startswith(f"{path}/") for one in small().files)
    ):
        return
    report = judge({**small().files, path: data}, TRUST)
    assert not_proven(report)
    assert names(report, path)


@given(st.sampled_from([*long_log().files]), st.sampled_from([*hybrid().files]))
def test_a_file_of_another_bundle_never_helps(path: str, other: str) -> None:
    """Any file replaced by any file of a sound bundle leaves no claim better than before."""
    before = judge(long_log().files, TRUST)
    files = {**long_log().files, path: hybrid().files[other]}
    report = judge(files, TRUST)
    assert no_better(report, before)
    assert files == long_log().files or outcomes(report) != outcomes(before) or names(report, path)


@given(st.sets(st.sampled_from(sorted({*long_log().files, *hybrid().files})), max_size=30))
def test_a_union_with_junk_never_improves_an_outcome(paths: set[str]) -> None:
    """Files of another bundle beside those of a damaged one repair nothing.

    Two whole seals of trusted sealers leave open which bundle this is: then nothing at all is proven.
    """
    damaged = flipped(long_log().files, "data/000001.txt", 3)
    junk = {path: hybrid().files[path] for path in paths if path in hybrid().files and path not in damaged}
    report = judge({**damaged, **junk}, TRUST)
    if Reason.SEAL_AMBIGUOUS in report.reasons():
        assert Outcome.PROVEN not in outcomes(report).values()
    else:
        assert no_better(report, judge(damaged, TRUST))


def test_a_second_seal_of_a_trusted_sealer_proves_nothing() -> None:
    """Nobody can tell which of two whole seals is the bundle's; the expected one is still found."""
    log = {path: data for path, data in hybrid().files.items() if path.startswith("custody/log/")}
    files = {**long_log().files, **log}
    assert Outcome.PROVEN not in outcomes(judge(files, TRUST)).values()
    assert judge(files, TRUST, expect_seal=small().seal_id).outcome(Claim.INTACT) is Outcome.PROVEN


@given(st.sets(st.sampled_from([path for path in long_log().files if "/log/" in path])))
def test_a_log_with_gaps_never_improves_an_outcome(paths: set[str]) -> None:
    """Removing files of the log proves nothing that was not proven before."""
    cut = long_log().edit(dict.fromkeys(paths)).files
    report = judge(cut, TRUST)
    assert report.outcome(Claim.EXISTED_BEFORE) is not Outcome.PROVEN
    if any(path.startswith(small().path("")) and not path.endswith("case.json") for path in paths):
        sealed = {small().path(name) for name in ("case.json", "place.json", "manifest.json")}
        assert not_proven(report) or paths & sealed


def masks() -> st.SearchStrategy[list[int]]:
    """What is open of each of the three items, some content among it."""
    one = st.sampled_from([0, 1, 0b101, 0b11, ALL & ~2, ALL])
    return st.lists(one, min_size=len(SMALL), max_size=len(SMALL)).filter(
        lambda masks: any(mask & 1 for mask in masks)
    )


@given(masks())
def test_every_part_that_the_holder_makes_is_proven(chosen: list[int]) -> None:
    """Whatever the holder opens, his disclosure accounts for it."""
    _, made = make_part(long_log(), chosen, signers=[LAWYER], to=COURT)
    report = judge(made.files, TRUST)
    assert not not_proven(report)
    complete = all(mask == ALL for mask in chosen)
    assert (Reason.NOTHING_WITHHELD if complete else Reason.PART_ATTRIBUTED) in {
        finding.reason for finding in report.findings
    }


@given(masks(), st.data())
def test_withholding_by_hand_never_leaves_a_part_intact(chosen: list[int], data: st.DataObject) -> None:
    """Closing one more field or item than the disclosure says is noticed."""
    _, made = make_part(long_log(), chosen, signers=[LAWYER], to=COURT)
    place = data.draw(st.sampled_from([n for n, mask in enumerate(chosen) if mask]))
    fewer = data.draw(st.integers(0, chosen[place] - 1).map(lambda mask: mask & chosen[place]))
    whole = long_log().files[ITEMS_PATH].splitlines()
    lines = made.files[ITEMS_PATH].splitlines()
    lines[place] = reduce_line(whole[place], fewer, made.bundle_id, place)
    changes: dict[str, bytes | None] = {ITEMS_PATH: b"".join(line + b"\n" for line in lines)}
    if not fewer & 1:
        changes |= dict.fromkeys(path for path in made.files if path.startswith(f"data/{place + 1:06d}"))
    cut = made.edit(changes).rewrap()
    assert judge(cut.files, TRUST).outcome(Claim.INTACT) is not Outcome.PROVEN


@given(st.lists(st.sampled_from(Reason), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(reasons: list[Reason], random: object) -> None:
    """The same findings in another order are the same report."""
    report = judge(flipped(small().files, "data/000001.txt", 1), TRUST)
    findings = [*report.findings, *(evolve(report.findings[0], reason=reason) for reason in reasons)]
    other = list(findings)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert evolve(report, findings=tuple(findings)) == evolve(report, findings=tuple(other))


@given(st.sampled_from([one for one in Reason if one.outcome is Outcome.REFUTED]), st.sampled_from(Claim))
def test_one_refutation_dominates(reason: Reason, claim: Claim) -> None:
    """Whatever else is proven, one refutation that bears on a claim refutes it."""
    report = judge(small().files, TRUST)
    refuted = evolve(report.findings[0], reason=reason, claims=(claim,))
    assert evolve(report, findings=(*report.findings, refuted)).outcome(claim) is Outcome.REFUTED


@given(st.sampled_from(sorted(long_log().files)), st.binary(max_size=200))
def test_any_bytes_as_any_file_give_a_report(path: str, data: bytes) -> None:
    """No content of any file makes verification fail in another way than by saying so."""
    report = judge({**long_log().files, path: data}, TRUST)
    assert long_log().files[path] == data or names(report, path)


def zips() -> Iterator[bytes]:
    """Whole zips to be damaged."""
    yield zip_bytes(small().files, small().bundle_id)


@given(
    st.one_of(st.binary(max_size=300), st.integers(0, 10**6), st.tuples(st.integers(0, 10**6), st.binary()))
)
def test_any_bytes_as_zip_give_a_report_or_an_error_of_ours(
    tmp_path_factory: pytest.TempPathFactory, change: bytes | int | tuple[int, bytes]
) -> None:
    """Arbitrary bytes, a zip cut anywhere, a zip with bytes put in anywhere: never proven, never a crash."""
    (sound,) = zips()
    if isinstance(change, bytes):
        data = change
    elif isinstance(change, int):
        data = sound[: change % len(sound)]
    else:
        at = change[0] % len(sound)
        data = sound[:at] + change[1] + sound[at + len(change[1]) :]
    path = tmp_path_factory.mktemp("zip") / "bundle.zip"
    path.write_bytes(data)
    report = of_path(path)
    assert report is None or data == sound or not_proven(report)


def of_path(path: Path) -> Report | None:
    """The report about what lies at a path, or None when an error of ours said why there is none."""
    try:
        source = open_bundle(str(path))
    except CustodyError as error:
        try:
            return refused_report(error, form="zip", verified_at=NOW)
        except CustodyError:
            return None
    try:
        return verify_source(source, TRUST, verified_at=NOW)
    finally:
        source.close()
