"""Revocation by stored lists and responses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import FormatError
from custody.format.der import encode_integer
from custody.model.instant import Instant
from custody.proof.rfc3161.best_path import RevocationResult
from custody.proof.rfc3161.certificate import decode_certificate
from custody.proof.rfc3161.path import Path, PathCache
from custody.proof.rfc3161.revocation import check_revocation, evidence_for
from custody.proof.rfc3161.revocation_list import decode_revocation_list
from custody.proof.rfc3161.revocation_statement import Statement
from custody.proof.stamp import Material, StampQuestion
from custody.report.stamp_code import StampCode
from custody.trust.trust import Trust
from tests.tools.path_makers import (
    GENERATED_AT,
    NOW,
    SIGNER,
    Holder,
    Said,
    authority_says,
    find_for,
    key_usage,
    make_holder,
    signed_again,
)

POINT = x509.UniformResourceIdentifier("http://ca.example/1.crl")
ROOT = make_holder("Root")
CA = make_holder("CA", ROOT)
UNIT = make_holder("Unit", ROOT, says=SIGNER)
POINTED = make_holder(
    "Unit",
    ROOT,
    says=(*SIGNER, (x509.CRLDistributionPoints([x509.DistributionPoint([POINT], None, None, None)]), False)),
)
LOW = make_holder("Low unit", CA, says=SIGNER)
BEFORE, AFTER = GENERATED_AT - timedelta(days=1), GENERATED_AT + timedelta(days=1)
MUCH_LATER = NOW.moment + timedelta(days=1)
NOT_CHECKED, UNUSED = (StampCode.REVOCATION_NOT_CHECKED,), (StampCode.REVOCATION_UNUSED,)
REVOKED, PERHAPS = (StampCode.REVOKED,), (StampCode.REVOKED_PERHAPS_BEFORE,)
COMPROMISES = [
    None,
    x509.ReasonFlags.unspecified,
    x509.ReasonFlags.key_compromise,
    x509.ReasonFlags.ca_compromise,
    x509.ReasonFlags.aa_compromise,
]
OTHERS = [
    x509.ReasonFlags.superseded,
    x509.ReasonFlags.cessation_of_operation,
    x509.ReasonFlags.affiliation_changed,
    x509.ReasonFlags.privilege_withdrawn,
]

Entry = tuple[Holder, datetime, Said]


def path_of(signer: Holder, *above: Holder) -> Path:
    """Find the path from a signer to the last of these."""
    path = find_for(signer, *above[:-1], pins=(above[-1],)).path
    assert path is not None
    return path


def make_list(
    *entries: Entry,
    by: Holder = ROOT,
    says: Said = (),
    this_update: datetime = AFTER,
    next_update: datetime = MUCH_LATER,
    key: Holder | None = None,
) -> bytes:
    """Make a revocation list; an entry is a certificate, a date, and extensions."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(this_update)
        .next_update(next_update)
    )
    for holder, revoked_at, extensions in entries:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(holder.certificate.serial_number)
            .revocation_date(revoked_at)
        )
        for extension, critical in extensions:
            entry = entry.add_extension(extension, critical)
        builder = builder.add_revoked_certificate(entry.build())
    for extension, critical in says:
        builder = builder.add_extension(extension, critical)
    return builder.sign((key or by).key, hashes.SHA256()).public_bytes(Encoding.DER)


def because(reason: x509.ReasonFlags | None) -> Said:
    """Say why in an entry."""
    return () if reason is None else ((x509.CRLReason(reason), False),)


def make_response(  # noqa: PLR0913 - each is one member of a response
    signer: Holder = UNIT,
    *,
    issuer: Holder = ROOT,
    by: Holder | None = None,
    brings: Iterable[Holder] = (),
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    this_update: datetime = AFTER,
    next_update: datetime | None = None,
    revoked_at: datetime | None = None,
    reason: x509.ReasonFlags | None = None,
    algorithm: hashes.HashAlgorithm | None = None,
) -> bytes:
    """Make an OCSP response about one certificate."""
    responder = by or issuer
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=signer.certificate,
            issuer=issuer.certificate,
            algorithm=algorithm or hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked_at else status,
            this_update=this_update,
            next_update=next_update,
            revocation_time=revoked_at,
            revocation_reason=reason,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    )
    brought = [one.certificate for one in brings]
    if brought:
        builder = builder.certificates(brought)
    hashed = None if responder.key.public_key().__class__.__name__ == "Ed25519PublicKey" else hashes.SHA256()
    return builder.sign(responder.key, hashed).public_bytes(Encoding.DER)


