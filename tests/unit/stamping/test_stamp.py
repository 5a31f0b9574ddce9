"""Stamping bundles by authorities in this process."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from custody.errors import UsageError
from custody.model.instant import decode_instant
from custody.stamping.desk import Contact, Desk, authorities_named
from custody.stamping.hash_renewal import write_renewal
from custody.stamping.queue import QUEUE_FOLDER, STAMP, Queue, make_request
from custody.stamping.stamp import StampOptions, StampOutcome, stamp_bundles
from custody.stamping.target import find_targets
from custody.storage.spool import opened_spool
from custody.trust.trust import Authority, Trust
from tests.tools.authority import TestAuthority
from tests.tools.bundles import add_event, attest, make_bundle, make_part, seed_signer
from tests.tools.stamping import (
    FIRST,
    NOW,
    SECOND,
    SIGNER,
    answering,
    make_desk,
    sealed_bundle,
    stamps_of,
    tree_of,
    write_bundle,
)

BOTH = ("first", "second")


def run(
    desk: Desk, *bundles: Path, names: tuple[str, ...] = BOTH, options: StampOptions | None = None
) -> StampOutcome:
    """Stamp bundles that lie in one folder."""
    return stamp_bundles(
        desk,
        [str(one) for one in bundles],
        authorities_named(desk.trust, names),
        queue=str(bundles[0].parent / QUEUE_FOLDER),
        options=options or StampOptions(),
    )


def kinds_of(folder: Path) -> list[str]:
    """The proofs below a folder, by their file names."""
    return sorted(name for names in stamps_of(folder).values() for name in names if name.startswith("stamp."))


def test_a_seal_is_stamped_by_two_operators(tmp_path: Path) -> None:
    """One token each, with its whole path beside it."""
    bundle = sealed_bundle(tmp_path / "b")
    outcome = run(make_desk(), bundle)
    assert [one.operator for one in outcome.added] == ["First operator", "Second operator"]
    assert (outcome.short, outcome.refused, outcome.passed) == ((), (), ())
    assert kinds_of(bundle) == ["stamp.tst", "stamp.tst"]
    for folder, names in stamps_of(bundle).items():
        certificates = {bundle.joinpath(folder, name).read_bytes() for name in names if name.endswith(".cer")}
        assert certificates in ({*FIRST.chain}, {*SECOND.chain})
    assert not (tmp_path / QUEUE_FOLDER).exists()


def test_a_stamp_is_named_by_its_digest_and_sealed(tmp_path: Path) -> None:
    """So is every companion; none of them is to be written to."""
    bundle = sealed_bundle(tmp_path / "b")
    run(make_desk(), bundle)
    for folder, names in stamps_of(bundle).items():
        for name in names:
            place = bundle / folder / name
            digest = hashlib.sha256(place.read_bytes()).hexdigest()
            assert digest in {Path(folder).name, name.partition(".")[0]}
            assert place.stat().st_mode & 0o777 == 0o444


def test_the_same_token_twice_is_one_stamp(tmp_path: Path) -> None:
    """Stamping again asks nobody and changes nothing."""
    bundle = sealed_bundle(tmp_path / "b")
    desk, carrier = make_desk(), answering(FIRST, SECOND)
    run(desk, bundle)
    before = tree_of(tmp_path)
    again = make_desk(carrier=carrier)
    assert run(again, bundle) == StampOutcome(bundles=1)
    assert (carrier.asked, tree_of(tmp_path)) == ([], before)


def test_only_what_an_operator_lacks_is_asked_for(tmp_path: Path) -> None:
    """A later event; the seal has its stamps."""
    sealed = make_bundle(signers=[SIGNER])
    bundle = write_bundle(sealed, tmp_path / "b")
    run(make_desk(), bundle, names=("first",))
    later = add_event(sealed, "annotated", {"event": sealed.seal_id}, signers=[SIGNER])
    write_bundle(later, tmp_path / "b")
    carrier = answering(FIRST, SECOND)
    outcome = run(make_desk(carrier=carrier), bundle)
    assert carrier.asked == ["first", "second", "second"]
    assert outcome.short == ()


def test_a_second_authority_of_one_operator_is_no_second_witness(tmp_path: Path) -> None:
    """It is asked only when the first one fails."""
    twin = TestAuthority("twin", operator=FIRST.operator)
    bundle = sealed_bundle(tmp_path / "b")
    carrier = answering(FIRST, twin)
    outcome = run(make_desk(FIRST, twin, carrier=carrier), bundle, names=("first", "twin"))
    assert carrier.asked == ["first"]
    assert [one.operators for one in outcome.short] == [("First operator",)]
    other = sealed_bundle(tmp_path / "c")
    outcome = run(make_desk(FIRST, twin, carrier=answering(twin)), other, names=("first", "twin"))
    assert [one.authority for one in outcome.added] == ["twin"]
    assert [error.code for error in outcome.refused] == ["UNREACHABLE"]


def test_an_authority_that_refused_is_left_alone(tmp_path: Path) -> None:
    """Three bundles, one question."""
    bundles = [sealed_bundle(tmp_path / name, name) for name in "abc"]
    carrier = answering(SECOND)
    outcome = run(make_desk(FIRST, SECOND, carrier=carrier), *bundles)
    assert carrier.asked == ["first", "second", "second", "second"]
    assert len(outcome.added) == 3


def test_attestations_are_stamped(tmp_path: Path) -> None:
    """They lie elsewhere and are stamped alike."""
    sealed = make_bundle(signers=[SIGNER])
    expert = seed_signer("expert")
    attested = attest(
        sealed, "countersigned", {"events": [sealed.seal_id]}, signers=[expert], prev=[sealed.seal_id]
    )
    bundle = write_bundle(attested, tmp_path / "b")
    outcome = run(make_desk(), bundle, options=StampOptions(operators=2))
    assert len(outcome.added) == 4
    assert sum("attestations" in path for path in stamps_of(bundle)) == 2


def test_stubs_of_a_part_are_stamped(tmp_path: Path) -> None:
    """Their proof.sha256 is there, and so is the time of what it fixes."""
    sealed = make_bundle(signers=[SIGNER])
    noted = add_event(sealed, "annotated", {"event": sealed.seal_id}, signers=[SIGNER])
    stubbed = f"custody/log/{sealed.bundle_id}/00000001"
    _, part = make_part(noted, [2**10 - 1, 0, 0], signers=[SIGNER], to=seed_signer("court"), stubs=[stubbed])
    bundle = write_bundle(part, tmp_path / "b")
    assert {one.over for one in run(make_desk(), bundle).added} >= {stubbed}


def test_one_token_serves_many_bundles(tmp_path: Path) -> None:
    """As an evidence record in each, one question to each authority."""
    bundles = [sealed_bundle(tmp_path / name, name) for name in "abcde"]
    carrier = answering(FIRST, SECOND)
    outcome = run(make_desk(carrier=carrier), *bundles, options=StampOptions(batch=True))
    assert carrier.asked == ["first", "second"]
    assert (len(outcome.added), outcome.short) == (10, ())
    assert {kind for bundle in bundles for kind in kinds_of(bundle)} == {"stamp.ers"}


@pytest.mark.parametrize(("single", "questions"), [(False, 2), (True, 4)])
def test_what_came_after_a_seal_shares_one_token(tmp_path: Path, single: bool, questions: int) -> None:  # noqa: FBT001
    """A log may have grown by many events; the seal keeps a token that stock tools can check."""
    bundle = make_bundle(signers=[SIGNER])
    for _ in range(3):
        bundle = add_event(bundle, "annotated", {"event": bundle.seal_id}, signers=[SIGNER])
    carrier = answering(FIRST, SECOND)
    written = write_bundle(bundle, tmp_path / "b")
    outcome = run(make_desk(carrier=carrier), written, options=StampOptions(single=single))
    assert carrier.asked == ["first"] * questions + ["second"] * questions
    assert len(outcome.added) == 8
    kinds = ["stamp.tst"] * 8 if single else ["stamp.ers"] * 6 + ["stamp.tst"] * 2
    assert kinds_of(written) == kinds


def test_a_batch_of_one_is_a_token(tmp_path: Path) -> None:
    """Stock tools can check it."""
    bundle = sealed_bundle(tmp_path / "b")
    run(make_desk(), bundle, options=StampOptions(batch=True))
    assert kinds_of(bundle) == ["stamp.tst"] * 2


@pytest.mark.parametrize("batch", [True, False])
def test_copies_of_one_bundle_share_a_token(tmp_path: Path, batch: bool) -> None:  # noqa: FBT001
    """Their events are the same, so one question is enough."""
    bundle = sealed_bundle(tmp_path / "b")
    shutil.copytree(bundle, tmp_path / "copy")
    carrier = answering(FIRST, SECOND)
    outcome = run(make_desk(carrier=carrier), bundle, tmp_path / "copy", options=StampOptions(batch=batch))
    assert carrier.asked == ["first", "second"]
    assert len(outcome.added) == 4
    assert stamps_of(bundle) == stamps_of(tmp_path / "copy")


def test_another_hash_is_stamped_on_request(tmp_path: Path) -> None:
    """SHA-512 of proof.sha256."""
    bundle = sealed_bundle(tmp_path / "b")
    outcome = run(make_desk(), bundle, options=StampOptions(hash="sha512"))
    assert len(outcome.added) == 2
    targets, _ = find_targets(make_desk(), str(bundle))
    assert {one.last for one in targets[0].standing} == {"sha512"}


def test_options_that_make_no_sense_are_refused() -> None:
    """Before anybody is asked."""
    with pytest.raises(UsageError):
        StampOptions(hash="sha1")
    with pytest.raises(UsageError):
        StampOptions(operators=0)


def test_a_stamp_that_does_not_hold_is_none(tmp_path: Path) -> None:
    """The operator is asked again; the damaged one stays where it is."""
    bundle = sealed_bundle(tmp_path / "b")
    run(make_desk(), bundle)
    victim = next(bundle.rglob("stamp.tst"))
    victim.chmod(0o644)
    victim.write_bytes(victim.read_bytes()[:-1] + b"\0")
    carrier = answering(FIRST, SECOND)
    outcome = run(make_desk(carrier=carrier, seed="again"), bundle)
    assert (len(carrier.asked), len(outcome.added)) == (1, 1)
    assert len(stamps_of(bundle)) == 3


def test_an_event_whose_proof_fixes_nothing_is_left_out(tmp_path: Path) -> None:
    """A stamp over it would prove nothing; the others are stamped."""
    sealed = make_bundle(signers=[SIGNER])
    noted = add_event(sealed, "annotated", {"event": sealed.seal_id}, signers=[SIGNER])
    folder = f"custody/log/{sealed.bundle_id}/00000001"
    bundle = write_bundle(noted.edit({f"{folder}/event.json": b"{}"}), tmp_path / "b")
    outcome = run(make_desk(), bundle)
    assert [(one.folder, one.error.code) for one in outcome.passed] == [(folder, "FORMAT")]
    assert len(outcome.added) == 2


def test_an_event_without_a_proof_is_no_target(tmp_path: Path) -> None:
    """There is nothing to stamp, and that is said."""
    sealed = make_bundle(signers=[SIGNER])
    bundle = write_bundle(sealed.edit({sealed.path("proof.sha256"): None}), tmp_path / "b")
    assert [one.error.code for one in run(make_desk(), bundle).passed] == ["SEAL_MISSING"]


def test_a_folder_that_is_no_bundle_is_named(tmp_path: Path) -> None:
    """A mistyped name must not look like success."""
    (tmp_path / "photos").mkdir()
    outcome = run(make_desk(), tmp_path / "photos")
    assert [one.error.code for one in outcome.passed] == ["NO_BUNDLE"]


def test_a_bundle_that_cannot_be_read_keeps_nobody_waiting(tmp_path: Path) -> None:
    """It is named, and the others are stamped."""
    bundle = sealed_bundle(tmp_path / "b")
    outcome = run(make_desk(), bundle, tmp_path / "missing")
    assert [(one.bundle, one.error.code) for one in outcome.passed] == [
        (str(tmp_path / "missing"), "MISSING")
    ]
    assert len(outcome.added) == 2


def test_a_zip_is_never_written_to(tmp_path: Path) -> None:
    """The next step is named."""
    (tmp_path / "b.zip").write_bytes(b"PK")
    outcome = run(make_desk(), tmp_path / "b.zip")
    assert [one.error.code for one in outcome.passed] == ["NOT_A_FOLDER"]
    assert "custody unpack" in (outcome.passed[0].error.hint or "")


def test_rubbish_beside_stamps_does_not_keep_a_stamp_out(tmp_path: Path) -> None:
    """Somebody has filled the folder; readers judge whatever holds."""
    sealed = make_bundle(signers=[SIGNER])
    rubbish = {
        sealed.path(f"stamps/{number:064x}/stamp.tst"): number.to_bytes(2, "big") for number in range(70)
    }
    bundle = write_bundle(sealed.edit(rubbish), tmp_path / "b")
    outcome = run(make_desk(), bundle)
    assert (len(outcome.added), outcome.short) == (2, ())


def test_a_link_in_the_place_of_stamps_is_not_followed(tmp_path: Path) -> None:
    """Nothing is written outside the bundle; the token waits until somebody has looked."""
    sealed = make_bundle(signers=[SIGNER])
    bundle = write_bundle(sealed, tmp_path / "b")
    (tmp_path / "elsewhere").mkdir()
    bundle.joinpath(sealed.path("stamps")).symlink_to(tmp_path / "elsewhere")
    outcome = run(make_desk(), bundle)
    assert {one.error.code for one in outcome.passed} == {"NOT_A_FOLDER"}
    assert not list((tmp_path / "elsewhere").iterdir())


STRONG = TestAuthority("strong", operator=FIRST.operator, unit_key="p384", issuer_key="p384", root_key="p384")


def renewed_bundle(folder: Path) -> Path:
    """A bundle whose digests were renewed under SHA-512, with a stamped seal."""
    bundle = sealed_bundle(folder / "b")
    run(make_desk(), bundle)
    write_renewal(str(bundle), hash_name="sha512", verified_at=NOW)
    return bundle


def test_a_renewal_that_ends_with_the_old_hash_is_said(tmp_path: Path) -> None:
    """Its token is stored all the same: it may be renewed, and it counts until then."""
    bundle = renewed_bundle(tmp_path)
    outcome = run(make_desk(seed="renewal"), bundle)
    assert (len(outcome.added), [one.lasting for one in outcome.added]) == (2, [False, False])
    [note] = outcome.notes
    assert (note.code, outcome.short) == ("RENEWAL_ENDS_WITH_HASH", ())
    assert "of first, second" in str(note)
    assert "SHA-384" in (note.hint or "")
    carrier = answering(FIRST, SECOND)
    assert run(make_desk(carrier=carrier), bundle) == StampOutcome(bundles=1)
    assert carrier.asked == []


def test_a_stamp_of_a_stronger_authority_keeps_a_renewal(tmp_path: Path) -> None:
    """It may be of an operator that has stamped the renewal already; then nobody else is needed."""
    bundle = renewed_bundle(tmp_path)
    run(make_desk(seed="renewal"), bundle)
    carrier = answering(FIRST, STRONG)
    outcome = run(make_desk(FIRST, STRONG, carrier=carrier), bundle, names=("first", "strong"))
    assert carrier.asked == ["strong"]
    assert ([one.lasting for one in outcome.added], outcome.notes) == ([True], ())
    carrier = answering(FIRST, STRONG)
    run(make_desk(FIRST, STRONG, carrier=carrier), bundle, names=("first", "strong"))
    assert carrier.asked == []


def test_nothing_is_said_of_a_renewal_that_one_stamp_keeps(tmp_path: Path) -> None:
    """The weaker one beside it is a witness all the same."""
    bundle = renewed_bundle(tmp_path)
    desk = make_desk(STRONG, SECOND, seed="strong")
    outcome = run(desk, bundle, names=("strong", "second"))
    over = [one for one in outcome.added if "renewals" in one.over]
    assert ([one.lasting for one in over], outcome.notes) == ([True, False], ())


def test_the_queue_is_never_made_in_a_bundle(tmp_path: Path) -> None:
    """A stranger's folder in it would refute it."""
    bundle = sealed_bundle(tmp_path / "b")
    with pytest.raises(UsageError, match="outside bundles"):
        run(make_desk(), bundle / "data")
    assert not list(bundle.rglob(".custody-queue*"))


