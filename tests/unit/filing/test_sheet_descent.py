"""What was made from something that must not be shown is not shown either."""

from __future__ import annotations

from typing import Any

import pytest

from custody.filing.sheet_choice import choose_items
from custody.filing.sheet_terms import Refusal
from custody.model.item_numbers import ItemNumbers
from tests.tools.bundles import Bundle, Item, add_event, make_part, seed_signer
from tests.tools.memory import MemorySource
from tests.unit.filing.sheets import SEALER, picture, report_on, sealed

PUBLIC = {"confidentiality": "public"}
EFFECTIVE = "2026-01-03T00:00:00Z"


def made_from(*numbers: int, **more: Any) -> Item:  # noqa: ANN401 - a JSON value
    """Return a picture with public terms of its own that was made from other items."""
    originals = [{"item": number, **more} for number in numbers]
    return picture(terms=PUBLIC, derivation={"of": originals, "how": "cut"})


def refusals(bundle: Bundle) -> list[Refusal | None]:
    """Return why each item is not drawn; None where it is."""
    chosen = choose_items(report_on(bundle), MemorySource(bundle.files), ItemNumbers())
    return [choice.refusal for choice in chosen]


def withdraw(bundle: Bundle, *leaves: int) -> Bundle:
    """Withdraw a consent in the log."""
    return add_event(
        bundle, "consent-withdrawn", {"leaves": list(leaves), "effective": EFFECTIVE}, signers=[SEALER]
    )


def test_what_was_made_from_an_item_that_may_be_shown_may_be_shown() -> None:
    """Its own terms decide."""
    assert refusals(sealed(picture(), made_from(1))) == [None, None]


@pytest.mark.parametrize(
    ("original", "refusal"),
    [
        (picture(kind="testimony"), Refusal.TESTIMONY),
        (picture(terms={"confidentiality": "sealed"}), Refusal.TERMS),
        (picture(people={"persons": [{"id": "W-02", "role": "victim"}]}), Refusal.PERSONS),
    ],
)
def test_public_terms_of_a_copy_do_not_undo_what_forbids_the_original(
    original: Item, refusal: Refusal
) -> None:
    """A testimony is one in every copy."""
    assert refusals(sealed(original, made_from(1))) == [refusal, Refusal.DERIVED]


def test_a_withdrawn_consent_reaches_what_was_made_before() -> None:
    """By an event of the log, years later."""
    assert refusals(withdraw(sealed(picture(), made_from(1)), 0)) == [Refusal.WITHDRAWN, Refusal.DERIVED]


def test_a_refusal_is_carried_at_any_distance_and_in_any_order() -> None:
    """A copy of a copy, that stands before both."""
    bundle = sealed(made_from(2), made_from(3), picture(kind="testimony"))
    assert refusals(bundle) == [Refusal.DERIVED, Refusal.DERIVED, Refusal.TESTIMONY]


def test_one_original_of_many_is_enough() -> None:
    """A picture of several."""
    bundle = sealed(picture(), picture(kind="testimony"), made_from(1, 2))
    assert refusals(bundle) == [None, Refusal.TESTIMONY, Refusal.DERIVED]


def test_items_that_were_made_from_each_other_end() -> None:
    """Cycles say nothing against a picture, and stop nothing."""
    assert refusals(sealed(made_from(2), made_from(1), made_from(3))) == [None, None, None]
    cycle = sealed(made_from(2, 3), made_from(1), picture(kind="testimony"))
    assert refusals(cycle) == [Refusal.DERIVED, Refusal.DERIVED, Refusal.TESTIMONY]


def test_an_original_of_another_bundle_forbids() -> None:
    """Nothing here tells what its terms are."""
    assert refusals(sealed(picture(), made_from(1, bundle="ab" * 16))) == [None, Refusal.DERIVED]
    assert refusals(sealed(picture(), made_from(1, seal="ab" * 32))) == [None, Refusal.DERIVED]


def test_an_original_that_is_not_there_forbids() -> None:
    """The number is greater than that of the last item."""
    assert refusals(sealed(made_from(9))) == [Refusal.DERIVED]


@pytest.mark.parametrize("mask", [0, 1, 1023 & ~128])
def test_an_original_that_is_closed_or_withheld_forbids(mask: int) -> None:
    """It could be anything."""
    whole = sealed(picture(), made_from(1))
    _whole, part = make_part(whole, (mask, 1023), signers=[SEALER], to=seed_signer("court"))
    assert refusals(part)[1] is Refusal.DERIVED


def test_what_was_made_from_a_consent_form_is_not_drawn() -> None:
    """A picture of the signature."""
    terms = {**PUBLIC, "consent": {"given": True, "form_item": 1}}
    bundle = sealed(picture(), made_from(1), picture(terms=terms))
    assert refusals(bundle) == [Refusal.CONSENT_FORM, Refusal.DERIVED, None]


@pytest.mark.parametrize("kind", ["derived", "redacted"])
def test_an_event_of_the_log_carries_a_refusal_too(kind: str) -> None:
    """From its inputs to its outputs, whoever wrote it."""
    more = {"class": "blur", "ground": "faces"} if kind == "redacted" else {}
    bundle = withdraw(sealed(picture(), picture(), picture()), 0)
    for signer in (SEALER, seed_signer("stranger")):
        told = add_event(bundle, kind, {"inputs": [0], "outputs": [1], **more}, signers=[signer])
        assert refusals(told) == [Refusal.WITHDRAWN, Refusal.DERIVED, None]


def test_an_event_about_items_of_another_bundle_carries_nothing_here() -> None:
    """Its outputs are numbers of that one."""
    bundle = withdraw(sealed(picture(), picture()), 0)
    data = {"inputs": [0], "outputs": [1], "bundle": "ab" * 16, "seal": "cd" * 32}
    assert refusals(add_event(bundle, "derived", data, signers=[SEALER])) == [Refusal.WITHDRAWN, None]
