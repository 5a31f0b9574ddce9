"""Stamps bundles again and again while the machine fails: at one call of the system after another.

Run as a program: `stamping_at_risk.py FOLDER MODE HOW FIRST STEP`. MODE is `batch`, `single` or `renew`, HOW
is `kill` or the name of an errno. Each attempt runs in a process of its own; asking an authority is one of
the calls. Afterwards every stamp that is there must hold, and the next attempt must give everything exactly
one proof of each operator, without asking again for a token that was kept. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from custody.errors import CustodyError, NetworkError
from custody.model.instant import decode_instant
from custody.stamping.desk import Desk, authorities_named
from custody.stamping.queue import QUEUE_FOLDER
from custody.stamping.renew import heads_of, renew_bundles
from custody.stamping.stamp import StampOptions, stamp_bundles
from custody.stamping.target import find_all_targets
from custody.storage.bundle_listing import find_bundles
from custody.trust.trust import Trust
from tests.tools.authority import TestAuthority
from tests.tools.failing import DONE, FINISHED, OTHER, Failing, attempt_failing, begin_again, try_points
from tests.tools.stamping import Answers, answering, sealed_bundle, stamps_of, trust_in

STAMPED, RENEWED = decode_instant("2026-06-01T12:00:00Z"), decode_instant("2027-06-01T12:00:00Z")
BEFORE = decode_instant("2029-01-01T00:00:00Z")
SHORT = (decode_instant("2024-01-01T00:00:00Z"), decode_instant("2028-01-01T00:00:00Z"))
OLD = tuple(
    TestAuthority(f"old-{name}", operator=name, seed=name.encode(), unit_valid=SHORT) for name in "ab"
)
NEW = tuple(TestAuthority(f"new-{name}", operator=name) for name in "ab")
BUNDLES = ("one", "two", "deep/three")
TRUST: Trust = trust_in(*OLD, *NEW)


def run(folder: Path, mode: str, carrier: Answers) -> None:
    """Do what the mode says, as a command would."""
    renewing = mode == "renew"
    now = RENEWED if renewing else STAMPED
    desk = Desk(trust=TRUST, now=lambda: now, randomness=os.urandom, carrier=carrier)
    bundles, _ = find_bundles(str(folder))
    queue = str(folder / QUEUE_FOLDER)
    chosen = authorities_named(TRUST, [one.name for one in (NEW if renewing else OLD)])
    if renewing:
        outcome = renew_bundles(desk, bundles, chosen, queue=queue, weakens_before=BEFORE)
        passed, left = outcome.passed, outcome.left
    else:
        options = StampOptions(batch=mode == "batch")
        stamped = stamp_bundles(desk, bundles, chosen, queue=queue, options=options)
        passed, left = stamped.passed, len(stamped.short)
    if passed or left:
        raise passed[0].error if passed else CustodyError("stamps: expected all of them, found fewer")


def answers(mode: str, failing: Callable[[Callable[..., bytes]], Callable[..., bytes]]) -> Answers:
    """Return a carrier each of whose answers may be the call that fails."""
    now = RENEWED if mode == "renew" else STAMPED
    replies = answering(*OLD, *NEW, at=lambda: now).replies
    return Answers({name: _or_unreachable(failing(reply)) for name, reply in replies.items()})


def _or_unreachable(reply: Callable[..., bytes]) -> Callable[[bytes], bytes]:
    def answer(query: bytes) -> bytes:
        try:
            return reply(query)
        except OSError:
            raise NetworkError("authority: expected an answer, found none", code="UNREACHABLE") from None

    return answer


def breaches(folder: Path, mode: str, ended: int) -> list[str]:
    """Say what is wrong with what an attempt left, and with what the next one makes of it."""
    found = []
    if ended == OTHER:
        found.append("an error that is none of ours")
    if not sound(folder, mode, complete=ended in {DONE, FINISHED}):
        found.append("a stamp does not hold, or is there twice")
    kept = kept_authorities(folder)
    again = answers(mode, lambda reply: reply)
    try:
        run(folder, mode, again)
    except CustodyError as error:
        found.append(f"the next attempt fails: {error.code}")
    if set(again.asked) & kept:
        found.append("a token that was kept is asked for again")
    if not sound(folder, mode, complete=True):
        found.append("something is lost, or there twice")
    if [path for path in folder.rglob(".*") if ".tmp-" in path.name or path.name == QUEUE_FOLDER]:
        found.append("the next attempt leaves something behind")
    return found


def kept_authorities(folder: Path) -> set[str]:
    """Return whose tokens wait in the queue for everything that is asked of them."""
    queue = folder / QUEUE_FOLDER
    if not queue.is_dir():
        return set()
    waiting = [path for path in queue.glob("*.token") if path.with_suffix(".request").is_file()]
    requests = [json.loads(path.with_suffix(".request").read_bytes()) for path in waiting]
    return {one["authority"] for one in requests if len(one["leaves"]) >= len(BUNDLES)}


def sound(folder: Path, mode: str, *, complete: bool) -> bool:
    """Tell whether every stamp holds, and each operator has one proof that nothing goes on from."""
    now = RENEWED if mode == "renew" else STAMPED
    desk = Desk(trust=TRUST, now=lambda: now, randomness=os.urandom, carrier=answering())
    targets, passed = find_all_targets(desk, find_bundles(str(folder))[0])
    for target in targets:
        heads = list(heads_of(target.standing))
        operators = sorted(one.operator for one in heads)
        renewed = [one for one in heads if one.weakens_at is not None and one.weakens_at > BEFORE]
        if len(target.standing) != target.stamps or len(set(operators)) != len(operators):
            return False
        if complete and (operators != ["a", "b"] or (mode == "renew" and len(renewed) != len(operators))):
            return False
    whole = all(_is_whole(folder / name) for name in BUNDLES)
    return whole and not passed and len(targets) == len(BUNDLES)


def _is_whole(bundle: Path) -> bool:
    """Tell whether every stamp folder has its proof, and no folder is empty."""
    empty = [path for path in bundle.rglob("*") if path.is_dir() and not any(path.iterdir())]
    proofs = [any(name.startswith("stamp.") for name in names) for names in stamps_of(bundle).values()]
    return not empty and all(proofs)


def main(folder: Path, mode: str, how: str, first: int, step: int) -> None:
    """Try point after point until a run goes through untouched."""
    start = folder / "start"
    for name in BUNDLES:
        sealed_bundle(start / name, name)
    if mode == "renew":
        run(start, "batch", answers("batch", lambda reply: reply))
    work = folder / "work"

    def prepare(failing: Failing) -> Callable[[], object]:
        carrier = answers(mode, failing.wrap)
        return lambda: run(work, mode, carrier)

    def attempt(point: int) -> int:
        begin_again(start, work)
        return attempt_failing(how, point, prepare)

    result = try_points(how, first, step, attempt, lambda ended: breaches(work, mode, ended))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
