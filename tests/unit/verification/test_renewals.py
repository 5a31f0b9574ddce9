"""Hash renewals recomputed: what matches, what is not covered, what is passed over, what voids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from attrs import evolve

from custody.errors import CustodyError, FormatError, SourceChangedError, StorageError
from custody.format.bag import ITEMS_PATH
from custody.storage.source import BundleSource
from custody.trust.trust import Trust
from custody.verification import renewal_text
from custody.verification.inventory import take_inventory
from custody.verification.items import read_items
from custody.verification.log import read_log
from custody.verification.renewal_text import RenewalFault
from custody.verification.renewals import RenewalFacts, judge_renewals, leaves_named_erased
from custody.verification.run import Question, Run
from tests.tools.bundles import (
    SMALL,
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
from tests.tools.memory import NOW, MemorySource
from tests.tools.renewals import (
    NEW_HASHES,
    events_of,
    place_renewal,
    renew,
    renewal_folder,
    renewed_paths,
)
from tests.tools.renewals import (
    renewal_text as text_of,
)

ARCHIVE = seed_signer("archive")
COURT = seed_signer("court")
ALL = 1023
PADDING = {"kind": {"kind": "padding"}}
GONE = StorageError("x: expected a file, found none", code="MISSING")
BROKEN = StorageError("x: the disk is broken", code="STORAGE")
TOKEN = b"a token"
STAMP = f"stamps/{hashlib.sha256(TOKEN).hexdigest()}/stamp.tst"


@cache
def whole() -> Bundle:
    """Sealed, with a stamp, a later event and an attestation."""
    bundle = make_bundle(
        (*SMALL, Item(data=None, fields=PADDING)), signers=[ARCHIVE], fields={"case": {"title": "قضية"}}
    )
    bundle = bundle.edit({bundle.path(STAMP): TOKEN})
    bundle = add_event(bundle, "accessed", {"leaves": [0]}, signers=[ARCHIVE])
    return attest(bundle, "countersigned", {"events": [bundle.head]}, signers=[COURT], prev=[bundle.head])


Faults = Mapping[str, CustodyError]


def judged(
    files: Files, faults: Faults | None = None, *, first: Faults | None = None
) -> tuple[RenewalFacts, ...]:
    """Recompute the renewals of a bundle in memory; faults come after log and items were read, or `first`."""
    run = Run(question=Question(trust=Trust.none(), verified_at=NOW), source=MemorySource(files, first))
    inventory = take_inventory(run.source)
    log = read_log(run, inventory, sealer_known=lambda _record: False)
    facts = read_items(run, inventory, log.bundle_id or "")
    again = evolve(run, source=MemorySource(files, faults))
    return judge_renewals(again, inventory, log, facts, erased=leaves_named_erased(log))


def only(files: Files, faults: Mapping[str, CustodyError] | None = None) -> RenewalFacts:
    """Recompute the only renewal."""
    (facts,) = judged(files, faults)
    return facts


def text_path(bundle: Bundle) -> str:
    """Return the path of a bundle's only renewal.txt."""
    (path,) = (path for path in bundle.files if path.endswith("/renewal.txt"))
    return path


# ---------------------------------------------------------------------------------------------- what matches


@pytest.mark.parametrize("name", NEW_HASHES)
def test_a_renewal_of_everything_matches(name: str) -> None:
    """Every line of a renewal of the whole bundle is recomputed and matches."""
    bundle = whole()
    facts = only(renew(bundle, name).files)
    assert facts == RenewalFacts(
        path=renewal_folder(text_of(bundle, name), name),
        hash=name,
        event_ids=tuple(sorted(events_of(bundle.files))),
        matched=frozenset(renewed_paths(bundle.files, events_of(bundle.files))),
        items_matched=True,
    )


def test_its_digest_is_the_name_of_its_folder() -> None:
    """In hex, under the new hash."""
    bundle = whole()
    assert only(renew(bundle).files).digest == hashlib.sha512(text_of(bundle)).hexdigest()


