"""The items of a filing: what is here of each, and what was found against it."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from custody.errors import BundleError
from custody.filing.facts import ItemState, ListedItem
from custody.filing.listed_items import list_items
from custody.filing.reading import facts_of, read_facts
from custody.format.bag import ITEMS_PATH
from custody.format.item_line import encode_open_line
from custody.trust.trust import Role, Trust
from custody.verification.run import Question
from tests.tools.bundles import (
    SMALL,
    Bundle,
    Item,
    add_event,
    make_bundle,
    make_part,
    reduce_items,
    seed_signer,
)
from tests.tools.memory import NOW, MemorySource, judge, trusting_each
from tests.unit.filing.filings import LAWYER, SEALER, TRUST, facts, hostile, moment, story

STORY = story()


def items_of(bundle: Bundle) -> tuple[ListedItem, ...]:
    """Return the items of a bundle."""
    return facts(bundle).items


def test_an_open_item_has_name_size_digest_and_path() -> None:
    """As its line says, which is what was sealed."""
    (first, second, _) = items_of(STORY)
    assert (first.claimed_name, first.claimed_type, first.path) == (
        "شهادة ١.txt",
        "text/plain",
        "data/000001.txt",
    )
    assert (first.state, first.as_sealed, first.codes) == (ItemState.OPEN, True, ())
    assert second.claimed_type is None


def test_what_is_closed_has_neither_name_nor_digest() -> None:
    """Withheld and partly open items of a part."""
    whole = make_bundle(SMALL, signers=[SEALER], at=moment(2))
    _, part = make_part(whole, (1023, 0, 6), signers=[SEALER], to=LAWYER)
    _, withheld, partly = items_of(part)
    assert (withheld.state, withheld.claimed_name, withheld.sha256) == (ItemState.WITHHELD, None, None)
    assert (partly.state, partly.claimed_name, partly.sha256) == (ItemState.PARTLY_OPEN, "list.txt", None)


def test_padding_is_called_padding() -> None:
    """It has no file."""
    padding = Item(data=None, fields={"kind": {"kind": "padding"}})
    assert items_of(make_bundle((*SMALL, padding), signers=[SEALER]))[3].state is ItemState.PADDING


def test_what_a_counted_event_erased_is_called_erased() -> None:
    """Where it is gone; while it is still here, it is open."""
    approver = seed_signer("approver")
    data: dict[str, Any] = {"leaves": [1, 2], "ground": "asked for"}
    bundle = make_bundle(SMALL, signers=[SEALER])
    bundle = add_event(bundle, "erased", data, signers=[SEALER, approver], actor="w-01")
    gone = evolve(bundle, files=reduce_items(bundle.files, bundle.bundle_id, (1023, 0, 1023)))
    trust = trusting_each((SEALER, (Role.SEALER, Role.HOLDER)), (approver, (Role.APPROVER,)))
    states = [one.state for one in facts(gone, trust).items]
    assert states == [ItemState.OPEN, ItemState.ERASED, ItemState.OPEN]


@pytest.mark.parametrize("data", [None, b"other"])
def test_a_fault_of_a_file_stands_at_its_item(data: bytes | None) -> None:
    """Missing or changed; the neighbours are as sealed."""
    first, second, third = items_of(STORY.edit({"data/000002.jpg": data}))
    assert second.codes
    assert not second.as_sealed
    assert first.as_sealed
    assert third.as_sealed


def test_a_line_that_is_none_is_unreadable() -> None:
    """The others are listed, and nothing of them is called as sealed."""
    lines = STORY.files[ITEMS_PATH].splitlines(keepends=True)
    first, second, third = items_of(STORY.edit({ITEMS_PATH: lines[0] + b"{}\n" + lines[2]}))
    assert (second.state, second.codes) == (ItemState.UNREADABLE, ("ITEM_MALFORMED",))
    assert (first.as_sealed, third.as_sealed) == (False, False)


def test_a_list_that_is_cut_off_or_missing_ended_early() -> None:
    """What could be read is listed."""
    lines = STORY.files[ITEMS_PATH].splitlines(keepends=True)
    cut = facts(STORY.edit({ITEMS_PATH: lines[0] + lines[1][:-1]}))
    assert (len(cut.items), cut.unread_items) == (1, True)
    missing = facts(STORY.edit({ITEMS_PATH: None}))
    assert (missing.items, missing.unread_items) == ((), True)


def test_more_items_than_any_bundle_has_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list ends where verification ends it."""
    report = judge(STORY.files, TRUST)
    monkeypatch.setattr("custody.filing.listed_items.ITEMS", 2)
    listed = list_items(MemorySource(STORY.files), report, None)
    assert (len(listed.items), listed.ended_early) == (2, True)


