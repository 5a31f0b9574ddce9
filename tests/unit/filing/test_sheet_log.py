"""Quarantine in the log: what is held back is not drawn until somebody who counts lets it out."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from custody.filing.sheet_log import words_of_log
from custody.format.layout import event_path
from custody.keys.signer import Signer
from tests.tools.bundles import Bundle, add_event, seed_signer, stub
from tests.tools.copies import party
from tests.tools.memory import MemorySource
from tests.unit.filing.sheets import SEALER, fates, picture, report_on, sealed

STRANGER = seed_signer("stranger")
THREE = sealed(picture(), picture(), picture())


def hold(bundle: Bundle, *leaves: int, signer: Signer = SEALER, **more: Any) -> Bundle:  # noqa: ANN401
    """Put items into quarantine; all of them where none is named."""
    return event(bundle, "quarantined", leaves, signer, **more)


def let_out(bundle: Bundle, *leaves: int, signer: Signer = SEALER, **more: Any) -> Bundle:  # noqa: ANN401
    """Let items out of it; all of them where none is named."""
    return event(bundle, "released-from-quarantine", leaves, signer, **more)


def event(bundle: Bundle, name: str, leaves: tuple[int, ...], signer: Signer, **more: Any) -> Bundle:  # noqa: ANN401
    """Add one event."""
    named = {"leaves": list(leaves)} if leaves else {}
    return add_event(bundle, name, {"result": "macro found", **named}, signers=[signer], **more)


def held(bundle: Bundle) -> set[int]:
    """Return the indices of what is held back."""
    return set(words_of_log(report_on(bundle), MemorySource(bundle.files)).held)


def test_an_item_in_quarantine_is_not_drawn() -> None:
    """Its file may be made to attack its reader."""
    assert [getattr(fate, "name", "") for fate in fates(hold(THREE, 1))] == ["", "QUARANTINED", ""]


def test_a_quarantine_that_names_no_item_holds_all() -> None:
    """As far as anybody can tell."""
    assert held(hold(THREE)) == {0, 1, 2}


def test_what_was_let_out_is_no_longer_held() -> None:
    """The items that are named, or all."""
    assert held(let_out(hold(THREE, 0, 1), 1)) == {0}
    assert held(let_out(hold(THREE), 1, 2)) == {0}
    assert held(let_out(hold(THREE, 0, 1))) == set()


def test_a_later_quarantine_holds_again() -> None:
    """What was let out before."""
    assert held(hold(let_out(hold(THREE, 0)), 0)) == {0}


def test_a_release_before_the_quarantine_lets_nothing_out() -> None:
    """It speaks of nothing that it could know."""
    assert held(hold(let_out(THREE), 0)) == {0}


def test_a_stranger_can_hold_and_cannot_let_out() -> None:
    """Whose events do not count."""
    assert held(hold(THREE, 0, signer=STRANGER)) == {0}
    assert held(let_out(hold(THREE, 0), signer=STRANGER)) == {0}


def test_a_release_beside_a_quarantine_lets_nothing_out() -> None:
    """Two copies of a log: who let it out had not seen what was found elsewhere."""
    here = add_event(THREE, "copied", {"to": party(SEALER)}, signers=[SEALER])
    root = report_on(THREE).root
    data = {"root": root, "result": "pass"}
    there = add_event(here, "copy-received", data, signers=[SEALER], opens=True)
    both = let_out(there, 0)
    beside = hold(both, 0, prev=(here.head,), holding=here.holding, seq=here.seq + 1)
    statuses = {one.claimed_type: one.status for one in report_on(beside).events}
    assert statuses["released-from-quarantine"] == "counted"
    assert held(beside) == {0}


def test_an_event_that_cannot_be_read_may_forbid_any_picture() -> None:
    """Whether its holder withheld it or somebody broke it: nothing is drawn."""
    kept = hold(THREE, 1)
    folder = event_path(kept.holding, kept.seq)
    broken = {path: data for path, data in kept.files.items() if path != f"{folder}/body.json"}
    for files in (broken, stub(kept.files, folder)):
        assert {getattr(fate, "name", "") for fate in fates(evolve(kept, files=files))} == {"CLOSED"}
