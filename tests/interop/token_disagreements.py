"""Where other verifiers of timestamp tokens judge otherwise, and why; every one is listed, and no other.

Keys of the inner tables are reasons, their values the tokens: names in `token_faults`, in `token_variants`,
or the first eight digits that end a folder's name in the corpus of real tokens. A version that mends a fault
makes its entry stale, which fails: strike it out then.
"""

from __future__ import annotations

from typing import Final

Table = dict[str, tuple[str, ...]]

_NOT_GIVEN: Final[Table] = {
    "trust in a root has no start and no end for it": ("root trusted only later", "root trusted no more"),
    "it knows no end of an algorithm": (
        "imprint algorithm ended",
        "signature algorithm ended",
        "exact signature algorithm ended",
    ),
    "it does not compare genTime with the clock": ("genTime in the future",),
    "it sets no limits": ("oversize", "nested too deep", "too many certificates"),
    "a critical extension of TSTInfo is passed over": ("unknown critical extension",),
    "a CA may sign tokens": ("authority as signer",),
}
_REVOKED: Final = (
    "revoked before",
    "revoked before for no fault of its own",
    "issuer revoked before",
    "compromised afterwards",
    "compromised afterwards says OCSP",
)
_PKCS7: Final[Table] = {
    # Both let PKCS7_verify of OpenSSL look at the signature.
    "signed attributes are not looked at one by one": (
        "contentType missing",
        "contentType repeated",
        "messageDigest repeated",
        "signingTime repeated",
        "certificate id repeated",
        "contentType with two values",
        "contentType without a value",
        "contentType of data",
    ),
    "cmsAlgorithmProtect is not compared": (
        "protected digest algorithm differs",
        "protected signature algorithm differs",
    ),
    "SHA-1 will do as the signer's digest": ("SHA-1 signer digest",),
    "the key decides how a signature is made, not the name beside it": ("signature of an unknown algorithm",),
    "an RSA key may be short": ("RSA key of 1024 bits",),
    "revocation is not looked at": _REVOKED,
}

ACCEPTED_FAULTS: Final[dict[str, Table]] = {
    "openssl": {
        **_NOT_GIVEN,
        **_PKCS7,
        "what follows a value goes unread": ("trailing byte", "bytes behind TSTInfo"),
        "TSTInfo may be BER": ("BER in TSTInfo", "BER in a member of TSTInfo"),
        "genTime is not read when a token is verified": (
            "genTime with an offset",
            "genTime with a trailing zero",
            "genTime with an empty fraction",
            "genTime with a comma",
            "genTime without seconds",
            "genTime without a zone",
            "genTime on a day that is not",
        ),
        "the accuracy is not read when a token is verified": (
            "accuracy of 1000 milliseconds",
            "negative accuracy",
        ),
    },
    "rfc3161_client": {
        **_NOT_GIVEN,
        **_PKCS7,
        "the version is not read": ("version 2", "version 0"),
        "signed attributes may be absent, so their digest of the content too": ("no signed attributes",),
        "the certificate id is not compared": (
            "certificate id missing",
            "certificate id empty",
            "certificate id of another certificate",
            "certificate id in second place",
            "certificate id with another serial number",
            "certificate id with another issuer",
            "certificate id of version 1 for another certificate",
        ),
        "the tsa is not compared": ("tsa names another",),
    },
    "pyhanko": {
        **_NOT_GIVEN,
        "its reader takes BER": (
            "BER in TSTInfo",
            "BER in a member of TSTInfo",
            "BER in signed attributes",
            "serial number with a leading zero",
        ),
        "what follows a value goes unread": ("bytes behind TSTInfo", "member behind TSTInfo's last"),
        "its reader takes any GeneralizedTime": (
            "genTime with an offset",
            "genTime with a trailing zero",
            "genTime with a comma",
            "genTime without seconds",
            "genTime without a zone",
        ),
        "the accuracy is not read": ("accuracy of 1000 milliseconds", "negative accuracy"),
        "the version is not read": ("version 2", "version 0"),
        "any hash will do as an imprint": ("SHA-1 imprint", "MD5 imprint"),
        "parameters of the imprint's hash are passed over": ("imprint with parameters",),
        "its call takes no nonce": ("nonce missing", "nonce differs"),
        "its call takes no policy": ("policy differs",),
        "signed attributes may be absent": ("no signed attributes",),
        "it asks only for what it knows to be single": ("signingTime repeated",),
        "a certificate id may be absent": ("certificate id missing",),
        "the purpose need not be critical nor the only one": ("purpose not critical", "one more purpose"),
        "no key usage is asked of a time authority": (
            "key usage without signatures",
            "key usage with certificates",
        ),
        "the tsa is not compared": ("tsa names another",),
        "it judges at genTime, for which later lists and answers say nothing": _REVOKED,
    },
}

_NO_SIGNER_INSIDE: Final = "it looks for the signer's certificate inside the token alone"
_NO_PSS: Final = "PKCS7_verify knows no RSASSA-PSS (openssl issue 7904)"
_NO_ED25519: Final = "PKCS7_verify knows no Ed25519"
_NO_KEY_ID: Final = "it reads no SignerInfo that names its signer by key"

REFUSED_VARIANTS: Final[dict[str, Table]] = {
    "openssl": {
        _NO_KEY_ID: ("signer by key identifier",),
        _NO_PSS: ("RSASSA-PSS",),
        _NO_ED25519: ("Ed25519",),
    },
    "rfc3161_client": {
        "its reader takes DER alone": (
            "indefinite lengths",
            "certificates out of order",
            "digest algorithms out of order",
        ),
        _NO_SIGNER_INSIDE: ("certificates beside",),
        _NO_KEY_ID: ("signer by key identifier",),
        "it knows SHA-2 alone": ("SHA3-256 imprint", "SHA3-512 imprint"),
        _NO_PSS: ("RSASSA-PSS",),
        _NO_ED25519: ("Ed25519",),
    },
    "pyhanko": {_NO_SIGNER_INSIDE: ("certificates beside",)},
}

ACCEPTED_REAL: Final[dict[str, Table]] = {
    "openssl": {
        "SHA-1 will do as the signer's digest": ("e946a33c", "cbb8df92"),
        "SHA-1 will do as an imprint": ("6b2e1396",),
    },
    "rfc3161_client": {"SHA-1 will do as the signer's digest": ("cbb8df92",)},
    "pyhanko": {"any hash will do as an imprint": ("6b2e1396",)},
}
REFUSED_REAL: Final[dict[str, Table]] = {
    "openssl": {_NO_PSS: ("1f9f5b92",)},
    "rfc3161_client": {
        "its reader takes DER alone": (
            "1f9f5b92",
            "8506f516",
            "30bd1ec2",
            "4a179426",
            "737db512",
            "c2649269",
            "21741147",
            "f012723d",
            "8fdcf0a9",
        ),
        "it reads no revocation list inside a token": ("ce8e646a",),
        _NO_SIGNER_INSIDE: ("6d175a3a", "f256f624"),
    },
    "pyhanko": {_NO_SIGNER_INSIDE: ("737db512", "6d175a3a", "f256f624")},
}


def listed(table: Table) -> set[str]:
    """Return all tokens of a table."""
    return {name for names in table.values() for name in names}