def test_nothing_is_read_again_without_a_renewal() -> None:
    """There is no second pass: a payload that cannot be read any more is not noticed."""
    bundle = whole()
    assert judged(bundle.files, dict.fromkeys(bundle.files, BROKEN)) == ()


def test_renewals_of_several_hashes_are_compared_in_one_pass() -> None:
    """Each file is read once more, however many renewals there are."""
    bundle = whole()
    texts = {name: text_of(bundle, name) for name in NEW_HASHES}
    for name, text in texts.items():
        bundle = place_renewal(bundle, text, name)
    reads: list[str] = []

    class Counting(MemorySource):
        def blocks(self, path: str) -> Iterator[bytes]:
            reads.append(path)
            return super().blocks(path)

    run = Run(question=Question(trust=Trust.none(), verified_at=NOW), source=Counting(bundle.files))
    inventory = take_inventory(run.source)
    log = read_log(run, inventory, sealer_known=lambda _record: False)
    items = read_items(run, inventory, bundle.bundle_id)
    reads.clear()
    found = judge_renewals(run, inventory, log, items, erased=())
    assert [one.void for one in found] == [None] * 3
    assert [reads.count(path) for path in bundle.files if path.startswith("data/")] == [1, 1, 1]


def test_a_later_event_and_a_later_stamp_are_not_covered() -> None:
    """What came later has no line and voids nothing."""
    renewed = renew(whole())
    later = add_event(renewed, "accessed", {"leaves": [1]}, signers=[ARCHIVE])
    stamped = later.edit({later.path(f"stamps/{'0' * 64}/stamp.tst"): b"later"})
    facts = only(stamped.files)
    assert facts.void is None
    assert later.head not in facts.event_ids
    assert not {path for path in stamped.files if path not in renewed.files} & facts.matched


def test_a_file_without_a_line_is_not_renewed() -> None:
    """The opening of the case has none here."""
    bundle = whole()
    case = bundle.path("case.json")
    facts = only(place_renewal(bundle, text_of(bundle, without=[case])).files)
    assert (facts.void, case in facts.matched) == (None, False)


def test_an_event_may_be_left_out() -> None:
    """A renewal may cover the seal alone."""
    bundle = whole()
    facts = only(place_renewal(bundle, text_of(bundle, event_ids=[bundle.seal_id])).files)
    assert (facts.void, facts.event_ids) == (None, (bundle.seal_id,))


def test_a_further_renewal_covers_the_one_before_and_its_stamps() -> None:
    """A chain of renewals over renewals."""
    first = renew(whole())
    stamp = f"{text_path(first).rpartition('/')[0]}/{STAMP}"
    stamped = first.edit({stamp: TOKEN})
    both = renew(stamped, "sha3_512")
    second = next(one for one in judged(both.files) if one.hash == "sha3_512")
    assert second.void is None
    assert {text_path(first), stamp} <= second.matched


def test_a_part_renewed_as_it_stands_matches() -> None:
    """Withheld and partly open lines and stubs have their lines too."""
    bundle = whole()
    folder = next(folder for folder, prev in events_of(bundle.files).values() if prev)
    _whole, part = make_part(bundle, [ALL, 0b11, 0, ALL], signers=[ARCHIVE], to=COURT, stubs=[folder])
    facts = only(renew(part).files)
    assert (facts.void, facts.items_matched) == (None, True)


# ------------------------------------------------------------------------------------------ after an erasure


def erase(bundle: Bundle, mask: int = 0, *, closing: tuple[str, ...] = ("manifest.json",)) -> Bundle:
    """Erase the first item, with openings of the seal."""
    data = {"leaves": [0], "ground": "consent withdrawn"}
    erased = add_event(bundle, "erased", data, signers=[ARCHIVE])
    files = reduce_items(erased.files, bundle.bundle_id, [mask, ALL, ALL, ALL])
    for name in closing:
        files.pop(bundle.path(name))
    return evolve(erased, files=files).rewrap()


