"""Tests of signed attributes: what ties a signature to its content and to its certificate."""

from __future__ import annotations

import hashlib

import pytest

from custody.errors import FormatError
from custody.format.der import (
    Tlv,
    decode_tlv,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_tlv,
    members_of,
)
from custody.proof.rfc3161.algorithm_id import AlgorithmId
from custody.proof.rfc3161.certificate import decode_certificate
from custody.proof.rfc3161.signed_attributes import (
    ALGORITHM_PROTECTION,
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2,
    CertificateId,
    attribute_codes,
    certificate_id_codes,
    certificate_ids,
    values_of,
)
from custody.proof.rfc3161.token import TST_INFO, SignerInfo
from custody.report.stamp_code import StampCode
from tests.tools.token_makers import AUTHORITY
from tests.tools.token_shape import HASH_OIDS, encode_algorithm, encode_hash, encode_issuer_serial

CONTENT = b"content"
UNIT = decode_certificate(AUTHORITY.chain[0])
ECDSA = "1.2.840.10045.4.3.2"
KIND = encode_oid(TST_INFO)
DIGEST = encode_octet_string(hashlib.sha256(CONTENT).digest())
MUST: dict[str, tuple[bytes, ...]] = {CONTENT_TYPE: (KIND,), MESSAGE_DIGEST: (DIGEST,)}


def signer(*attributes: tuple[str, tuple[bytes, ...]], digest: str = "sha256") -> SignerInfo:
    """A signer with attributes."""
    return SignerInfo(
        digest_algorithm=AlgorithmId(oid=HASH_OIDS.get(digest, digest)),
        attributes=tuple((oid, tuple(decode_tlv(value) for value in values)) for oid, values in attributes),
        to_verify=b"",
        signature_algorithm=AlgorithmId(oid=ECDSA, parameters=None),
        signature=b"",
    )


def with_(*changed: tuple[str, tuple[bytes, ...]]) -> SignerInfo:
    """A sound signer, some attributes changed or added."""
    return signer(*{**MUST, **dict(changed)}.items())


def test_sound_attributes_have_no_code() -> None:
    """The two that must be there."""
    assert attribute_codes(with_(), CONTENT) == ()


@pytest.mark.parametrize(
    "info",
    [
        signer(),
        signer((CONTENT_TYPE, (KIND,))),
        signer((MESSAGE_DIGEST, (DIGEST,))),
        signer(*MUST.items(), (CONTENT_TYPE, (KIND,))),
        signer(*MUST.items(), ("1.2.3", ()), ("1.2.3", ())),
        with_((CONTENT_TYPE, (KIND, KIND))),
        with_((MESSAGE_DIGEST, ())),
        with_((SIGNING_CERTIFICATE_V2, (KIND, KIND))),
        with_((SIGNING_CERTIFICATE, ())),
        with_((ALGORITHM_PROTECTION, (KIND, KIND))),
    ],
)
def test_attributes_stand_there_once_with_one_value(info: SignerInfo) -> None:
    """Missing, repeated, without a value, with two."""
    assert attribute_codes(info, CONTENT) == (StampCode.SIGNED_ATTRIBUTES,)


def test_attributes_that_are_not_read_may_have_several_values() -> None:
    """They are somebody else's."""
    assert attribute_codes(signer(*MUST.items(), ("1.2.3", (KIND, KIND))), CONTENT) == ()


@pytest.mark.parametrize("value", [encode_oid("1.2.3"), encode_null()])
def test_another_content_type_is_named(value: bytes) -> None:
    """Also what is no type at all."""
    assert attribute_codes(with_((CONTENT_TYPE, (value,))), CONTENT) == (StampCode.CONTENT_TYPE_ATTRIBUTE,)


@pytest.mark.parametrize(
    "value", [encode_octet_string(bytes(32)), encode_tlv(0x03, DIGEST[2:]), encode_null()]
)
def test_another_digest_is_named(value: bytes) -> None:
    """Of other bytes, or of another type."""
    assert attribute_codes(with_((MESSAGE_DIGEST, (value,))), CONTENT) == (StampCode.MESSAGE_DIGEST,)