def test_a_token_that_could_not_be_put_away_is_not_asked_for_again(tmp_path: Path) -> None:
    """It waits in the queue, and the next run puts it where it belongs."""
    sealed = make_bundle(signers=[SIGNER])
    bundle = write_bundle(sealed, tmp_path / "b")
    obstacle = bundle / sealed.path("stamps")
    obstacle.write_bytes(b"")
    outcome = run(make_desk(), bundle, names=("first",))
    assert (len(outcome.passed), len(list((tmp_path / QUEUE_FOLDER).iterdir()))) == (1, 2)
    obstacle.unlink()
    carrier = answering()
    outcome = run(make_desk(carrier=carrier), bundle, names=("first",))
    assert (carrier.asked, len(outcome.added)) == ([], 1)
    assert not (tmp_path / QUEUE_FOLDER).exists()


def leave_in_queue(
    folder: Path, desk: Desk, *, token: bytes | None, authority: Authority | None = None
) -> None:
    """Leave what a killed run leaves: a question about bundle `b`, with its answer or without."""
    targets, _ = find_targets(desk, str(folder / "b"))
    leaf = targets[0].digest_of("sha256")
    request = make_request(desk, authority or desk.trust.authorities[0], STAMP, "sha256", [leaf])
    with opened_spool(str(folder / QUEUE_FOLDER)) as spool:
        Queue(spool).keep(request)
        answer = token
        if token == b"sound":
            answer = FIRST.stamp(digest=leaf, at=NOW, nonce=request.query.nonce)
        if answer is not None:
            spool.write(f"{request.id}.token", answer)