@pytest.mark.parametrize("mask", [0, 0b101], ids=["wholly", "partly"])
def test_lines_of_what_an_erasure_took_are_passed_over(mask: int) -> None:
    """The renewal goes on for everything else."""
    bundle = renew(whole())
    facts = only(erase(bundle, mask).files)
    assert (facts.void, facts.items_matched, facts.unchecked_items) == (None, True, 1)
    assert facts.unchecked_open == (mask != 0)
    assert facts.unchecked_files == (bundle.path("manifest.json"),)


def test_an_opening_that_listed_an_erased_item_may_be_gone() -> None:
    """Every `opened` that lists it goes with it; which ones did, nobody can see any more."""
    data, opened = {"to": {"identity": "court"}}, {"manifest": "0" * 64, "items": [], "events": [["self", 1]]}
    bundle = add_event(whole(), "disclosed", data, signers=[ARCHIVE], fields={"opened": opened})
    renewed = renew(bundle)
    folder = events_of(bundle.files)[bundle.head][0]
    after = erase(renewed)
    assert only(after.files).unchecked_files == (bundle.path("manifest.json"),)
    gone = after.edit({f"{folder}/opened.json": None})
    assert only(gone.files).unchecked_files == tuple(
        sorted([bundle.path("manifest.json"), f"{folder}/opened.json"])
    )


def test_an_opening_that_is_gone_without_an_erasure_voids() -> None:
    """Then nobody was to take it."""
    bundle = renew(whole())
    facts = only(bundle.edit({bundle.path("manifest.json"): None}).files)
    assert (facts.void, facts.detail) == (RenewalFault.FILE_DIFFERS, bundle.path("manifest.json"))


def test_another_opening_that_is_gone_with_an_erasure_voids() -> None:
    """An erasure takes no case."""
    bundle = renew(whole())
    facts = only(erase(bundle, closing=("manifest.json", "case.json")).files)
    assert (facts.void, facts.detail) == (RenewalFault.FILE_DIFFERS, bundle.path("case.json"))


def test_an_item_that_is_named_and_still_open_is_compared() -> None:
    """An erasure that has not happened yet excuses nothing."""
    bundle = renew(whole())
    named = add_event(bundle, "erased", {"leaves": [0], "ground": "x"}, signers=[ARCHIVE])
    facts = only(named.files)
    assert (facts.void, facts.unchecked_items) == (None, 0)


def named_by_a_stranger() -> Bundle:
    """A part, renewed as it stands; then somebody says that he erased all that is not open in it."""
    _whole, part = make_part(whole(), [0b101, 0b11, 0, ALL], signers=[ARCHIVE], to=COURT)
    return add_event(renew(part), "erased", {"leaves": [0, 1, 2], "ground": "x"}, signers=[COURT])


def test_what_its_line_matches_is_renewed_whoever_says_that_he_erased_it() -> None:
    """A false `erased` takes nothing away."""
    facts = only(named_by_a_stranger().files)
    assert (facts.void, facts.items_matched, facts.unchecked_items) == (None, True, 0)
    assert not facts.unchecked_open


@pytest.mark.parametrize(
    ("masks", "count", "still_open"),
    [([0b101, 0, 0, ALL], 1, False), ([0b100, 0, 0, ALL], 2, True), ([0, 0b10, 0, ALL], 2, True)],
    ids=["one wholly", "one partly", "the other partly"],
)
def test_only_what_was_passed_over_counts(masks: list[int], count: int, *, still_open: bool) -> None:
    """Beside an item that an erasure took, another one that it names keeps its line."""
    bundle = named_by_a_stranger()
    reduced = reduce_items(whole().files, bundle.bundle_id, masks)
    rest = {path: data for path, data in bundle.files.items() if not path.startswith("data/")}
    payload = {path: data for path, data in reduced.items() if path.startswith("data/")}
    facts = only({**rest, **payload, ITEMS_PATH: reduced[ITEMS_PATH]})
    assert (facts.void, facts.items_matched, facts.unchecked_items) == (None, True, count)
    assert facts.unchecked_open is still_open


