"""Who writes, receives, succeeds, erases or approves what is not his to: each attack of the log by name."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from custody.model.identity import Identity
from tests.tools.bundles import Bundle, add_event, attest, make_bundle, stub
from tests.vectors.cases.times import EARLY, LATER, SOON, anchor, at, stamped
from tests.vectors.kept import KeptSigner
from tests.vectors.story import (
    Story,
    at_head_of,
    attestation_folder,
    custody_vector,
    head_folder,
    merge,
    successor_bundle,
)
from tests.vectors.vector import Vector
from tests.vectors.world import FIRST, World, vector

ERASED = {"leaves": [2], "ground": "consent withdrawn"}
REDACTED = {"inputs": [0], "outputs": [1], "class": "blur", "ground": "a bystander's face"}


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    story = Story(world)
    yield from _recipients(world, story)
    yield from _former_holders(world, story)
    yield from _copies(world, story)
    yield from _thresholds(world)
    yield from _successors(world, story)
    yield from _stubs(world, story)
    yield from _places(world, story)
    yield from _ends(world, story)
    yield from _outputs(world)
    yield from _statements(world)


class Renamed:
    """Somebody's keys under another label."""

    def __init__(self, name: str, signer: KeptSigner) -> None:
        """Take the keys."""
        self.identity = Identity(name=name, key_set=signer.identity.key_set)
        self.sign = signer.sign


