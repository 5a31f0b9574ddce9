"""The story of tests/interop/test_custody_story.py, attacked: each attack of the notes has its code.

Collector, NGO, lawyer, heir (the lawyer's key was lost; an approver cosigned), court registry, and back.
Every attack is made on the whole log, with real signatures, and judged by somebody who trusts these people.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve, field, frozen

from custody.format.event import encode_proof
from custody.keys.signer import SeedSigner
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from custody.verification.verify import verify_source
from tests.tools.bundles import Bundle, Files, add_event, make_bundle, seed_signer
from tests.tools.memory import NOW, MemorySource

NAMES = ("collector", "ngo", "lawyer", "heir", "court", "approver")
COLLECTOR, NGO, LAWYER, HEIR, COURT, APPROVER = (seed_signer(name, hybrid=True) for name in NAMES)
STRANGER = seed_signer("stranger", hybrid=True)
PROVEN, UNDETERMINED, REFUTED = Outcome.PROVEN, Outcome.UNDETERMINED, Outcome.REFUTED


def party(signer: SeedSigner) -> dict[str, Any]:
    """Name somebody in a body."""
    return {"identity": signer.identity.name, "keys": list(signer.identity.key_set.key_ids)}


def trust() -> Trust:
    """Know all six; the approver approves."""
    return Trust(
        identities=tuple(
            TrustedIdentity(
                name=signer.identity.name,
                roles=frozenset({Role.APPROVER} if signer is APPROVER else {Role.SEALER, Role.HOLDER}),
                sets=(DatedKeySet(key_set=signer.identity.key_set),),
            )
            for signer in (COLLECTOR, NGO, LAWYER, HEIR, COURT, APPROVER)
        )
    )


def release(bundle: Bundle, by: SeedSigner, to: SeedSigner, **more: Any) -> Bundle:  # noqa: ANN401
    """Release to somebody."""
    data = {"to": party(to), "root": bundle.root, "items": bundle.items}
    return add_event(bundle, "released", data, signers=[by], **more)


def receive(bundle: Bundle, by: SeedSigner, **more: Any) -> Bundle:  # noqa: ANN401
    """Receive what was released last."""
    data = {"root": bundle.root, "result": "pass"}
    return add_event(bundle, "received", data, signers=[by], opens=True, **more)


def check(bundle: Bundle, by: SeedSigner, **more: Any) -> Bundle:  # noqa: ANN401
    """Check fixity: an ordinary act of a holder."""
    return add_event(bundle, "fixity-checked", {"root": bundle.root, "result": "pass"}, signers=[by], **more)


@frozen
class Story:
    """The story after each of its steps, by name."""

    steps: dict[str, Bundle] = field(factory=dict)

    @property
    def end(self) -> Bundle:
        """The collector holds again."""
        return self.steps["back"]

    def folder(self, step: str) -> str:
        """The folder of the event that made a step."""
        made = self.steps[step]
        return f"custody/log/{made.holding}/{made.seq:08d}"


def tell() -> Story:
    """Play it."""
    steps: dict[str, Bundle] = {"sealed": make_bundle(signers=[COLLECTOR])}
    steps["to-ngo"] = release(steps["sealed"], COLLECTOR, NGO)
    steps["at-ngo"] = receive(steps["to-ngo"], NGO)
    steps["used"] = add_event(steps["at-ngo"], "accessed", {"leaves": [0]}, signers=[NGO])
    steps["to-lawyer"] = release(steps["used"], NGO, LAWYER)
    named = {"people": {"successor": party(HEIR)}}
    steps["at-lawyer"] = receive(steps["to-lawyer"], LAWYER, fields=named)
    steps["succeeded"] = add_event(
        steps["at-lawyer"],
        "succeeded",
        {"reason": "key lost"},
        signers=[HEIR, APPROVER],
        actor="heir",
        opens=True,
    )
    steps["to-court"] = release(steps["succeeded"], HEIR, COURT)
    steps["at-court"] = receive(steps["to-court"], COURT)
    steps["to-collector"] = release(steps["at-court"], COURT, COLLECTOR)
    steps["back"] = receive(steps["to-collector"], COLLECTOR)
    return Story(steps)


STORY = tell()


def judge(files: Files, *, receipts: tuple[Files, ...] = (), head: str | None = None) -> Report:
    """Verify as somebody who trusts these people."""
    shown = [MemorySource(one) for one in receipts]
    return verify_source(MemorySource(files), trust(), verified_at=NOW, receipts=shown, head=head)


def without(files: Files, *folders: str) -> Files:
    """Leave folders of events out."""
    return {
        path: data for path, data in files.items() if not path.startswith(tuple(f"{one}/" for one in folders))
    }


def added(bundle: Bundle) -> Files:
    """Put what was added to a step beside the whole story."""
    return {
        **STORY.end.files,
        **{path: data for path, data in bundle.files.items() if path not in STORY.end.files},
    }


def re_proved(files: Files, folder: str) -> Files:
    """Remake proof.sha256 of an event for the files that it has now, as an attacker would."""
    listed = {
        path.rpartition("/")[2]: hashlib.sha256(data).hexdigest()
        for path, data in files.items()
        if path.startswith(f"{folder}/") and path.endswith(("event.json", ".sshsig", ".mldsa65"))
    }
    return {**files, f"{folder}/proof.sha256": encode_proof(listed)}


def edited() -> Files:
    """One byte of the purpose of an access changes: of its body."""
    path = f"{STORY.folder('used')}/body.json"
    return {**STORY.end.files, path: STORY.end.files[path].replace(b"accessed", b"exceeded")}


def dropped() -> Files:
    """The NGO's access is taken out of the middle."""
    return without(STORY.end.files, STORY.folder("used"))


