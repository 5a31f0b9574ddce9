"""When each code about a proof of time is found, for the specification; the generator refuses gaps."""

# ruff: noqa: E501 - one condition stands on one line

from __future__ import annotations

from custody.report.stamp_code import StampCode

STAMP_CONDITIONS: dict[StampCode, str] = {
    StampCode.TOKEN_LIMIT: "larger, deeper or with more certificates than section 14 allows",
    StampCode.TOKEN_MALFORMED: "no TimeStampToken; BER other than in the framing of the CMS structure",
    StampCode.TOKEN_TRAILING: "bytes behind the ContentInfo",
    StampCode.REPLY_MALFORMED: "no TimeStampResp; met only while stamping",
    StampCode.REPLY_REJECTED: "a status other than granted or granted with modifications; met only while stamping",
    StampCode.REPLY_WITHOUT_TOKEN: "granted, and no token; met only while stamping",
    StampCode.REPLY_CHANGED: (
        "granted with modifications, and imprint, nonce or policy are not those of the request; met only "
        "while stamping"
    ),
    StampCode.CONTENT_TYPE: "ContentInfo is not signedData, or eContentType is not id-ct-TSTInfo",
    StampCode.TST_VERSION: "TSTInfo.version is not 1",
    StampCode.EXTENSION_CRITICAL: "a critical extension of TSTInfo; version 1 knows none",
    StampCode.IMPRINT_ALGORITHM: "none of SHA-256, SHA-384, SHA-512, SHA3-256, SHA3-384, SHA3-512",
    StampCode.IMPRINT_MALFORMED: "the length does not fit the algorithm, or its parameters are neither absent nor NULL",
    StampCode.IMPRINT_DIFFERS: "not the digest of the stamped bytes under that algorithm",
    StampCode.NONCE_DIFFERS: "another nonce than the request's, where the request is known",
    StampCode.NONCE_MISSING: "no nonce, where the request is known and had one",
    StampCode.POLICY_DIFFERS: "the trust names a policy for the authority, and the token has another",
    StampCode.SIGNER_NUMBER: "not exactly one SignerInfo",
    StampCode.SIGNER_CERTIFICATE_MISSING: "the sid selects no certificate of token, companions or trust",
    StampCode.SIGNED_ATTRIBUTES: "signedAttrs absent, not DER, an attribute twice, or one with several values",
    StampCode.CONTENT_TYPE_ATTRIBUTE: "the contentType attribute is absent or not id-ct-TSTInfo",
    StampCode.MESSAGE_DIGEST: "the messageDigest attribute is absent or not the digest of eContent",
    StampCode.ALGORITHM_PROTECTION: "cmsAlgorithmProtect names other algorithms (RFC 6211)",
    StampCode.CERTIFICATE_ID_MISSING: "neither signingCertificateV2 nor signingCertificate",
    StampCode.CERTIFICATE_ID_DIFFERS: "the first entry is not the digest, issuer or serial of the signer's certificate",
    StampCode.CERTIFICATE_ID_SHA1: "signingCertificate (SHA-1) alone",
    StampCode.SIGNATURE_WRONG: "the signature over the stored signedAttrs does not verify",
    StampCode.SIGNATURE_ALGORITHM: "none of RSA PKCS #1 v1.5, RSA-PSS, ECDSA, Ed25519 with an accepted hash",
    StampCode.SIGNATURE_WEAK: "SHA-1 in the signature of the token or of a certificate of its path",
    StampCode.KEY_TOO_SHORT: "RSA below 2,048 bits",
    StampCode.PURPOSE: "extended key usage of the signer is absent, not critical, or not exactly timeStamping",
    StampCode.KEY_USAGE: "key usage without digitalSignature and nonRepudiation, or with keyCertSign or cRLSign",
    StampCode.SIGNER_IS_AUTHORITY: "basicConstraints of the signer say CA",
    StampCode.NAME_DIFFERS: "TSTInfo.tsa is no name of the signer's certificate",
    StampCode.PATH_MISSING: "no path to a certificate that the trust pins",
    StampCode.PATH_REFUSED: "a path by valid signatures to a pinned one breaks a constraint (RFC 5280, 6.1)",
    StampCode.CERTIFICATE_NOT_VALID: "a certificate of the path is outside its validity at genTime",
    StampCode.OUTSIDE_WEB_PROFILE: "the path was built outside the profile of the web",
    StampCode.ROOT_NOT_TRUSTED_THEN: "genTime outside `from` and `to` of the root",
    StampCode.ROOT_TRUST_ENDED: "the moment of judgement is not before `to` of the root",
    StampCode.REVOKED: (
        "revoked before genTime; or for a compromise or an unstated reason, and the token is not proven to "
        "be older than the revocation"
    ),
    StampCode.REVOKED_PERHAPS_BEFORE: "revoked after genTime for such a reason, and nothing proves which came first",
    StampCode.REVOCATION_NOT_CHECKED: "no stored list or response of the issuer covers a certificate of the path",
    StampCode.REVOCATION_UNUSED: "a stored list or response is unreadable or of a form that is not judged: indirect, partial",
    StampCode.REVOCATION_REQUIRED: "the same, where the verifier asks for it",
    StampCode.TIME_IN_FUTURE: "genTime is later than the moment of verification by more than 300 s",
    StampCode.CERTIFICATE_EXPIRED_SINCE: "a certificate of the path expired before the moment of judgement",
    StampCode.CERTIFICATE_EXPIRED_BEFORE_RENEWAL: "within a record: expired before the token that renews it",
    StampCode.ALGORITHM_ENDED: "an algorithm of token or path has ended at the moment of judgement",
    StampCode.ACCURACY_UNKNOWN: "no accuracy; one minute is taken",
    StampCode.ONE_OPERATOR: "the stamps that hold share their operator or root",
    StampCode.CERTIFICATE_UNREADABLE: "a certificate that the path needs cannot be parsed",
    StampCode.RECORD_LIMIT: "larger or with more members than section 14 allows",
    StampCode.RECORD_MALFORMED: "no EvidenceRecord of version 1 in DER",
    StampCode.RECORD_ENCRYPTED: "encryptionInfo is present",
    StampCode.RECORD_ALGORITHM: "the archive timestamps of a chain use several hashes, or another than their token's imprint",
    StampCode.RECORD_LIST_EMPTY: "a partial hash tree without a value",
    StampCode.RECORD_ROOT: "the root of the reduced hash tree is not the imprint of the token",
    StampCode.RECORD_COVERS_OTHERS: "the digest of the stamped bytes is not in the first list",
    StampCode.RECORD_RENEWAL: "the digest of the token before is not in the first list of the one that renews it",
    StampCode.RECORD_CHAIN: "the first list of a later chain lacks H2(H2(bytes) ‖ H2(chains before))",
    StampCode.RECORD_ORDER: "a time is earlier than the one before",
    StampCode.RECORD_TOKEN: "a token of the record does not hold; its own codes stand beside",
    StampCode.RECORD_REPEATS: "a list of it holds one value twice",
    StampCode.RECORD_GROUP: "other values stand in the first list",
}