def check(
    *crls: bytes,
    ocsps: tuple[bytes, ...] = (),
    path: Path | None = None,
    judged_at: Instant = NOW,
    not_after: Instant | None = None,
    strict: bool = False,
) -> RevocationResult:
    """Check a path, from the unit to the root unless given."""
    found = path_of(UNIT, ROOT) if path is None else path
    trust = Trust(authorities=(found.authority,))
    question = StampQuestion(trust=trust, now=NOW, material=Material(crls=crls, ocsps=ocsps))
    return check_revocation(
        found,
        evidence_for(Material(), question, PathCache()),
        generated_at=GENERATED_AT,
        judged_at=judged_at,
        not_after=not_after,
        strict=strict,
    )


def digest(data: bytes) -> str:
    """Name a companion."""
    return sha256(data).hexdigest()


def test_nothing_stored_is_said() -> None:
    """TS-15: never silently fine."""
    assert check() == RevocationResult(codes=NOT_CHECKED)


def test_nothing_stored_is_undetermined_where_it_is_required() -> None:
    """TS-15: strict mode."""
    assert check(strict=True).codes == (StampCode.REVOCATION_REQUIRED,)


def test_a_pinned_signer_has_nobody_to_revoke_it() -> None:
    """The verifier's trust interval does that."""
    assert check(make_list(), path=path_of(UNIT, UNIT), strict=True) == RevocationResult()
    assert check(path=path_of(UNIT, UNIT), strict=True) == RevocationResult()


@pytest.mark.parametrize("strict", [False, True])
def test_a_list_that_does_not_name_it_clears_a_certificate(strict: bool) -> None:  # noqa: FBT001
    """And is used."""
    crl = make_list((LOW, BEFORE, ()))
    assert check(crl, strict=strict) == RevocationResult(used=(digest(crl),))


@pytest.mark.parametrize("strict", [False, True])
def test_a_good_response_clears_a_certificate(strict: bool) -> None:  # noqa: FBT001
    """And is used."""
    response = make_response()
    assert check(ocsps=(response,), strict=strict) == RevocationResult(used=(digest(response),))


def test_every_certificate_below_the_root_is_checked() -> None:
    """One cleared certificate clears no other."""
    path = path_of(LOW, CA, ROOT)
    low, high = make_list(by=CA), make_list()
    assert check(low, path=path).codes == NOT_CHECKED
    assert check(high, path=path).codes == NOT_CHECKED
    both = check(high, low, path=path)
    assert (both.codes, both.used) == ((), tuple(sorted((digest(low), digest(high)))))
    superseded = make_list((CA, BEFORE, because(x509.ReasonFlags.superseded)))
    assert check(low, superseded, path=path).codes == REVOKED


@pytest.mark.parametrize("reason", [*COMPROMISES, *OTHERS])
def test_revoked_before_gentime_is_invalid_for_every_reason(reason: x509.ReasonFlags | None) -> None:
    """TS-15: a dead certificate stamps nothing; a later proof does not help."""
    crl = make_list((UNIT, BEFORE, because(reason)))
    assert check(crl) == RevocationResult(codes=REVOKED, used=(digest(crl),))
    assert check(crl, judged_at=Instant(GENERATED_AT)).codes == REVOKED
    assert check(make_list((UNIT, GENERATED_AT, because(reason)))).codes == REVOKED


@pytest.mark.parametrize("reason", COMPROMISES)
def test_a_compromise_after_gentime_is_invalid_unless_a_proof_is_older(
    reason: x509.ReasonFlags | None,
) -> None:
    """TS-15: whoever has the key writes whatever genTime he likes."""
    crl = make_list((UNIT, AFTER, because(reason)))
    assert check(crl).codes == REVOKED
    assert check(crl, judged_at=Instant(AFTER)).codes == REVOKED
    protected = check(crl, judged_at=Instant(AFTER - timedelta(milliseconds=1)))
    assert protected == RevocationResult(used=(digest(crl),))


