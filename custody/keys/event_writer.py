"""The files of one event, as bytes by name: statement, openings, signatures, keys, proof (DESIGN, "Events").

Nothing is written here, and clock and randomness are arguments: the seal, the verbs of the log and the
generator of test vectors all assemble their events with this one function.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, field, frozen

from custody.errors import FormatError, LimitError, SignerError, UsageError
from custody.format.canonical import JSONInput
from custody.format.event import (
    TAG_ATTESTATION,
    TAG_EVENT,
    commitment_of,
    decode_body,
    decode_opening,
    decode_statement,
    encode_body,
    encode_opening,
    encode_proof,
    encode_statement,
)
from custody.format.event_fields import EVENT_FIELDS
from custody.format.limits import ANCHORS
from custody.keys.signer import Signer
from custody.model.event import Body, ListedSigner, Statement, event_id_of
from custody.model.identity import Identity
from custody.proof.holding import holding_id_of
from custody.proof.rfc3161.token import decode_token
from custody.proof.signature import (
    ATTESTATION_NAMESPACE,
    EVENT_NAMESPACE,
    PUBLIC_KEY_SUFFIXES,
    encode_public_key,
)

SALT_BYTES: Final = 32

Randomness = Callable[[int], bytes]
"""Gives so many bytes from the system's generator; an argument, so that test vectors can be remade."""


@frozen(kw_only=True)
class EventFiles:
    """An assembled event.

    Attributes:
        files: name inside the event's folder to bytes.
        event_id: SHA-256 of `proof.sha256`, 64 hex digits.
    """

    files: Mapping[str, bytes] = field(repr=False)
    event_id: str


def sorted_signers(signers: Sequence[Signer]) -> tuple[Signer, ...]:
    """Return the signers as a body lists them: ascending by identity, each identity and each key once.

    Raises:
        UsageError: none, or an identity or a key twice.
    """
    _sorted([signer.identity for signer in signers])
    return tuple(sorted(signers, key=lambda signer: signer.identity.name))


def _sorted(parties: Sequence[Identity]) -> tuple[Identity, ...]:
    ordered = tuple(sorted(parties, key=lambda identity: identity.name))
    names = [identity.name for identity in ordered]
    keys = [key_id for identity in ordered for key_id in identity.key_set.key_ids]
    if not ordered:
        raise UsageError("signers: expected at least one, found none")
    if len(set(names)) != len(names) or len(set(keys)) != len(keys):
        raise UsageError("signers: expected each identity and each key once, found one twice")
    return ordered


def list_parties(parties: Sequence[Identity]) -> tuple[ListedSigner, ...]:
    """Return identities as a body lists its signers.

    Raises:
        UsageError: none, or an identity or a key twice.
    """
    return tuple(
        ListedSigner(claimed_identity=identity.name, key_ids=identity.key_set.key_ids)
        for identity in _sorted(parties)
    )


def anchors_by_digest(tokens: Sequence[bytes]) -> dict[str, bytes]:
    """Return tokens as a body lists them: ascending by their SHA-256, each once.

    Raises:
        LimitError: more, or larger ones, than an event may embed.
        BundleError: one is no timestamp token; whether it holds is for whoever fetched it.
    """
    found = {hashlib.sha256(token).hexdigest(): token for token in tokens}
    if len(found) > ANCHORS:
        raise LimitError("anchors", limit="ANCHORS", maximum=ANCHORS, value=len(found))
    for token in tokens:
        decode_token(token)
    return dict(sorted(found.items()))


def assemble_event(
    statement: Statement,
    body: Body,
    fields: Mapping[str, JSONInput],
    signers: Sequence[Signer],
    randomness: Randomness,
    *,
    attestation: bool = False,
    anchors: Mapping[str, bytes] | None = None,
) -> EventFiles:
    """Assemble an event or an attestation whose signers are all here; see `compose_event`.

    Args:
        statement: bundle, holding, seq and prev; its commitments are replaced.
        body: type, actor, time, anchors and data; its signers and its names of fields are replaced.
        fields: values of the other fields that are not null.
        signers: in any order; the actor signs last.
        randomness: gives the salts.
        attestation: whether it is an attestation: no holding, another tag and namespace.
        anchors: the anchors' tokens by their SHA-256, as the body lists them.

    Raises:
        UsageError: a value that the format does not have, or signers without the actor.
        SignerError: a signer did not sign with every key of its set.
    """
    parties = [signer.identity for signer in signers]
    files = compose_event(
        statement, body, fields, parties, randomness, attestation=attestation, anchors=anchors
    )
    signed = sign_event(files, signers, actor=body.actor, attestation=attestation)
    return complete_event(files, signed)


