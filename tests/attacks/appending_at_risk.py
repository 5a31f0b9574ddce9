"""Appends to a log while writers are killed and the machine fails.

Run as a program, in one of three ways; each prints one line of JSON.

`appending_at_risk.py storm FOLDER WRITERS EVENTS SECONDS`: so many processes of one holder append so many
events each; every so many seconds one of them is killed and started again. Each event carries a label of its
own in its note, so that it is known which are there.

`appending_at_risk.py copies FOLDER ROUNDS`: two processes with one key append to two copies of one bundle at
the same moment, again and again: only one of them may.

`appending_at_risk.py points FOLDER SCENE HOW FIRST STEP`: one append, again and again, that fails at one
call of the system after another. SCENE is `plain`, `junk` (something stands at the next place), `leftover`
(a killed writer has signed the event before) or `opener` (a recipient opens a holding); HOW is `kill` or the
name of an errno.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import random
import resource
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from attrs import evolve

from custody.errors import CustodyError
from custody.keys.event_writer import complete_event, sign_event
from custody.keys.signer import SeedSigner
from custody.model.instant import Instant, decode_instant
from custody.report.claim import Claim, Outcome
from custody.sealing.draft import Draft
from custody.sealing.gather import gather
from custody.sealing.seal import seal_draft
from custody.storage.append import appending
from custody.storage.opening import open_bundle
from custody.transfer.act import compose, write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.leftovers import finish_leftovers
from custody.transfer.memory import remember_seal
from custody.transfer.place import place_of
from custody.transfer.written import Act
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from custody.verification.verify import verify_source
from tests.tools.failing import DONE, FINISHED, OTHER, attempt_failing, begin_again, try_points

NOW: Instant = decode_instant("2026-03-01T00:00:00Z")
ID = "ab" * 16
HOLDER = SeedSigner("w-01", bytes(32), bytes(32))
RECIPIENT = SeedSigner("w-02", b"\1" * 32, b"\1" * 32)
TRUST = Trust(
    identities=tuple(
        TrustedIdentity(
            name=one.identity.name,
            roles=frozenset({Role.SEALER, Role.HOLDER}),
            sets=(DatedKeySet(key_set=one.identity.key_set),),
        )
        for one in (HOLDER, RECIPIENT)
    )
)


def desk_in(folder: Path, signer: SeedSigner = HOLDER) -> Desk:
    """Return the desk of one of the two in a folder that holds bundle and memories."""
    return Desk(
        bundle=str(folder / ID),
        trust=TRUST,
        signer=signer,
        randomness=os.urandom,
        now=lambda: NOW,
        memory=str(folder / f"{signer.identity.name}.key.published"),
    )


def begin(folder: Path) -> None:
    """Seal a small bundle, and remember it."""
    (folder / "a.txt").write_bytes(b"x")
    draft = gather(Draft(case="C"), [folder / "a.txt"])
    sealed = seal_draft(draft, folder, signers=[HOLDER], randomness=os.urandom, now=lambda: NOW, bundle_id=ID)
    remember_seal(desk_in(folder).memory or "", ID, sealed.seal_id)


def act_of(label: str) -> Act:
    """Return an event that nothing else is like."""
    return Act(type="incident", data={"kind": "gap"}, fields={"note": {"text": label}})


def labels_in(bundle: Path) -> list[str]:
    """Return the labels of the events in a log, in no order."""
    return [
        json.loads(path.read_bytes())[3]["text"]
        for path in bundle.glob("custody/log/*/*/note.json")
        if path.parent.name != "00000000"
    ]


# ------------------------------------------------------------------------------------------------- the storm
def work(folder: Path, writer: int, events: int) -> None:
    """Append what is not there yet, and note each event that is acknowledged."""
    desk = desk_in(folder)
    with appending(desk.bundle) as log:
        finish_leftovers(desk, log)  # what a killed process had signed counts, whoever finishes it
    there = set(labels_in(folder / ID))
    noted = os.open(folder / f"{writer}.noted", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in range(events):
        label = f"{writer}-{number}"
        if label not in there:
            written = write_act(desk, act_of(label))
            os.write(noted, f"{label} {written.event_id}\n".encode())


def started(task: Callable[[], None]) -> int:
    """Do something in another process; return its number."""
    child = os.fork()
    if child == 0:
        code = OTHER
        try:
            task()
            code = DONE
        except BaseException as error:  # noqa: BLE001 - the child says what nobody foresaw, and ends
            sys.stderr.write(f"{error!r}\n")
        finally:
            os._exit(code)
    return child


def noted_in(folder: Path, writer: int) -> int:
    """Return how much a writer has noted as acknowledged, in bytes."""
    noted = folder / f"{writer}.noted"
    return noted.stat().st_size if noted.exists() else 0


def storm(folder: Path, writers: int, events: int, seconds: float) -> dict[str, Any]:
    """Let processes append and kill one after another; say what was lost, doubled, or broken.

    Only who has appended something since he was started is killed: on a slow machine all would die before.
    """
    begin(folder)
    start = time.monotonic()
    chance = random.Random(5)
    running = {started(partial(work, folder, one, events)): one for one in range(writers)}
    begun: dict[int, int] = {}
    kills, failed, due = 0, 0, start + seconds
    while running:
        time.sleep(0.01)
        for child in list(running):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                running.pop(child)
                failed += os.waitstatus_to_exitcode(status) != DONE
        if time.monotonic() < due:
            continue
        due = time.monotonic() + seconds
        busy = [one for one, writer in running.items() if noted_in(folder, writer) > begun.get(one, 0)]
        if busy:
            child = chance.choice(sorted(busy))
            os.kill(child, signal.SIGKILL)
            if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL:
                kills += 1
                writer = running.pop(child)
                before = noted_in(folder, writer)
                again = started(partial(work, folder, writer, events))
                running[again], begun[again] = writer, before
            else:
                running.pop(child)
    wall = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    wanted = {f"{writer}-{number}" for writer in range(writers) for number in range(events)}
    return {
        "events": writers * events,
        "kills": kills,
        "wall_seconds": round(wall, 2),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "wrong": [*(["a writer failed"] * failed), *storm_breaches(folder, wanted)],
    }


def storm_breaches(folder: Path, wanted: set[str]) -> list[str]:
    """Say what is wrong with the log that a storm left."""
    found = []
    counted = Counter(labels_in(folder / ID))
    found += [f"lost: {label}" for label in sorted(wanted - counted.keys())]
    found += [f"doubled or strange: {one}" for one, n in counted.items() if n != 1 or one not in wanted]
    chain = list(chain_of(folder / ID / "custody/log" / ID))
    if len(chain) != len(wanted) + 1:
        found.append(f"chain: expected {len(wanted) + 1} events, found {len(chain)}")
    noted = {line.split()[1] for path in folder.glob("*.noted") for line in path.read_text().splitlines()}
    found += [f"acknowledged and not there: {one}" for one in sorted(noted - set(chain))]
    found += [f"broken: {fault}" for fault in faults_of(folder)]
    standing = stand(desk_in(folder))
    if set(standing.chain.counted) != set(chain):
        found.append("not every event counts")
    left = [path.name for path in folder.iterdir() if ".signed-" in path.name or ".tmp-" in path.name]
    return found + [f"left behind: {name}" for name in left]


def chain_of(holding: Path) -> Iterator[str]:
    """Recompute the ids of a holding's events with SHA-256 alone, and follow them link by link."""
    before: list[str] = []
    for seq in itertools.count():
        event = holding / f"{seq:08d}"
        if not event.is_dir():
            return
        proof = (event / "proof.sha256").read_text()
        for line in proof.splitlines():
            digest, name = line.split("  ")
            if hashlib.sha256((event / name).read_bytes()).hexdigest() != digest:
                return
        statement = json.loads((event / "event.json").read_bytes())
        body = hashlib.sha256((event / "body.json").read_bytes()).hexdigest()
        if (statement["seq"], statement["prev"], statement["fields"][0]) != (seq, before, body):
            return
        before = [hashlib.sha256(proof.encode()).hexdigest()]
        yield before[0]