def _recipients(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    sent = story.release(base, world.plain, world.lawyer)
    yield custody_vector(
        "receipt-by-stranger",
        story.receive(sent, world.stranger),
        "a stranger receives what was released to somebody else",
        "undetermined (EVENT_SIGNER_UNKNOWN)",
    )
    yield custody_vector(
        "receipt-by-stranger-under-the-recipients-name",
        story.receive(sent, Renamed("lawyer", world.stranger)),  # type: ignore[arg-type]
        "the same, under the recipient's name",
        "undetermined (EVENT_SIGNER_UNKNOWN)",
    )
    yield custody_vector(
        "receipt-by-known-person-under-the-recipients-name",
        story.receive(sent, Renamed("lawyer", world.court)),  # type: ignore[arg-type]
        "a known person receives under the recipient's name: keys decide, not labels",
        "undetermined (NOT_THE_RECIPIENT)",
    )
    yield custody_vector(
        "receipt-by-the-giver",
        story.receive(sent, world.plain),
        "the giver receives his own release",
        "undetermined (NOT_THE_RECIPIENT)",
    )
    party = {**world.party(world.lawyer), "identity": "court"}
    data = {"to": party, "root": base.root, "items": base.items}
    mixed = add_event(base, "released", data, signers=[world.plain])
    yield custody_vector(
        "release-label-of-another-received-by-keys",
        story.receive(mixed, world.lawyer),
        "released to the label of one and the keys of another: who has the keys receives",
        "proven LOG_UNBROKEN",
    )
    yield custody_vector(
        "release-label-of-another-received-by-label",
        story.receive(mixed, world.court),
        "whoever has only the label does not receive",
        "undetermined (NOT_THE_RECIPIENT)",
    )
    keys = sorted([*world.lawyer.identity.key_set.key_ids, *world.court.identity.key_set.key_ids])
    both = {"to": {"identity": "lawyer", "keys": keys}, "root": base.root, "items": base.items}
    yield custody_vector(
        "release-keys-of-two",
        story.receive(add_event(base, "released", both, signers=[world.plain]), world.lawyer),
        "released to the keys of two people at once: neither is meant",
        "undetermined (NOT_THE_RECIPIENT)",
    )


def _former_holders(world: World, story: Story) -> Iterator[Vector]:
    sent, got = story.handed_over()
    yield custody_vector(
        "former-holder-in-the-recipients-holding",
        story.fixity(got, world.plain),
        "the former holder writes into the recipient's holding",
        "proven NOT_THE_HOLDER",
    )
    beside = evolve(sent, files=got.files)
    again = story.release(beside, world.plain, world.court)
    yield custody_vector(
        "former-holder-releases-again",
        again,
        "the former holder releases once more, to somebody else",
        "proven HOLDING_IN_TRANSIT",
    )
    yield custody_vector(
        "former-holder-releases-again-and-it-is-received",
        story.receive(again, world.court),
        "what rests on such a release is undetermined",
        "undetermined SET_ASIDE_IN_PAST",
    )
    yield custody_vector(
        "former-holder-copies",
        add_event(beside, "copied", {"to": world.party(world.court)}, signers=[world.plain]),
        "the former holder hands out a copy while the bundle is another's",
        "proven HOLDING_IN_TRANSIT",
    )
    secret = story.withdraw(sent, world.plain, sent.head)
    seen = stamped(got, FIRST, SOON, folder=head_folder(got))
    yield custody_vector(
        "withdrawal-published-late",
        merge(seen, secret),
        "a withdrawal kept secret and published after the receipt was stamped",
        "proven DISPUTE_WON",
        trust="timed",
    )
    later = stamped(secret, FIRST, LATER, folder=head_folder(secret))
    yield custody_vector(
        "withdrawal-stamped-late",
        merge(seen, later),
        "the same withdrawal, stamped after the receipt",
        "proven DISPUTE_WON",
        trust="timed",
    )
    wrong = story.withdraw(sent, world.plain, world.base.seal_id)
    yield custody_vector(
        "withdrawal-of-something-else",
        wrong,
        "in transit only the release itself can be withdrawn",
        "undetermined (HOLDING_IN_TRANSIT)",
    )


def _copies(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    sent = story.release(base, world.plain, world.lawyer)
    yield custody_vector(
        "receipt-of-a-copy-for-a-release",
        story.receive_copy(sent, world.lawyer),
        "a release acknowledged as if it were a copy",
        "undetermined (HOLDING_WRONG)",
    )
    copied, _ = story.copy()
    yield custody_vector(
        "receipt-of-a-release-for-a-copy",
        story.receive(copied, world.court),
        "a copy acknowledged as if the bundle itself had been handed over",
        "proven HOLDING_WRONG",
    )
    yield custody_vector(
        "copy-received-by-another",
        story.receive_copy(copied, world.lawyer),
        "a copy is acknowledged by somebody whom it was not made for",
        "proven NOT_THE_RECIPIENT",
    )


def _thresholds(world: World) -> Iterator[Vector]:
    base, plain = world.base, world.plain
    cases: dict[str, tuple[str, list[KeptSigner], str, str, str]] = {
        "erased-by-two-sets-of-one": (
            "erased",
            [plain, world.heir],
            "proven EVENT_THRESHOLD",
            "two-sets-approving",
            "an erasure signed with two key sets of one person",
        ),
        "erased-without-an-approver": (
            "erased",
            [plain, world.lawyer],
            "proven EVENT_THRESHOLD",
            "sealer",
            "an erasure cosigned by somebody who is no approver",
        ),
        "erased-with-an-approver": (
            "erased",
            [plain, world.approver],
            "proven LOG_UNBROKEN",
            "sealer",
            "an erasure cosigned by an approver",
        ),
        "erased-with-a-stranger": (
            "erased",
            [plain, world.stranger],
            "proven EVENT_SIGNER_UNKNOWN",
            "sealer",
            "an erasure cosigned by a stranger",
        ),
        "threshold-raised-by-trust": (
            "redacted",
            [plain],
            "proven EVENT_THRESHOLD",
            "two-redactors",
            "the trust asks for two signers of a redaction",
        ),
        "threshold-raised-by-trust-met": (
            "redacted",
            [plain, world.lawyer],
            "proven LOG_UNBROKEN",
            "two-redactors",
            "the same redaction by two",
        ),
    }
    for name, (type_, signers, expect, trust, comment) in cases.items():
        data = ERASED if type_ == "erased" else REDACTED
        made = add_event(base, type_, data, signers=signers, actor="archive")
        yield custody_vector(name, made, comment, expect, trust=trust)


def _successors(world: World, story: Story) -> Iterator[Vector]:
    base = successor_bundle(world)

    yield custody_vector(
        "succession-approved-by-own-second-set",
        story.succeed(base, world.heir, world.approver),
        "the successor approves himself with a second key set",
        "undetermined SUCCESSION_UNAPPROVED",
        trust="heir-approving",
    )
    yield custody_vector(
        "succession-approved-by-holder",
        story.succeed(base, world.heir, world.plain),
        "the holder who is succeeded approves it himself",
        "undetermined SUCCESSION_UNAPPROVED",
        trust="holder-approving",
    )
    yield custody_vector(
        "succession-cosigned-by-no-approver",
        story.succeed(base, world.heir, world.lawyer),
        "a succession cosigned by somebody who is no approver",
        "undetermined SUCCESSION_UNAPPROVED",
    )
    yield custody_vector(
        "succession-holding-wrong",
        story.succeed(base, world.heir, world.approver, holding="2" * 32),
        "a successor in a holding whose id is not derived",
        "proven HOLDING_WRONG",
    )
    yield custody_vector(
        "succession-by-stranger-under-the-successors-name",
        story.succeed(base, Renamed("heir", world.stranger), world.approver),  # type: ignore[arg-type]
        "a stranger under the name of the successor",
        "proven EVENT_SIGNER_UNKNOWN",
    )
    goes_on = story.fixity(base, world.plain)
    back = story.succeed(base, world.heir, world.approver, at=at("2026-01-02T03:10:00Z"))
    yield custody_vector(
        "succession-backdated",
        merge(stamped(goes_on, FIRST, EARLY, folder=head_folder(goes_on)), back),
        "a successor follows an earlier event, claiming an earlier time; the holder's later act was stamped",
        "proven DISPUTE_WON",
        trust="timed",
    )
    sent = story.release(base, world.plain, world.lawyer)
    got = story.receive(sent, world.lawyer)
    yield custody_vector(
        "succession-after-receipt",
        merge(
            stamped(got, FIRST, EARLY, folder=head_folder(got)),
            story.succeed(sent, world.heir, world.approver),
        ),
        "the giver's successor comes after the receipt of the release that he follows",
        "proven DISPUTE_WON",
        trust="timed",
    )
    seen = stamped(base, FIRST, EARLY)
    thief = story.succeed(seen, world.plain, world.approver, anchors=anchor(FIRST, SOON), at=at(SOON))
    yield custody_vector(
        "succession-by-thief-of-the-holders-key",
        stamped(thief, FIRST, LATER, folder=head_folder(thief)),
        "a thief of the holder's key succeeds the holder; nothing shows that it was signed before the theft",
        "undetermined EVENT_KEY_TIME",
        trust="timed-compromised",
    )
    late = story.succeed(seen, world.plain, world.approver, anchors=anchor(FIRST, LATER), at=at(LATER))
    yield custody_vector(
        "succession-by-thief-after-the-theft",
        late,
        "the same, and an anchor shows that it was signed after the theft",
        "proven EVENT_KEY_COMPROMISED",
        trust="timed-compromised",
    )


def _stubs(world: World, story: Story) -> Iterator[Vector]:
    sent, got = story.handed_over()
    busy = story.fixity(sent, world.plain)
    yield custody_vector(
        "stub-hides-a-release",
        stub(busy.files, head_folder(sent)),
        "the holder acts after a stub, which may have been a release: nobody is refused, nothing is proven",
        "undetermined STUB_IN_PAST",
    )
    after = story.fixity(got, world.court)
    yield custody_vector(
        "stub-hides-the-holder",
        stub(after.files, head_folder(got)),
        "who opened the holding is hidden, and somebody acts in it",
        "undetermined STUB_IN_PAST",
    )
    yield custody_vector(
        "stub-hides-whom-it-was-released-to",
        stub(story.receive(sent, world.court).files, head_folder(sent)),
        "the release is a stub, so that nobody knows whom it named",
        "undetermined STUB_IN_PAST",
    )


def _places(world: World, story: Story) -> Iterator[Vector]:
    base, plain = world.base, world.plain
    checked = story.fixity(base, plain)
    files = {path.rpartition("/")[2]: data for path, data in checked.files.items() if "/00000001/" in path}
    folders = {
        "log-folder-of-no-holding": ("custody/log/holding", "in a folder that is no holding's"),
        "log-folder-in-capitals": (f"custody/log/{base.bundle_id.upper()}", "a holding in capital letters"),
    }
    for name, (folder, where) in folders.items():
        placed = {f"{folder}/00000001/{file}": data for file, data in files.items()}
        yield vector(name, base.edit(placed), f"an event {where}", "refuted PATH_UNKNOWN")
    short = {f"custody/log/{base.bundle_id}/1/{file}": data for file, data in files.items()}
    yield vector(
        "log-folder-without-zeros",
        base.edit(short),
        "an event in a folder whose number has no zeros before it",
        "refuted PATH_UNKNOWN",
    )
    used = add_event(base, "accessed", {"leaves": [0]}, signers=[plain], prev=(), seq=0)
    own = f"custody/log/{base.bundle_id}"
    seal, second = (f"{own}/{seq:08d}/" for seq in (0, 1))
    kept = {path: data for path, data in base.files.items() if not path.startswith(seal)}
    first = {path: data for path, data in used.files.items() if path.startswith(seal)}
    first.pop(f"{seal}manifest.json")  # the seal's, which the use does not name
    late = {path.replace(seal, second): data for path, data in base.files.items() if path.startswith(seal)}
    yield vector(
        "item-used-before-the-seal",
        evolve(base, files={**kept, **first, **late}),
        "a use of items stands where the seal belongs, and the seal after it",
        "refuted SEAL_MISSING",
    )
    replayed = attest(
        base, "countersigned", {"events": [base.seal_id]}, signers=[world.court], prev=[base.seal_id]
    )
    beside = attestation_folder(replayed)
    twin = make_bundle(signers=[plain], name="twin")
    moved = {path: data for path, data in replayed.files.items() if path.startswith(beside)}
    yield custody_vector(
        "attestation-of-another-bundle",
        twin.edit(dict(moved)),
        "an attestation about another bundle",
        "proven ATTESTATION_SET_ASIDE",
    )
    yield custody_vector(
        "attestation-misplaced",
        base.edit(
            {path.replace(beside, f"custody/attestations/{'0' * 64}"): data for path, data in moved.items()}
        ),
        "an attestation in the folder of another id",
        "proven ATTESTATION_SET_ASIDE",
    )


def _ends(world: World, story: Story) -> Iterator[Vector]:
    base = successor_bundle(world)
    closed = add_event(base, "closed", {"reason": "archived"}, signers=[world.plain])
    heir = story.succeed(closed, world.heir, world.approver)
    yield custody_vector(
        "succession-after-closed",
        heir,
        "the named successor takes over a holding that its holder had closed",
        "proven HOLDING_CLOSED",
    )
    sent, got = story.handed_over()
    withdrawn = story.withdraw(sent, world.plain, sent.head)
    peace = story.reconcile(withdrawn, got, world.plain, world.lawyer)
    theirs = at_head_of(peace, got)
    again = story.reconcile(theirs, peace, world.lawyer)
    yield custody_vector(
        "holding-after-its-reconciliation",
        again,
        "who signed that his holding ended goes on in it, and covers the reconciliation with one of his own",
        "proven HOLDING_CLOSED",
    )
    yield custody_vector(
        "holding-after-its-reconciliation-by-both",
        story.reconcile(theirs, peace, world.lawyer, world.plain),
        "the same, signed by both: an ended holding does not begin again",
        "proven HOLDING_CLOSED",
    )
    yield custody_vector(
        "reconciled-without-following",
        story.reconcile(withdrawn, got, world.plain, prev=[withdrawn.head]),
        "a reconciliation names a head that it does not follow",
        "undetermined (HOLDING_WRONG)",
    )
    yield custody_vector(
        "reconciled-by-a-third-person",
        story.reconcile(withdrawn, got, world.plain, world.court),
        "one party and somebody else cannot end a dispute",
        "undetermined DISPUTED",
    )


def _outputs(world: World) -> Iterator[Vector]:
    base = world.base
    used: dict[str, object] = {"inputs": [0], "outputs": [9]}
    cases: dict[str, tuple[dict[str, object], str]] = {
        "output-unknown": (used, "an output that is no item of this bundle"),
        "output-unknown-under-own-id": (
            {**used, "bundle": base.bundle_id, "seal": base.seal_id},
            "the same, with this bundle named as the other one",
        ),
        "output-in-a-bundle-without-seal": (
            {**used, "bundle": "1" * 32},
            "the same, in another bundle whose seal is not named",
        ),
    }
    for name, (data, comment) in cases.items():
        made = add_event(base, "derived", data, signers=[world.plain])
        yield custody_vector(name, made, comment, "proven ITEM_UNKNOWN")


def _statements(world: World) -> Iterator[Vector]:
    base = world.base
    lost = {
        "keys": list(world.plain.identity.key_set.key_ids),
        "since": "2026-01-02T00:00:00Z",
        "reason": "laptop seized",
    }

    def revoke(*signers: KeptSigner) -> Bundle:
        return attest(base, "key-revoked", lost, signers=signers, prev=[base.seal_id])

    cases: dict[str, tuple[Bundle, str, str, str]] = {
        "revocation-by-one": (
            revoke(world.court),
            "ATTESTATION_SET_ASIDE",
            "sealer",
            "one person alone states that a key is revoked",
        ),
        "revocation-by-two": (
            revoke(world.court, world.lawyer),
            "ATTESTATION_LISTED",
            "sealer",
            "two people state that a key is revoked: it is listed, and only the trust decides about keys",
        ),
        "revocation-by-two-sets-of-one": (
            revoke(world.heir, world.plain),
            "ATTESTATION_SET_ASIDE",
            "two-sets-approving",
            "one person with two key sets states that a key is revoked",
        ),
    }
    for name, (bundle, code, trust, comment) in cases.items():
        yield custody_vector(name, bundle, comment, f"proven {code}", trust=trust)
    seen = stamped(base, FIRST, EARLY)
    late = add_event(
        seen,
        "fixity-checked",
        {"root": base.root, "result": "pass"},
        signers=[world.court],
        anchors=anchor(FIRST, LATER),
        at=at(LATER),
    )
    data = {"events": [late.head]}
    yield vector(
        "attestation-by-thief-after-the-theft",
        attest(late, "countersigned", data, signers=[world.plain], prev=[late.head]),
        "an attestation refers to an event that was signed after its author's key was stolen",
        "proven ATTESTATION_SET_ASIDE",
        trust="timed-compromised",
        require="intact",
    )
