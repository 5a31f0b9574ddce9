"""Findings 5, 7 and 8: the seal, time, and who sealed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from custody.format.event import decode_proof, encode_proof
from tests.tools.bundles import Bundle, Files, add_event, make_bundle
from tests.vectors.vector import Vector
from tests.vectors.world import World, vector


def reproof(files: Files, folder: str, *, drop: str = "") -> Files:
    """Return the files with the proof of one event made anew, and a listed file dropped."""
    listed = decode_proof(files[f"{folder}/proof.sha256"], member="proof")
    digests = {
        name: hashlib.sha256(files[f"{folder}/{name}"]).hexdigest() if f"{folder}/{name}" in files else digest
        for name, digest in listed.items()
        if name != drop
    }
    return {**files, f"{folder}/proof.sha256": encode_proof(digests)}


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    base, hybrid = world.base, world.hybrid
    folder = base.path("event.json").rpartition("/")[0]
    yield vector(
        "seal-missing",
        {path: data for path, data in base.files.items() if not path.startswith("custody/log/")},
        "the log was removed",
        "refuted SEAL_MISSING",
        tags="audit",
    )
    yield from _malformed(base)
    stripped = hybrid.edit({hybrid.path("1.mldsa65"): None})
    yield vector(
        "seal-signature-stripped",
        stripped,
        "the post-quantum signature was removed",
        "refuted SEAL_SIGNATURE_MISSING",
        tags="audit",
    )
    again = Bundle.edit(hybrid, {hybrid.path("1.mldsa65"): None})
    rehashed = reproof(again.files, hybrid.path("x").rpartition("/")[0], drop="1.mldsa65")
    yield vector(
        "seal-signature-stripped-rewrapped",
        rehashed,
        "the same, and proof.sha256 made anew",
        "refuted SEAL_SIGNATURE_MISSING",
    )
    ed25519 = base.edit({base.path("1.sshsig"): None})
    yield vector(
        "seal-ed25519-stripped",
        ed25519,
        "the only signature was removed",
        "refuted SEAL_SIGNATURE_MISSING",
        tags="audit",
    )
    other = add_event(base, "fixity-checked", {"root": base.root, "result": "pass"}, signers=[world.plain])
    foreign = other.files[f"custody/log/{base.bundle_id}/00000001/1.sshsig"]
    moved = reproof(base.edit({base.path("1.sshsig"): foreign}).files, folder)
    yield vector(
        "seal-signature-of-another-event",
        moved,
        "the signature of another event of the same key",
        "refuted SEAL_SIGNATURE_WRONG",
        tags="audit",
    )
    key = world.stranger.identity
    swapped = make_bundle(signers=[world.stranger], name="swapped-key")
    line = swapped.files[swapped.path("1.ed25519.pub")]
    yield vector(
        "seal-key-file-swapped",
        base.edit({base.path("1.ed25519.pub"): line}),
        f"the key file of {key.name} in place of the sealer's",
        "refuted SEAL_MALFORMED",
        tags="audit",
    )
    short = make_bundle(signers=[world.sealer_short], name="short")
    yield vector(
        "seal-key-set-shortened",
        short,
        "the seal lists only one key of the trusted set",
        "undetermined SEALER_KEY_SET",
        tags="audit",
    )
    stranger = make_bundle(signers=[world.stranger], name="base")
    yield vector(
        "seal-by-stranger",
        stranger,
        "sealed anew by somebody whom the trust does not know",
        "undetermined SEALER_UNKNOWN",
    )
    named = make_bundle(signers=[_Named(world)], name="named")
    yield vector(
        "seal-name-borrowed",
        named,
        "a stranger's keys under the name of a trusted sealer",
        "undetermined SEALER_UNKNOWN",
    )
    yield vector("seal-trust-none", base, "nothing is trusted", "undetermined SEALER_UNKNOWN", trust="none")
    yield from _expected(world)
    yield from _trust(world)
    two = make_bundle(signers=[world.plain, world.sealer], name="two-sealers", actor="archive")
    yield vector("seal-two-signers", two, "two sealers signed", "proven SEALER_TRUSTED", tags="audit")
    half = make_bundle(signers=[world.plain, world.stranger], name="half-known", actor="archive")
    yield vector(
        "seal-second-signer-unknown", half, "one of two sealers is unknown", "undetermined SEALER_UNKNOWN"
    )
    yield from _two_seals(world)


class _Named:
    """The stranger's keys under the sealer's name."""

    def __init__(self, world: World) -> None:
        from custody.model.identity import Identity  # noqa: PLC0415

        self._stranger = world.stranger
        self.identity = Identity(name="archive", key_set=world.stranger.identity.key_set)
        self.sign = self._stranger.sign


def _malformed(base: Bundle) -> Iterator[Vector]:
    changes: dict[str, tuple[dict[str, bytes | None], str]] = {
        "event-changed": (
            {"event.json": base.files[base.path("event.json")].replace(b'"v":1', b'"v":1 ')},
            "event.json has another spelling",
        ),
        "event-missing": ({"event.json": None}, "event.json is missing"),
        "body-missing": ({"body.json": None}, "the body is missing"),
        "body-changed": (
            {"body.json": base.files[base.path("body.json")].replace(b"archive", b"archivd")},
            "the body names another actor",
        ),
        "proof-missing": ({"proof.sha256": None}, "proof.sha256 is missing"),
        "proof-changed": (
            {"proof.sha256": base.files[base.path("proof.sha256")].replace(b"  ", b" *")},
            "proof.sha256 has another spelling",
        ),
        "key-file-missing": ({"1.ed25519.pub": None}, "the public key of a signer is missing"),
        "signature-changed": (
            {"1.sshsig": base.files[base.path("1.sshsig")].replace(b"\n", b"\r\n")},
            "the signature has other line ends",
        ),
        "opening-swapped": (
            {"manifest.json": base.files[base.path("body.json")]},
            "the opening of another field",
        ),
        "opening-unnamed": (
            {"place.json": b'["' + b"0" * 64 + b'","event","place",{"country":"SY"}]'},
            "an opening that the body does not name",
        ),
        "second-signature": (
            {"2.sshsig": base.files[base.path("1.sshsig")]},
            "a signature file that proof.sha256 does not list",
        ),
    }
    for name, (change, comment) in changes.items():
        edited = base.edit({base.path(file): data for file, data in change.items()})
        yield vector(f"seal-{name}", edited, comment, "refuted SEAL_MALFORMED", tags="audit")
    version = base.edit(
        {base.path("event.json"): base.files[base.path("event.json")].replace(b'"v":1', b'"v":2')}
    )
    yield vector("seal-version", version, "event.json of a later version", "undetermined VERSION_UNKNOWN")


def _expected(world: World) -> Iterator[Vector]:
    base = world.base
    yield vector(
        "seal-expected",
        base,
        "the expected seal, nothing trusted: the content holds",
        "proven SEAL_EXPECTED",
        trust="none",
        require="intact",
        expect_seal=base.seal_id,
    )
    yield vector(
        "seal-expected-not-sealed-by",
        base,
        "an expected seal says nothing of who sealed",
        "undetermined SEALER_UNKNOWN",
        trust="none",
        require="sealed-by",
        expect_seal=base.seal_id,
    )
    yield vector(
        "seal-not-expected",
        base,
        "another seal is expected",
        "refuted SEAL_NOT_EXPECTED",
        expect_seal="0" * 64,
    )
    resealed = make_bundle(signers=[world.plain], name="base", fields={"case": {"title": "again"}})
    yield vector(
        "seal-replaced-by-sealer",
        resealed,
        "the sealer sealed the same files again",
        "refuted SEAL_NOT_EXPECTED",
        expect_seal=base.seal_id,
    )


def _trust(world: World) -> Iterator[Vector]:
    base = world.base
    yield vector(
        "sealer-without-role",
        base,
        "the signer is trusted as a holder only",
        "undetermined SEALER_ROLE",
        trust="holder-only",
    )
    yield vector(
        "sealer-key-expired",
        base,
        "the key ended before the moment of verification and nothing proves an earlier time",
        "undetermined SEALER_KEY_TIME",
        trust="expired",
    )
    yield vector(
        "sealer-key-not-yet", base, "the key starts later", "undetermined SEALER_KEY_TIME", trust="not-yet"
    )
    yield vector(
        "sealer-key-compromised",
        base,
        "the key was compromised and nothing proves an earlier signature",
        "undetermined SEALER_KEY_COMPROMISED",
        trust="compromised",
    )
    yield vector(
        "sealer-key-compromised-intact",
        base,
        "under an expected seal a compromised key leaves the content proven",
        "proven SEAL_EXPECTED",
        trust="compromised",
        require="intact",
        expect_seal=base.seal_id,
    )
    yield vector(
        "sealer-threshold",
        base,
        "the trust asks for two sealers",
        "undetermined SEALER_THRESHOLD",
        trust="two-sealers",
    )
    yield vector(
        "sealer-algorithm-ended",
        base,
        "Ed25519 ended before the moment of verification",
        "undetermined ALGORITHM_ENDED",
        trust="ed25519-ended",
    )


def _two_seals(world: World) -> Iterator[Vector]:
    base = world.base
    other = make_bundle(signers=[world.plain], name="second-seal")
    log = {path: data for path, data in other.files.items() if path.startswith("custody/log/")}
    yield vector(
        "seal-ambiguous", base.edit(log), "two seals of trusted sealers", "undetermined SEAL_AMBIGUOUS"
    )
    stranger = make_bundle(signers=[world.stranger], name="third-seal")
    log = {path: data for path, data in stranger.files.items() if path.startswith("custody/log/")}
    yield vector(
        "seal-second-by-stranger",
        base.edit(log),
        "a second seal, by a stranger, is set aside",
        "proven EVENT_OF_ANOTHER_BUNDLE",
    )