def test_a_digest_is_under_the_hash_that_the_signer_names() -> None:
    """SHA-1 is compared as well; under a hash that is not known nothing can be."""
    weak = encode_octet_string(hashlib.sha1(CONTENT, usedforsecurity=False).digest())
    kind = (CONTENT_TYPE, (KIND,))
    assert attribute_codes(signer(kind, (MESSAGE_DIGEST, (weak,)), digest="sha1"), CONTENT) == ()
    assert attribute_codes(signer(kind, (MESSAGE_DIGEST, (DIGEST,)), digest="sha1"), CONTENT) == (
        StampCode.MESSAGE_DIGEST,
    )
    assert attribute_codes(signer(kind, (MESSAGE_DIGEST, (DIGEST,)), digest="1.2.3"), CONTENT) == ()


def protection(digest: bytes, *others: bytes) -> bytes:
    """A CMSAlgorithmProtection."""
    return encode_sequence(digest, *others)


def implicit(oid: str, *parameters: bytes, tag: int = 0xA1) -> bytes:
    """A signature algorithm in it."""
    return encode_tlv(tag, decode_tlv(encode_algorithm(oid, *parameters)).content)


@pytest.mark.parametrize("null", [True, False])
def test_algorithm_protection_that_agrees_has_no_code(*, null: bool) -> None:
    """NULL and no parameters mean the same."""
    parameters = (encode_null(),) if null else ()
    value = protection(encode_hash("sha256", null=null), implicit(ECDSA, *parameters))
    assert attribute_codes(with_((ALGORITHM_PROTECTION, (value,))), CONTENT) == ()


@pytest.mark.parametrize(
    "value",
    [
        protection(encode_hash("sha512"), implicit(ECDSA)),
        protection(encode_hash("sha256"), implicit("1.2.3")),
        protection(encode_hash("sha256"), implicit(ECDSA, encode_integer(1))),
        protection(encode_hash("sha256"), implicit(ECDSA, tag=0xA2)),
        protection(encode_hash("sha256")),
        encode_sequence(),
        encode_null(),
    ],
)
def test_algorithm_protection_that_differs_is_named(value: bytes) -> None:
    """Another algorithm, other parameters, a MAC instead, nothing."""
    assert attribute_codes(with_((ALGORITHM_PROTECTION, (value,))), CONTENT) == (
        StampCode.ALGORITHM_PROTECTION,
    )


def test_an_attribute_has_one_value_or_none_that_counts() -> None:
    """One with two values says nothing."""
    found = values_of(signer(("1.2.3", (KIND,)), ("1.2.4", (KIND, KIND))))
    assert found == {"1.2.3": decode_tlv(KIND)}


# --- certificate ids


def ids_in(*entries: bytes, newer: bool = True, policies: bytes = b"") -> tuple[CertificateId, ...]:
    """What is read from an attribute with these entries."""
    value = encode_sequence(encode_sequence(*entries), policies)
    oid = SIGNING_CERTIFICATE_V2 if newer else SIGNING_CERTIFICATE
    return certificate_ids(signer((oid, (value,))))


HASH = encode_octet_string(hashlib.sha256(UNIT.der).digest())
NAMED = encode_issuer_serial(AUTHORITY.unit.certificate)


def test_the_first_entry_names_the_certificate() -> None:
    """Further ones, and policies, are not looked at."""
    found = ids_in(encode_sequence(HASH, NAMED), encode_null(), policies=encode_sequence())
    assert found == (CertificateId(hash="sha256", digest=decode_tlv(HASH).content, issuer_serial=NAMED),)
    assert certificate_id_codes(found, UNIT) == ()


def test_an_entry_may_name_its_hash() -> None:
    """Else it is SHA-256, and SHA-1 in the older attribute."""
    digest = encode_octet_string(hashlib.sha512(UNIT.der).digest())
    found = ids_in(encode_sequence(encode_hash("sha512"), digest))
    assert [one.hash for one in found] == ["sha512"]
    assert certificate_id_codes(found, UNIT) == ()