@pytest.mark.parametrize("reason", OTHERS)
def test_another_reason_after_gentime_changes_nothing(reason: x509.ReasonFlags) -> None:
    """TS-15: who closed down had stamped before."""
    crl = make_list((UNIT, AFTER, because(reason)))
    assert check(crl) == RevocationResult(used=(digest(crl),))


def test_another_reason_within_the_accuracy_of_gentime_is_undetermined() -> None:
    """The stamp may have been made just after."""
    crl = make_list((UNIT, AFTER, because(x509.ReasonFlags.superseded)))
    assert check(crl, not_after=Instant(AFTER)).codes == PERHAPS


def invalid_since(moment: datetime, reason: x509.ReasonFlags) -> Said:
    """Say since when a key is thought to be lost."""
    return (*because(reason), (x509.InvalidityDate(moment), False))


def test_a_key_lost_before_the_proof_is_undetermined() -> None:
    """It was revoked after the proof, and thought to be lost before."""
    lost = invalid_since(BEFORE, x509.ReasonFlags.key_compromise)
    crl = make_list((UNIT, NOW.moment, lost))
    assert check(crl, judged_at=Instant(AFTER)).codes == PERHAPS
    assert check(crl).codes == REVOKED


def test_a_key_lost_after_the_proof_changes_nothing() -> None:
    """The proof is older than the loss."""
    lost = invalid_since(NOW.moment - timedelta(days=1), x509.ReasonFlags.key_compromise)
    assert check(make_list((UNIT, NOW.moment, lost)), judged_at=Instant(AFTER)).codes == ()


def test_on_hold_at_gentime_is_undetermined() -> None:
    """A hold may end in either way."""
    hold = because(x509.ReasonFlags.certificate_hold)
    assert check(make_list((UNIT, BEFORE, hold))).codes == PERHAPS
    assert check(make_list((UNIT, AFTER, hold))).codes == ()


def test_a_hold_ends_with_a_later_list() -> None:
    """And not with an earlier one."""
    hold = make_list((UNIT, BEFORE, because(x509.ReasonFlags.certificate_hold)))
    assert check(hold, make_list(this_update=AFTER + timedelta(hours=1))).codes == ()
    assert check(hold, make_list(this_update=BEFORE)).codes == PERHAPS


def test_a_revocation_does_not_end_with_a_later_list() -> None:
    """Authorities forget what has expired."""
    assert check(make_list((UNIT, BEFORE, ())), make_list(this_update=NOW.moment)).codes == REVOKED


def test_taken_off_a_full_list_says_nothing() -> None:
    """That reason belongs to deltas."""
    entry = (UNIT, BEFORE, because(x509.ReasonFlags.remove_from_crl))
    assert check(make_list(entry)).codes == NOT_CHECKED


def test_an_entry_whose_details_cannot_be_read_is_the_worst_case() -> None:
    """No reason may mean a lost key."""
    broken: Said = ((x509.UnrecognizedExtension(x509.CRLReason.oid, b"\x05\x00"), False),)
    assert check(make_list((UNIT, AFTER, broken))).codes == REVOKED


