"""One question to one time authority, and an answer that is kept only when it holds (rules TS-1 to TS-20)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import evolve, field, frozen

from custody.errors import BundleError, NetworkError
from custody.format.timestamp_query import (
    Query,
    Response,
    decode_response,
    encode_query,
    reply_faults,
)
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import DigestOf, Material, StampQuestion, TokenVerdict
from custody.report.stamp_code import StampCode
from custody.stamping.desk import Contact, Desk
from custody.trust.trust import Authority

NONCE_BYTES: Final = 8
_TEXT_SHOWN: Final = 200
_HINTS: Final = {
    StampCode.TIME_IN_FUTURE: "compare the clock of this machine with another one",
    StampCode.PATH_MISSING: "the authority does not answer with a certificate under a root that you trust",
    StampCode.POLICY_DIFFERS: "custody trust show names the policy that you accept of it",
    StampCode.REVOKED: "ask another authority; its certificate is revoked",
    StampCode.ROOT_NOT_TRUSTED_THEN: "ask another authority; you do not trust this root now",
    StampCode.ROOT_TRUST_ENDED: "ask another authority; your trust in this root has ended",
    StampCode.ALGORITHM_ENDED: "ask another authority; its algorithms have ended in your trust",
    StampCode.CERTIFICATE_NOT_VALID: "ask another authority; a certificate of this one has expired",
    StampCode.PATH_REFUSED: "ask another authority; the certificates of this one break their own rules",
    StampCode.KEY_TOO_SHORT: "ask another authority; the keys of this one are too short",
    StampCode.SIGNATURE_WEAK: "ask another authority; this one signs with SHA-1",
}
_HINT: Final = "nothing was stored; run the command again, or ask another authority"


@frozen(kw_only=True)
class Token:
    """A token that holds.

    Attributes:
        authority: whom it was asked of.
        data: its bytes as they came.
        verdict: what our verifier says of it.
    """

    authority: Authority
    data: bytes = field(repr=False)
    verdict: TokenVerdict = field(repr=False)


def make_query(desk: Desk, authority: Authority, algorithm: str, digest: bytes) -> Query:
    """Return a question with a nonce of its own.

    Args:
        desk: gives the randomness.
        authority: whom it is for; its policy is asked for where the trust names one.
        algorithm: name of the imprint's hash.
        digest: what is to be stamped.
    """
    nonce = int.from_bytes(desk.randomness(NONCE_BYTES), "big")
    return Query(imprint_algorithm=algorithm, digest=digest, nonce=nonce, policy=authority.policy)


def ask(desk: Desk, authority: Authority, query: Query) -> Token:
    """Put a question to an authority and verify what it answers.

    Raises:
        NetworkError: it was not reached, or answered something else than a token that holds; the code is that
            of the network, or the name of the first StampCode that is a fault. Nothing is stored.
    """
    desk.announce(Contact(url=authority.url or "", purpose="stamp", authority=authority.name))
    reply = desk.carrier.ask(authority, encode_query(query))
    try:
        response = decode_response(reply)
    except BundleError as error:
        raise refusal(authority, (StampCode.REPLY_MALFORMED,), str(error)) from None
    if response.token is None or response.faults:
        raise refusal(authority, response.faults, _said(response))
    token = examine(desk, authority, response.token, query)
    changed = reply_faults(response, query, _granted(token.verdict, query))
    if changed:
        raise refusal(authority, changed, _said(response))
    return token


def examine(
    desk: Desk, authority: Authority, data: bytes, query: Query, material: Material | None = None
) -> Token:
    """Verify a token by the question that it answers; no other authority of the trust can stand in.

    Args:
        desk: trust and clock.
        authority: whom the question was put to.
        data: the token.
        query: the question.
        material: certificates and revocation data that do not stand in the token.

    Raises:
        NetworkError: it does not hold; see `ask`.
    """
    question = StampQuestion(
        trust=desk.trust_in(authority),
        now=desk.now(),
        digest_of=digest_under(query.imprint_algorithm, query.digest),
        material=material or Material(),
    )
    verdict = verify_token(data, question, nonce=query.nonce, paths=desk.paths(authority))
    if verdict.faults:
        raise refusal(authority, verdict.faults)
    return Token(authority=authority, data=data, verdict=verdict)


def digest_under(algorithm: str, digest: bytes) -> DigestOf:
    """Return the digests of something that is known under one hash only; under another one nothing fits."""
    return lambda name: digest if name == algorithm else b""


def refusal(authority: Authority, faults: Iterable[StampCode], said: str = "") -> NetworkError:
    """Make the error of an answer that is not kept; the first fault is its code."""
    listed = list(faults)
    names = ", ".join(code.name for code in listed)
    hint = next((_HINTS[code] for code in listed if code in _HINTS), _HINT)
    return NetworkError(
        f"authority {authority.name}: expected a token that holds, found {names}{said and f' ({said})'}",
        code=listed[0].name,
        hint=hint,
    )


def _said(response: Response) -> str:
    """Return what a refusing authority says, for the person who reads the error; it is untrusted text."""
    text = " ".join(response.text.split())[:_TEXT_SHOWN]
    parts = [f"status {response.status}", *response.fail_info, *([text] if text else [])]
    return ", ".join(parts)


def _granted(verdict: TokenVerdict, query: Query) -> Query | None:
    """Return what a token grants; its nonce is the one that was asked for, or it would not hold."""
    if verdict.imprint_algorithm is None or verdict.imprint is None:
        return None
    return evolve(
        query,
        imprint_algorithm=verdict.imprint_algorithm,
        digest=bytes.fromhex(verdict.imprint),
        policy=verdict.policy,
    )