def reordered() -> Files:
    """The access and the release after it change places."""
    one, other = STORY.folder("used"), STORY.folder("to-lawyer")
    swap = {one: other, other: one}
    files = {}
    for path, data in STORY.end.files.items():
        folder = next((name for name in swap if path.startswith(f"{name}/")), None)
        files[path if folder is None else swap[folder] + path.removeprefix(folder)] = data
    return files


def signature_stripped() -> Files:
    """The post-quantum signature of a receipt is taken away, and the proof remade."""
    folder = STORY.folder("at-court")
    files = dict(STORY.end.files)
    del files[f"{folder}/1.mldsa65"]
    return re_proved(files, folder)


def signature_swapped() -> Files:
    """A receipt gets the signature of another event of the same key."""
    folder = STORY.folder("at-court")
    other = STORY.end.files[f"{STORY.folder('to-collector')}/1.sshsig"]
    return re_proved({**STORY.end.files, f"{folder}/1.sshsig": other}, folder)


def never_signed() -> Files:
    """A draft without any signature is laid at the end of the log."""
    made = check(STORY.end, COLLECTOR)
    folder = f"custody/log/{made.holding}/{made.seq:08d}"
    signatures = {f"{folder}/1.sshsig", f"{folder}/1.mldsa65"}
    files = {path: data for path, data in made.files.items() if path not in signatures}
    return re_proved(files, folder)


def transplanted() -> Files:
    """An event of another bundle, by the same key, is laid at the end."""
    other = make_bundle(signers=[COLLECTOR], name="another")
    made = check(STORY.end, COLLECTOR, bundle_id=other.bundle_id)
    return made.files


def third_party_receipt() -> Files:
    """The heir receives what was released to the court."""
    return added(receive(STORY.steps["to-court"], HEIR, name="instead"))


def former_holder() -> Files:
    """The NGO goes on in its holding after the lawyer has received."""
    return added(check(STORY.steps["to-lawyer"], NGO))


def seq_skipped() -> Files:
    """The collector's next event leaves a place out."""
    return check(STORY.end, COLLECTOR, seq=STORY.end.seq + 2).files


def erased_alone() -> Files:
    """One signature erases."""
    data = {"leaves": [0], "ground": "none"}
    return add_event(STORY.end, "erased", data, signers=[COLLECTOR]).files


def after_closing() -> Files:
    """The collector closes and goes on."""
    return check(add_event(STORY.end, "closed", {}, signers=[COLLECTOR]), COLLECTOR).files


def false_successor() -> Files:
    """The NGO calls itself the lawyer's successor, and even has it cosigned."""
    data = {"reason": "mine"}
    made = add_event(
        STORY.steps["at-lawyer"], "succeeded", data, signers=[NGO, APPROVER], actor="ngo", opens=True
    )
    return added(made)


def wrong_holding() -> Files:
    """The court receives in a holding whose id it has chosen."""
    return added(receive(STORY.steps["to-court"], COURT, holding="ab" * 16, name="chosen"))


def two_receipts() -> Files:
    """The court receives the one release twice."""
    return added(receive(STORY.steps["to-court"], COURT, name="again"))


