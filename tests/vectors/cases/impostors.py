"""Finding 6: who writes, receives, hides or states what is not his to: each attack of the log by name."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from tests.tools.bundles import Bundle, add_event, attest, make_bundle, stub
from tests.vectors.cases.times import EARLY, LATER, SOON, anchor, at, stamped
from tests.vectors.kept import KeptSigner
from tests.vectors.story import Renamed, Story, attestation_folder, custody_vector, head_folder, merge
from tests.vectors.vector import Vector
from tests.vectors.world import FIRST, World, vector


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    story = Story(world)
    yield from _recipients(world, story)
    yield from _former_holders(world, story)
    yield from _withdrawals(world, story)
    yield from _copies(world, story)
    yield from _stubs(world, story)
    yield from _places(world, story)
    yield from _replays(world)
    yield from _outputs(world)
    yield from _statements(world)
    yield from _thieves(world)


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
        story.receive(sent, Renamed("lawyer", world.stranger)),
        "the same, under the recipient's name",
        "undetermined (EVENT_SIGNER_UNKNOWN)",
    )
    yield custody_vector(
        "receipt-by-known-person-under-the-recipients-name",
        story.receive(sent, Renamed("lawyer", world.court)),
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


def _withdrawals(world: World, story: Story) -> Iterator[Vector]:
    sent, got = story.handed_over()
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


def _replays(world: World) -> Iterator[Vector]:
    base, plain = world.base, world.plain
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


def _thieves(world: World) -> Iterator[Vector]:
    base = world.base
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