def test_another_item_in_the_place_of_a_sealed_one_is_not_as_sealed() -> None:
    """The root is another, and any item could be the wrong one."""
    lines = STORY.files[ITEMS_PATH].splitlines(keepends=True)
    other = encode_open_line(b"k" * 32, {"kind": {"kind": "padding"}}) + b"\n"
    assert not [
        one for one in items_of(STORY.edit({ITEMS_PATH: lines[0] + lines[1] + other})) if one.as_sealed
    ]


def test_items_of_an_unsigned_seal_are_not_as_sealed() -> None:
    """Nobody signed for them."""
    assert not [one for one in items_of(STORY.edit({STORY.path("1.sshsig"): b"x"})) if one.as_sealed]


def test_faults_beyond_the_listed_ones_could_be_anywhere() -> None:
    """So no item is called as sealed."""
    report = evolve(judge(STORY.files, TRUST), failures=5)
    listed = list_items(MemorySource(STORY.files), report, None)
    assert not [one for one in listed.items if one.as_sealed]


@pytest.mark.parametrize("line", [b"{}", encode_open_line(b"k" * 32, {"kind": {"kind": "padding"}})])
def test_items_that_changed_since_they_were_verified_are_refused(line: bytes) -> None:
    """No list is made of what nobody verified."""
    report = judge(STORY.files, TRUST)
    lines = STORY.files[ITEMS_PATH].splitlines(keepends=True)
    changed = MemorySource(STORY.files | {ITEMS_PATH: lines[0] + lines[1] + line + b"\n"})
    with pytest.raises(BundleError):
        list_items(changed, report, None)


class Shifting(MemorySource):
    """A bundle whose log changes after it was verified."""

    def __init__(self, first: Bundle, then: Bundle) -> None:
        """Take both states."""
        super().__init__(first.files)
        self._then = then
        self._walks = 0

    def changed(self) -> bool:
        """Take the end of the verification for the moment of the change."""
        self._files = self._then.files
        return False


def test_a_log_that_changed_since_it_was_verified_is_refused() -> None:
    """The timeline of another log is none of this report's."""
    later = add_event(STORY, "annotated", {"event": STORY.seal_id}, signers=[LAWYER], at=moment(8))
    with pytest.raises(BundleError, match="other events"):
        facts_of(Shifting(STORY, later), Question(trust=TRUST, verified_at=NOW))


def test_hostile_names_are_kept_as_they_are_until_they_are_shown() -> None:
    """Bytes that are no text become lone surrogates."""
    names = [one.claimed_name for one in items_of(hostile())]
    assert names[2] == "a\x00\udcff"


def test_a_bundle_without_anything_is_reported(tmp_path: Any) -> None:  # noqa: ANN401 - a path
    """A zip that is none: no items, no log, and every claim undetermined or refuted."""
    place = tmp_path / "b.zip"
    place.write_bytes(b"PK\x03\x04 no zip")
    told = read_facts(place, trust=Trust.none(), at=NOW)
    assert (told.items, told.timeline, told.unread_items) == ((), None, True)
    assert told.tool.startswith("custody ")
