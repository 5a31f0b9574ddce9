"""Every fault that a timestamp token can commit, by name, one at a time; and what looks odd and is sound.

All tokens are over DATA, at AT, with NONCE, under POLICY, and are judged at NOW. So one loop will do:

    case = FAULTS[name]
    verdict = verify_token(case.make(AUTHORITY), case.question(AUTHORITY), nonce=NONCE)
    assert case.code in verdict.faults
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from custody.format.der import (
    decode_tlv,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_set_of,
    encode_tlv,
    members_of,
)
from custody.model.instant import decode_instant
from custody.report.stamp_code import StampCode
from tests.tools.authority import POLICY, der_of, make_name
from tests.tools.token_makers import (
    CONSTRAINT,
    DIGEST,
    EMPTY_ID,
    LATER,
    NONCE,
    OTHER_DIGEST,
    STAMPING,
    STRANGER,
    UNKNOWN_EXTENSION,
    UNKNOWN_OID,
    Case,
    by_another_key,
    by_foreign_key_identifier,
    certificate_id,
    certificate_signed_by_stranger,
    certified,
    ended,
    foreign_issuer,
    gen_time,
    impostor,
    issued,
    issuer_revoked,
    long_length,
    moved,
    nested,
    protected,
    resorted,
    revoked,
    revoked_by_ocsp,
    shaped,
    signed_directly,
    signer_algorithm,
    stamp,
    stamped,
    three_levels,
    trusted,
    tst_info,
    twice,
    two_ids,
    unit_hash,
    unreadable,
    unsigned,
    weak_digest,
    with_root,
    with_unit,
)
from tests.tools.token_shape import (
    CONTENT_TYPE,
    DATA_TYPE,
    MESSAGE_DIGEST,
    TST_INFO,
    Shape,
    drop,
    encode_algorithm,
    encode_attribute,
    encode_certificate_id,
    encode_certificate_id_of,
    encode_extensions,
    encode_hash,
    encode_imprint,
    encode_issuer_serial,
    encode_tsa,
    map_piece,
    put,
)

FAULTS: Final[dict[str, Case]] = {
    # TS-1: limits and form
    "oversize": Case(
        StampCode.TOKEN_LIMIT, shaped(signer_members=unsigned(encode_octet_string(bytes(300_000))))
    ),
    "nested too deep": Case(StampCode.TOKEN_LIMIT, shaped(signer_members=unsigned(nested(80)))),
    "too many certificates": Case(
        StampCode.TOKEN_LIMIT,
        lambda authority: stamp(
            authority,
            certificates=(
                *authority.embedded,
                *(
                    der_of(STRANGER.issuer.issue(STRANGER.unit_says, STRANGER.unit.key, n))
                    for n in range(1, 40)
                ),
            ),
        ),
    ),
    "empty": Case(StampCode.TOKEN_MALFORMED, lambda _authority: b""),
    "text": Case(StampCode.TOKEN_MALFORMED, lambda _authority: b"<html>busy</html>\n"),
    "cut short": Case(StampCode.TOKEN_MALFORMED, shaped(whole=lambda token: token[:-1])),
    "trailing byte": Case(StampCode.TOKEN_TRAILING, shaped(whole=lambda token: token + b"\0")),
    "reply instead of token": Case(
        StampCode.TOKEN_MALFORMED,
        shaped(whole=lambda token: encode_sequence(encode_sequence(encode_integer(0)), token)),
    ),
    "BER in TSTInfo": Case(StampCode.TOKEN_MALFORMED, shaped(tst=long_length)),
    "BER in a member of TSTInfo": Case(
        StampCode.TOKEN_MALFORMED, shaped(tst_members=map_piece("policy", long_length))
    ),
    "serial number with a leading zero": Case(
        StampCode.TOKEN_MALFORMED, shaped(tst_members=put(serial=encode_tlv(0x02, b"\0\x11")))
    ),
    "bytes behind TSTInfo": Case(StampCode.TOKEN_MALFORMED, shaped(tst=lambda info: info + encode_null())),
    "member behind TSTInfo's last": Case(
        StampCode.TOKEN_MALFORMED, shaped(tst_members=put(more=encode_null()))
    ),
    "BER in signed attributes": Case(
        StampCode.TOKEN_MALFORMED, shaped(attributes=map_piece("contentType", long_length))
    ),
    "no content": Case(
        StampCode.TOKEN_MALFORMED, shaped(signed_members=put(content=encode_sequence(encode_oid(TST_INFO))))
    ),
    "genTime with an offset": Case(StampCode.TOKEN_MALFORMED, gen_time("20260102030405.12+0000")),
    "genTime with a trailing zero": Case(StampCode.TOKEN_MALFORMED, gen_time("20260102030405.120Z")),
    "genTime with an empty fraction": Case(StampCode.TOKEN_MALFORMED, gen_time("20260102030405.Z")),
    "genTime with a comma": Case(StampCode.TOKEN_MALFORMED, gen_time("20260102030405,12Z")),
    "genTime without seconds": Case(StampCode.TOKEN_MALFORMED, gen_time("202601020304Z")),
    "genTime without a zone": Case(StampCode.TOKEN_MALFORMED, gen_time("20260102030405")),
    "genTime on a day that is not": Case(StampCode.TOKEN_MALFORMED, gen_time("20260230030405Z")),
    "accuracy of 1000 milliseconds": Case(
        StampCode.TOKEN_MALFORMED,
        shaped(tst_members=put(accuracy=encode_sequence(b"\x80" + encode_integer(1000)[1:]))),
    ),
    "negative accuracy": Case(
        StampCode.TOKEN_MALFORMED, shaped(tst_members=put(accuracy=encode_sequence(encode_integer(-1))))
    ),
    # TS-3: what kind of thing it is
    "ContentInfo of data": Case(StampCode.CONTENT_TYPE, shaped(content_info=put(type=encode_oid(DATA_TYPE)))),
    "content of data": Case(StampCode.CONTENT_TYPE, shaped(content_type=DATA_TYPE)),
    "version 2": Case(StampCode.TST_VERSION, shaped(tst_members=put(version=encode_integer(2)))),
    "version 0": Case(StampCode.TST_VERSION, shaped(tst_members=put(version=encode_integer(0)))),
    "unknown critical extension": Case(
        StampCode.EXTENSION_CRITICAL,
        shaped(tst_members=put(extensions=encode_extensions((UNKNOWN_OID, True, b"")))),
    ),
    # TS-4: what was stamped
    "imprint of other bytes": Case(StampCode.IMPRINT_DIFFERS, stamped(data=b"other bytes")),
    "imprint under another label": Case(
        StampCode.IMPRINT_DIFFERS, shaped(tst_members=put(imprint=encode_imprint("sha3_256", DIGEST)))
    ),
    "SHA-1 imprint": Case(StampCode.IMPRINT_ALGORITHM, stamped(hash="sha1")),
    "MD5 imprint": Case(StampCode.IMPRINT_ALGORITHM, stamped(hash="md5")),
    "imprint of an unknown hash": Case(
        StampCode.IMPRINT_ALGORITHM,
        shaped(
            tst_members=put(
                imprint=encode_sequence(encode_algorithm(UNKNOWN_OID), encode_octet_string(DIGEST))
            )
        ),
    ),
    "imprint cut short": Case(
        StampCode.IMPRINT_MALFORMED, shaped(tst_members=put(imprint=encode_imprint("sha256", DIGEST[:-1])))
    ),
    "imprint too long": Case(
        StampCode.IMPRINT_MALFORMED,
        shaped(tst_members=put(imprint=encode_imprint("sha256", DIGEST + b"\0"))),
    ),
    "imprint empty": Case(
        StampCode.IMPRINT_MALFORMED, shaped(tst_members=put(imprint=encode_imprint("sha256", b"")))
    ),
    "imprint with parameters": Case(
        StampCode.IMPRINT_MALFORMED,
        shaped(
            tst_members=put(
                imprint=encode_sequence(
                    encode_sequence(encode_hash("sha256")[2:], encode_integer(1)),
                    encode_octet_string(DIGEST),
                )
            )
        ),
    ),
    # TS-5, TS-6: what was asked for
    "nonce missing": Case(StampCode.NONCE_MISSING, stamped(nonce=None)),
    "nonce differs": Case(StampCode.NONCE_DIFFERS, stamped(nonce=NONCE + 1)),
    "policy differs": Case(StampCode.POLICY_DIFFERS, stamped(policy=f"{POLICY}.2")),
    # TS-7: who signed
    "no signer": Case(StampCode.SIGNER_NUMBER, shaped(signed_members=put(signerInfos=encode_set_of([])))),
    "two signers": Case(
        StampCode.SIGNER_NUMBER,
        shaped(
            signed_members=map_piece(
                "signerInfos", lambda data: encode_tlv(0x31, members_of(decode_tlv(data))[0].raw * 2)
            )
        ),
    ),
    "certificates missing": Case(StampCode.SIGNER_CERTIFICATE_MISSING, stamped(certificates=False)),
    "signer's certificate missing": Case(
        StampCode.SIGNER_CERTIFICATE_MISSING,
        lambda authority: stamp(authority, certificates=authority.chain[1:]),
    ),
    "signer's serial number differs": Case(
        StampCode.SIGNER_CERTIFICATE_MISSING,
        lambda authority: stamp(
            authority,
            shape=Shape(
                signer_members=put(
                    sid=encode_sequence(
                        authority.unit.certificate.issuer.public_bytes(), encode_integer(4711)
                    )
                )
            ),
        ),
    ),
    "signer's key identifier differs": Case(StampCode.SIGNER_CERTIFICATE_MISSING, by_foreign_key_identifier),
    # TS-8: signed attributes
    "no signed attributes": Case(StampCode.SIGNED_ATTRIBUTES, signed_directly),
    "messageDigest missing": Case(StampCode.SIGNED_ATTRIBUTES, shaped(attributes=drop("messageDigest"))),
    "contentType missing": Case(StampCode.SIGNED_ATTRIBUTES, shaped(attributes=drop("contentType"))),
    "contentType repeated": Case(StampCode.SIGNED_ATTRIBUTES, shaped(attributes=twice("contentType"))),
    "messageDigest repeated": Case(StampCode.SIGNED_ATTRIBUTES, shaped(attributes=twice("messageDigest"))),
    "signingTime repeated": Case(StampCode.SIGNED_ATTRIBUTES, shaped(attributes=twice("signingTime"))),
    "certificate id repeated": Case(StampCode.SIGNED_ATTRIBUTES, shaped(attributes=twice("certificateId"))),
    "messageDigest with another one beside it": Case(
        StampCode.SIGNED_ATTRIBUTES,
        shaped(attributes=put(again=encode_attribute(MESSAGE_DIGEST, encode_octet_string(OTHER_DIGEST)))),
    ),
    "contentType with two values": Case(
        StampCode.SIGNED_ATTRIBUTES,
        shaped(
            attributes=put(
                contentType=encode_attribute(CONTENT_TYPE, encode_oid(TST_INFO), encode_oid(DATA_TYPE))
            )
        ),
    ),
    "messageDigest with two values": Case(
        StampCode.SIGNED_ATTRIBUTES,
        lambda authority: stamp(
            authority,
            shape=Shape(
                attributes=put(
                    messageDigest=encode_attribute(
                        MESSAGE_DIGEST,
                        encode_octet_string(hashlib.sha256(tst_info(authority)).digest()),
                        encode_octet_string(OTHER_DIGEST),
                    )
                )
            ),
        ),
    ),
    "contentType without a value": Case(
        StampCode.SIGNED_ATTRIBUTES, shaped(attributes=put(contentType=encode_attribute(CONTENT_TYPE)))
    ),
    "contentType of data": Case(
        StampCode.CONTENT_TYPE_ATTRIBUTE,
        shaped(attributes=put(contentType=encode_attribute(CONTENT_TYPE, encode_oid(DATA_TYPE)))),
    ),
    "messageDigest of other bytes": Case(
        StampCode.MESSAGE_DIGEST,
        shaped(
            attributes=put(messageDigest=encode_attribute(MESSAGE_DIGEST, encode_octet_string(OTHER_DIGEST)))
        ),
    ),
    "genTime changed after signing": Case(
        StampCode.MESSAGE_DIGEST, moved(b"20260102030405.12Z", b"20250102030405.12Z")
    ),
    "imprint changed after signing": Case(
        StampCode.MESSAGE_DIGEST,
        lambda authority: stamp(authority, data=b"other bytes").replace(OTHER_DIGEST, DIGEST),
    ),
    "protected digest algorithm differs": Case(StampCode.ALGORITHM_PROTECTION, protected("sha512", "sha256")),
    "protected signature algorithm differs": Case(
        StampCode.ALGORITHM_PROTECTION, protected("sha256", "sha512")
    ),
    # TS-9: certificate id
    "certificate id missing": Case(
        StampCode.CERTIFICATE_ID_MISSING, shaped(attributes=drop("certificateId"))
    ),
    "certificate id empty": Case(
        StampCode.CERTIFICATE_ID_MISSING, shaped(attributes=put(certificateId=EMPTY_ID))
    ),
    "certificate id of another certificate": Case(
        StampCode.CERTIFICATE_ID_DIFFERS,
        certificate_id(
            lambda authority: encode_certificate_id_of(hashlib.sha256(authority.chain[1]).digest())
        ),
    ),
    "certificate id in second place": Case(StampCode.CERTIFICATE_ID_DIFFERS, two_ids(right_first=False)),
    "certificate id with another serial number": Case(
        StampCode.CERTIFICATE_ID_DIFFERS,
        certificate_id(
            lambda authority: encode_certificate_id_of(
                unit_hash(authority), encode_issuer_serial(authority.unit.certificate, serial=4711)
            )
        ),
    ),
    "certificate id with another issuer": Case(
        StampCode.CERTIFICATE_ID_DIFFERS, certificate_id(foreign_issuer)
    ),
    "certificate id of version 1 for another certificate": Case(
        StampCode.CERTIFICATE_ID_DIFFERS,
        certificate_id(lambda authority: encode_certificate_id(authority.issuer.certificate, hash_name=None)),
    ),
    # TS-10: signature
    "signed by another key": Case(StampCode.SIGNATURE_WRONG, by_another_key),
    "signed over sorted attributes": Case(StampCode.SIGNATURE_WRONG, resorted),
    "signed over the tag on the wire": Case(
        StampCode.SIGNATURE_WRONG, shaped(to_sign=lambda data: b"\xa0" + data[1:])
    ),
    "signature with one flipped bit": Case(
        StampCode.SIGNATURE_WRONG, shaped(signature=lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    ),
    "signature empty": Case(StampCode.SIGNATURE_WRONG, shaped(signature=lambda _data: b"")),
    "signingTime changed after signing": Case(
        StampCode.SIGNATURE_WRONG, moved(b"260102030405Z", b"250102030405Z")
    ),
    "SHA-1 signer digest": Case(StampCode.SIGNATURE_WEAK, weak_digest),
    "signature of an unknown algorithm": Case(
        StampCode.SIGNATURE_ALGORITHM, signer_algorithm(encode_algorithm(UNKNOWN_OID))
    ),
    "RSA key of 1024 bits": Case(StampCode.KEY_TOO_SHORT, with_unit("rsa-1024")),
    # TS-11: what the certificate is for
    "no purpose": Case(StampCode.PURPOSE, certified(purposes=())),
    "purpose not critical": Case(StampCode.PURPOSE, certified(purposes_critical=False)),
    "another purpose": Case(StampCode.PURPOSE, certified(purposes=(ExtendedKeyUsageOID.CODE_SIGNING,))),
    "one more purpose": Case(
        StampCode.PURPOSE, certified(purposes=(STAMPING, ExtendedKeyUsageOID.CODE_SIGNING))
    ),
    "any purpose": Case(StampCode.PURPOSE, certified(purposes=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,))),
    "key usage without signatures": Case(StampCode.KEY_USAGE, certified(key_usage=("key_encipherment",))),
    "key usage with certificates": Case(
        StampCode.KEY_USAGE, certified(key_usage=("digital_signature", "key_cert_sign"))
    ),
    "authority as signer": Case(StampCode.SIGNER_IS_AUTHORITY, certified(ca=True)),
    # TS-12: name
    "tsa names another": Case(
        StampCode.NAME_DIFFERS, shaped(tst_members=put(tsa=encode_tsa(make_name("Nobody", "Nobody"))))
    ),
    # TS-13, TS-14: path
    "stranger": Case(StampCode.PATH_MISSING, lambda _authority: stamp(STRANGER)),
    "stranger with his root embedded": Case(StampCode.PATH_MISSING, lambda _authority: with_root(STRANGER)),
    "impostor": Case(StampCode.PATH_MISSING, lambda authority: stamp(impostor(authority))),
    "impostor with his root embedded": Case(
        StampCode.PATH_MISSING, lambda authority: with_root(impostor(authority))
    ),
    "impostor with the true root embedded": Case(
        StampCode.PATH_MISSING,
        lambda authority: stamp(
            impostor(authority), certificates=(*impostor(authority).embedded, authority.chain[-1])
        ),
    ),
    "intermediate authority missing": Case(
        StampCode.PATH_MISSING, lambda authority: stamp(authority, certificates=authority.chain[:1])
    ),
    "certificate signed by a stranger": Case(StampCode.PATH_MISSING, certificate_signed_by_stranger),
    "certificate expired before": Case(
        StampCode.CERTIFICATE_NOT_VALID,
        certified(valid=(decode_instant("2024-01-01T00:00:00Z"), decode_instant("2026-01-02T02:00:00Z"))),
    ),
    "certificate not valid yet": Case(
        StampCode.CERTIFICATE_NOT_VALID,
        certified(valid=(decode_instant("2026-01-02T04:00:00Z"), decode_instant("2030-01-01T00:00:00Z"))),
    ),
    "intermediate authority expired before": Case(
        StampCode.CERTIFICATE_NOT_VALID,
        issued(valid=(decode_instant("2024-01-01T00:00:00Z"), decode_instant("2026-01-01T00:00:00Z"))),
    ),
    "intermediate is no authority": Case(StampCode.PATH_REFUSED, issued(ca=False)),
    "intermediate may not sign certificates": Case(
        StampCode.PATH_REFUSED, issued(key_usage=("digital_signature",))
    ),
    "path too long": Case(StampCode.PATH_REFUSED, three_levels(path_length=0)),
    "name outside its constraint": Case(StampCode.PATH_REFUSED, issued(extra=((CONSTRAINT, True),))),
    "certificate with an unknown critical extension": Case(
        StampCode.PATH_REFUSED, certified(extra=((UNKNOWN_EXTENSION, True),))
    ),
    "intermediate with an unknown critical extension": Case(
        StampCode.PATH_REFUSED, issued(extra=((UNKNOWN_EXTENSION, True),))
    ),
    "root trusted only later": Case(StampCode.ROOT_NOT_TRUSTED_THEN, stamp, trust=trusted(valid_from=LATER)),
    "root trusted no more": Case(StampCode.ROOT_TRUST_ENDED, stamp, trust=trusted(valid_until=LATER)),
    # TS-15: revocation
    "revoked before": Case(
        StampCode.REVOKED, stamp, material=revoked(decode_instant("2026-01-01T00:00:00Z"), None)
    ),
    "revoked before for no fault of its own": Case(
        StampCode.REVOKED,
        stamp,
        material=revoked(decode_instant("2026-01-01T00:00:00Z"), x509.ReasonFlags.superseded),
    ),
    "issuer revoked before": Case(StampCode.REVOKED, stamp, material=issuer_revoked),
    "compromised afterwards": Case(
        StampCode.REVOKED, stamp, material=revoked(LATER, x509.ReasonFlags.key_compromise)
    ),
    "compromised afterwards says OCSP": Case(StampCode.REVOKED, stamp, material=revoked_by_ocsp),
    # TS-16, TS-17: time
    "genTime in the future": Case(
        StampCode.TIME_IN_FUTURE, stamped(at=decode_instant("2027-01-02T03:04:05Z"))
    ),
    "imprint algorithm ended": Case(StampCode.ALGORITHM_ENDED, stamp, trust=ended("sha256")),
    "signature algorithm ended": Case(StampCode.ALGORITHM_ENDED, stamp, trust=ended("ecdsa")),
    "exact signature algorithm ended": Case(StampCode.ALGORITHM_ENDED, stamp, trust=ended("ecdsa-p256")),
    # TS-20
    "certificate unreadable": Case(StampCode.CERTIFICATE_UNREADABLE, unreadable),
}
"""Unsound tokens; each commits the one fault that its name says."""
