"""Timestamp renewal of proofs in bundles."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from custody.model.instant import Instant, decode_instant
from custody.proof.evidence_record.record import decode_evidence_record
from custody.stamping.desk import Desk, Postponed, authorities_named
from custody.stamping.queue import QUEUE_FOLDER, RENEWAL, Queue, make_request
from custody.stamping.renew import RenewalOutcome, heads_of, renew_bundles
from custody.stamping.stamp import StampOptions, stamp_bundles
from custody.stamping.stored import Standing
from custody.stamping.target import find_targets
from custody.storage.spool import opened_spool
from custody.trust.trust import Trust
from tests.tools.authority import TestAuthority
from tests.tools.stamping import Answers, answering, make_desk, passing, sealed_bundle, stamps_of, tree_of

STAMPED, RENEWED = decode_instant("2026-06-01T12:00:00Z"), decode_instant("2027-06-01T12:00:00Z")
AGAIN = decode_instant("2035-06-01T12:00:00Z")
BEFORE = decode_instant("2029-01-01T00:00:00Z")
SHORT = (decode_instant("2024-01-01T00:00:00Z"), decode_instant("2028-01-01T00:00:00Z"))
LONG = (decode_instant("2034-01-01T00:00:00Z"), decode_instant("2045-01-01T00:00:00Z"))
OLD_A = TestAuthority("old-a", operator="a", unit_valid=SHORT)
OLD_B = TestAuthority("old-b", operator="b", unit_valid=SHORT)
NEW_A, NEW_B = TestAuthority("new-a", operator="a"), TestAuthority("new-b", operator="b")
LATE = TestAuthority("late", operator="a", unit_valid=LONG)
ALL = (OLD_A, OLD_B, NEW_A, NEW_B, LATE)


def desk_at(moment: Instant, carrier: Answers | None = None, seed: str = "renewing") -> Desk:
    """All authorities, at a time."""
    return make_desk(*ALL, carrier=carrier, at=lambda: moment, seed=seed)


def stamped(folder: Path, *names: str, batch: bool = True) -> list[Path]:
    """Bundles with stamps of both operators that weaken in 2028."""
    bundles = [sealed_bundle(folder / name, name) for name in names]
    desk = desk_at(STAMPED, seed="stamping")
    stamp_bundles(
        desk,
        [str(one) for one in bundles],
        authorities_named(desk.trust, ["old-a", "old-b"]),
        queue=str(folder / QUEUE_FOLDER),
        options=StampOptions(batch=batch),
    )
    return bundles


def run(
    desk: Desk, *bundles: Path, names: tuple[str, ...] = ("new-a", "new-b"), before: Instant | None = BEFORE
) -> RenewalOutcome:
    """Renew what weakens."""
    return renew_bundles(
        desk,
        [str(one) for one in bundles],
        authorities_named(desk.trust, names),
        queue=str(bundles[0].parent / QUEUE_FOLDER),
        weakens_before=before,
    )


def heads(bundle: Path, moment: Instant) -> list[Standing]:
    """The proofs of the seal that nothing goes on from."""
    targets, _ = find_targets(desk_at(moment), str(bundle))
    return list(heads_of(targets[0].standing))


@pytest.mark.parametrize("batch", [True, False])
def test_each_proof_is_renewed_by_its_own_operator(tmp_path: Path, batch: bool) -> None:  # noqa: FBT001
    """One question to each renews the proofs of all bundles; the old ones stay."""
    bundles = stamped(tmp_path, "x", "y", "z", batch=batch)
    before = tree_of(tmp_path)
    carrier = answering(*ALL, at=lambda: RENEWED)
    outcome = run(desk_at(RENEWED, carrier), *bundles)
    assert carrier.asked == ["new-a", "new-b"]
    assert (len(outcome.added), outcome.left, outcome.sound, outcome.lost) == (6, 0, 0, 0)
    assert before.items() <= tree_of(tmp_path).items()
    for bundle in bundles:
        assert sorted(one.operators for one in heads(bundle, RENEWED)) == [("a", "a"), ("b", "b")]
        assert all(one.generated_at == STAMPED for one in heads(bundle, RENEWED))
    assert all(len(one.renewed) == 64 for one in outcome.added)


def test_a_renewed_proof_is_not_renewed_again(tmp_path: Path) -> None:
    """The old stamp goes on weakening beside it, and nobody is asked for it any more."""
    bundles = stamped(tmp_path, "x")
    run(desk_at(RENEWED), *bundles)
    carrier = answering(*ALL, at=lambda: RENEWED)
    outcome = run(desk_at(RENEWED, carrier, seed="again"), *bundles)
    assert carrier.asked == []
    assert outcome == RenewalOutcome(sound=2, bundles=1)


def test_what_does_not_weaken_soon_is_left_alone(tmp_path: Path) -> None:
    """Unless everything is to be renewed."""
    bundles = stamped(tmp_path, "x")
    early = decode_instant("2027-12-01T00:00:00Z")
    assert run(desk_at(RENEWED), *bundles, before=early).sound == 2
    assert len(run(desk_at(RENEWED), *bundles, before=None).added) == 2


def test_a_proof_is_renewed_and_renewed(tmp_path: Path) -> None:
    """Its certificates have long expired, and it holds."""
    bundles = stamped(tmp_path, "x", "y")
    run(desk_at(RENEWED), *bundles)
    outcome = run(desk_at(AGAIN), *bundles, names=("late",), before=None)
    assert len(outcome.added) == 4
    later = decode_instant("2044-01-01T00:00:00Z")
    for bundle in bundles:
        found = heads(bundle, later)
        assert sorted(one.operators for one in found) == [("a", "a", "a"), ("b", "b", "a")]
        record = decode_evidence_record((bundle / found[0].path / "stamp.ers").read_bytes())
        assert [len(chain) for chain in record.chains] == [3]
        assert len([name for name in stamps_of(bundle)[found[0].path] if name.endswith(".cer")]) == 9


def test_a_token_that_does_not_outlive_the_proof_is_not_stored(tmp_path: Path) -> None:
    """It is said once, the proofs are left, and the authority is not asked again."""
    bundles = stamped(tmp_path, "x", "y")
    before = tree_of(tmp_path)
    carrier = answering(*ALL, at=lambda: RENEWED)
    outcome = run(desk_at(RENEWED, carrier), *bundles, names=("old-a",), before=None)
    assert (carrier.asked, outcome.added, outcome.left) == (["old-a"], (), 4)
    assert [error.code for error in outcome.useless] == ["RENEWAL_USELESS"]
    assert "authority old-a" in str(outcome.useless[0])
    assert "weakens on 2028-01-01T00:00:00Z" in str(outcome.useless[0])
    assert tree_of(tmp_path) == before


def test_another_authority_is_tried_when_one_has_nothing_that_lasts(tmp_path: Path) -> None:
    """The proofs of both operators are renewed by the one that has."""
    bundles = stamped(tmp_path, "x")
    carrier = answering(*ALL, at=lambda: RENEWED)
    outcome = run(desk_at(RENEWED, carrier), *bundles, names=("old-a", "new-b"))
    assert carrier.asked == ["old-a", "new-b", "new-b"]
    assert (len(outcome.added), outcome.left, outcome.useless) == (2, 0, ())


def test_renewing_settles_where_certificates_end_soon(tmp_path: Path) -> None:
    """The second run knows by the tokens of the first that nothing lasts longer, and asks nobody."""
    soon = TestAuthority("soon", operator="a", unit_valid=(SHORT[0], decode_instant("2028-06-01T00:00:00Z")))
    bundles = stamped(tmp_path, "x")

    def again(names: tuple[str, ...], at: Instant = RENEWED) -> tuple[RenewalOutcome, list[str]]:
        carrier = answering(*ALL, soon, at=lambda: at)
        desk = make_desk(*ALL, soon, carrier=carrier, at=lambda: at, seed=str(at) + str(names))
        return run(desk, *bundles, names=names), carrier.asked

    first, asked = again(("soon",))
    assert (len(first.added), first.left, asked) == (2, 0, ["soon"])
    before = tree_of(tmp_path)
    second, asked = again(("soon",))
    assert (second.added, second.left, asked) == ((), 2, [])
    assert [error.code for error in second.useless] == ["RENEWAL_USELESS"]
    third, asked = again(("soon",), decode_instant("2027-07-01T00:00:00Z"))
    assert (third.added, third.left, asked) == ((), 2, ["soon"])
    assert tree_of(tmp_path) == before
    fourth, asked = again(("soon", "new-a"))
    assert (len(fourth.added), fourth.left, asked) == (2, 0, ["new-a"])


def test_a_proof_that_holds_no_more_cannot_be_renewed(tmp_path: Path) -> None:
    """It is counted, and nobody is asked."""
    bundles = stamped(tmp_path, "x")
    desk = desk_at(RENEWED)
    desk.trust = Trust(authorities=tuple(one for one in desk.trust.authorities if one.name != "old-b"))
    outcome = run(desk, *bundles)
    assert (len(outcome.added), outcome.lost) == (1, 1)


def test_another_operator_steps_in_for_one_that_fails(tmp_path: Path) -> None:
    """Better said by another one than no more."""
    bundles = stamped(tmp_path, "x")
    carrier = answering(NEW_A, at=lambda: RENEWED)
    outcome = run(desk_at(RENEWED, carrier), *bundles)
    assert [error.code for error in outcome.refused] == ["UNREACHABLE"]
    assert (len(outcome.added), outcome.left) == (2, 0)
    assert sorted(one.operators for one in heads(bundles[0], RENEWED)) == [("a", "a"), ("b", "a")]


def test_an_authority_that_is_slow_gets_its_turn_after_the_others(tmp_path: Path) -> None:
    """It keeps nobody waiting, and renews what it said itself."""
    bundles = stamped(tmp_path, "x")
    failures = iter([True, False])

    def slow(query: bytes) -> bytes:
        if next(failures):
            raise passing()
        return NEW_A.reply(query, at=RENEWED)

    carrier = answering(NEW_B, at=lambda: RENEWED, **{"new-a": slow})
    told: list[Postponed] = []
    desk = desk_at(RENEWED, carrier)
    desk.postpones = told.append
    outcome = run(desk, *bundles)
    assert (carrier.asked, [one.authority for one in told]) == (["new-a", "new-b", "new-a"], ["new-a"])
    assert (len(outcome.added), outcome.left, outcome.refused) == (2, 0, ())
    assert sorted(one.operators for one in heads(bundles[0], RENEWED)) == [("a", "a"), ("b", "b")]


def test_where_nobody_answers_the_proofs_are_left(tmp_path: Path) -> None:
    """Nothing is stored."""
    bundles = stamped(tmp_path, "x")
    before = tree_of(tmp_path)
    outcome = run(desk_at(RENEWED, answering()), *bundles)
    assert (outcome.left, len(outcome.refused), tree_of(tmp_path) == before) == (2, 2, True)


def test_a_hash_keeps_to_its_chain(tmp_path: Path) -> None:
    """A record of SHA-512 is renewed under SHA-512."""
    bundle = sealed_bundle(tmp_path / "x")
    desk = desk_at(STAMPED, seed="stamping")
    stamp_bundles(
        desk,
        [str(bundle)],
        authorities_named(desk.trust, ["old-a"]),
        queue=str(tmp_path / QUEUE_FOLDER),
        options=StampOptions(hash="sha512", operators=1),
    )
    assert len(run(desk_at(RENEWED), bundle).added) == 1
    assert [one.last for one in heads(bundle, RENEWED)] == ["sha512"]


def test_an_earlier_run_is_taken_up(tmp_path: Path) -> None:
    """With its token nobody is asked again."""
    [bundle] = stamped(tmp_path, "x", batch=False)
    desk = desk_at(RENEWED)
    found = [one for one in heads(bundle, RENEWED) if one.operator == "a"]
    token = (bundle / found[0].path / "stamp.tst").read_bytes()
    leaf = hashlib.sha256(token).digest()
    authority = authorities_named(desk.trust, ["new-a"])[0]
    request = make_request(desk, authority, RENEWAL, "sha256", [leaf])
    with opened_spool(str(tmp_path / QUEUE_FOLDER)) as spool:
        Queue(spool).keep(request)
        made = NEW_A.stamp(digest=leaf, at=RENEWED, nonce=request.query.nonce)
        spool.write(f"{request.id}.token", made)
    carrier = answering(NEW_B, at=lambda: RENEWED)
    outcome = run(desk_at(RENEWED, carrier, seed="next"), bundle)
    assert (carrier.asked, len(outcome.added), outcome.left) == (["new-b"], 2, 0)
    assert not (tmp_path / QUEUE_FOLDER).exists()


def test_a_token_for_stamps_waits_for_stamping(tmp_path: Path) -> None:
    """The other verb takes it up."""
    [bundle] = stamped(tmp_path, "x")
    desk = desk_at(RENEWED)
    request = make_request(desk, desk.trust.authorities[0], "stamp", "sha256", [bytes(32)])
    with opened_spool(str(tmp_path / QUEUE_FOLDER)) as spool:
        Queue(spool).keep(request)
        spool.write(f"{request.id}.token", b"x")
    assert run(desk, bundle).waiting == 1
    assert len(list((tmp_path / QUEUE_FOLDER).iterdir())) == 2


def test_a_renewal_that_cannot_be_put_away_waits(tmp_path: Path) -> None:
    """The token is kept; the next run has it."""
    [bundle] = stamped(tmp_path, "x", batch=False)

    def damage(query: bytes) -> bytes:
        for victim in bundle.rglob("stamp.tst"):
            victim.unlink()
        return NEW_A.reply(query, at=RENEWED)

    carrier = Answers({"new-a": damage})
    outcome = run(desk_at(RENEWED, carrier), bundle, names=("new-a",))
    assert {one.error.code for one in outcome.passed} == {"MISSING"}
    assert (outcome.added, len(list((tmp_path / QUEUE_FOLDER).iterdir()))) == ((), 2)


def test_outcomes_add_up() -> None:
    """Runs in several folders are one to whoever asked for them."""
    assert RenewalOutcome(sound=1, bundles=1).and_then(RenewalOutcome(left=2, bundles=3)) == RenewalOutcome(
        sound=1, left=2, bundles=4
    )
