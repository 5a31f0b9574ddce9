"""`custody merge` and `custody compare`: words, JSON and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.format.layout import event_path
from custody.trust.trust_file import encode_trust_file
from tests.tools.bundles import Bundle, add_event, attest
from tests.tools.copies import (
    ARCHIVE,
    LAWYER,
    NGO,
    STRANGER,
    TRUST,
    checked,
    copied,
    erased,
    party,
    read_copy,
    receipt_of,
    received,
    released,
    sealed,
    withheld,
    write_copy,
)
from tests.tools.renewals import renew
from tests.unit.cli.conftest import Shell


@pytest.fixture
def here(place: Path) -> Path:
    """The present folder, with a trust file in it."""
    (place / "t.json").write_bytes(encode_trust_file(TRUST))
    return place


def put(here: Path, **bundles: Bundle) -> None:
    """Write copies under their names."""
    for name, bundle in bundles.items():
        write_copy(here / name, bundle.files)


def test_a_receipt_says_who_holds_it_now(shell: Shell, here: Path) -> None:
    """And what the files of the releaser are from then on."""
    given = released(sealed())
    taken = received(given)
    put(here, mine=given)
    (here / "r.zip").write_bytes(receipt_of(taken, event_path(taken.holding, 0)))
    ran = shell("merge", "mine", "r.zip", "--trust", "t.json")
    assert ran.code == 0
    assert f"event: received by ngo {taken.head[:16]}" in ran.out
    assert "ngo holds it now; the files here are a copy without a holder" in ran.err
    again = shell("merge", "mine", "r.zip", "--trust", "t.json")
    assert (again.code, again.out) == (0, "nothing new\n")


def test_nobody_is_called_the_holder_when_it_went_on(shell: Shell, here: Path) -> None:
    """Received, and released again: in transit."""
    given = released(sealed())
    data = {"to": party(LAWYER), "root": given.root, "items": given.items}
    further = add_event(received(given), "released", data, signers=[NGO])
    put(here, mine=given, further=further)
    ran = shell("merge", "mine", "further", "--trust", "t.json")
    assert "nobody is shown to hold it now; the files here are a copy without a holder" in ran.err


def test_everything_that_comes_in_is_named(shell: Shell, here: Path) -> None:
    """Also as JSON."""
    bundle = sealed()
    said = attest(bundle, "countersigned", {"events": [bundle.seal_id]}, signers=[NGO], prev=[bundle.seal_id])
    put(here, mine=bundle, other=checked(renew(said), STRANGER))
    ran = shell("merge", "mine", "other", "--trust", "t.json")
    assert "attestation: " in ran.out
    assert "renewal: " in ran.out
    assert f"left out, from copy 1: {event_path(bundle.holding, 1)} [EVENT_SIGNER_UNKNOWN]" in ran.err
    found = json.loads(shell("merge", "mine", "other", "--trust", "t.json", "--json").out)
    assert found["bundle"] == bundle.bundle_id
    assert found["events"] == []
    assert found["left_out"][0]["code"] == "EVENT_SIGNER_UNKNOWN"


def test_a_fork_ends_with_1(shell: Shell, here: Path) -> None:
    """Both events are named; two sets of signatures are undetermined."""
    one, other = checked(sealed()), checked(sealed(), seed="x")
    put(here, one=one, other=other)
    ran = shell("merge", "one", "other", "--trust", "t.json")
    assert (ran.code, "[FORK]" in ran.err, one.head in ran.err, other.head in ran.err) == (
        1,
        True,
        True,
        True,
    )
    first, second = (received(released(sealed(), LAWYER), LAWYER) for _ in range(2))
    put(here, first=first, second=second)
    ran = shell("merge", "first", "second", "--trust", "t.json")
    assert (ran.code, "[SIGNATURES_DIFFER]" in ran.err) == (3, True)


def test_an_event_without_its_past_ends_with_3(shell: Shell, here: Path) -> None:
    """It is named, and what to ask for."""
    taken = received(released(sealed()))
    put(here, mine=sealed())
    (here / "r.zip").write_bytes(receipt_of(taken, event_path(taken.holding, 0)))
    ran = shell("merge", "mine", "r.zip", "--trust", "t.json")
    assert (ran.code, "[NOT_MERGED]" in ran.err, "next: ask" in ran.err) == (3, True, True)


def test_an_erasure_is_carried_out(shell: Shell, here: Path) -> None:
    """In place it is refused, with the way to do it; the new bundle is named, and what is to be destroyed."""
    pending = erased(sealed(), 1)
    put(here, mine=pending)
    ran = shell("merge", "mine", "mine", "--trust", "t.json")
    assert (ran.code, "[ERASURE_PENDING]" in ran.err, "--to NEW" in ran.err) == (3, True, True)
    ran = shell("merge", "mine", "--trust", "t.json", "--to", "new")
    assert ran.code == 0
    assert "withheld, as erased: items 2" in ran.out
    assert "the bundle still holds what was erased; destroy it" in ran.err
    assert read_copy(here / "new") == withheld(pending, 1).files


def test_what_stood_in_the_way_is_named(shell: Shell, here: Path) -> None:
    """It lies beside the bundle then."""
    theirs = checked(sealed())
    put(here, mine=theirs.edit({f"{event_path(theirs.holding, 1)}/9.sshsig": b"x"}), other=theirs)
    ran = shell("merge", "mine", "other", "--trust", "t.json")
    assert (ran.code, "moved out of the way" in ran.err and "mine.set-aside/" in ran.err) == (0, True)


def test_a_dispute_is_announced(shell: Shell, here: Path) -> None:
    """By both verbs."""
    given = released(sealed())
    put(
        here,
        back=add_event(given, "withdrawn", {"event": given.head}, signers=[ARCHIVE]),
        taken=received(given),
    )
    ran = shell("compare", "back", "taken", "--trust", "t.json")
    assert (ran.code, "united they contradict each other" in ran.out, "merged" in ran.out) == (0, True, False)
    ran = shell("merge", "back", "taken", "--trust", "t.json")
    assert (ran.code, "united they contradict each other" in ran.err) == (0, True)


def test_copies_without_conflict_end_with_0(shell: Shell, here: Path) -> None:
    """Same, extended, or both have more."""
    given = add_event(sealed(), "copied", {"to": party(NGO)}, signers=[ARCHIVE])
    put(here, a=checked(given), b=checked(copied(sealed()), NGO), c=sealed())
    assert shell("compare", "a", "a", "--trust", "t.json").out.startswith("same")
    assert shell("compare", "a", "c", "--trust", "t.json").out.startswith("the first copy extends")
    assert shell("compare", "c", "a", "--trust", "t.json").out.startswith("the second copy extends")
    ran = shell("compare", "a", "b", "--trust", "t.json")
    assert ran.code == 0
    assert "only A: fixity-checked by archive" in ran.out
    assert "only B: copy-received by ngo" in ran.out


def test_a_fork_is_shown_and_proven(shell: Shell, here: Path) -> None:
    """The receipts of both events are for anybody to check."""
    one, other = checked(sealed()), checked(sealed(), seed="x")
    put(here, one=one, other=checked(other, STRANGER))
    ran = shell("compare", "one", "other", "--trust", "t.json")
    assert (ran.code, "--proof FOLDER" in ran.err) == (1, True)
    assert f"{one.holding}/00000001 fork: archive signed two statements" in ran.out
    assert "[EVENT_SIGNER_UNKNOWN]" in ran.err
    ran = shell("compare", "one", "other", "--trust", "t.json", "--proof", "proof", "--json")
    assert (ran.code, len(list((here / "proof").iterdir()))) == (1, 2)
    found = json.loads(ran.out)
    assert found["answer"] == "fork"
    assert {found["conflicts"][0]["first"], found["conflicts"][0]["second"]} == {one.head, other.head}


def test_what_differs_besides_events_is_listed(shell: Shell, here: Path) -> None:
    """It changes no answer."""
    bundle = sealed()
    said = attest(bundle, "countersigned", {"events": [bundle.seal_id]}, signers=[NGO], prev=[bundle.seal_id])
    put(here, a=renew(said), b=bundle.edit({bundle.path("manifest.json"): None}))
    ran = shell("compare", "a", "b", "--trust", "t.json")
    assert ran.out.startswith("same")
    assert [line.split(":")[1].split()[0] for line in ran.out.splitlines()[1:]] == [
        "attestation",
        "renewal",
        "opened",
    ]


def test_two_bundles_are_a_wrong_call(shell: Shell, here: Path) -> None:
    """For both verbs."""
    put(here, a=sealed(), b=sealed(name="other"))
    for verb in ("merge", "compare"):
        ran = shell(verb, "a", "b", "--trust", "t.json")
        assert (ran.code, "[OTHER_BUNDLE]" in ran.err) == (2, True)