def test_a_renewal_is_not_judged_by_one_that_passes_over_more() -> None:
    """Two renewals of one hash, before and after an erasure: the later one has the lines of what is left."""
    before = renew(whole())
    after = erase(before, 0b101)
    both = place_renewal(after, text_of(after))
    assert sorted(one.unchecked_items for one in judged(both.files)) == [0, 1]
    assert [one.items_matched for one in judged(both.files)] == [True, True]


def test_a_text_that_cannot_be_read_once_more_is_not_void() -> None:
    """It is read again to tell which items were passed over."""
    bundle = erase(renew(whole()))
    path, opened = text_path(bundle), []

    class Failing(MemorySource):
        def lines(self, path: str, limit_bytes: int) -> Iterator[bytes]:
            opened.append(path)
            if opened.count(path) > 1 and path.endswith("/renewal.txt"):
                raise BROKEN
            return super().lines(path, limit_bytes)

    run = Run(question=Question(trust=Trust.none(), verified_at=NOW), source=Failing(bundle.files))
    inventory = take_inventory(run.source)
    log = read_log(run, inventory, sealer_known=lambda _record: False)
    items = read_items(run, inventory, bundle.bundle_id)
    (facts,) = judge_renewals(run, inventory, log, items, erased=leaves_named_erased(log))
    assert (facts.void, facts.detail) == (RenewalFault.UNREADABLE, path)


def test_an_item_that_is_closed_without_being_named_voids() -> None:
    """What somebody withheld is not what was renewed."""
    bundle = renew(whole())
    files = reduce_items(bundle.files, bundle.bundle_id, [ALL, 0, ALL, ALL])
    assert only(files).void is RenewalFault.ITEMS_DIFFER


# ------------------------------------------------------------------------------------------------ what voids


def test_a_folder_with_stamps_alone_is_no_renewal() -> None:
    """Its text is missing."""
    folder = f"custody/renewals/{'0' * 128}"
    facts = only(whole().edit({f"{folder}/{STAMP}": TOKEN}).files)
    assert (facts.path, facts.void) == (folder, RenewalFault.TEXT_MISSING)


@pytest.mark.parametrize("digits", [64, 100, 128])
def test_a_folder_of_another_name_voids(digits: int) -> None:
    """The name is the digest of the text, whatever its length."""
    bundle = whole()
    folder = f"custody/renewals/{'0' * digits}"
    assert only(bundle.edit({f"{folder}/renewal.txt": text_of(bundle)}).files).void is RenewalFault.NAME


@pytest.mark.parametrize(
    "text", [b"", b"custody/renewal/1", b"x" * 3000 + b"\n"], ids=["empty", "no line feed", "long line"]
)
def test_a_text_in_another_form_voids(text: bytes) -> None:
    """What the format does not have is malformed, and so is a line without an end or too long."""
    assert only(place_renewal(whole(), text).files).void is RenewalFault.MALFORMED


def test_a_renewal_of_another_bundle_voids() -> None:
    """It names its bundle."""
    bundle = whole()
    facts = only(place_renewal(bundle, text_of(bundle, bundle_id="0" * 32)).files)
    assert (facts.void, facts.detail) == (RenewalFault.ANOTHER_BUNDLE, "0" * 32)


def test_a_renewal_without_the_seal_voids() -> None:
    """Nothing is renewed that the seal does not state."""
    bundle = whole()
    facts = only(place_renewal(bundle, text_of(bundle, event_ids=[bundle.head])).files)
    assert (facts.void, facts.detail) == (RenewalFault.SEAL_NOT_COVERED, bundle.seal_id)