def secret_withdrawal() -> Files:
    """The heir withdraws what the court has received."""
    sent = STORY.steps["to-court"]
    return added(add_event(sent, "withdrawn", {"event": sent.head}, signers=[HEIR]))


def by_a_stranger() -> Files:
    """Somebody whom nobody knows writes the next event."""
    return check(STORY.end, STRANGER).files


def under_a_borrowed_name() -> Files:
    """A stranger calls himself the collector."""
    thief = SeedSigner("collector", b"\x01" * 32, b"\x02" * 32)
    return check(STORY.end, thief).files


Attack = Callable[[], Files]
ATTACKS: dict[str, tuple[Attack, Outcome, Reason]] = {
    "an event edited": (edited, UNDETERMINED, Reason.EVENT_MALFORMED),
    "an event dropped from the middle": (dropped, UNDETERMINED, Reason.LATER_EVENT_EXISTS),
    "events reordered": (reordered, UNDETERMINED, Reason.EVENT_MALFORMED),
    "post-quantum signature stripped": (signature_stripped, UNDETERMINED, Reason.EVENT_SIGNATURE_MISSING),
    "signature swapped": (signature_swapped, UNDETERMINED, Reason.EVENT_SIGNATURE_WRONG),
    "unsigned draft": (never_signed, PROVEN, Reason.EVENT_SIGNATURE_MISSING),
    "transplanted event": (transplanted, PROVEN, Reason.EVENT_OF_ANOTHER_BUNDLE),
    "third-party receipt": (third_party_receipt, PROVEN, Reason.NOT_THE_RECIPIENT),
    "former holder": (former_holder, PROVEN, Reason.HOLDING_IN_TRANSIT),
    "seq skipped": (seq_skipped, PROVEN, Reason.HOLDING_WRONG),
    "erased by one signer": (erased_alone, PROVEN, Reason.EVENT_THRESHOLD),
    "event after closed": (after_closing, PROVEN, Reason.HOLDING_CLOSED),
    "false successor": (false_successor, PROVEN, Reason.NOT_THE_SUCCESSOR),
    "wrong holding id": (wrong_holding, PROVEN, Reason.HOLDING_WRONG),
    "two receipts of one release": (two_receipts, UNDETERMINED, Reason.DISPUTED),
    "withdrawn in secret": (secret_withdrawal, UNDETERMINED, Reason.DISPUTED),
    "by a stranger": (by_a_stranger, PROVEN, Reason.EVENT_SIGNER_UNKNOWN),
    "under a borrowed name": (under_a_borrowed_name, PROVEN, Reason.EVENT_SIGNER_UNKNOWN),
}


def test_the_story_itself_is_proven() -> None:
    """With six holdings, the last of which is held."""
    report = judge(STORY.end.files)
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is PROVEN
    assert [one.holder for one in report.holdings] == [
        "collector",
        "ngo",
        "lawyer",
        "heir",
        "court",
        "collector",
    ]


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_is_refused_by_its_name(name: str) -> None:
    """What counts for nothing is set aside under its code, and harms no honest holder."""
    attack, outcome, reason = ATTACKS[name]
    report = judge(attack())
    assert reason in {finding.reason for finding in report.findings}
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is outcome
    assert report.outcome(Claim.INTACT) is PROVEN


def test_a_tail_cut_off_is_seen_only_beside_a_receipt() -> None:
    """Alone, the shorter log is what it was then; the court's receipt says that it went on."""
    short = without(
        STORY.end.files, STORY.folder("at-court"), STORY.folder("to-collector"), STORY.folder("back")
    )
    assert judge(short).outcome(Claim.CUSTODY_UNBROKEN) is UNDETERMINED
    shorter = without(short, STORY.folder("to-court"))
    assert judge(shorter).outcome(Claim.CUSTODY_UNBROKEN) is PROVEN
    kept = {path: data for path, data in STORY.end.files.items() if path.startswith(STORY.folder("to-court"))}
    shown = judge(shorter, receipts=(kept,))
    assert shown.outcome(Claim.CUSTODY_UNBROKEN) is UNDETERMINED
    assert Reason.LATER_EVENT_EXISTS in shown.reasons(Claim.CUSTODY_UNBROKEN)


def test_two_versions_for_two_courts_are_a_fork() -> None:
    """Each is proven alone; together they refute the heir, who wrote both."""
    other = receive(release(STORY.steps["succeeded"], HEIR, NGO, name="other"), NGO, name="other")
    assert judge(other.files).outcome(Claim.CUSTODY_UNBROKEN) is PROVEN
    report = judge(STORY.end.files, receipts=(other.files,))
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is REFUTED
    assert Reason.FORK in report.reasons(Claim.CUSTODY_UNBROKEN)


