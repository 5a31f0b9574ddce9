"""Signatures of tokens and their algorithms (rule TS-10; RFC 5652, 4055, 5758, 8419)."""

from __future__ import annotations

from hashlib import sha1
from typing import Final

from attrs import field, frozen
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from custody.errors import FormatError
from custody.format.der import (
    SEQUENCE,
    Tlv,
    context_tag,
    decode_integer,
    decode_tlv,
    der_error,
    encode_integer,
    members_of,
)
from custody.format.hashes import HASH_OF_OID, HASHES, SHA1_OID
from custody.proof.rfc3161.algorithm_id import AlgorithmId, decode_algorithm
from custody.proof.rfc3161.certificate import algorithm_names, key_codes
from custody.proof.rfc3161.token import SignerInfo
from custody.report.stamp_code import StampCode

SHA1: Final = "sha1"

_RSA: Final = "rsa"
_PSS: Final = "pss"
_ECDSA: Final = "ecdsa"
_ED25519: Final = "ed25519"
_PKCS1: Final = "1.2.840.113549.1.1"
_X962: Final = "1.2.840.10045"
_NIST: Final = "2.16.840.1.101.3.4.3"
# Kind of signature, and its hash: None where the signer's digest algorithm says it.
_SCHEMES: Final[dict[str, tuple[str, str | None]]] = {
    f"{_PKCS1}.1": (_RSA, None),
    f"{_PKCS1}.5": (_RSA, SHA1),
    f"{_PKCS1}.11": (_RSA, "sha256"),
    f"{_PKCS1}.12": (_RSA, "sha384"),
    f"{_PKCS1}.13": (_RSA, "sha512"),
    f"{_NIST}.14": (_RSA, "sha3_256"),
    f"{_NIST}.15": (_RSA, "sha3_384"),
    f"{_NIST}.16": (_RSA, "sha3_512"),
    f"{_PKCS1}.10": (_PSS, None),
    f"{_X962}.2.1": (_ECDSA, None),  # the key's own OID, which some authorities write here
    f"{_X962}.4.1": (_ECDSA, SHA1),
    f"{_X962}.4.3.2": (_ECDSA, "sha256"),
    f"{_X962}.4.3.3": (_ECDSA, "sha384"),
    f"{_X962}.4.3.4": (_ECDSA, "sha512"),
    f"{_NIST}.10": (_ECDSA, "sha3_256"),
    f"{_NIST}.11": (_ECDSA, "sha3_384"),
    f"{_NIST}.12": (_ECDSA, "sha3_512"),
    "1.3.101.112": (_ED25519, None),
}
_MGF1: Final = f"{_PKCS1}.8"
_PSS_MEMBERS: Final = tuple(context_tag(number) for number in range(4))
_PSS_SALT_BYTES: Final = 20
_MAX_SALT_BYTES: Final = 1024
_TRAILER: Final = encode_integer(1)
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    SHA1: hashes.SHA1(),  # noqa: S303 - checked to tell a weak token from a wrong one; never accepted
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(),
    "sha3_512": hashes.SHA3_512(),
}
_PADDING: Final = padding.PKCS1v15()
_CURVE_SCHEMES: Final = {name: ECDSA(algorithm) for name, algorithm in _HASHES.items()}


@frozen(kw_only=True)
class SignatureScheme:
    """How a token is signed, as it says itself.

    Attributes:
        digest_hash: name of the hash of its content; None for one that is not known.
        kind: "rsa", "pss", "ecdsa" or "ed25519"; None for another.
        signed_hash: name of the hash inside the signature; None for one that is not known; of Ed25519 the
            digest's again, for it brings its own.
        mask_hash: with RSASSA-PSS, name of the hash of its mask; else None.
        salt_bytes: with RSASSA-PSS, length of its salt.
    """

    digest_hash: str | None
    kind: str | None = None
    signed_hash: str | None = None
    mask_hash: str | None = None
    salt_bytes: int = field(default=0)

    @property
    def hashes(self) -> tuple[str, ...]:
        """Names of the hashes that it rests on."""
        named = (self.digest_hash, self.signed_hash, self.mask_hash)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def codes(self) -> tuple[StampCode, ...]:
        """SIGNATURE_WEAK: it rests on SHA-1. SIGNATURE_ALGORITHM: on something that is not known."""
        known = None not in {self.digest_hash, self.kind, self.signed_hash}
        codes = () if known else (StampCode.SIGNATURE_ALGORITHM,)
        return (*codes, StampCode.SIGNATURE_WEAK) if SHA1 in self.hashes else codes


def hash_name(oid: str) -> str | None:
    """Name a hash as a trust's `algorithms` does, SHA-1 too; None for one that is not known."""
    if oid == SHA1_OID:
        return SHA1
    found = HASH_OF_OID.get(oid)
    return None if found is None else found.name