def test_further_details_of_an_entry_do_not_matter() -> None:
    """A revocation is one, whatever else is said of it."""
    odd: Said = ((x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.1"), b"\x05\x00"), True),)
    assert check(make_list((UNIT, BEFORE, odd))).codes == REVOKED


def test_a_list_older_than_the_token_clears_nothing() -> None:
    """It speaks of a time before; that it revokes counts all the same."""
    long_before = BEFORE - timedelta(days=9)
    silent, revoking = (
        make_list(*entries, this_update=long_before, next_update=BEFORE)
        for entries in ((), ((UNIT, BEFORE, ()),))
    )
    assert check(silent) == RevocationResult(codes=NOT_CHECKED)
    assert check(revoking).codes == REVOKED


def test_a_list_that_was_current_at_gentime_clears() -> None:
    """What was fetched when the token was made is older than it."""
    assert check(make_list(this_update=BEFORE, next_update=AFTER)).codes == ()


def test_a_list_from_after_the_certificate_s_end_clears_nothing() -> None:
    """Authorities forget what has expired (RFC 5280, 3.3)."""
    late = datetime(2041, 1, 1, tzinfo=UTC)
    assert check(make_list(this_update=late, next_update=late)).codes == NOT_CHECKED


def test_a_list_that_ends_before_it_begins_clears_nothing() -> None:
    """Its dates make no sense."""

    def swap(members: list[bytes]) -> list[bytes]:
        return [*members[:3], members[4], members[3], *members[5:]]

    swapped = signed_again(make_list(), ROOT.key, edit=swap, place=1)
    assert check(swapped).codes == NOT_CHECKED


def test_a_list_without_an_end_clears_what_is_older() -> None:
    """RFC 5280 wants one; without, only a list that is younger than the token counts."""

    def cut(members: list[bytes]) -> list[bytes]:
        return [*members[:4], *members[5:]]

    young, old = (
        signed_again(make_list(this_update=at), ROOT.key, edit=cut, place=1) for at in (AFTER, BEFORE)
    )
    assert check(young).codes == ()
    assert check(old).codes == NOT_CHECKED


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param({"only_contains_ca_certs": True}, id="authorities only"),
        pytest.param({"only_some_reasons": frozenset([x509.ReasonFlags.key_compromise])}, id="some reasons"),
        pytest.param(
            {"full_name": [x509.UniformResourceIdentifier("http://ca.example/2.crl")]}, id="other shard"
        ),
        pytest.param({"relative_name": CA.certificate.subject.rdns[0]}, id="relative name"),
    ],
)
def test_a_list_over_others_clears_nothing(scope: dict[str, object]) -> None:
    """It does not speak of this certificate; were it named, it would count."""
    said = point_of(scope)
    assert check(make_list(says=said), path=path_of(POINTED, ROOT)).codes == NOT_CHECKED
    assert check(make_list((POINTED, BEFORE, ()), says=said), path=path_of(POINTED, ROOT)).codes == REVOKED


def point_of(scope: dict[str, object]) -> Said:
    """Say of which certificates a list speaks."""
    whole: dict[str, object] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return ((x509.IssuingDistributionPoint(**{**whole, **scope}), True),)  # type: ignore[arg-type]


def test_a_list_over_this_certificate_clears_it() -> None:
    """Scopes that include it."""
    path = path_of(POINTED, ROOT)
    assert check(make_list(says=point_of({"full_name": [POINT]})), path=path).codes == ()
    assert check(make_list(says=point_of({"only_contains_user_certs": True})), path=path).codes == ()
    assert check(make_list(says=point_of({"full_name": [POINT]}))).codes == NOT_CHECKED


def test_a_list_over_authorities_clears_an_authority() -> None:
    """And one over units does not."""
    path, low = path_of(LOW, CA, ROOT), make_list(by=CA)
    assert check(low, make_list(says=point_of({"only_contains_ca_certs": True})), path=path).codes == ()
    users = make_list(says=point_of({"only_contains_user_certs": True}))
    assert check(low, users, path=path).codes == NOT_CHECKED


def test_a_list_over_relative_points_clears_nobody() -> None:
    """Points that are named relative to the issuer are not compared."""
    point = x509.DistributionPoint(None, ROOT.certificate.subject.rdns[0], None, None)
    unit = make_holder("Unit", ROOT, says=(*SIGNER, (x509.CRLDistributionPoints([point]), False)))
    crl = make_list(says=point_of({"full_name": [POINT]}))
    assert check(crl, path=path_of(unit, ROOT)).codes == NOT_CHECKED


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(point_of({"indirect_crl": True}), id="indirect"),
        pytest.param(point_of({"only_contains_attribute_certs": True}), id="attribute certificates"),
    ],
)
def test_a_list_over_other_certificates_is_said_to_be_unused(says: Said) -> None:
    """Whatever it says: its entries are about others."""
    result = check(make_list((UNIT, BEFORE, ()), says=says))
    assert result == RevocationResult(codes=(*NOT_CHECKED, *UNUSED))