# ------------------------------------------------------------------------------------------------ two copies
def copies(folder: Path, rounds: int) -> dict[str, Any]:
    """Append to two copies at once, round after round; say where both of them did."""
    begin(folder)
    shutil.copytree(folder / ID, folder / "other" / ID)
    desks = [desk_in(folder), evolve(desk_in(folder), bundle=str(folder / "other" / ID))]
    wrong, won = [], Counter[int]()
    for number in range(rounds):
        gate = time.monotonic() + 0.01
        children = [started(partial(_append_at, gate, desk, act_of(str(number)))) for desk in desks]
        ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        if sorted(ended) != [DONE, OTHER]:
            wrong.append(f"{number}: ended with {ended}")
        winner = ended.index(DONE)
        won[winner] += 1
        event = f"custody/log/{ID}/{number + 1:08d}"
        shutil.copytree(Path(desks[winner].bundle, event), Path(desks[1 - winner].bundle, event))
    wrong += [f"fork at {place}" for place, ids in ids_by_place(folder).items() if len(ids) > 1]
    if sorted(labels_in(folder / ID)) != sorted(map(str, range(rounds))):
        wrong.append("an event is lost, or there twice")
    return {"rounds": rounds, "won": list(won.values()), "wrong": wrong}


def _append_at(gate: float, desk: Desk, act: Act) -> None:
    time.sleep(max(0.0, gate - time.monotonic()))
    try:
        write_act(desk, act)
    except CustodyError as error:
        if error.code != "LOG_BEHIND":
            raise
        os._exit(OTHER)