def digest_under(name: str, data: bytes) -> bytes:
    """Hash bytes under a hash by its name; SHA-1 too, to tell a weak token from a wrong one."""
    return sha1(data, usedforsecurity=False).digest() if name == SHA1 else HASHES[name].digest(data)


def _pss_member(found: dict[int, Tlv], number: int) -> Tlv | None:
    member = found.get(_PSS_MEMBERS[number])
    return None if member is None else decode_tlv(member.content)


def _decode_pss(digest_hash: str | None, parameters: Tlv | None) -> SignatureScheme:
    """Read RSASSA-PSS-params (RFC 4055, 3.1); what is left out means SHA-1.

    Raises:
        FormatError: code DER.
    """
    if parameters is None:
        raise der_error("parameters of RSASSA-PSS", "none")
    found = {member.tag: member for member in members_of(decode_tlv(parameters.raw, SEQUENCE))}
    hashed, mask, salt, trailer = (_pss_member(found, number) for number in range(4))
    if not found.keys() <= set(_PSS_MEMBERS) or (trailer is not None and trailer.raw != _TRAILER):
        raise der_error("parameters of RSASSA-PSS", "others")
    salt_bytes = _PSS_SALT_BYTES if salt is None else decode_integer(salt)
    signed_hash = SHA1 if hashed is None else hash_name(decode_algorithm(hashed).oid)
    mask_hash: str | None = SHA1
    if mask is not None:
        masked = decode_algorithm(mask)
        inner = None if masked.parameters is None else decode_algorithm(masked.parameters)
        mask_hash = hash_name(inner.oid) if inner is not None and masked.oid == _MGF1 else None
    if mask_hash is None or not 0 <= salt_bytes <= _MAX_SALT_BYTES:
        raise der_error("parameters of RSASSA-PSS", "others")
    return SignatureScheme(
        digest_hash=digest_hash,
        kind=_PSS,
        signed_hash=signed_hash,
        mask_hash=mask_hash,
        salt_bytes=salt_bytes,
    )


def scheme_of(digest_algorithm: AlgorithmId, signature_algorithm: AlgorithmId) -> SignatureScheme:
    """Read how a token is signed from its two algorithms; what is not known is None in it."""
    digest_hash = hash_name(digest_algorithm.oid)
    kind, signed_hash = _SCHEMES.get(signature_algorithm.oid, (None, None))
    if kind == _PSS:
        try:
            return _decode_pss(digest_hash, signature_algorithm.parameters)
        except FormatError:
            return SignatureScheme(digest_hash=digest_hash)
    return SignatureScheme(digest_hash=digest_hash, kind=kind, signed_hash=signed_hash or digest_hash)


def _verifies(key: object, scheme: SignatureScheme, signature: bytes, data: bytes) -> bool:
    name = scheme.signed_hash or ""
    try:
        match key:
            case EllipticCurvePublicKey() if scheme.kind == _ECDSA:
                key.verify(signature, data, _CURVE_SCHEMES[name])
            case RSAPublicKey() if scheme.kind == _PSS:
                mask = padding.MGF1(_HASHES[scheme.mask_hash or ""])
                key.verify(signature, data, padding.PSS(mask, scheme.salt_bytes), _HASHES[name])
            case RSAPublicKey() if scheme.kind == _RSA:
                key.verify(signature, data, _PADDING, _HASHES[name])
            case Ed25519PublicKey() if scheme.kind == _ED25519:
                key.verify(signature, data)
            case _:  # no other scheme is tried with a key
                return False
    except (InvalidSignature, ValueError):  # ValueError: a key too short for its padding
        return False
    return True


def signature_codes(key: object, signer: SignerInfo, scheme: SignatureScheme) -> tuple[StampCode, ...]:
    """Check a token's signature (rule TS-10).

    Args:
        key: the public key of the signer's certificate.
        signer: what the token says of him.
        scheme: of the token.

    Returns:
        SIGNATURE_WRONG: it is not his signature over these attributes. SIGNATURE_WEAK, SIGNATURE_ALGORITHM,
        KEY_TOO_SHORT: as of the scheme and `key_codes`; whatever can be checked is checked all the same.
    """
    codes = dict.fromkeys((*scheme.codes, *key_codes(key)))
    if StampCode.SIGNATURE_ALGORITHM not in codes and signer.to_verify is not None:
        try:
            sound = _verifies(key, scheme, signer.signature, signer.to_verify)
        except UnsupportedAlgorithm:
            codes[StampCode.SIGNATURE_ALGORITHM] = None
        else:
            if not sound:
                codes = {StampCode.SIGNATURE_WRONG: None, **codes}
    return tuple(codes)


def token_algorithms(key: object, scheme: SignatureScheme) -> tuple[str, ...]:
    """Name what a token's signature rests on, as a trust's `algorithms` does."""
    return (*scheme.hashes, *algorithm_names(key))