UNKNOWN_SAID: Said = ((x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.1"), b"\x05\x00"), True),)


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(((x509.DeltaCRLIndicator(1), True),), id="delta"),
        pytest.param(UNKNOWN_SAID, id="unknown"),
    ],
)
def test_a_list_of_another_form_revokes_and_clears_nobody(says: Said) -> None:
    """Whom the issuer names there he has revoked; silence in it says nothing."""
    crl = make_list((UNIT, BEFORE, ()), says=says)
    assert check(crl) == RevocationResult(codes=REVOKED, used=(digest(crl),))
    assert check(make_list(says=says)).codes == (*NOT_CHECKED, *UNUSED)
    off = (UNIT, BEFORE, because(x509.ReasonFlags.remove_from_crl))
    assert check(make_list(off, says=says)).codes == NOT_CHECKED


def test_understood_and_not_critical_extensions_are_fine() -> None:
    """Most lists have a number."""
    says: Said = (
        (x509.CRLNumber(7), False),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.1"), b"\x05\x00"), False),
    )
    assert check(make_list(says=says)).codes == ()


@pytest.mark.parametrize(
    ("crls", "ocsps"),
    [
        pytest.param((b"rubbish",), (), id="list"),
        pytest.param(
            (make_list(says=((x509.UnrecognizedExtension(x509.CRLNumber.oid, b"\x05\x00"), False),)),),
            (),
            id="list with a broken extension",
        ),
        pytest.param((), (b"rubbish",), id="response"),
        pytest.param((), (b"\x30\x03\x0a\x01\x03",), id="try later"),
    ],
)
def test_what_cannot_be_read_is_said_to_be_unused(crls: tuple[bytes, ...], ocsps: tuple[bytes, ...]) -> None:
    """It proves nothing and refutes nothing."""
    assert check(*crls, ocsps=ocsps).codes == (*NOT_CHECKED, *UNUSED)
    assert check(make_list(), *crls, ocsps=ocsps).codes == UNUSED


STRANGER = make_holder("Stranger")
SAME_NAME = make_holder("Root", seed="another key")
SAME_KEY = make_holder("Other name", seed="CN=Root")
UNIT_OF_OTHER_NAME = make_holder("Unit", SAME_KEY, says=SIGNER)


@pytest.mark.parametrize("by", [STRANGER, SAME_NAME, SAME_KEY], ids=["stranger", "same name", "same key"])
def test_a_stranger_s_list_changes_nothing(by: Holder) -> None:
    """Neither clears nor revokes, and is not used."""
    own = make_list()
    for entries in ((), ((UNIT, BEFORE, ()),)):
        assert check(make_list(*entries, by=by)) == check()
        assert check(make_list(*entries, by=by), own) == check(own)


def test_a_list_of_an_authority_that_may_not_sign_lists_changes_nothing() -> None:
    """RFC 5280, 6.3.3 (f); without key usage it may."""
    basic = (x509.BasicConstraints(ca=True, path_length=None), True)
    bare, bound = (
        make_holder("Root", says=says) for says in ((basic,), (basic, (key_usage("key_cert_sign"), True)))
    )
    assert check(make_list(by=bound), path=path_of(UNIT, bound)).codes == NOT_CHECKED
    assert check(make_list(by=bare), path=path_of(UNIT, bare)).codes == ()


def test_a_list_signed_over_sha1_revokes_and_clears_nobody() -> None:
    """Who forges a revocation gains nothing that leaving the stamp out would not give."""
    for entries, codes in (((), NOT_CHECKED), (((UNIT, BEFORE, ()),), REVOKED)):
        weak = signed_again(make_list(*entries), ROOT.key, weak=hashes.SHA1(), place=1)  # noqa: S303
        assert check(weak).codes == codes


def test_a_list_signed_by_a_key_of_another_kind_changes_nothing() -> None:
    """An issuer's Ed25519 key does not verify an ECDSA signature."""
    root = make_holder("Root", key="ed25519")
    path = path_of(make_holder("Unit", root, says=SIGNER), root)
    assert check(make_list(by=root, key=ROOT), path=path).codes == NOT_CHECKED


