"""Mix, match and strip: every piece of one sound bundle in the place of the same piece of another one.

What is one fact is a vector (tests/vectors/cases/attacks.py); here are the attacks that are many.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from attrs import evolve

from custody.format.bag import ITEMS_PATH
from custody.report.claim import DEFAULT_CLAIMS, Claim, Outcome
from custody.report.report import Report
from tests.tools.bundles import (
    Bundle,
    Files,
    Item,
    add_event,
    attest,
    make_bundle,
    make_part,
    reduce_items,
    seed_signer,
)
from tests.tools.memory import judge, trusting

ARCHIVE = seed_signer("archive", hybrid=True)
LAWYER = seed_signer("lawyer")
STRANGER = seed_signer("stranger", hybrid=True)
TRUST = trusting(ARCHIVE, LAWYER)
ALL = 1023
PARTY = {"identity": "lawyer", "keys": list(LAWYER.identity.key_set.key_ids)}
# An unexpected seal says nothing of when it was made.
NOT_TIME = tuple(claim for claim in Claim if claim is not Claim.EXISTED_BEFORE)


def story(name: str) -> Bundle:
    """A bundle that was sealed, copied, acknowledged and checked; the same content under another name."""
    one = make_bundle(signers=[ARCHIVE], name=name)
    two = add_event(one, "copied", {"to": PARTY}, signers=[ARCHIVE])
    three = add_event(
        two, "copy-received", {"root": one.root, "result": "pass"}, signers=[LAWYER], opens=True
    )
    four = evolve(two, files=three.files)
    five = add_event(four, "fixity-checked", {"root": one.root, "result": "pass"}, signers=[ARCHIVE])
    return attest(five, "countersigned", {"events": [one.seal_id]}, signers=[LAWYER], prev=[one.seal_id])


ONE, OTHER = story("one"), story("other")
REPORT = judge(ONE.files, TRUST)


def proven(report: Report) -> set[Claim]:
    """The claims that are proven."""
    return {claim for claim in Claim if report.outcome(claim) is Outcome.PROVEN}


def counted(report: Report) -> set[str]:
    """The folders of the events that count."""
    return {event.path for event in report.events if event.status == "counted"}


def twin_of(path: str) -> str:
    """The same place in the other bundle: events in the order of their folders, attestations alike."""
    mine, theirs = sorted(folders(ONE.files)), sorted(folders(OTHER.files))
    pairs = dict(zip(sorted(mine, key=place), sorted(theirs, key=place), strict=True))
    folder = next((folder for folder in mine if path.startswith(f"{folder}/")), None)
    return path if folder is None else path.replace(folder, pairs[folder])


def place(folder: str) -> tuple[bool, bool, str]:
    """Where a folder stands, apart from its ids."""
    first = folder.startswith((f"custody/log/{ONE.bundle_id}", f"custody/log/{OTHER.bundle_id}"))
    return "attestations" in folder, not first, folder.rpartition("/")[2] if "/log/" in folder else ""


def folders(files: Files) -> set[str]:
    """The folders of events and attestations."""
    return {path.rpartition("/")[0] for path in files if path.endswith("/event.json")}


def test_both_bundles_are_sound() -> None:
    """All is proven but time, so that every change below is to blame."""
    assert proven(REPORT) == proven(judge(OTHER.files, TRUST)) == set(Claim) - {Claim.EXISTED_BEFORE}


# Lattice signatures are random, and with them ids and paths: tests are numbered, not named by paths.
@pytest.mark.parametrize("number", range(len(ONE.files)))
def test_no_file_of_another_bundle_passes(number: int) -> None:
    """HC-27: each file exchanged for the other bundle's; equal bytes apart, something is no longer proven."""
    path = sorted(ONE.files)[number]
    theirs = OTHER.files[twin_of(path)]
    report = judge({**ONE.files, path: theirs}, TRUST)
    if theirs == ONE.files[path]:
        assert report == REPORT
    elif "/attestations/" in path:
        assert "attestation" not in {event.status for event in report.events}
    else:
        assert proven(report) < proven(REPORT) or counted(report) < counted(REPORT)


@pytest.mark.parametrize("number", range(len(folders(ONE.files))))
@pytest.mark.parametrize(
    "names",
    [
        ("1.sshsig", "1.mldsa65"),
        ("1.sshsig", "1.mldsa65", "proof.sha256"),
        ("1.sshsig", "1.mldsa65", "proof.sha256", "1.ed25519.pub", "1.mldsa65.der"),
        ("event.json", "proof.sha256", "1.sshsig", "1.mldsa65"),
        ("body.json", "event.json"),
    ],
    ids="+".join,
)
def test_no_set_of_signatures_can_be_moved(number: int, names: tuple[str, ...]) -> None:
    """HC-26, HC-27: signatures, with or without proof and keys, belong to one statement of one bundle."""
    folder = sorted(folders(ONE.files))[number]
    changes = {}
    for name in names:
        path = f"{folder}/{name}"
        changes[path] = OTHER.files.get(twin_of(path)) if path in ONE.files else None
    report = judge(ONE.edit(changes).files, TRUST)
    valid = {event.path for event in report.events if event.status in {"counted", "attestation"}}
    assert folder not in valid or proven(report) < proven(REPORT)


SIGNATURES = [path for path in ONE.files if path.endswith((".sshsig", ".mldsa65"))]


