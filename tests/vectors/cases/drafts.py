"""Drafts, signatures, events and stamps that somebody moves, swaps, strips or finishes with a stolen key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from attrs import evolve

from custody.format.event import encode_proof
from custody.model.identity import KeyAlgorithm
from custody.proof.signature import ATTESTATION_NAMESPACE, EVENT_NAMESPACE
from tests.tools.bundles import Bundle, Files, add_event, attest, make_bundle
from tests.tools.renewals import place_renewal, renewal_folder, renewal_text
from tests.vectors.cases.seals import reproof
from tests.vectors.cases.times import EARLY, SOON, at, stamped, with_stamp
from tests.vectors.kept import KeptSigner
from tests.vectors.story import CUSTODY, Story, attestation_folder, custody_vector, head_folder
from tests.vectors.vector import Vector
from tests.vectors.world import FIRST, STRONG, World, vector


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    yield from _drafts(world)
    yield from _vouched_drafts(world)
    yield from _signatures(world)
    yield from _exchanged_signatures(world)
    yield from _namespaces(world)
    yield from _transplants(world)
    yield from _lent_stamps(world)


def unsign(bundle: Bundle, *names: str) -> Bundle:
    """Return the bundle with its last event as a draft: these signatures gone, and from its proof too."""
    folder = head_folder(bundle)
    files = bundle.edit({f"{folder}/{name}": None for name in names}).files
    for name in names:
        files = reproof(files, folder, drop=name)
    return evolve(bundle, files=files, head=hashlib.sha256(files[f"{folder}/proof.sha256"]).hexdigest())


def stamps_of(bundle: Bundle, folder: str) -> Files:
    """Return the stamps over an event, by path."""
    return {path: data for path, data in bundle.files.items() if path.startswith(f"{folder}/stamps/")}


def _drafts(world: World) -> Iterator[Vector]:
    story = Story(world)
    stolen = {"require": CUSTODY, "trust": "timed-compromised"}
    base = stamped(world.base, FIRST, EARLY)
    signed = story.fixity(base, world.plain)
    folder = head_folder(signed)
    draft = unsign(signed, "1.sshsig")
    yield vector(
        "draft-unsigned",
        draft,
        "a draft that nobody signed lies in the log; it is set aside",
        "proven EVENT_SIGNATURE_MISSING",
        **stolen,
    )
    old = stamped(draft, FIRST, SOON, folder=folder)
    finished = signed.edit(dict(stamps_of(old, folder)))
    yield vector(
        "draft-stamped-then-signed-by-thief",
        finished,
        "a draft was stamped; a thief signs it and keeps the old stamp, which dates no signature",
        "undetermined EVENT_KEY_TIME",
        **stolen,
    )
    yield vector(
        "draft-stamp-proves-nothing",
        finished,
        "the stamp over the draft is no stamp over the signed event",
        "undetermined (STAMP_INVALID)",
        **stolen,
    )
    yield vector(
        "draft-signed-in-time",
        stamped(signed, FIRST, SOON, folder=folder),
        "the same event, signed before it was stamped, and stamped before the theft",
        "proven LOG_UNBROKEN",
        **stolen,
    )
    yield vector(
        "draft-proof-kept-by-thief",
        old.edit({f"{folder}/1.sshsig": signed.files[f"{folder}/1.sshsig"]}),
        "the thief keeps the draft's proof.sha256, so that its stamp holds: no signature is listed there",
        "proven EVENT_MALFORMED",
        **stolen,
    )


def _vouched_drafts(world: World) -> Iterator[Vector]:
    stolen = {"require": CUSTODY, "trust": "timed-compromised"}
    base = stamped(world.base, FIRST, EARLY)
    signed = Story(world).fixity(base, world.plain)
    folder = head_folder(signed)
    draft = unsign(signed, "1.sshsig")
    said = attest(draft, "countersigned", {"events": [draft.head]}, signers=[world.court], prev=[draft.head])
    beside = attestation_folder(said)
    vouched = stamped(said, FIRST, SOON, folder=beside)
    yield vector(
        "draft-attested-then-signed-by-thief",
        vouched.edit({path: data for path, data in signed.files.items() if path.startswith(folder)}),
        "an attestation of the draft was stamped: the signed event has another id",
        "undetermined EVENT_KEY_TIME",
        **stolen,
    )
    renewed = stamped_renewal(draft)
    yield vector(
        "draft-renewed-then-signed-by-thief",
        renewed.edit({path: data for path, data in signed.files.items() if path.startswith(folder)}),
        "a renewal with lines for the draft says nothing of the signed event",
        "undetermined EVENT_KEY_TIME",
        **stolen,
    )
    yield from _cosigned_draft(world, base)


def stamped_renewal(bundle: Bundle) -> Bundle:
    """Return the bundle renewed under SHA-512 and stamped by an authority that outlives SHA-256."""
    text = renewal_text(bundle)
    token = STRONG.stamp(text, at=at(SOON), hash="sha512")
    return with_stamp(place_renewal(bundle, text), token, folder=renewal_folder(text))


def _cosigned_draft(world: World, base: Bundle) -> Iterator[Vector]:
    """Yield the attack on a draft whose cosigner signed, and whose actor never did."""
    erased = add_event(
        base,
        "erased",
        {"leaves": [2], "ground": "consent withdrawn"},
        signers=[world.plain, world.approver],
        actor="archive",
    )
    folder = head_folder(erased)
    draft = stamped(unsign(erased, "2.sshsig"), FIRST, SOON, folder=folder)
    yield custody_vector(
        "draft-cosigned-unsigned",
        draft,
        "a cosigner signed a draft that the holder never signed",
        "proven EVENT_SIGNATURE_MISSING",
        trust="timed-compromised",
    )
    yield custody_vector(
        "draft-cosigned-then-signed-by-thief",
        erased.edit(dict(stamps_of(draft, folder))),
        "a thief of the holder's key finishes an old draft that the approver had signed and had stamped",
        "undetermined EVENT_KEY_TIME",
        trust="timed-compromised",
    )


def _signatures(world: World) -> Iterator[Vector]:
    story = Story(world)
    hybrid = story.fixity(world.hybrid, world.sealer)
    folder = head_folder(hybrid)
    lattice, key = f"{folder}/1.mldsa65", f"{folder}/1.mldsa65.der"
    yield custody_vector(
        "event-lattice-signature-stripped",
        hybrid.edit({lattice: None}),
        "the post-quantum signature of an event was removed",
        "proven EVENT_SIGNATURE_MISSING",
    )
    bare = unsign(hybrid, "1.mldsa65")
    yield custody_vector(
        "event-lattice-signature-stripped-from-proof",
        bare,
        "the same, and its line in proof.sha256",
        "proven EVENT_SIGNATURE_MISSING",
    )
    yield custody_vector(
        "event-lattice-key-stripped",
        bare.edit({key: None}),
        "the same, and the key's file",
        "proven EVENT_MALFORMED",
    )
    yield custody_vector(
        "event-on-stripped",
        story.fixity(bare, world.sealer),
        "the holder continued an event whose post-quantum signature was stripped",
        "undetermined SET_ASIDE_IN_PAST",
    )


def _exchanged_signatures(world: World) -> Iterator[Vector]:
    story = Story(world)
    first = story.fixity(world.base, world.plain)
    second = story.fixity(first, world.plain, name="second")
    one, two = head_folder(first), head_folder(second)
    names = ("1.sshsig", "1.ed25519.pub")
    swapped = second.edit(
        {f"{a}/{name}": second.files[f"{b}/{name}"] for a, b in ((one, two), (two, one)) for name in names}
    )
    yield custody_vector(
        "event-signatures-swapped", swapped, "two events exchanged their signatures", "proven EVENT_MALFORMED"
    )
    yield custody_vector(
        "event-signatures-swapped-reproved",
        reproof(reproof(swapped.files, one), two),
        "the same, and each proof.sha256 made anew",
        "proven EVENT_SIGNATURE_WRONG",
    )
    foreign = story.fixity(world.base, world.court)
    yield custody_vector(
        "event-signature-set-of-another-signer",
        reproof(first.edit({f"{one}/{name}": foreign.files[f"{one}/{name}"] for name in names}).files, one),
        "signature and key of another person under an event",
        "proven EVENT_MALFORMED",
    )
    yield custody_vector(
        "event-proof-of-another",
        second.edit({f"{two}/proof.sha256": second.files[f"{one}/proof.sha256"]}),
        "an event with the proof.sha256 of another one",
        "proven EVENT_MALFORMED",
    )


def resign(files: Files, folder: str, signer: KeptSigner, namespace: str) -> Files:
    """Return the files with one statement signed for a namespace, and its proof made anew."""
    event = files[f"{folder}/event.json"]
    made = {
        f"1.{one.suffix}": one.data
        for one in signer.sign(event, namespace)
        if one.algorithm is KeyAlgorithm.ED25519
    }
    listed = {"event.json": event, **made}
    proof = encode_proof({name: hashlib.sha256(data).hexdigest() for name, data in listed.items()})
    return {
        **files,
        **{f"{folder}/{name}": data for name, data in made.items()},
        f"{folder}/proof.sha256": proof,
    }


def _namespaces(world: World) -> Iterator[Vector]:
    story = Story(world)
    base, plain = world.base, world.plain
    checked = story.fixity(base, plain)
    folder = head_folder(checked)
    yield custody_vector(
        "event-signed-as-attestation",
        resign(checked.files, folder, plain, ATTESTATION_NAMESPACE),
        "a signature made for an attestation stands under an event",
        "proven EVENT_SIGNATURE_WRONG",
    )
    yield custody_vector(
        "event-signed-as-file",
        resign(checked.files, folder, plain, "file"),
        "a signature made by ssh-keygen for a file stands under an event",
        "proven EVENT_SIGNATURE_WRONG",
    )
    said = attest(
        base, "countersigned", {"events": [base.seal_id]}, signers=[world.court], prev=[base.seal_id]
    )
    beside = attestation_folder(said)
    moved = resign(said.files, beside, world.court, EVENT_NAMESPACE)
    place = f"custody/attestations/{hashlib.sha256(moved[f'{beside}/proof.sha256']).hexdigest()}"
    yield custody_vector(
        "attestation-signed-as-event",
        {path.replace(beside, place): data for path, data in moved.items()},
        "a signature made for an event stands under an attestation",
        "proven ATTESTATION_SET_ASIDE",
    )


def _transplants(world: World) -> Iterator[Vector]:
    story = Story(world)
    base, plain = world.base, world.plain
    _, copy = story.copy()
    other = story.fixity(copy, world.court)
    names = {path.rpartition("/")[2]: path for path in other.files if path.startswith(head_folder(other))}
    moved = f"custody/log/{base.bundle_id}/00000002"
    yield custody_vector(
        "event-of-another-holding",
        copy.edit({f"{moved}/{name}": other.files[path] for name, path in names.items()}),
        "an event of another holding lies in this one",
        "proven EVENT_MALFORMED",
    )
    twin = story.fixity(make_bundle(signers=[plain], name="twin"), plain)
    alien = f"custody/log/{twin.bundle_id}/00000001"
    here = f"custody/log/{base.bundle_id}/00000001"
    renamed = {path.replace(alien, here): data for path, data in twin.files.items() if alien in path}
    event = renamed[f"{here}/event.json"]
    event = event.replace(twin.bundle_id.encode(), base.bundle_id.encode())
    event = event.replace(twin.seal_id.encode(), base.seal_id.encode())
    relabelled = reproof(base.edit({**renamed, f"{here}/event.json": event}).files, here)
    yield custody_vector(
        "event-of-another-bundle-relabelled",
        relabelled,
        "an event of another bundle with this bundle's ids in its statement: nobody signed that",
        "proven EVENT_SIGNATURE_WRONG",
    )


def _lent_stamps(world: World) -> Iterator[Vector]:
    story = Story(world)
    base, plain = world.base, world.plain
    twin = story.fixity(make_bundle(signers=[plain], name="twin"), plain)
    first = story.fixity(stamped(base, FIRST, EARLY), plain)
    second = story.fixity(first, plain, name="second")
    one, two = head_folder(first), head_folder(second)
    early = stamped(second, FIRST, SOON, folder=one)
    lent = {path.replace(one, two): data for path, data in stamps_of(early, one).items()}
    yield custody_vector(
        "stamp-of-another-event",
        early.edit(dict(lent)),
        "a stamp over one event, copied to a later one, does not date it",
        "undetermined EVENT_KEY_TIME",
        trust="timed-compromised",
    )
    foreign = stamped(twin, FIRST, SOON, folder=head_folder(twin))
    borrowed = {
        f"{one}/stamps/{path.split('/stamps/')[1]}": data
        for path, data in stamps_of(foreign, head_folder(twin)).items()
    }
    yield custody_vector(
        "stamp-of-another-bundles-event",
        first.edit(dict(borrowed)),
        "a stamp over an event of another bundle does not date this one",
        "undetermined EVENT_KEY_TIME",
        trust="timed-compromised",
    )