# ------------------------------------------------------------------------------------------------ the points
def ids_by_place(folder: Path) -> dict[tuple[str, int], set[str]]:
    """Return every signed statement that exists anywhere, by holding and place."""
    found: dict[tuple[str, int], set[str]] = {}
    for path in folder.rglob("proof.sha256"):
        if ".tmp-" in str(path) or not (path.parent / "event.json").is_file():
            continue
        statement = json.loads((path.parent / "event.json").read_bytes())
        place = statement["holding"], statement["seq"]
        found.setdefault(place, set()).add(hashlib.sha256(path.read_bytes()).hexdigest())
    for path in folder.glob("*.published/*.json"):
        known = json.loads(path.read_bytes())
        found.setdefault((known["holding"], known["seq"]), set()).add(known["event"])
    return found


def faults_of(folder: Path) -> list[str]:
    """Say what our own verification finds wrong, and which places have several statements."""
    found = [f"fork at {place}" for place, ids in ids_by_place(folder).items() if len(ids) > 1]
    source = open_bundle(str(folder / ID))
    try:
        report = verify_source(source, TRUST, verified_at=NOW)
    finally:
        source.close()
    claims = (Claim.INTACT, Claim.SEALED_BY, Claim.CUSTODY_UNBROKEN)
    return found + [claim.name for claim in claims if report.outcome(claim) is not Outcome.PROVEN]


def prepare(folder: Path, scene: str) -> None:
    """Make what a scene begins with."""
    begin(folder)
    desk = desk_in(folder)
    write_act(desk, act_of("before"))
    if scene == "junk":
        junk = folder / ID / "custody/log" / ID / "00000002"
        junk.mkdir()
        (junk / "event.json").write_bytes(b"junk")
    if scene == "leftover":
        with appending(desk.bundle) as log:
            standing = stand(desk)
            act = act_of("left")
            event = _signed(desk, compose(desk, act, place_of(desk, standing, act)))
            log.stage("00000002", event)
    if scene == "opener":
        to = {"identity": "w-02", "keys": list(RECIPIENT.identity.key_set.key_ids)}
        root = stand(desk).root
        write_act(desk, Act(type="released", data={"to": to, "root": root, "items": 1}))