@pytest.mark.parametrize("count", [1, 2])
def test_no_signature_can_be_stripped(count: int) -> None:
    """HC-26: whichever goes, its event does not count any more."""
    for gone in combinations(SIGNATURES, count):
        report = judge(ONE.edit(dict.fromkeys(gone)).files, TRUST)
        unsigned = {path.rpartition("/")[0] for path in gone}
        valid = {event.path for event in report.events if event.status in {"counted", "attestation"}}
        assert unsigned.isdisjoint(valid)


def test_a_whole_set_of_folders_of_another_bundle_is_set_aside() -> None:
    """Two logs beside each other stay two."""
    log = {path: data for path, data in OTHER.files.items() if path.startswith("custody/log/")}
    report = judge({**log, **ONE.files}, trusting(LAWYER, ARCHIVE), expect_seal=REPORT.seal_id)
    assert proven(report) == proven(REPORT)
    assert sum(event.status == "set-aside" for event in report.events) == 4


@pytest.mark.parametrize("trust", [TRUST, trusting(LAWYER), trusting()], ids=["known", "other", "none"])
def test_a_stranger_gains_nothing_by_sealing_again(trust: object) -> None:
    """The same files under the same bundle id and the same label; with the expected seal it is refuted."""
    again = make_bundle(signers=[_Borrowed()], name="one")
    assert again.bundle_id == ONE.bundle_id
    report = judge(again.files, trust)  # type: ignore[arg-type]
    assert proven(report) == set()
    expected = judge(again.files, trust, expect_seal=REPORT.seal_id)  # type: ignore[arg-type]
    assert {expected.outcome(claim) for claim in NOT_TIME} == {Outcome.REFUTED}


class _Borrowed:
    """A stranger's keys under the name of the archive."""

    identity = evolve(STRANGER.identity, name="archive")
    sign = STRANGER.sign


def test_an_expected_seal_proves_neither_sealer_nor_custody() -> None:
    """It is only a fingerprint of content: who signed, the trust must say."""
    report = judge(ONE.files, trusting(), expect_seal=REPORT.seal_id)
    assert proven(report) == {Claim.INTACT, Claim.COMPLETE}


def test_no_other_event_passes_for_the_expected_seal() -> None:
    """The id of another event of the same bundle names no seal."""
    for event in REPORT.events:
        if event.event_id != REPORT.seal_id:
            report = judge(ONE.files, TRUST, expect_seal=event.event_id)
            assert {report.outcome(claim) for claim in NOT_TIME} == {Outcome.REFUTED}


def cover(change: Callable[[Bundle], Bundle]) -> Report:
    """A part after somebody's change, its wrapping made to agree."""
    return judge(change(part()).rewrap().files, TRUST)


def part() -> Bundle:
    """A sound part of a bundle with four items."""
    items = [Item(data=b"%d" % n, ext="txt", fields={"kind": {"kind": "record"}}) for n in range(4)]
    whole = make_bundle(items, signers=[ARCHIVE], name="four")
    return make_part(whole, [ALL, ALL, 0b1, 0], signers=[ARCHIVE], to=LAWYER)[1]


@pytest.mark.parametrize(
    "masks", [[ALL, 0, 0b1, 0], [ALL, 0b1, 0b1, 0], [ALL, ALL, 0, 0], [0b101, ALL, 0b1, 0]]
)
def test_a_disclosure_covers_nothing_less_than_it_lists(masks: list[int]) -> None:
    """What is closed besides is attributed to nobody."""
    assert cover(lambda made: made).outcome(Claim.INTACT) is Outcome.PROVEN
    items = [Item(data=b"%d" % n, ext="txt", fields={"kind": {"kind": "record"}}) for n in range(4)]
    whole = make_bundle(items, signers=[ARCHIVE], name="four")
    fewer = reduce_items(whole.files, whole.bundle_id, masks)
    report = cover(
        lambda made: made.edit(
            {
                ITEMS_PATH: fewer[ITEMS_PATH],
                **{path: None for path in made.files if path.startswith("data/") and path not in fewer},
            }
        )
    )
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED


@pytest.mark.parametrize("signer", [STRANGER, LAWYER], ids=["stranger", "not-the-holder"])
def test_nobody_else_can_disclose(signer: object) -> None:
    """A disclosure by others accounts for nothing."""
    _, made = make_part(make_bundle(signers=[ARCHIVE]), [ALL, 0, 0], signers=[signer], to=LAWYER)  # type: ignore[list-item]
    assert judge(made.files, TRUST).outcome(Claim.INTACT) is Outcome.UNDETERMINED


def test_a_disclosure_of_another_bundle_covers_nothing() -> None:
    """Its signature is sound, and about something else."""
    _, made = make_part(make_bundle(signers=[ARCHIVE], name="a"), [ALL, 0, 0], signers=[ARCHIVE], to=LAWYER)
    bare = make_bundle(signers=[ARCHIVE], name="b")
    cut = reduce_items(bare.files, bare.bundle_id, [ALL, 0, 0])
    cut.pop(bare.path("manifest.json"))
    event = {
        path.replace(made.bundle_id, bare.bundle_id): data
        for path, data in made.files.items()
        if "/00000001/" in path
    }
    report = judge(evolve(bare, files={**cut, **event}).rewrap().files, TRUST)
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED


def test_default_claims_are_what_these_attacks_are_about() -> None:
    """INTACT and SEALED_BY, as the command line has them."""
    assert set(DEFAULT_CLAIMS) == {Claim.INTACT, Claim.SEALED_BY}