def test_the_heir_alone_proves_nothing() -> None:
    """Without the approver, custody from there on is undetermined."""
    alone = add_event(
        STORY.steps["at-lawyer"], "succeeded", {"reason": "key lost"}, signers=[HEIR], opens=True
    )
    report = judge(alone.files)
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is UNDETERMINED
    assert report.reasons(Claim.CUSTODY_UNBROKEN) == (Reason.SUCCESSION_UNAPPROVED,)


def test_who_holds_the_lost_key_changes_nothing_that_is_proven() -> None:
    """The lawyer's key, found by a thief, writes in the lawyer's holding; the trust has it compromised."""
    known = trust()
    since = evolve(known.identities[2].sets[0], compromised_since=NOW)
    lost = evolve(known.identities[2], sets=(since,))
    revoked = evolve(known, identities=(*known.identities[:2], lost, *known.identities[3:]))
    files = added(check(STORY.steps["at-lawyer"], LAWYER))
    report = verify_source(MemorySource(files), revoked, verified_at=NOW)
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is UNDETERMINED  # nothing here was stamped before the theft
    assert {Reason.EVENT_KEY_TIME, Reason.EVENT_KEY_COMPROMISED} & {one.reason for one in report.findings}


def compromised(name: str) -> Trust:
    """Know all six, and that one of them has lost his keys by now."""
    known = trust()
    return evolve(
        known,
        identities=tuple(
            evolve(one, sets=(evolve(one.sets[0], compromised_since=NOW),)) if one.name == name else one
            for one in known.identities
        ),
    )


def test_a_false_withdrawal_gains_nothing_from_a_theft_at_the_recipients() -> None:
    """The court received honestly and unstamped; its keys were stolen later; the heir withdraws in secret."""
    sent = STORY.steps["to-court"]
    withdrawn = add_event(sent, "withdrawn", {"event": sent.head}, signers=[HEIR])
    files = {**STORY.steps["at-court"].files, **withdrawn.files}
    for head in (None, withdrawn.head):
        report = verify_source(MemorySource(files), compromised("court"), verified_at=NOW, head=head)
        assert report.outcome(Claim.CUSTODY_UNBROKEN) is UNDETERMINED
        assert Reason.DISPUTED in report.reasons(Claim.CUSTODY_UNBROKEN)


def test_closing_the_field_that_names_an_heir_gains_the_old_holder_nothing() -> None:
    """The lawyer goes on although an heir was approved, and takes `people.json` out of the copy."""
    went_on = check(STORY.steps["at-lawyer"], LAWYER)
    files = {**STORY.steps["succeeded"].files, **went_on.files}
    del files[f"{STORY.folder('at-lawyer')}/people.json"]
    for head in (None, went_on.head):
        assert judge(files, head=head).outcome(Claim.CUSTODY_UNBROKEN) is UNDETERMINED


def test_a_log_that_was_cut_is_not_proven_beside_an_event_whose_key_was_stolen_since() -> None:
    """Calling one's own keys stolen does not take back what one has signed."""
    went_on = check(STORY.end, COLLECTOR)
    folder = f"custody/log/{went_on.holding}/{went_on.seq:08d}/"
    shown = {path: data for path, data in went_on.files.items() if path.startswith(folder)}
    report = verify_source(
        MemorySource(STORY.end.files),
        compromised("collector"),
        verified_at=NOW,
        receipts=[MemorySource(shown)],
    )
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is UNDETERMINED
    assert Reason.LATER_EVENT_EXISTS in report.reasons(Claim.CUSTODY_UNBROKEN)


def test_a_thief_of_one_key_of_two_hides_no_head() -> None:
    """The collector holds at the end; a thief signs after that with his Ed25519 key alone."""
    half = seed_signer("collector")
    thieves = check(STORY.end, half)
    report = judge(thieves.files)
    assert Reason.EVENT_KEY_SET in report.reasons(Claim.CUSTODY_UNBROKEN)
    assert {event.event_id for event in report.events if event.head} == {STORY.end.head, thieves.head}
    assert judge(thieves.files, head=STORY.end.head).outcome(Claim.CUSTODY_UNBROKEN) is PROVEN
    assert judge(thieves.files, head=thieves.head).outcome(Claim.CUSTODY_UNBROKEN) is UNDETERMINED