@pytest.mark.parametrize(("token", "asked"), [(b"sound", 0), (None, 1), (b"rubbish", 1)])
def test_an_earlier_run_is_taken_up(tmp_path: Path, token: bytes | None, asked: int) -> None:
    """With its token nobody is asked; without one, or with a damaged one, once more."""
    bundle = sealed_bundle(tmp_path / "b")
    leave_in_queue(tmp_path, make_desk(seed="killed"), token=token)
    carrier = answering(FIRST)
    outcome = run(make_desk(carrier=carrier), bundle, names=("first",))
    assert (len(carrier.asked), len(outcome.added)) == (asked, 1)
    assert not (tmp_path / QUEUE_FOLDER).exists()


def test_a_token_of_an_authority_that_is_not_trusted_now_waits(tmp_path: Path) -> None:
    """Another trust may be named next time."""
    bundle = sealed_bundle(tmp_path / "b")
    leave_in_queue(tmp_path, make_desk(seed="killed"), token=b"sound")
    outcome = run(make_desk(SECOND), bundle, names=("second",))
    assert (outcome.waiting, len(outcome.added)) == (1, 1)
    assert len(list((tmp_path / QUEUE_FOLDER).iterdir())) == 2


def test_rubbish_in_the_queue_is_removed(tmp_path: Path) -> None:
    """Damaged requests and orphaned tokens are of no use; other files are left alone."""
    bundle = sealed_bundle(tmp_path / "b")
    queue = tmp_path / QUEUE_FOLDER
    queue.mkdir()
    (queue / f"{'0' * 64}.request").write_bytes(b"{}")
    (queue / f"{'0' * 64}.token").write_bytes(b"x")
    (queue / f"{'1' * 64}.token").write_bytes(b"x")
    (queue / f".{'2' * 64}.token.tmp-{'0' * 16}").write_bytes(b"x")
    (queue / "mine.txt").write_bytes(b"x")
    run(make_desk(), bundle)
    assert [path.name for path in queue.iterdir()] == ["mine.txt"]


