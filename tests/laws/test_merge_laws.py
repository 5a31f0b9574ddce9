"""Unions of copies: their order, repetition and grouping play no part, and nothing erased comes back.

All copies are cut from one story: holders write offline, one of them erases, two dispute a handover,
strangers add junk, stamps, statements and renewals come and go, fields are closed. Each union is written as a
new bundle and compared byte for byte.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.facade.merging import compare, merge
from custody.format.item_line import ALL_FIELDS
from custody.report.claim import Claim, Outcome
from custody.transfer.compare import Answer
from tests.tools.bundles import Bundle, Files, add_event, attest, make_part
from tests.tools.copies import (
    ARCHIVE,
    COURT,
    NGO,
    STRANGER,
    TRUST,
    back_to,
    checked,
    erased,
    party,
    read_copy,
    received,
    sealed,
    withheld,
    write_copy,
)
from tests.tools.memory import NOW, judge
from tests.tools.renewals import events_of, renew

DEEP: Final = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
RUNS: Final = int(os.environ.get("CUSTODY_RUNS", "0"))
GONE: Final = 1  # index of the item that is erased
TOKEN: Final = b"a token"
laws = settings(max_examples=RUNS or (1000 if DEEP else 12), deadline=None)


@frozen(kw_only=True)
class Story:
    """Everything that ever happened, in one bundle, and the states at which its parts were made."""

    bundle: Bundle
    folders: dict[str, str]
    past: dict[str, frozenset[str]]
    erasure: str
    disclosure: str


def _given_copy(bundle: Bundle, by: str) -> tuple[Bundle, Bundle]:
    """Let the archive give a copy; returns the archive's state and the recipient's."""
    to, signer = {"ngo": (party(NGO), NGO), "court": (party(COURT), COURT)}[by]
    gave = add_event(bundle, "copied", {"to": to}, signers=[ARCHIVE])
    data, fields = {"root": bundle.root, "result": "pass"}, {"place": {"description": by}}
    return gave, add_event(gave, "copy-received", data, signers=[signer], opens=True, fields=fields)


@cache
def story() -> Story:
    """Play it once."""
    start = checked(sealed(fields={"note": {"text": "sealed"}}))
    start, _part = make_part(start, [0, ALL_FIELDS, 0], signers=[ARCHIVE], to=NGO)
    disclosure = start.head
    gave, ngo = _given_copy(start, "ngo")
    ngo = checked(checked(ngo, NGO), NGO)
    ours = back_to(ngo, gave)
    gave, court = _given_copy(ours, "court")
    court = checked(court, COURT)
    ours = erased(back_to(court, gave), GONE)
    erasure = ours.head
    ours = checked(ours)
    data = {"to": party(COURT), "root": ours.root, "items": ours.items}
    release = add_event(back_to(ours, ngo), "released", data, signers=[NGO])
    back = add_event(release, "withdrawn", {"event": release.head}, signers=[NGO])
    taken = received(back_to(back, release), COURT)
    for one in (start.head, ngo.head):
        taken = attest(taken, "countersigned", {"events": [one]}, signers=[COURT], prev=[one])
    events = events_of(taken.files)
    past: dict[str, frozenset[str]] = {}

    def closure(event_id: str) -> frozenset[str]:
        if event_id not in past:
            past[event_id] = frozenset({event_id}).union(*map(closure, events[event_id][1]))
        return past[event_id]

    for event_id in events:
        closure(event_id)
    return Story(
        bundle=taken,
        folders={event_id: folder for event_id, (folder, _prev) in events.items()},
        past=past,
        erasure=erasure,
        disclosure=disclosure,
    )


@frozen(kw_only=True)
class Cut:
    """What one copy has of the story."""

    heads: tuple[int, ...]
    attested: tuple[int, ...] = ()
    stamped: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    renewed: bool = False
    junk: bool = False
    destroyed: bool = False


def cut(one: Cut) -> Files:
    """Cut a copy out of the story."""
    told = story()
    ids = sorted(told.folders, key=told.folders.__getitem__)
    heads = {ids[pick % len(ids)] for pick in one.heads} | {told.bundle.seal_id}
    there = frozenset().union(*(told.past[head] for head in heads))
    attestations = sorted({path.split("/")[2] for path in told.bundle.files if "/attestations/" in path})
    dropped = {f"{folder}/" for event_id, folder in told.folders.items() if event_id not in there}
    dropped |= {
        f"custody/attestations/{name}/"
        for place, name in enumerate(attestations)
        if place not in {pick % len(attestations) for pick in one.attested}
    }
    files = {
        path: data
        for path, data in told.bundle.files.items()
        if not any(path.startswith(at) for at in dropped)
    }
    held = sorted(told.folders[event_id] for event_id in there)
    digest = hashlib.sha256(TOKEN).hexdigest()
    files |= {f"{held[pick % len(held)]}/stamps/{digest}/stamp.tst": TOKEN for pick in one.stamped}
    fields = sorted(path for path in files if path.endswith(("place.json", "note.json", "opened.json")))
    for pick in one.closed:
        files.pop(fields[pick % len(fields)], None)
    bundle = evolve(told.bundle, files=files)
    if one.renewed:
        bundle = renew(bundle)
    if one.destroyed and told.erasure in there:
        bundle = withheld(bundle, GONE)
        bundle = bundle.edit({f"{told.folders[told.disclosure]}/opened.json": None})
    return _with_junk(bundle.files) if one.junk else bundle.files


def _with_junk(files: Files) -> Files:
    """Let a stranger write at the first place that is free in the archive's holding."""
    bundle = story().bundle
    seq = sum(path.startswith(f"custody/log/{bundle.bundle_id}/") for path in files if "proof" in path)
    junk = checked(evolve(bundle, files={}, holding=bundle.bundle_id, seq=seq - 1), STRANGER)
    return {**files, **junk.files}