def test_an_event_without_its_past_is_covered() -> None:
    """Whether its past is here can change with every file that somebody adds."""
    bundle = whole()
    middle = bundle.head
    last = add_event(bundle, "accessed", {"leaves": [1]}, signers=[ARCHIVE])
    facts = only(place_renewal(last, text_of(last, event_ids=[last.head, last.seal_id])).files)
    assert facts.void is None
    assert last.head in facts.event_ids
    assert middle not in facts.event_ids


def test_an_event_that_is_not_here_voids() -> None:
    """Somebody cut it off."""
    bundle = renew(whole())
    folder = events_of(bundle.files)[bundle.head][0]
    cut = bundle.edit({path: None for path in bundle.files if path.startswith(f"{folder}/")})
    facts = only(cut.files)
    assert (facts.void, facts.detail) == (RenewalFault.EVENT_MISSING, bundle.head)


def test_a_past_that_is_not_here_needs_no_line() -> None:
    """A receipt whose past is elsewhere can be renewed."""
    bundle = whole()
    receipt = add_event(bundle, "accessed", {"leaves": [1]}, signers=[ARCHIVE], prev=["0" * 64], seq=7)
    assert only(renew(receipt).files).void is None


def test_a_copy_of_an_event_in_another_place_is_no_event() -> None:
    """Its files there are not those of the event that is covered."""
    bundle = whole()
    copied = bundle.edit(
        {
            f"custody/log/{'0' * 32}/00000003/{name}": bundle.files[bundle.path(name)]
            for name in ("event.json", "proof.sha256")
        }
    )
    facts = only(place_renewal(copied, text_of(bundle)).files)
    assert facts.void is None


@pytest.mark.parametrize("name", ["event.json", "proof.sha256"])
def test_an_event_needs_its_statement_and_its_proof(name: str) -> None:
    """Without them an event id says nothing once the old hash has ended."""
    bundle = whole()
    facts = only(place_renewal(bundle, text_of(bundle, without=[bundle.path(name)])).files)
    assert (facts.void, facts.detail) == (RenewalFault.EVENT_WITHOUT_FILES, bundle.path(name))


def with_line(bundle: Bundle, path: str, data: bytes) -> Bundle:
    """Add a file line to a renewal, in its place."""
    lines = text_of(bundle).splitlines(keepends=True)
    start = next(place for place, line in enumerate(lines) if line.startswith(b"file "))
    line = f"file {path} {hashlib.sha512(data).hexdigest()}\n".encode()
    return place_renewal(bundle, b"".join(lines[:start] + sorted([*lines[start:], line])))


def test_a_file_of_an_event_that_is_not_covered_voids() -> None:
    """A renewal speaks of covered events."""
    bundle = whole()
    path = f"custody/log/{'0' * 32}/00000003/event.json"
    facts = only(with_line(bundle, path, b"").files)
    assert (facts.void, facts.detail) == (RenewalFault.FILE_NOT_COVERED, path)


@pytest.mark.parametrize(
    ("path", "void"),
    [
        (f"custody/attestations/{'0' * 64}/event.json", RenewalFault.FILE_DIFFERS),
        (f"custody/renewals/{'0' * 64}/renewal.txt", RenewalFault.FILE_DIFFERS),
        (f"custody/attestations/{'0' * 64}/{STAMP}", None),
    ],
    ids=["attestation", "renewal", "stamp"],
)
def test_a_file_that_is_not_here_voids_unless_it_is_a_stamp(path: str, void: RenewalFault | None) -> None:
    """Of a missing stamp nothing is said."""
    facts = only(with_line(whole(), path, b"").files)
    assert facts.void is void
    assert facts.failing_stamps == ((path,) if void is None else ())


def test_a_changed_file_of_an_event_voids() -> None:
    """Public keys have lines too."""
    bundle = renew(whole())
    path = bundle.path("1.ed25519.pub")
    facts = only(bundle.edit({path: bundle.files[path] + b"\n"}).files)
    assert (facts.void, facts.detail) == (RenewalFault.FILE_DIFFERS, path)