def test_a_list_is_not_signed_by_a_key_that_cannot_sign() -> None:
    """A key for key agreement verifies nothing."""
    unable = (
        x509.CertificateBuilder()
        .subject_name(ROOT.certificate.subject)
        .issuer_name(ROOT.certificate.subject)
        .public_key(X25519PrivateKey.generate().public_key())
        .serial_number(1)
        .not_valid_before(BEFORE)
        .not_valid_after(AFTER)
        .sign(ROOT.key, hashes.SHA256())
    )
    issuer = decode_certificate(unable.public_bytes(Encoding.DER))
    assert not decode_revocation_list(make_list()).signed_by(issuer)


def test_a_statement_that_revokes_nothing_has_no_consequence() -> None:
    """It may clear, and that is all."""
    assert Statement(this_update=AFTER).codes(GENERATED_AT, GENERATED_AT, NOW) == ()


def test_a_list_signed_with_ed25519_counts() -> None:
    """It brings its own hash."""
    root = make_holder("Root", key="ed25519")
    unit = make_holder("Unit", root, says=SIGNER)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(AFTER)
        .next_update(MUCH_LATER)
    )
    crl = builder.sign(root.key, None).public_bytes(Encoding.DER)
    assert check(crl, path=path_of(unit, root)).codes == ()


def test_a_list_counts_once_however_often_it_is_stored() -> None:
    """Its digest is its name."""
    crl = make_list()
    assert check(crl, crl) == check(crl)


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA384()])  # noqa: S303 - as most responders do
def test_the_hash_that_names_the_issuer_does_not_matter(algorithm: hashes.HashAlgorithm) -> None:
    """RFC 6960 names certificates by hashes of the issuer, mostly SHA-1."""
    assert check(ocsps=(make_response(algorithm=algorithm),)).codes == ()


@pytest.mark.parametrize("reason", COMPROMISES)
def test_a_response_revokes_like_a_list(reason: x509.ReasonFlags | None) -> None:
    """The same rules hold."""
    response = make_response(revoked_at=AFTER, reason=reason)
    assert check(ocsps=(response,)) == RevocationResult(codes=REVOKED, used=(digest(response),))
    assert check(ocsps=(response,), judged_at=Instant(GENERATED_AT)).codes == ()


def test_an_unknown_certificate_is_not_cleared() -> None:
    """The responder says that it cannot say."""
    assert check(ocsps=(make_response(status=ocsp.OCSPCertStatus.UNKNOWN),)).codes == NOT_CHECKED


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(make_response(LOW, issuer=CA), id="another certificate"),
        pytest.param(make_response(UNIT, issuer=SAME_NAME, by=ROOT), id="another key of the issuer's name"),
        pytest.param(
            make_response(UNIT_OF_OTHER_NAME, issuer=SAME_KEY), id="another name of the issuer's key"
        ),
        pytest.param(make_response(revoked_at=BEFORE, by=STRANGER), id="signed by a stranger"),
        pytest.param(
            make_response(revoked_at=BEFORE, by=STRANGER, brings=[STRANGER]),
            id="a stranger with a certificate",
        ),
        pytest.param(make_response(revoked_at=BEFORE, by=UNIT, brings=[UNIT]), id="signed by the unit"),
    ],
)
def test_a_stranger_s_response_changes_nothing(response: bytes) -> None:
    """Neither clears nor revokes, and is not used."""
    assert check(ocsps=(response,)) == check()


def responder(by: Holder = ROOT, *, years: tuple[int, int] = (2020, 2060), key: str = "p256") -> Holder:
    """Make a responder whom an authority appointed."""
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    return make_holder("Responder", by, says=((purpose, False),), years=years, key=key)


@pytest.mark.parametrize("key", ["p256", "rsa-2048", "ed25519"])
def test_an_appointed_responder_speaks_for_the_issuer(key: str) -> None:
    """RFC 6960, 4.2.2.2."""
    appointed = responder(key=key)
    assert check(ocsps=(make_response(by=appointed, brings=[appointed]),)).codes == ()