def test_each_contact_is_announced_first(tmp_path: Path) -> None:
    """Whoever stamps knows who will see the address of the machine."""
    bundle = sealed_bundle(tmp_path / "b")
    told: list[Contact] = []
    run(make_desk(told=told), bundle)
    assert [(one.url, one.purpose) for one in told] == [
        ("http://first.example/tsa", "stamp"),
        ("http://second.example/tsa", "stamp"),
    ]


def test_authorities_are_named_by_the_trust() -> None:
    """Unknown ones, ones without an address, none at all and one twice are refused."""
    trust = Trust(authorities=(FIRST.authority(url="http://first.example"), SECOND.authority()))
    assert [one.name for one in authorities_named(trust, ["first"])] == ["first"]
    for names, code in (
        ((), "USAGE"),
        (("first", "first"), "USAGE"),
        (("third",), "AUTHORITY_UNKNOWN"),
        (("second",), "AUTHORITY_ADDRESS"),
    ):
        with pytest.raises(UsageError) as refused:
            authorities_named(trust, names)
        assert refused.value.code == code
    with pytest.raises(UsageError, match="it has none"):
        authorities_named(Trust.none(), ["first"])


def test_outcomes_add_up(tmp_path: Path) -> None:
    """Runs in several folders are one to whoever asked for them."""
    outcome = run(make_desk(), sealed_bundle(tmp_path / "b"))
    both = outcome.and_then(outcome)
    assert (both.bundles, len(both.added)) == (2, 4)


def test_a_bundle_that_vanishes_costs_nothing_but_its_question(tmp_path: Path) -> None:
    """Between looking and publishing anything may happen."""
    bundle = sealed_bundle(tmp_path / "b")

    def remove(query: bytes) -> bytes:
        shutil.rmtree(bundle)
        return FIRST.reply(query, at=NOW)

    desk = make_desk(FIRST, carrier=answering(first=remove))
    outcome = run(desk, bundle, names=("first",))
    assert [one.error.code for one in outcome.passed] == ["MISSING"]
    assert not bundle.exists()


def test_an_authority_that_is_not_trusted_any_more_gives_nothing(tmp_path: Path) -> None:
    """Trust that ended before the token was made."""
    ended = FIRST.authority(
        url="http://first.example/tsa", valid_until=decode_instant("2026-01-01T00:00:00Z")
    )
    bundle = sealed_bundle(tmp_path / "b")
    desk = make_desk(FIRST)
    desk.trust = Trust(authorities=(ended,))
    outcome = run(desk, bundle, names=("first",))
    assert [error.code for error in outcome.refused] == ["ROOT_NOT_TRUSTED_THEN"]