def test_a_file_beyond_its_limit_voids() -> None:
    """It is not even read."""
    bundle = renew(whole())
    path = next(path for path in bundle.files if path.endswith("/body.json") and "attestations" in path)
    facts = only(bundle.edit({path: bytes(2**20 + 1)}).files)
    assert (facts.void, facts.detail) == (RenewalFault.FILE_DIFFERS, path)


def test_a_changed_stamp_is_not_renewed_and_voids_nothing() -> None:
    """Only that file is left out."""
    bundle = renew(whole())
    facts = only(bundle.edit({bundle.path(STAMP): b"another"}).files)
    assert (facts.void, facts.failing_stamps) == (None, (bundle.path(STAMP),))


def test_only_so_many_failing_stamps_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their number is not bounded by anything else."""
    monkeypatch.setattr(renewal_text, "FAILURES_LISTED", 0)
    bundle = renew(whole())
    assert only(bundle.edit({bundle.path(STAMP): None}).files).failing_stamps == ()


@pytest.mark.parametrize("count", [-1, 1], ids=["fewer", "more"])
def test_another_number_of_items_voids(count: int) -> None:
    """There is one line for each item."""
    bundle = whole()
    lines = text_of(bundle).splitlines(keepends=True)
    last = max(place for place, line in enumerate(lines) if line.startswith(b"item "))
    line = b"item 5 " + b"0" * 128 + b"\n"
    lines[last : last + 1] = [] if count < 0 else [lines[last], line]
    facts = only(place_renewal(bundle, b"".join(lines)).files)
    assert (facts.void, facts.detail) == (RenewalFault.ITEM_COUNT, str(4 + count))


def test_another_digest_of_an_item_voids() -> None:
    """Anybody can write a renewal; what it says is recomputed."""
    bundle = whole()
    text = text_of(bundle)
    start = text.index(b"item 2 ") + len(b"item 2 ")
    forged = text[:start] + b"0" * 128 + text[start + 128 :]
    assert only(place_renewal(bundle, forged).files).void is RenewalFault.ITEMS_DIFFER


def test_a_changed_payload_voids() -> None:
    """The new hash sees what the old one no longer does."""
    bundle = renew(whole())
    data = bundle.files["data/000001.txt"]
    facts = only(bundle.edit({"data/000001.txt": data[:-1] + b"!"}).files)
    assert (facts.void, facts.items_matched) == (RenewalFault.ITEMS_DIFFER, False)


def test_items_that_cannot_be_read_void() -> None:
    """A line that is no item of the format has no digest."""
    bundle = renew(whole())
    items = bundle.files[ITEMS_PATH].replace(b'"key"', b'"kee"', 1)
    assert only(bundle.edit({ITEMS_PATH: items}).files).void is RenewalFault.ITEMS_DIFFER


def test_one_void_renewal_does_not_touch_another() -> None:
    """Each is judged by itself."""
    bundle = whole()
    forged = place_renewal(renew(bundle), b"custody/renewal/1\n")
    assert sorted(one.void is None for one in judged(forged.files)) == [False, True]


def test_without_a_seal_nothing_is_covered() -> None:
    """There is no bundle to speak of."""
    bundle = renew(whole())
    sealless = bundle.edit({path: None for path in bundle.files if path.startswith("custody/log/")})
    assert only(sealless.files).void is RenewalFault.SEAL_NOT_COVERED


def test_a_misnamed_renewal_costs_nothing_but_reading_it() -> None:
    """Not one file that it lists is hashed, for anybody can put as many beside the true one as he likes."""
    bundle = whole()
    folder = f"custody/renewals/{'0' * 128}"
    misnamed = bundle.edit({f"{folder}/renewal.txt": text_of(bundle)}).files
    faults = {path: BROKEN for path in misnamed if not path.startswith(folder)}
    assert only(misnamed, faults).void is RenewalFault.NAME


def test_each_file_is_hashed_once_for_all_renewals_of_a_hash() -> None:
    """Renewals that list the same files cost no more than their own texts."""
    bundle = whole()
    texts = [text_of(bundle, without=[bundle.path(name)]) for name in ("case.json", "manifest.json")]
    for text in texts:
        bundle = place_renewal(bundle, text)
    reads: list[str] = []

    class Counting(MemorySource):
        def read(self, path: str, limit_bytes: int) -> bytes:
            reads.append(path)
            return super().read(path, limit_bytes)

    source = Counting(bundle.files)
    run = Run(question=Question(trust=Trust.none(), verified_at=NOW), source=source)
    inventory = take_inventory(source)
    log = read_log(run, inventory, sealer_known=lambda _record: False)
    items = read_items(run, inventory, bundle.bundle_id)
    reads.clear()
    assert [one.void for one in judge_renewals(run, inventory, log, items, erased=())] == [None, None]
    assert max(reads.count(path) for path in reads) == 1


# ------------------------------------------------------------------------------------- what cannot be read


def test_a_text_that_cannot_be_read_is_not_void() -> None:
    """The machine says nothing about the renewal."""
    bundle = renew(whole())
    path = text_path(bundle)
    assert only(bundle.files, {path: BROKEN}).void is RenewalFault.UNREADABLE
    assert only(bundle.files, {path: GONE}).void is RenewalFault.TEXT_MISSING
    zipped = FormatError(path, expected="its checksum", found="another", code="ZIP_CONTRADICTION")
    assert only(bundle.files, {path: zipped}).void is RenewalFault.UNREADABLE


def test_a_file_that_cannot_be_read_is_not_void_and_a_stamp_is_left_out() -> None:
    """An event's file leaves the renewal open, a stamp only itself."""
    bundle = renew(whole())
    case, stamp = bundle.path("case.json"), bundle.path(STAMP)
    assert only(bundle.files, {case: BROKEN}).void is RenewalFault.UNREADABLE
    facts = only(bundle.files, {stamp: BROKEN})
    assert (facts.void, facts.failing_stamps) == (None, (stamp,))


