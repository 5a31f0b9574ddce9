"""Attacks on hash renewals, each by its name: what is forged, foreign or torn is named and proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from attrs import evolve

from custody.keys.signer import SeedSigner
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.report import Report
from tests.tools.bundles import (
    SMALL,
    Bundle,
    add_event,
    attest,
    make_bundle,
    make_part,
    reduce_items,
    seed_signer,
    text_item,
)
from tests.tools.memory import judge, trusting
from tests.tools.renewals import events_of, place_renewal, renew, renewal_folder, renewal_text

ARCHIVE = seed_signer("archive")
COURT = seed_signer("court")
STRANGER = seed_signer("stranger")
TRUST = trusting(ARCHIVE, COURT)
ALL = 1023


@cache
def whole() -> Bundle:
    """Sealed, with a later event and an attestation."""
    bundle = make_bundle(signers=[ARCHIVE], fields={"case": {"title": "قضية"}})
    bundle = add_event(bundle, "accessed", {"leaves": [0]}, signers=[ARCHIVE])
    return attest(bundle, "countersigned", {"events": [bundle.head]}, signers=[COURT], prev=[bundle.head])


def other() -> Bundle:
    """Another bundle of the same archive."""
    return make_bundle((text_item("other.txt", "another\n"),), signers=[ARCHIVE], name="other")


def edited(old: bytes, new: bytes) -> Bundle:
    """A renewal whose text was changed before it got its name."""
    text = renewal_text(whole())
    assert old in text
    return place_renewal(whole(), text.replace(old, new, 1))


def of_other_content() -> Bundle:
    """The digests of a file that was never sealed."""
    changed = whole().edit({"data/000003.txt": b"forged\n"})
    return place_renewal(whole(), renewal_text(changed))


def of_other_log() -> Bundle:
    """The digests of a log in which an opening says something else."""
    changed = whole().edit({whole().path("case.json"): b"forged"})
    return place_renewal(whole(), renewal_text(changed))


def foreign() -> Bundle:
    """The renewal of another bundle."""
    return place_renewal(whole(), renewal_text(other()))


def foreign_relabelled() -> Bundle:
    """The renewal of another bundle, with this bundle's id in it."""
    return place_renewal(whole(), renewal_text(other(), bundle_id=whole().bundle_id))


def carried_into_a_part() -> Bundle:
    """The renewal of the whole in a part."""
    _whole, part = make_part(renew(whole()), [ALL, 0b11, 0], signers=[ARCHIVE], to=COURT)
    return part


def renamed() -> Bundle:
    """Under a name that its text does not give."""
    return whole().edit({f"custody/renewals/{'0' * 128}/renewal.txt": renewal_text(whole())})


def name_of_another_hash() -> Bundle:
    """Named by SHA-256 of the text, which is what is to be renewed."""
    text = renewal_text(whole())
    return whole().edit({f"{renewal_folder(text, 'sha256')}/renewal.txt": text})


def downgraded() -> Bundle:
    """Under SHA-256 itself."""
    text = renewal_text(whole(), "sha256")
    return place_renewal(whole(), text, "sha256")


def truncated() -> Bundle:
    """Cut in the middle of its last line."""
    return place_renewal(whole(), renewal_text(whole())[:-20])


def cut_after_the_items() -> Bundle:
    """Without any file."""
    text = renewal_text(whole())
    return place_renewal(whole(), text[: text.index(b"file ")])


def without_an_item() -> Bundle:
    """The last item left out, so that a changed one goes unnoticed."""
    text = renewal_text(whole())
    start = text.index(b"item 3 ")
    return place_renewal(whole(), text[:start] + text[text.index(b"file ") :])


def without_the_statement() -> Bundle:
    """An event named by an id that the old hash alone ties to its files."""
    paths = [whole().path(name) for name in ("event.json", "proof.sha256")]
    return place_renewal(whole(), renewal_text(whole(), without=paths))


def of_a_log_that_was_cut() -> Bundle:
    """The last event was taken away after the renewal."""
    renewed = renew(whole())
    folder = events_of(renewed.files)[renewed.head][0]
    return renewed.edit({path: None for path in renewed.files if path.startswith(f"{folder}/")})


def after_an_attestation_went() -> Bundle:
    """An attestation was taken away after the renewal."""
    renewed = renew(whole())
    return renewed.edit({path: None for path in renewed.files if path.startswith("custody/attestations/")})


def after_a_withholding() -> Bundle:
    """An item was closed by nobody's signature."""
    renewed = renew(whole())
    files = reduce_items(renewed.files, renewed.bundle_id, [ALL, 0, ALL])
    return evolve(renewed, files=files).rewrap()


