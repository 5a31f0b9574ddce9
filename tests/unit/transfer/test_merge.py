"""Copies united: what comes in, what does not, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.facade.merging import compare, merge
from custody.facade.verifying import verify
from custody.format.layout import event_path
from custody.report.claim import Claim, Outcome
from custody.transfer.compare import Answer
from tests.tools.bundles import Bundle, add_event
from tests.tools.copies import ARCHIVE, NGO, TRUST, party, read_copy, receipt_of, sealed, write_copy
from tests.tools.memory import NOW


def released(bundle: Bundle) -> Bundle:
    """The archive releases to the NGO."""
    data = {"to": party(NGO), "root": bundle.root, "items": bundle.items}
    return add_event(bundle, "released", data, signers=[ARCHIVE])


def received(bundle: Bundle) -> Bundle:
    """The NGO receives, and says where."""
    data = {"root": bundle.root, "result": "pass"}
    fields = {"place": {"description": "office"}}
    return add_event(bundle, "received", data, signers=[NGO], opens=True, fields=fields)


def checked(bundle: Bundle, who: str = "ngo") -> Bundle:
    """The holder checks."""
    signer = NGO if who == "ngo" else ARCHIVE
    return add_event(bundle, "fixity-checked", {"root": bundle.root, "result": "pass"}, signers=[signer])


def test_a_receipt_ends_what_was_in_transit(tmp_path: Path) -> None:
    """The releaser's copy shows the handover, and the result says that nobody holds these files any more."""
    given = released(sealed())
    taken = received(given)
    (tmp_path / "r.zip").write_bytes(receipt_of(taken, event_path(taken.holding, 0)))
    mine = write_copy(tmp_path / "mine", given.files)
    merged = merge(mine, tmp_path / "r.zip", trust=TRUST, at=NOW)
    assert [event.type for event in merged.events] == ["received"]
    assert merged.left_behind
    assert merged.holders == ("ngo",)
    assert verify(mine, trust=TRUST, at=NOW).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN


def test_a_whole_copy_brings_events_in_the_order_of_the_log(tmp_path: Path) -> None:
    """Each after its past, with everything that the copy has opened."""
    given = released(sealed())
    theirs = checked(received(given))
    mine = write_copy(tmp_path / "mine", given.files)
    merged = merge(mine, write_copy(tmp_path / "theirs", theirs.files), trust=TRUST, at=NOW)
    assert [event.type for event in merged.events] == ["received", "fixity-checked"]
    assert read_copy(mine) == theirs.files


def test_a_merge_of_a_copy_with_itself_brings_nothing(tmp_path: Path) -> None:
    """Not a byte changes."""
    mine = write_copy(tmp_path / "mine", released(sealed()).files)
    before = read_copy(mine)
    assert not merge(mine, mine, trust=TRUST, at=NOW).news
    assert read_copy(mine) == before


def test_a_receipt_without_its_past_is_named_and_stays_out(tmp_path: Path) -> None:
    """It would leave the log with a hole; whoever gave it has what goes before."""
    bundle = sealed()
    taken = received(released(bundle))
    (tmp_path / "r.zip").write_bytes(receipt_of(taken, event_path(taken.holding, 0)))
    mine = write_copy(tmp_path / "mine", bundle.files)
    merged = merge(mine, tmp_path / "r.zip", trust=TRUST, at=NOW)
    assert [one.code for one in merged.left_out] == ["NOT_MERGED"]
    assert merged.unplaced
    assert read_copy(mine) == bundle.files


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_copies_are_compared_whichever_comes_first(tmp_path: Path, order: tuple[int, int]) -> None:
    """One extends the other, and it is said which."""
    given = released(sealed())
    folders = [
        write_copy(tmp_path / "a", given.files),
        write_copy(tmp_path / "b", received(given).files),
    ]
    found = compare(folders[order[0]], folders[order[1]], trust=TRUST, at=NOW)
    assert found.answer is (Answer.SECOND_EXTENDS if order == (0, 1) else Answer.FIRST_EXTENDS)
