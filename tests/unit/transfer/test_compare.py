"""Two copies side by side: the four answers, what each has more, and the proof of a fork."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from custody.errors import BundleError, ExistsError, UsageError
from custody.facade.merging import compare
from custody.format.layout import event_path
from custody.transfer.compare import Answer, Comparison
from custody.transfer.conflict import ConflictKind
from custody.trust.trust import Trust
from tests.tools.bundles import Bundle, add_event, attest, stub
from tests.tools.copies import (
    ARCHIVE,
    LAWYER,
    NGO,
    STRANGER,
    TRUST,
    back_to,
    checked,
    copied,
    party,
    received,
    released,
    sealed,
    write_copy,
)
from tests.tools.memory import NOW, trusting
from tests.tools.renewals import renew

STAMP = f"stamps/{hashlib.sha256(b'token').hexdigest()}/stamp.tst"


def compared(tmp_path: Path, a: Bundle, b: Bundle, *, proof: Path | None = None) -> Comparison:
    """Compare two copies in folders."""
    folders = [write_copy(tmp_path / name, one.files) for name, one in (("a", a), ("b", b))]
    return compare(folders[0], folders[1], trust=TRUST, at=NOW, proof=proof)


def test_equal_copies_are_the_same(tmp_path: Path) -> None:
    """Nothing is listed."""
    found = compared(tmp_path, sealed(), sealed())
    assert (found.answer, found.first, found.second) == (Answer.SAME, found.second, found.first)


def test_a_longer_copy_extends_the_other(tmp_path: Path) -> None:
    """It is said which of them, and by what."""
    found = compared(tmp_path / "a", sealed(), checked(sealed()))
    assert (found.answer, [event.type for event in found.second.events]) == (
        Answer.SECOND_EXTENDS,
        ["fixity-checked"],
    )
    assert compared(tmp_path / "b", checked(sealed()), sealed()).answer is Answer.FIRST_EXTENDS


def test_offline_copies_both_have_more(tmp_path: Path) -> None:
    """Every honest offline copy: two holdings go on, without a conflict."""
    alone = add_event(sealed(), "copied", {"to": party(NGO)}, signers=[ARCHIVE])
    mine = checked(alone)
    theirs = checked(copied(sealed()), NGO)
    found = compared(tmp_path, mine, theirs)
    assert (found.answer, found.disputes) == (Answer.BOTH_HAVE_MORE, ())
    assert ([one.actor for one in found.first.events], [one.actor for one in found.second.events]) == (
        ["archive"],
        ["ngo", "ngo"],
    )


def test_a_dispute_that_a_union_would_make_is_announced(tmp_path: Path) -> None:
    """Withdrawn here, received there: nobody forged anything."""
    given = released(sealed())
    back = add_event(given, "withdrawn", {"event": given.head}, signers=[ARCHIVE])
    taken = received(given)
    found = compared(tmp_path, back, taken)
    assert found.answer is Answer.BOTH_HAVE_MORE
    assert found.disputes == (tuple(sorted((back.head, taken.head))),)


def test_a_dispute_that_is_known_is_not_announced_again(tmp_path: Path) -> None:
    """One copy has both already."""
    given = released(sealed())
    back = add_event(given, "withdrawn", {"event": given.head}, signers=[ARCHIVE])
    both = back.edit({path: data for path, data in received(given).files.items() if path not in back.files})
    assert compared(tmp_path, both, checked(back_to(both, back))).disputes == ()


def test_a_fork_names_both_events(tmp_path: Path) -> None:
    """And only the first of a holding: what follows rests on it."""
    one, other = checked(checked(sealed())), checked(checked(sealed(), seed="x"), seed="y")
    found = compared(tmp_path, one, other)
    assert found.answer is Answer.FORK
    assert [(each.kind, each.seq, each.actor) for each in found.conflicts] == [
        (ConflictKind.FORK, 1, "archive")
    ]


def test_two_seals_are_a_fork(tmp_path: Path) -> None:
    """At the first place of the bundle."""
    found = compared(tmp_path, sealed(), sealed(fields={"note": {"text": "again"}}))
    assert [(each.kind, each.holding, each.seq) for each in found.conflicts] == [
        (ConflictKind.FORK, found.bundle_id, 0)
    ]


def test_two_sets_of_signatures_are_no_contradiction_of_the_actor(tmp_path: Path) -> None:
    """A kind of its own."""
    one, other = (received(released(sealed(), LAWYER), LAWYER) for _ in range(2))
    found = compared(tmp_path, one, other)
    assert (found.answer, [each.kind for each in found.conflicts]) == (
        Answer.FORK,
        [ConflictKind.SIGNATURES],
    )


def test_a_stub_contradicts_nobody(tmp_path: Path) -> None:
    """What it was signed with is not here."""
    one, other = checked(checked(sealed())), checked(checked(sealed(), seed="x"))
    files = stub(other.files, event_path(other.holding, 1))
    hidden = other.edit({path: files.get(path) for path in other.files})
    found = compared(tmp_path, one, hidden)
    assert next((each.kind, each.seq, each.actor) for each in found.conflicts) == (
        ConflictKind.UNPROVEN,
        1,
        "",
    )


def test_a_stub_is_no_missing_event(tmp_path: Path) -> None:
    """The copy that withholds it has it all the same."""
    whole = checked(checked(sealed()))
    files = stub(whole.files, event_path(whole.holding, 1))
    found = compared(tmp_path, whole, whole.edit({path: files.get(path) for path in whole.files}))
    assert found.answer is Answer.SAME
    assert f"{event_path(whole.holding, 1)}/body.json" in found.first.openings


def test_what_is_no_event_changes_no_answer(tmp_path: Path) -> None:
    """Attestations, stamps, renewals and openings are listed."""
    taken = received(released(sealed()))
    place = f"{event_path(taken.holding, 0)}/place.json"
    more = attest(taken, "countersigned", {"events": [taken.head]}, signers=[NGO], prev=[taken.head])
    more = renew(more.edit({taken.path(STAMP): b"token"}))
    found = compared(tmp_path, more, taken.edit({place: None}))
    assert found.answer is Answer.SAME
    assert found.first.openings == (place,)
    assert found.first.stamps == (taken.path(STAMP).rpartition("/")[0],)
    assert len(found.first.attestations) == len(found.first.renewals) == 1
    assert found.second.openings == found.second.stamps == ()


def test_what_is_set_aside_is_listed_apart(tmp_path: Path) -> None:
    """Junk in one copy makes no difference; it is named by the codes that a verification has for it."""
    junk = checked(sealed(), STRANGER)
    said = attest(junk, "countersigned", {"events": [junk.head]}, signers=[STRANGER], prev=[junk.head])
    found = compared(tmp_path, said, sealed())
    assert found.answer is Answer.SAME
    assert [code for _path, code in found.first.set_aside] == [
        "ATTESTATION_SIGNER_UNKNOWN",
        "EVENT_SIGNER_UNKNOWN",
    ]


def test_different_bundles_are_a_wrong_call(tmp_path: Path) -> None:
    """Nothing in them can be compared."""
    with pytest.raises(UsageError) as refused:
        compared(tmp_path, sealed(), sealed(name="other"))
    assert refused.value.code == "OTHER_BUNDLE"


@pytest.mark.parametrize("trust", [Trust.none(), trusting(NGO)])
def test_an_unknown_sealer_is_refused(tmp_path: Path, trust: Trust) -> None:
    """Nothing counts without him, so nothing can be compared."""
    folder = write_copy(tmp_path / "a", sealed().files)
    with pytest.raises(BundleError) as refused:
        compare(folder, folder, trust=trust, at=NOW)
    assert refused.value.code == "SEALER_UNKNOWN"


def test_an_expected_seal_needs_no_trust(tmp_path: Path) -> None:
    """Its signers are known for this log."""
    folder = write_copy(tmp_path / "a", sealed().files)
    found = compare(folder, folder, trust="none", at=NOW, expect_seal=sealed().seal_id)
    assert found.answer is Answer.SAME


def test_ssh_keygen_checks_the_proof_of_a_fork(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    """Both events are there as receipts, with keys and signatures over two statements for one place."""
    one, other = checked(sealed()), checked(sealed(), seed="x")
    compared(tmp_path, one, other, proof=tmp_path / "proof")
    receipts = sorted((tmp_path / "proof").iterdir())
    assert {path.name for path in receipts} == {
        f"{one.holding[:8]}-00000001-{head[:8]}.zip" for head in (one.head, other.head)
    }
    for place, receipt in enumerate(receipts):
        ZipFile(receipt).extractall(tmp_path / str(place))
        folder = tmp_path / str(place) / one.bundle_id / event_path(one.holding, 1)
        key = (folder / "1.ed25519.pub").read_text()
        (tmp_path / "signers").write_text(f"archive {key}")
        command = [
            require_tool("ssh-keygen"),
            "-Y",
            "verify",
            "-f",
            str(tmp_path / "signers"),
            "-I",
            "archive",
        ]
        command += ["-n", "event@custody", "-s", str(folder / "1.sshsig")]
        subprocess.run(command, check=True, input=(folder / "event.json").read_bytes(), capture_output=True)


def test_without_a_conflict_there_is_no_proof(tmp_path: Path) -> None:
    """No folder is made; one that is there is left alone."""
    compared(tmp_path / "x", sealed(), sealed(), proof=tmp_path / "proof")
    assert not (tmp_path / "proof").exists()
    (tmp_path / "proof").mkdir()
    with pytest.raises(ExistsError):
        compared(tmp_path / "y", checked(sealed()), checked(sealed(), seed="x"), proof=tmp_path / "proof")


def _cut(bundle: Bundle, seq: int) -> Bundle:
    """The copy without one event of its middle."""
    gone = f"/{bundle.bundle_id}/{seq:08d}/"
    return bundle.edit({path: None for path in bundle.files if gone in path})


@pytest.mark.parametrize("cut", [(False, True), (True, False), (True, True)], ids=["second", "first", "both"])
def test_a_fork_is_seen_also_where_what_it_follows_was_cut_out(
    tmp_path: Path, cut: tuple[bool, bool]
) -> None:
    """By its place: the event is well signed, whatever its copy lacks; both receipts are written."""
    start = checked(sealed())
    both = (checked(start), checked(start, seed="other"))
    one, other = (_cut(copy, 1) if gone else copy for copy, gone in zip(both, cut, strict=True))
    found = compared(tmp_path, one, other, proof=tmp_path / "proof")
    assert found.answer is Answer.FORK
    assert [(each.kind, each.seq, each.actor) for each in found.conflicts] == [
        (ConflictKind.FORK, 2, "archive")
    ]
    assert (found.conflicts[0].one, found.conflicts[0].other) == (both[0].head, both[1].head)
    assert len(list((tmp_path / "proof").iterdir())) == len(both)


def test_an_event_whose_past_was_cut_out_contradicts_nobody_where_it_is_the_same(tmp_path: Path) -> None:
    """The cut copy has less, and nothing else."""
    whole = checked(checked(sealed()))
    assert compared(tmp_path, whole, _cut(whole, 1)).answer is Answer.FIRST_EXTENDS


def test_what_somebody_else_laid_at_a_place_contradicts_nobody(tmp_path: Path) -> None:
    """A known person who does not hold, with a past that is not there."""
    whole = checked(checked(sealed()))
    laid = checked(checked(sealed()), NGO, prev=["f" * 64])
    found = compared(tmp_path, whole, _cut(laid, 1))
    assert (found.answer, found.conflicts) == (Answer.FIRST_EXTENDS, ())
