"""Decoys, borrowed parts and stripped ones: what somebody adds or exchanges must neither prove nor harm."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from attrs import evolve

from custody.format.bag import ITEMS_PATH, VERIFY_PATH
from custody.model.identity import KeyAlgorithm
from tests.tools.bundles import (
    add_event,
    attest,
    make_bundle,
    make_part,
    reduce_items,
    reduce_line,
    stub,
)
from tests.tools.forging import BOTH, forge_seal
from tests.vectors.cases.seals import reproof
from tests.vectors.story import Story, custody_vector
from tests.vectors.vector import Vector
from tests.vectors.world import World, restamped, vector

ALL = 1023
MIB = 1024 * 1024


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    story = Story(world)
    yield from _strange_files(world, story)
    yield from _long_files(world, story)
    yield from _zips(world)
    yield from _decoys(world, story)
    yield from _keys(world)
    yield from _algorithms(world, story)
    yield from _meddlers(world, story)
    yield from _parts(world)


def _strange_files(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    checked = story.fixity(base, world.plain)
    folder = f"custody/log/{base.bundle_id}/00000001"
    said = attest(
        base, "countersigned", {"events": [base.seal_id]}, signers=[world.court], prev=[base.seal_id]
    )
    beside = next(path for path in said.files if path.startswith("custody/attestations/")).rpartition("/")[0]
    digest = hashlib.sha256(b"").hexdigest()
    files = {
        "event-file-in-folder": (checked, f"{folder}/sub/readme.txt", "in a folder in an event's folder"),
        "event-file-stamps": (checked, f"{folder}/stamps", "named stamps, where a folder would stand"),
        "event-file-anchors": (checked, f"{folder}/anchors", "named anchors, where a folder would stand"),
        "attestation-file-unknown": (said, f"{beside}/readme.txt", "in an attestation's folder"),
        "renewal-file-unknown": (base, f"custody/renewals/{digest}/readme.txt", "in a renewal's folder"),
    }
    for name, (bundle, path, where) in files.items():
        yield vector(
            name,
            bundle.edit({path: b"x"}),
            f"an unknown file {where} is set aside",
            "proven EVENT_FILE_UNKNOWN",
        )
    yield vector(
        "time-stamp-folder-as-file",
        base.edit({base.path(f"stamps/{digest}"): b""}),
        "a file where the folder of a stamp would stand is set aside",
        "proven STAMP_SET_ASIDE",
    )
    yield vector(
        "event-link",
        checked,
        "a link in the folder of an event is set aside",
        "proven NOT_A_FILE",
        links=(f"{folder}/link event.json",),
    )
    yield vector(
        "seal-link",
        checked,
        "a link in the folder of the seal",
        "refuted NOT_A_FILE",
        links=(f"{base.path('link')} event.json",),
    )
    yield vector(
        "seal-stamp-link",
        base.edit({base.path(f"stamps/{digest}/stamp.tst"): b""}),
        "a link under the stamps of the seal is set aside",
        "proven NOT_A_FILE",
        links=(f"{base.path('stamps/link')} event.json",),
    )


def _long_files(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    long = bytes(MIB + 1)
    checked = story.fixity(base, world.plain)
    folder = f"custody/log/{base.bundle_id}/00000001"
    yield custody_vector(
        "event-too-long",
        checked.edit({f"{folder}/note.json": long}),
        "an event with a file of more than 1 MiB is set aside",
        "proven LIMIT_EXCEEDED",
    )
    yield custody_vector(
        "event-unknown-file-long",
        checked.edit({f"{folder}/readme.bin": long}),
        "an unknown file of any length is set aside alone",
        "proven EVENT_FILE_UNKNOWN",
    )
    yield vector(
        "seal-too-long",
        base.edit({base.path("note.json"): long}),
        "a seal with a file of more than 1 MiB",
        "undetermined LIMIT_EXCEEDED",
    )
    yield vector(
        "verify-txt-too-long",
        base.edit({VERIFY_PATH: base.files[VERIFY_PATH] + long}),
        "instructions that go on for more than 1 MiB are changed ones",
        "refuted VERIFY_TXT_CHANGED",
    )
    yield vector(
        "bagit-txt-too-long",
        base.edit({"bagit.txt": base.files["bagit.txt"] + long}),
        "a longer bagit.txt is a changed one",
        "undetermined PACKAGING_CHANGED",
    )
    yield vector(
        "manifest-no-last-line-feed",
        base.edit({"manifest-sha256.txt": base.files["manifest-sha256.txt"][:-1]}),
        "the manifest without its last line feed is a changed one",
        "undetermined PACKAGING_CHANGED",
    )
    yield vector(
        "manifest-line-too-long",
        base.edit({"manifest-sha256.txt": long}),
        "a manifest of one long line is a changed one",
        "undetermined PACKAGING_CHANGED",
    )


def _zips(world: World) -> Iterator[Vector]:
    base = world.base
    for name, path in {
        "zip-crc-wrong-seal": base.path("event.json"),
        "zip-crc-wrong-manifest": "manifest-sha256.txt",
        "zip-crc-wrong-items": ITEMS_PATH,
        "zip-crc-wrong-verify-txt": VERIFY_PATH,
    }.items():
        sound = vector(
            name,
            base,
            f"the zip states another checksum of {path.rpartition('/')[2]}",
            "refuted ZIP_CONTRADICTION",
            form="zip",
            require="intact",
        )
        yield evolve(sound, body=restamped(sound.body, path))


def _decoys(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    borrowed = {f"custody/log/{'0' * 32}/00000000/proof.sha256": base.files[base.path("proof.sha256")]}
    yield vector(
        "seal-expected-decoy",
        base.edit(borrowed),
        "the expected seal's proof lies in another folder too",
        "proven SEAL_EXPECTED",
        trust="none",
        require="intact",
        expect_seal=base.seal_id,
    )
    yield vector(
        "seal-decoy",
        base.edit({f"custody/log/{'0' * 32}/00000000/event.json": b"{}"}),
        "a folder that is no seal stands where one would",
        "proven SEAL_SIGNED",
        require="sealed-by",
    )
    checked = story.fixity(base, world.plain)
    yield vector(
        "seal-expected-other-event",
        checked,
        "the expected id is of another event of the same sealer",
        "refuted SEAL_NOT_EXPECTED",
        expect_seal=checked.head,
    )
    draft = reproof(
        base.edit({base.path("1.sshsig"): None}).files, base.path("").rstrip("/"), drop="1.sshsig"
    )
    yield vector("seal-unsigned-draft", draft, "a draft that nobody signed", "refuted SEAL_SIGNATURE_MISSING")
    seal = {path.rpartition("/")[2]: data for path, data in base.files.items() if "/00000000/" in path}
    inside = {f"custody/log/{'1' * 32}/00000000/{name}": data for name, data in seal.items()}
    yield custody_vector(
        "seal-copied",
        base.edit(inside),
        "the seal stands in a second holding too: that copy is set aside",
        "proven EVENT_MALFORMED",
    )
    second = add_event(
        base,
        "sealed",
        {
            "root": base.root,
            "items": 3,
            "item_format": "custody/item/1",
            "hash": "sha256",
            "padding": False,
            "verify_txt": 1,
        },
        signers=[world.plain],
        prev=(),
        holding="1" * 32,
        seq=0,
    )
    yield custody_vector(
        "seal-second-in-other-holding",
        second,
        "a second seal of this bundle in another holding is set aside",
        "proven HOLDING_WRONG",
    )
    twin = make_bundle(signers=[world.plain], name="twin")
    own = {path: data for path, data in twin.files.items() if path.startswith("custody/log/")}
    folder = f"custody/log/{twin.bundle_id}/00000000"
    yield vector(
        "stub-of-another-bundle",
        stub(base.edit(own).files, folder),
        "a stub of another bundle hides nothing of this one",
        "proven EVENT_OF_ANOTHER_BUNDLE",
        require="complete",
    )
    said = attest(
        base,
        "fixity-checked",
        {"root": base.root, "result": "pass"},
        signers=[world.plain],
        prev=[base.seal_id],
    )
    names = {path.rpartition("/")[2]: data for path, data in said.files.items() if "/attestations/" in path}
    yield custody_vector(
        "event-from-attestation",
        base.edit({f"custody/log/{base.bundle_id}/00000001/{name}": data for name, data in names.items()}),
        "an attestation in the place of an event is set aside",
        "proven EVENT_MALFORMED",
    )
    event = {path.rpartition("/")[2]: data for path, data in checked.files.items() if "/00000001/" in path}
    yield custody_vector(
        "attestation-from-event",
        base.edit({f"custody/attestations/{checked.head}/{name}": data for name, data in event.items()}),
        "an event in the place of an attestation is set aside",
        "proven ATTESTATION_SET_ASIDE",
    )


def _keys(world: World) -> Iterator[Vector]:
    hybrid = world.hybrid
    sealer, plain = world.sealer, world.plain
    ids = {key.algorithm: key.key_id for key in sealer.identity.key_set.keys}

    def lattice_alone(body: dict[str, Any]) -> None:
        body["signers"][0]["keys"] = [ids[KeyAlgorithm.MLDSA65]]

    def twice(body: dict[str, Any]) -> None:
        body["signers"].append({"identity": "second", "keys": body["signers"][0]["keys"]})

    def two_names(body: dict[str, Any]) -> None:
        first, second = sorted(ids.values())
        body["signers"] = [{"identity": "second", "keys": [first]}, {"identity": "sealer", "keys": [second]}]
        body["signers"].sort(key=lambda signer: str(signer["identity"]))

    yield vector(
        "seal-key-set-without-ed25519",
        forge_seal(hybrid, lattice_alone, [(1, sealer, frozenset({KeyAlgorithm.MLDSA65}))]),
        "a signer with an ML-DSA-65 key alone: no key set",
        "refuted SEAL_MALFORMED",
    )
    yield vector(
        "seal-key-under-two-names",
        forge_seal(world.base, twice, [(1, plain, BOTH), (2, plain, BOTH)]),
        "one key under two names does not count as two signers",
        "refuted SEAL_MALFORMED",
    )
    first = 1 if min(ids.values()) == ids[KeyAlgorithm.ED25519] else 2
    places = {KeyAlgorithm.ED25519: 3 - first, KeyAlgorithm.MLDSA65: first}
    yield vector(
        "seal-key-set-split",
        forge_seal(
            hybrid,
            two_names,
            [(place, sealer, frozenset({one})) for one, place in sorted(places.items(), key=str)],
        ),
        "one key set split into two signers",
        "refuted SEAL_MALFORMED",
    )
    both = make_bundle(signers=[plain, world.heir], name="one-identity-twice", actor="archive")
    yield vector(
        "sealer-threshold-by-one",
        both,
        "two key sets of one identity are one sealer where two are needed",
        "undetermined SEALER_THRESHOLD",
        trust="two-sets",
    )


def _algorithms(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    ended = {"trust": "ed25519-ended"}
    yield vector(
        "sealer-algorithm-hybrid",
        world.hybrid,
        "Ed25519 ended, and the ML-DSA-65 signature still stands",
        "proven SEALER_TRUSTED",
        **ended,
    )
    yield vector(
        "seal-expected-algorithm-ended",
        base,
        "the end of a signature's algorithm leaves the content of an expected seal proven",
        "proven SEAL_EXPECTED",
        require="intact",
        expect_seal=base.seal_id,
        **ended,
    )
    yield vector(
        "seal-expected-hash-ended",
        base,
        "the end of SHA-256 does not: the seal's id rests on it",
        "undetermined ALGORITHM_ENDED",
        require="intact",
        expect_seal=base.seal_id,
        trust="sha256-ended",
    )
    yield custody_vector(
        "event-algorithm-ended",
        story.fixity(world.hybrid, world.plain, actor="archive"),
        "an event that only an ended algorithm signed, not by the holder",
        "proven NOT_THE_HOLDER",
        **ended,
    )
    sent = story.release(world.hybrid, world.sealer, world.lawyer)
    yield custody_vector(
        "event-algorithm-ended-in-past",
        story.receive(sent, world.lawyer),
        "the receipt was signed by an ended algorithm alone",
        "undetermined EVENT_ALGORITHM_ENDED",
        **ended,
    )
    checked = story.fixity(base, world.plain)
    _, part = make_part(checked, [ALL, 0, 0], signers=[world.plain], to=world.lawyer)
    yield vector(
        "part-algorithm-ended",
        part,
        "a disclosure signed by an ended algorithm alone accounts for nothing",
        "undetermined WITHHELD_UNATTRIBUTED",
        require="intact",
        expect_seal=base.seal_id,
        **ended,
    )
    yield vector(
        "part-algorithm-ended-nobody-trusted",
        part,
        "the same, where the trust knows nobody",
        "undetermined WITHHELD_UNATTRIBUTED",
        require="intact",
        expect_seal=base.seal_id,
        trust="nobody-ed25519-ended",
    )


def _meddlers(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    sent = story.release(base, world.plain, world.lawyer)
    got = story.receive(sent, world.lawyer)
    copied = add_event(base, "copied", {"to": world.party(world.court)}, signers=[world.plain])
    copy = add_event(
        copied, "copy-received", {"root": base.root, "result": "pass"}, signers=[world.court], opens=True
    )
    both = story.release(evolve(copied, files=copy.files), world.plain, world.lawyer)
    received = story.receive(both, world.lawyer)
    meddled = story.withdraw(evolve(copy, files=received.files), world.court, both.head)
    yield custody_vector(
        "dispute-by-somebody-else", meddled, "somebody else cannot withdraw a release", "proven LOG_UNBROKEN"
    )
    wrong = add_event(
        copied, "copy-received", {"root": base.root, "result": "pass"}, signers=[world.lawyer], opens=True
    )
    yield custody_vector(
        "holding-nobody-gave",
        story.fixity(wrong, world.lawyer),
        "nobody writes in a holding that was opened by the wrong person",
        "proven HOLDING_WRONG",
    )
    far = story.fixity(base, world.court, prev=["5" * 64], seq=5)
    yield custody_vector(
        "event-later-not-the-holder",
        far,
        "a later event of this holding by somebody who does not hold it",
        "proven NOT_THE_HOLDER",
    )
    derived = {"inputs": [3], "outputs": [9], "bundle": "1" * 32, "seal": "2" * 64}
    yield custody_vector(
        "event-input-unknown",
        add_event(base, "derived", derived, signers=[world.plain]),
        "an event about an input that does not exist",
        "proven ITEM_UNKNOWN",
    )
    yield custody_vector(
        "event-output-elsewhere",
        add_event(base, "derived", {**derived, "inputs": [2]}, signers=[world.plain]),
        "outputs in another bundle are counted there",
        "proven LOG_UNBROKEN",
    )
    echo = add_event(
        evolve(copy, files=copy.files),
        "fixity-checked",
        {"root": base.root, "result": "pass"},
        signers=[world.court],
        seed=f"{base.bundle_id}/echo",
    )
    echoed = add_event(
        evolve(copied, files=echo.files),
        "fixity-checked",
        {"root": base.root, "result": "pass"},
        signers=[world.plain],
        seed=f"{base.bundle_id}/echo",
    )
    yield custody_vector(
        "event-commitments-echoed",
        echoed,
        "commitments that somebody repeats in another holding harm nobody",
        "proven LOG_UNBROKEN",
    )
    junk = story.fixity(got, world.stranger)
    yield custody_vector(
        "head-before-set-aside",
        story.fixity(junk, world.lawyer),
        "a past goes on through an event that is set aside",
        "undetermined SET_ASIDE_IN_PAST",
    )


def _parts(world: World) -> Iterator[Vector]:
    base = world.base
    data = {"leaves": [2], "ground": "consent withdrawn"}
    erased = add_event(base, "erased", data, signers=[world.plain, world.approver], actor="archive")
    files = reduce_items(erased.files, base.bundle_id, [ALL, ALL, 0b101])
    files.pop(base.path("manifest.json"))
    yield vector(
        "erased-partly",
        evolve(erased, files=files).rewrap(),
        "some fields of an erased item are still open",
        "proven ERASURE_ATTRIBUTED",
    )
    gone = evolve(erased, files=reduce_items(erased.files, base.bundle_id, [ALL, ALL, 0])).rewrap()
    yield vector(
        "erased-manifest-left",
        gone,
        "after an erasure the seal's manifest, left open, is not compared",
        "proven ERASURE_ATTRIBUTED",
    )
    yield vector(
        "erased-key-time-manifest-left",
        gone,
        "the same where the holder's key is in doubt",
        "undetermined WITHHELD_UNATTRIBUTED",
        trust="expired",
        require="intact",
        expect_seal=base.seal_id,
    )
    checked = add_event(base, "fixity-checked", {"root": base.root, "result": "pass"}, signers=[world.plain])
    _, witnessed = make_part(
        checked, [ALL, 0, 0], signers=[world.plain, world.approver], to=world.lawyer, actor="archive"
    )
    yield vector(
        "part-cosigned",
        witnessed,
        "a disclosure by the holder that an approver cosigned",
        "proven PART_ATTRIBUTED",
    )
    _, part = make_part(checked, [ALL, 0, 0], signers=[world.plain], to=world.lawyer)
    yield vector(
        "part-seal-stubbed",
        stub(part.files, base.path("").rstrip("/")),
        "a part whose seal is closed",
        "refuted SEAL_MALFORMED",
    )
    yield vector(
        "part-seal-doubted",
        part,
        "under an expected seal a part still rests on the holder's key, which ended",
        "undetermined WITHHELD_UNATTRIBUTED",
        trust="expired",
        require="intact",
        expect_seal=base.seal_id,
    )
    stranger = add_event(
        base, "fixity-checked", {"root": base.root, "result": "pass"}, signers=[world.stranger]
    )
    folder = f"custody/log/{base.bundle_id}/00000001"
    _, after = make_part(stranger, [ALL, 0, 0], signers=[world.plain], to=world.lawyer, unlisted=[folder])
    yield vector(
        "part-past-set-aside",
        after,
        "an event that is set aside in the past of a disclosure is not looked at",
        "proven PART_ATTRIBUTED",
        require="intact",
    )
    first, _ = make_part(checked, [ALL, 0, 0], signers=[world.plain], to=world.lawyer)
    cut = evolve(first, files=reduce_items(first.files, base.bundle_id, [ALL, 0, 0]))
    yield vector(
        "part-from-whole-manifest-left",
        cut.rewrap(),
        "a whole cut down to its last disclosure, the seal's manifest left open",
        "refuted MANIFEST_MISMATCH",
    )
    lines = part.files[ITEMS_PATH].splitlines()
    lines[0] = reduce_line(lines[0], ALL & ~8, part.bundle_id, 0)
    less = part.edit({ITEMS_PATH: b"".join(line + b"\n" for line in lines)}).rewrap()
    yield vector(
        "part-less-than-disclosed",
        less,
        "less is open than the disclosure lists",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