def compose_event(
    statement: Statement,
    body: Body,
    fields: Mapping[str, JSONInput],
    parties: Sequence[Identity],
    randomness: Randomness,
    *,
    attestation: bool = False,
    anchors: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Compose an event that nobody has signed yet: statement, openings, anchors and public keys.

    Everything is read back with the strict readers before anybody signs: no malformed event is ever signed.

    Args:
        statement: bundle, holding, seq and prev; its commitments are replaced. An empty holding stands for
            the one that this event opens: its id is derived.
        body: type, actor, time, anchors and data; its signers and its names of fields are replaced.
        fields: values of the other fields that are not null.
        parties: who is to sign, in any order.
        randomness: gives the salts.
        attestation: whether it is an attestation: no holding, another tag and namespace.
        anchors: the anchors' tokens by their SHA-256, as the body lists them.

    Returns:
        Name inside the event's folder to bytes.

    Raises:
        UsageError: a value that the format does not have, or signers without the actor.
    """
    tag = TAG_ATTESTATION if attestation else TAG_EVENT
    given: dict[str, Any] = {name: fields[name] for name in EVENT_FIELDS[1:] if fields.get(name) is not None}
    if not fields.keys() <= set(EVENT_FIELDS[1:]):
        raise UsageError("event: expected only fields that the format names, found another one")
    full = evolve(body, signers=list_parties(parties), fields=tuple(given))
    values: dict[str, Any] = {"body": encode_body(full), **given}
    openings = {
        name: encode_opening(name, randomness(SALT_BYTES), values.get(name), tag=tag) for name in EVENT_FIELDS
    }
    commitments = tuple(commitment_of(openings[name]) for name in EVENT_FIELDS)
    holding = statement.holding
    if not holding and not attestation:
        holding = holding_id_of(statement.prev, commitments)
    event = encode_statement(evolve(statement, fields=commitments, holding=holding), attestation=attestation)
    files = {"event.json": event, **{f"{name}.json": openings[name] for name in ("body", *given)}}
    _read_back(files, attestation=attestation)
    return files | _anchor_files(full, anchors or {}) | _public_keys(parties)


def sign_event(
    files: Mapping[str, bytes], signers: Sequence[Signer], *, actor: str = "", attestation: bool = False
) -> dict[str, bytes]:
    """Sign a composed event; where the actor is among the signers, he signs last (DESIGN, "Events").

    Args:
        files: of the event, by name.
        signers: some of those that its body lists, or all.
        actor: the label of the acting signer.
        attestation: whether it is an attestation.

    Returns:
        Signature files by name.

    Raises:
        UsageError: a signer whose keys the body does not list.
        SignerError: a signer did not sign with every key of its set.
    """
    namespace = ATTESTATION_NAMESPACE if attestation else EVENT_NAMESPACE
    places = _places(files, attestation=attestation)
    numbered = [(places.get(signer.identity.key_set.key_ids, 0), signer) for signer in signers]
    if not all(number for number, _ in numbered):
        raise UsageError("signer: expected one whose keys the event lists, found another")
    signed: dict[str, bytes] = {}
    for number, signer in sorted(numbered, key=lambda pair: (pair[1].identity.name == actor, pair[0])):
        made = signer.sign(files["event.json"], namespace)
        if sorted(one.algorithm.value for one in made) != _algorithms(signer.identity):
            raise SignerError("signer: expected a signature by every key of the set, found others")
        signed |= {f"{number}.{one.suffix}": one.data for one in made}
    return signed


def complete_event(files: Mapping[str, bytes], signed: Mapping[str, bytes]) -> EventFiles:
    """Join a composed event and its signatures, and close it with `proof.sha256`.

    Args:
        files: of the event, by name, without signatures.
        signed: signature files by name; whether they are all there is for the verifier to say.
    """
    listed = {"event.json": files["event.json"], **signed}
    proof = encode_proof({name: _sha256(data) for name, data in listed.items()})
    return EventFiles(files={**files, **signed, "proof.sha256": proof}, event_id=event_id_of(proof))


def _read_back(files: Mapping[str, bytes], *, attestation: bool) -> None:
    tag = TAG_ATTESTATION if attestation else TAG_EVENT
    try:
        decode_statement(files["event.json"], member="event.json", attestation=attestation)
        for member, data in files.items():
            if member == "event.json":
                continue
            opening = decode_opening(data, member.removesuffix(".json"), member=member, tag=tag)
            if member == "body.json":
                decode_body(opening, member=member, attestation=attestation)
    except FormatError as fault:
        raise UsageError(f"event: {fault}") from None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _anchor_files(body: Body, anchors: Mapping[str, bytes]) -> dict[str, bytes]:
    listed = {anchor.sha256 for anchor in body.anchors}
    if listed != anchors.keys() or any(_sha256(token) != digest for digest, token in anchors.items()):
        raise UsageError("event anchors: expected the tokens that the body lists, found others")
    return {f"anchors/{digest}.tst": token for digest, token in anchors.items()}


def _places(files: Mapping[str, bytes], *, attestation: bool) -> dict[tuple[str, ...], int]:
    """Return the place of each listed signer, from 1, by his keys."""
    tag = TAG_ATTESTATION if attestation else TAG_EVENT
    opening = decode_opening(files["body.json"], "body", member="body.json", tag=tag)
    body = decode_body(opening, member="body.json", attestation=attestation)
    return {signer.key_ids: place for place, signer in enumerate(body.signers, start=1)}


def _algorithms(identity: Identity) -> list[str]:
    return sorted(key.algorithm.value for key in identity.key_set.keys)


def _public_keys(parties: Sequence[Identity]) -> dict[str, bytes]:
    return {
        f"{number}.{PUBLIC_KEY_SUFFIXES[key.algorithm]}": encode_public_key(key)
        for number, identity in enumerate(_sorted(parties), start=1)
        for key in identity.key_set.keys
    }