def _signed(desk: Desk, files: dict[str, bytes]) -> dict[str, bytes]:
    return dict(complete_event(files, sign_event(files, [desk.signer])).files)


def append(folder: Path, scene: str) -> Callable[[], object]:
    """Return what a scene is about, as its writer would do it who looks first whether he has done it."""
    desk = desk_in(folder, RECIPIENT if scene == "opener" else HOLDER)
    act = act_of("wanted")
    if scene == "opener":
        standing = stand(desk)
        release = next(one for one in standing.counted() if one.type == "released")
        data, fields = {"root": standing.root, "result": "pass"}, {"note": {"text": "wanted"}}
        act = Act(type="received", data=data, follows=(release.event_id,), fields=fields)
    return (lambda: None) if "wanted" in _wanted(folder) else lambda: write_act(desk, act)


def breaches(folder: Path, scene: str, ended: int) -> list[str]:
    """Say what is wrong with what an attempt left, and with what the next one makes of it."""
    found = []
    if ended == OTHER:
        found.append("an error that is none of ours")
    expected = sorted({"leftover": ["before", "left", "wanted"]}.get(scene, ["before", "wanted"]))
    before, labels = ids_by_place(folder), _wanted(folder)
    if ended in {DONE, FINISHED} and labels != expected:
        found.append("said to be written, and is not there")
    found += faults_of(folder) if scene != "opener" or "wanted" in labels else []
    try:
        append(folder, scene)()
        write_act(desk_in(folder, RECIPIENT if scene == "opener" else HOLDER), act_of("after"))
    except CustodyError as error:
        found.append(f"the next attempt fails: {error.code}")
    after = ids_by_place(folder)
    if _wanted(folder) != sorted([*expected, "after"]):
        found.append(f"something is lost, or there twice: {_wanted(folder)}")
    lost = [ids for place, ids in before.items() if ids - after.get(place, ids)]
    if scene != "opener" and lost:
        found.append("what was signed has gone")
    found += faults_of(folder)
    left = [path.name for path in folder.iterdir() if ".tmp-" in path.name or ".signed-" in path.name]
    left += [path.name for path in folder.glob("*.published/*") if ".tmp-" in path.name]
    if left:
        found.append(f"the next attempt leaves something behind: {left}")
    kept = list(folder.glob(f"{ID}.set-aside/*/event.json"))
    if [path.read_bytes() for path in kept] != [b"junk"] * (scene == "junk"):
        found.append("the junk is not kept, or something else is")
    return found


def _wanted(folder: Path) -> list[str]:
    notes = (folder / ID).glob("custody/log/*/*/note.json")
    return sorted(
        text for path in notes if (text := json.loads(path.read_bytes())[3].get("text")) is not None
    )


def points(folder: Path, scene: str, how: str, first: int, step: int) -> dict[str, Any]:
    """Try point after point until an append runs through untouched."""
    start = folder / "start"
    start.mkdir()
    prepare(start, scene)
    work = folder / "work"

    def attempt(point: int) -> int:
        begin_again(start, work)
        return attempt_failing(how, point, lambda _: append(work, scene))

    return try_points(how, first, step, attempt, lambda ended: breaches(work, scene, ended))


def main(arguments: list[str]) -> None:
    """Do what the arguments say."""
    folder = Path(arguments[1])
    if arguments[0] == "storm":
        result = storm(folder, int(arguments[2]), int(arguments[3]), float(arguments[4]))
    elif arguments[0] == "copies":
        result = copies(folder, int(arguments[2]))
    else:
        result = points(folder, arguments[2], arguments[3], int(arguments[4]), int(arguments[5]))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