@pytest.mark.parametrize(
    "false",
    [
        pytest.param(responder(STRANGER), id="appointed by a stranger"),
        pytest.param(responder(SAME_NAME), id="appointed by another key of the issuer's name"),
        pytest.param(responder(years=(2020, 2025)), id="expired"),
        pytest.param(make_holder("Responder", ROOT, says=authority_says()), id="not appointed"),
        pytest.param(make_holder("Responder", ROOT, says=SIGNER), id="appointed for something else"),
    ],
)
def test_a_false_responder_changes_nothing(false: Holder) -> None:
    """Its certificate must be the issuer's, for that purpose, and valid when it answered."""
    assert check(ocsps=(make_response(by=false, brings=[false], revoked_at=BEFORE),)) == check()


def test_a_responder_s_certificate_that_cannot_be_read_is_passed_over() -> None:
    """The others in the response still count."""
    odd = make_holder(
        "Odd", ROOT, says=((x509.UnrecognizedExtension(x509.KeyUsage.oid, b"\x05\x00"), False),)
    )
    appointed = responder()
    assert check(ocsps=(make_response(by=appointed, brings=[odd, appointed]),)).codes == ()


def test_a_response_without_an_end_clears_only_what_is_older() -> None:
    """Without nextUpdate, newer answers are always to be had."""
    assert check(ocsps=(make_response(this_update=BEFORE),)).codes == NOT_CHECKED
    assert check(ocsps=(make_response(this_update=BEFORE, next_update=AFTER),)).codes == ()


APPOINTED = responder()
SILENT, GOOD = make_list(), make_response(by=APPOINTED, brings=[APPOINTED])


@given(place=st.integers(0, 2000), flip=st.integers(1, 255))
def test_a_changed_byte_in_a_list_or_response_revokes_nothing(place: int, flip: int) -> None:
    """Whatever it hits, it needs the issuer's signature, and is no error."""
    crl, response = bytearray(SILENT), bytearray(GOOD)
    crl[place % len(crl)] ^= flip
    response[place % len(response)] ^= flip
    assert check(bytes(crl)).codes in (NOT_CHECKED, (*NOT_CHECKED, *UNUSED))
    assert StampCode.REVOKED not in check(ocsps=(bytes(response),)).codes


def _with_unused_bit(der: bytes, signature: bytes) -> bytes:
    """Say that one bit of a signature is unused; nothing else changes."""
    before = b"\x03" + bytes([len(signature) + 1])
    assert der.count(before + b"\0" + signature) == 1
    return der.replace(before + b"\0" + signature, before + b"\1" + signature)


def _ends_even(make: Callable[[], bytes], signature_of: Callable[[bytes], bytes]) -> tuple[bytes, bytes]:
    """Make until a signature's last bit is zero, so that it may be called unused."""
    while True:
        made = make()
        signature = signature_of(made)
        if not signature[-1] & 1:
            return made, signature


def test_a_signature_is_whole_octets() -> None:
    """`cryptography` passes over the count of unused bits: two encodings would be one signature."""
    crl, signature = _ends_even(make_list, lambda der: x509.load_der_x509_crl(der).signature)
    assert check(crl).codes == ()
    assert check(_with_unused_bit(crl, signature)).codes == (*NOT_CHECKED, *UNUSED)
    response, signature = _ends_even(make_response, lambda der: ocsp.load_der_ocsp_response(der).signature)
    assert check(ocsps=(response,)).codes == ()
    assert check(ocsps=(_with_unused_bit(response, signature),)).codes == (*NOT_CHECKED, *UNUSED)
    root, signature = _ends_even(
        lambda: make_holder("Root").der, lambda der: x509.load_der_x509_certificate(der).signature
    )
    assert decode_certificate(root).der == root
    with pytest.raises(FormatError, match="certificate"):
        decode_certificate(_with_unused_bit(root, signature))


def test_a_serial_number_is_compared_as_a_number() -> None:
    """The list names certificates by it alone."""
    assert encode_integer(UNIT.certificate.serial_number) in UNIT.der
    other = make_holder("Unit 2", ROOT, says=SIGNER)
    assert check(make_list((other, BEFORE, ()))).codes == ()