ATTACKS: dict[str, tuple[Callable[[], Bundle], str]] = {
    "digests of other content": (of_other_content, "ITEMS_DIFFER"),
    "digests of another log": (of_other_log, "FILE_DIFFERS"),
    "renewal of another bundle": (foreign, "ANOTHER_BUNDLE"),
    "renewal of another bundle relabelled": (foreign_relabelled, "SEAL_NOT_COVERED"),
    "renewal of the whole in a part": (carried_into_a_part, "FILE_DIFFERS"),
    "another name": (renamed, "NAME"),
    "named by the old hash": (name_of_another_hash, "NAME"),
    "under the old hash": (downgraded, "MALFORMED"),
    "truncated": (truncated, "MALFORMED"),
    "cut after the items": (cut_after_the_items, "MALFORMED"),
    "an item left out": (without_an_item, "ITEM_COUNT"),
    "an event without its statement": (without_the_statement, "EVENT_WITHOUT_FILES"),
    "a log that was cut": (of_a_log_that_was_cut, "EVENT_MISSING"),
    "an attestation taken away": (after_an_attestation_went, "FILE_DIFFERS"),
    "an item withheld": (after_a_withholding, "ITEMS_DIFFER"),
    "another hash in the text": (lambda: edited(b"hash sha512", b"hash sha3_512"), "NAME"),
    "a carriage return": (lambda: edited(b"\n", b"\r\n"), "MALFORMED"),
    "items in another order": (lambda: edited(b"item 1 ", b"item 2 "), "MALFORMED"),
    "an outside path": (lambda: edited(b"file custody/", b"file ../custody/"), "MALFORMED"),
    "an event that never was": (
        lambda: edited(b"event ", b"event " + b"0" * 64 + b"\nevent "),
        "EVENT_MISSING",
    ),
}


def voided(report: Report) -> list[str]:
    """Return the first word of why each renewal is void."""
    return [
        str(finding.arguments["detail"]).split()[0]
        for finding in report.findings
        if finding.reason is Reason.RENEWAL_VOID
    ]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_false_renewal_is_named(name: str) -> None:
    """It is void, and the report says why."""
    make, fault = ATTACKS[name]
    assert voided(judge(make().files, TRUST)) == [fault]


@pytest.mark.parametrize("name", ATTACKS)
def test_a_false_renewal_changes_no_outcome(name: str) -> None:
    """Anybody can write one: with and without it every claim comes to the same."""
    bundle = ATTACKS[name][0]()
    bare = {path: data for path, data in bundle.files.items() if not path.startswith("custody/renewals/")}
    with_it, without_it = judge(bundle.files, TRUST), judge(bare, TRUST)
    assert [with_it.outcome(claim) for claim in Claim] == [without_it.outcome(claim) for claim in Claim]


def test_a_false_renewal_beside_a_true_one_does_not_void_it() -> None:
    """Each is judged by itself."""
    both = place_renewal(renew(whole()), b"custody/renewal/1\n")
    assert voided(judge(both.files, TRUST)) == ["MALFORMED"]


@pytest.mark.parametrize("signer", [ARCHIVE, STRANGER], ids=["merged later", "kept back by a stranger"])
def test_an_earlier_event_that_is_added_later_does_not_void(signer: SeedSigner) -> None:
    """The renewal was made without it, and covers what follows it."""
    first = add_event(whole(), "incident", {"kind": "gap"}, signers=[signer])
    folder = events_of(first.files)[first.head][0]
    second = add_event(first, "incident", {"kind": "gap"}, signers=[signer])
    late = {path: data for path, data in second.files.items() if path.startswith(f"{folder}/")}
    renewed = renew(second.edit(dict.fromkeys(late)))
    report = judge({**renewed.files, **late}, TRUST)
    assert voided(judge(renewed.files, TRUST)) == []
    assert voided(report) == []
    for names in (["event.json", "proof.sha256"], ["event.json"]):  # a stub of it, and a torn one
        part = {f"{folder}/{name}": late[f"{folder}/{name}"] for name in names}
        assert voided(judge({**renewed.files, **part}, TRUST)) == []


def test_no_number_of_false_renewals_crowds_out_a_true_one() -> None:
    """Whatever their names: three hundred folders that sort before it leave it as it is."""
    true = renew(whole())
    folder = renewal_folder(renewal_text(whole()))
    junk = true.edit({f"custody/renewals/{number:0128x}/renewal.txt": b"x" for number in range(300)})
    report = judge(junk.files, TRUST)
    assert set(voided(report)) == {"MALFORMED"}
    assert [one.subject for one in report.findings if one.reason is Reason.RENEWAL_NOT_IN_TIME] == [folder]


def test_a_stranger_who_withholds_and_says_erased_gains_nothing() -> None:
    """The line of the item is passed over, and the missing item is nobody's erasure."""
    data = {"leaves": [1], "ground": "x"}
    said = add_event(renew(whole()), "erased", data, signers=[STRANGER])
    files = reduce_items(said.files, said.bundle_id, [ALL, 0, ALL])
    report = judge(evolve(said, files=files).rewrap().files, TRUST)
    assert voided(report) == []
    assert Reason.WITHHELD_UNATTRIBUTED in report.reasons(Claim.INTACT)


def test_a_renewal_of_a_changed_bundle_does_not_mend_it() -> None:
    """It matches what is here, and what is here is not what was sealed."""
    changed = whole().edit({"data/000003.txt": SMALL[2].data[:-1] + b"!" if SMALL[2].data else None})
    report = judge(renew(changed).files, TRUST)
    assert voided(report) == []
    assert Reason.FILE_DIGEST in report.reasons(Claim.INTACT)