def test_sha1_alone_is_noted() -> None:
    """Of either attribute; beside a better one it is checked and not spoken of."""
    weak = encode_octet_string(hashlib.sha1(UNIT.der, usedforsecurity=False).digest())
    older = ids_in(encode_sequence(weak), newer=False)
    newer = ids_in(encode_sequence(encode_hash("sha1"), weak))
    better = ids_in(encode_sequence(HASH))
    assert certificate_id_codes(older, UNIT) == (StampCode.CERTIFICATE_ID_SHA1,)
    assert certificate_id_codes(newer, UNIT) == (StampCode.CERTIFICATE_ID_SHA1,)
    assert certificate_id_codes((*better, *older), UNIT) == ()
    wrong = ids_in(encode_sequence(encode_octet_string(bytes(20))), newer=False)
    assert certificate_id_codes((*better, *wrong), UNIT) == (StampCode.CERTIFICATE_ID_DIFFERS,)


def test_both_attributes_are_read_the_newer_first() -> None:
    """In whatever order they stand."""
    value = encode_sequence(encode_sequence(encode_sequence(HASH)))
    info = signer((SIGNING_CERTIFICATE, (value,)), (SIGNING_CERTIFICATE_V2, (value,)))
    assert [one.hash for one in certificate_ids(info)] == ["sha256", "sha1"]


def test_an_unknown_hash_is_undetermined() -> None:
    """Nothing can be compared."""
    found = ids_in(encode_sequence(encode_hash("md5"), encode_octet_string(bytes(16))))
    assert certificate_id_codes(found, UNIT) == (StampCode.SIGNATURE_ALGORITHM,)
    assert not found[0].names(UNIT.der)


@pytest.mark.parametrize(
    "entry", [encode_sequence(encode_octet_string(bytes(32))), encode_sequence(HASH, NAMED[:-1] + b"\x7f")]
)
def test_another_certificate_is_named(entry: bytes) -> None:
    """By its digest, or by its serial number."""
    assert certificate_id_codes(ids_in(entry), UNIT) == (StampCode.CERTIFICATE_ID_DIFFERS,)


def test_without_a_certificate_nothing_is_compared() -> None:
    """Another rule says that there is none."""
    assert certificate_id_codes(ids_in(encode_sequence(HASH)), None) == ()


@pytest.mark.parametrize("value", [encode_sequence(), encode_sequence(encode_sequence())])
def test_an_empty_list_names_nothing(value: bytes) -> None:
    """As if it were not there."""
    assert certificate_ids(signer((SIGNING_CERTIFICATE_V2, (value,)))) == ()
    assert certificate_id_codes((), UNIT) == (StampCode.CERTIFICATE_ID_MISSING,)


@pytest.mark.parametrize(
    "value",
    [
        encode_null(),
        encode_sequence(encode_null()),
        encode_sequence(encode_sequence(encode_null())),
        encode_sequence(encode_sequence(encode_sequence())),
        encode_sequence(encode_sequence(encode_sequence(encode_hash("sha256")))),
        encode_sequence(encode_sequence(encode_sequence(encode_null()))),
        encode_sequence(encode_sequence(encode_sequence(HASH, NAMED, NAMED))),
    ],
)
def test_another_form_is_refused(value: bytes) -> None:
    """What is signed is DER of its type."""
    with pytest.raises(FormatError):
        certificate_ids(signer((SIGNING_CERTIFICATE_V2, (value,))))


def test_the_older_attribute_names_no_hash() -> None:
    """There a SEQUENCE in the first place is no digest."""
    with pytest.raises(FormatError):
        ids_in(encode_sequence(encode_hash("sha256"), HASH), newer=False)


def test_values_are_members_of_their_set() -> None:
    """As a reader of the whole attribute sees them."""
    assert members_of(Tlv(0x31, KIND + DIGEST, b""))[0] == decode_tlv(KIND)