picks = st.lists(st.integers(0, 99), max_size=3).map(tuple)
cuts = st.builds(
    Cut,
    heads=picks,
    attested=picks,
    stamped=picks,
    closed=picks,
    renewed=st.booleans(),
    junk=st.booleans(),
    destroyed=st.booleans(),
)
three = st.tuples(cuts, cuts, cuts)


@contextmanager
def folders(copies: Sequence[Cut]) -> Iterator[tuple[Path, list[Path]]]:
    """Write the copies into folders of their own, and give a place for what is made of them."""
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        yield top, [write_copy(top / f"copy-{number}", cut(one)) for number, one in enumerate(copies)]


def united(to: Path, *copies: Path) -> Files:
    """Return the files of a union."""
    merge(*copies, trust=TRUST, at=NOW, to=to)
    return read_copy(to)


@laws
@given(copies=three, order=st.permutations(range(3)))
def test_order_repetition_and_grouping_play_no_part(copies: tuple[Cut, ...], order: list[int]) -> None:
    """One union, byte for byte; and uniting it with what it was made from brings nothing."""
    with folders(copies) as (top, paths):
        first = united(top / "first", *paths)
        shuffled = [paths[place] for place in order]
        assert united(top / "second", *shuffled, *paths) == first
        united(top / "pair", *shuffled[:2])
        assert united(top / "left", top / "pair", shuffled[2]) == first
        assert united(top / "right", shuffled[2], top / "pair") == first
        assert united(top / "again", top / "first", *paths) == first


@laws
@given(copies=three)
def test_a_union_has_all_that_counts_and_nothing_erased(copies: tuple[Cut, ...]) -> None:
    """It is intact and lacks no event of a copy; no erased item, nor what tells of one, comes back."""
    told = story()
    with folders(copies) as (top, paths):
        there = united(top / "new", *paths)
        report = judge(there, TRUST)
        assert report.outcome(Claim.INTACT) is Outcome.PROVEN
        answers = {compare(top / "new", path, trust=TRUST, at=NOW).answer for path in paths}
        assert answers <= {Answer.SAME, Answer.FIRST_EXTENDS}
        if f"{told.folders[told.erasure]}/event.json" in there:
            assert "data/000002.jpg" not in there
            assert told.bundle.path("manifest.json") not in there
            assert f"{told.folders[told.disclosure]}/opened.json" not in there
            assert report.counts.erased == 1
        else:
            assert report.counts.open == told.bundle.items


@laws
@given(copies=three)
def test_growing_in_place_comes_to_the_same(copies: tuple[Cut, ...]) -> None:
    """Where nothing is to be taken away: what was there stays, and what is new is the union's."""
    with folders(copies) as (top, paths):
        before, whole = read_copy(paths[0]), united(top / "new", *paths)
        if any(path not in whole for path in before if path.startswith("data/") or "manifest.json" in path):
            return
        if any(path.endswith("opened.json") and path not in whole for path in before):
            return
        merge(*paths, trust=TRUST, at=NOW)
        after = read_copy(paths[0])
        grown = {path: data for path, data in whole.items() if path.startswith("custody/log/")}
        assert after.items() >= {**before, **grown}.items() - _moved(before, whole).items()


def _moved(before: Files, whole: Files) -> Files:
    """Return what stood where something of the union belongs, and is beside the bundle now."""
    taken = {path.rpartition("/")[0] for path in whole if path.endswith("/event.json")}
    return {
        path: data
        for path, data in before.items()
        if path.rpartition("/")[0] in taken and whole.get(path) != data
    }