def test_an_event_that_could_not_be_read_is_not_taken_for_a_missing_one() -> None:
    """It may be the one that the renewal covers."""
    bundle = renew(whole())
    folder = events_of(bundle.files)[bundle.head][0]
    (facts,) = judged(bundle.files, first={f"{folder}/event.json": BROKEN})
    assert (facts.void, facts.detail) == (RenewalFault.UNREADABLE, bundle.head)


@pytest.mark.parametrize(
    ("fault", "void"),
    [
        (BROKEN, RenewalFault.UNREADABLE),
        (
            SourceChangedError("x: expected a file at rest", code="CHANGED_WHILE_READ"),
            RenewalFault.UNREADABLE,
        ),
        (GONE, RenewalFault.ITEMS_DIFFER),
        (FormatError("x", expected="a", found="b", code="ZIP_CONTRADICTION"), RenewalFault.UNREADABLE),
        (FormatError("x", expected="a", found="b"), RenewalFault.ITEMS_DIFFER),
    ],
    ids=["machine", "changed", "missing", "checksum", "form"],
)
def test_a_payload_that_cannot_be_read_in_the_second_pass(fault: CustodyError, void: RenewalFault) -> None:
    """The item is named."""
    bundle = renew(whole())
    facts = only(bundle.files, {"data/000002.jpg": fault})
    assert (facts.void, facts.detail) == (void, "2")


def test_a_renewal_that_is_renewed_is_read_once_for_each_hash() -> None:
    """It is long; several further renewals ask for the same digest."""
    first = renew(whole())
    base = first.files
    one = text_of(evolve(first, files=base), "sha3_256")
    two = text_of(evolve(first, files=base), "sha3_256", without=[first.path("case.json")])
    three = place_renewal(place_renewal(first, one, "sha3_256"), two, "sha3_256")
    assert [facts.void for facts in judged(three.files)] == [None, None, None]


def test_a_source_is_all_that_is_needed() -> None:
    """The protocol of sources is what is used."""
    source: BundleSource = MemorySource({})
    assert source.form == "folder"
