"""Attacks on tokens by what was made after them: certificates, lists, and other certificates of one key."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from custody.format.der import context_tag, encode_oid, encode_sequence, encode_set_of, encode_tlv
from custody.format.hashes import HASHES, digests_of
from custody.model.instant import Instant, decode_instant
from custody.proof.evidence_record.crypto_infos import CERTIFICATE_VALUES
from custody.proof.evidence_record.record import encode_evidence_record
from custody.proof.evidence_record.renew import record_of_token
from custody.proof.evidence_record.verify import verify_evidence_record
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import Material, StampQuestion, TokenVerdict
from custody.report.stamp_code import StampCode
from custody.trust.trust import AlgorithmEnd, Trust, TrustedRoot
from tests.tools.authority import (
    POLICY,
    SIGNS_CERTIFICATES,
    Certified,
    Issuer,
    TestAuthority,
    certify,
    der_of,
    make_key,
    make_name,
    trust_of,
)
from tests.tools.records import renewed
from tests.tools.token_shape import Unit

DATA: Final = b"stamped bytes\n"
FIRST: Final = TestAuthority("first", operator="First operator")
SECOND: Final = TestAuthority(
    "second", operator="Second operator", unit_key="p521", issuer_key="p521", root_key="p521"
)
CLAIMED: Final = decode_instant("2026-01-02T03:04:05Z")
PROVEN: Final = decode_instant("2029-01-01T00:00:00Z")
ENDED: Final = decode_instant("2030-01-01T00:00:00Z")
NOW: Final = decode_instant("2031-01-01T00:00:00Z")
ROOT_ENDED: Final = trust_of(FIRST.authority(valid_until=ENDED), SECOND)
CURVE_ENDED: Final = trust_of(FIRST, SECOND, ends=(AlgorithmEnd(algorithm="ecdsa-p256", until=ENDED),))
OVER: Final = (StampCode.ROOT_TRUST_ENDED,)


def authority_named(subject: x509.Name) -> Certified:
    """What a certification authority's certificate says."""
    return Certified(
        subject=subject, valid=FIRST.root_valid, ca=True, key_usage=SIGNS_CERTIFICATES, purposes=()
    )


def late_authority() -> Issuer:
    """Certify an authority of the attacker's with the root's key, which he got long after."""
    key = make_key("p256", b"attacker's authority")
    said = authority_named(make_name("First operator", "first CA 7"))
    certificate = certify(said, key, FIRST.root.certificate.subject, FIRST.root.key)
    return Issuer(certificate=certificate, key=key)


LATE: Final = late_authority()
LATE_UNIT_KEY: Final = make_key("p256", b"attacker's unit")
LATE_UNIT: Final = Unit(key=LATE_UNIT_KEY, certificate=LATE.issue(FIRST.unit_says, LATE_UNIT_KEY), pss=False)


def back_dated() -> bytes:
    """Make a token of the attacker's unit; its own certificate is inside, and no path."""
    return FIRST.stamp(DATA, at=CLAIMED, unit=LATE_UNIT, certificates=(der_of(LATE_UNIT.certificate),))


def ask(**changes: object) -> StampQuestion:
    """Ask in 2031 about what a proof of 2029 covers."""
    question = StampQuestion(trust=ROOT_ENDED, now=NOW, digest_of=digests_of(DATA), proven_by=PROVEN)
    return evolve(question, **changes)  # type: ignore[arg-type]


def judge(token: bytes, trust: Trust = ROOT_ENDED, **changes: object) -> TokenVerdict:
    """What a token comes to."""
    return verify_token(token, ask(trust=trust, **changes))


def beside(*certificates: x509.Certificate) -> Material:
    """Lay certificates beside a token."""
    return Material(certificates=tuple(der_of(one) for one in certificates))


@pytest.mark.parametrize(
    ("trust", "code"),
    [
        pytest.param(ROOT_ENDED, StampCode.ROOT_TRUST_ENDED, id="root ended"),
        pytest.param(CURVE_ENDED, StampCode.ALGORITHM_ENDED, id="algorithm ended"),
    ],
)
def test_a_certificate_made_after_the_renewal_is_judged_today(trust: Trust, code: StampCode) -> None:
    """Whoever got the root's key in 2030 certifies an authority for a token that was renewed in 2029."""
    assert judge(back_dated(), trust).faults == (StampCode.PATH_MISSING,)
    assert judge(back_dated(), trust, material=beside(LATE.certificate)).faults == (code,)


def test_a_certificate_that_the_renewal_shows_is_judged_then() -> None:
    """The same file beside the token, listed by the proof over it, is as old as that proof says."""
    token = FIRST.stamp(DATA, at=CLAIMED, certificates=(der_of(FIRST.unit.certificate),))
    companion = beside(FIRST.issuer.certificate)
    assert judge(token, material=companion).faults == OVER
    assert judge(token, proven_material=companion).faults == ()
    assert judge(token, proven_material=companion, proven_by=ENDED).faults == OVER


def test_the_signer_s_certificate_too_may_be_younger() -> None:
    """A token that embeds nothing rests on nothing that was shown."""
    token = FIRST.stamp(DATA, at=CLAIMED, certificates=False)
    assert judge(token, material=FIRST.material()).faults == OVER
    assert judge(token, proven_material=FIRST.material()).faults == ()


def test_what_is_inside_the_token_is_as_old_as_it_is() -> None:
    """A younger copy beside it changes nothing, nor does a younger detour."""
    token = FIRST.stamp(DATA, at=CLAIMED)
    assert judge(token).faults == ()
    copied = judge(token, material=FIRST.material())
    assert evolve(copied, used=()) == judge(token)
    again = FIRST.root.issue(FIRST.issuer_says, FIRST.issuer.key, serial=7)
    assert judge(token, material=beside(again)).chain == FIRST.chain


def test_material_is_never_dated_before_the_token() -> None:
    """Nor by a moment that is still to come."""
    token = FIRST.stamp(DATA, at=CLAIMED, certificates=False)
    shown = FIRST.material()
    for moment in (CLAIMED, PROVEN):
        assert judge(token, proven_material=shown, material_proven_by=moment).faults == ()
    for moment in (ENDED, decode_instant("2040-01-01T00:00:00Z")):
        assert judge(token, proven_material=shown, material_proven_by=moment).faults == OVER
    assert judge(token, proven_material=shown, proven_by=ENDED, material_proven_by=PROVEN).faults == OVER


def infos_of(*ders: bytes) -> bytes:
    """Write certificates as cryptoInfos of a record."""
    values = encode_set_of([encode_sequence(*ders)])
    return encode_tlv(context_tag(0), encode_sequence(encode_oid(CERTIFICATE_VALUES), values))


def twice_stamped(token: bytes, infos: bytes | None = None) -> bytes:
    """Make a record of a token, renewed in 2029 by the second authority."""
    record = renewed(record_of_token(token, HASHES["sha256"]), SECOND, "2029-01-01")
    return encode_evidence_record(evolve(record, crypto_infos=infos))


def record_faults(data: bytes, **changes: object) -> tuple[StampCode, ...]:
    """The faults of a record's first token, in 2031; nothing is over the record unless that is said."""
    return verify_evidence_record(data, ask(**{"proven_by": None, **changes})).tokens[0].faults


def test_a_certificate_beside_a_record_is_not_dated_by_its_tokens() -> None:
    """The next token covers the bytes of the one before, and nothing that lies beside them."""
    assert record_faults(twice_stamped(back_dated()), material=beside(LATE.certificate)) == OVER
    assert record_faults(twice_stamped(FIRST.stamp(DATA, at=CLAIMED))) == ()


def test_a_certificate_in_a_record_is_not_dated_by_its_tokens() -> None:
    """No token covers cryptoInfos; a proof over the whole record does."""
    token = FIRST.stamp(DATA, at=CLAIMED, certificates=(der_of(FIRST.unit.certificate),))
    data = twice_stamped(token, infos_of(der_of(FIRST.issuer.certificate)))
    assert record_faults(data) == OVER
    assert record_faults(data, proven_by=decode_instant("2029-06-01T00:00:00Z")) == ()
    assert record_faults(data, proven_by=ENDED) == OVER


def test_a_certificate_proven_with_a_record_is_dated_by_that_proof() -> None:
    """Not by the token that renews the one that needs it, which is older."""
    token = FIRST.stamp(DATA, at=CLAIMED, certificates=(der_of(FIRST.unit.certificate),))
    shown = beside(FIRST.issuer.certificate)
    data, in_time = twice_stamped(token), decode_instant("2029-06-01T00:00:00Z")
    assert record_faults(data, proven_material=shown, proven_by=in_time) == ()
    assert record_faults(data, proven_material=shown, proven_by=ENDED) == OVER
    assert record_faults(data, proven_material=shown) == OVER
    late = {"proven_by": in_time, "material_proven_by": ENDED}
    assert record_faults(data, proven_material=shown, **late) == OVER


def cross_certificate() -> bytes:
    """Certify the first authority's root by the second one's: same name, same key."""
    said = authority_named(FIRST.root.certificate.subject)
    return der_of(SECOND.root.issue(said, FIRST.root.key))


CROSSED: Final = FIRST.stamp(DATA, at=CLAIMED, certificates=(*FIRST.embedded, cross_certificate()))


def test_no_cross_certificate_leads_around_the_end_of_a_root() -> None:
    """Trust in a root ends for its key, whoever else certified that."""
    assert judge(CROSSED, trust_of(SECOND), proven_by=None).faults == ()
    assert judge(CROSSED, proven_by=None).faults == OVER
    later = trust_of(FIRST.authority(valid_from=ENDED), SECOND)
    assert judge(CROSSED, later).faults == (StampCode.ROOT_NOT_TRUSTED_THEN,)
    assert judge(CROSSED).faults == ()


def test_a_cross_certificate_weakens_with_the_root_that_it_is_of() -> None:
    """The earlier end is the one to renew before."""
    alone = trust_of(FIRST.authority(valid_until=ENDED, policy="2.999.7"), SECOND)
    assert judge(CROSSED, alone).weakens_at == ENDED
    assert judge(CROSSED, trust_of(SECOND)).weakens_at == FIRST.unit_valid[1]


def test_no_cross_certificate_leads_around_a_policy() -> None:
    """An authority that is accepted under one policy is not accepted under another by way of a friend."""
    bound = FIRST.authority(policy="2.999.7")
    assert judge(CROSSED, trust_of(bound, SECOND)).faults == (StampCode.POLICY_DIFFERS,)
    too = evolve(FIRST.authority(policy=POLICY), name="too")
    assert judge(CROSSED, trust_of(bound, too, SECOND)).faults == ()


def test_a_root_issued_anew_is_bound_by_the_end_of_the_old_one() -> None:
    """It is the same key, though both certificates are pinned."""
    said = authority_named(FIRST.root.certificate.subject)
    anew = TrustedRoot(certificate=der_of(FIRST.root.issue(said, FIRST.root.key, serial=99)))
    old = FIRST.authority(valid_until=ENDED)
    both = trust_of(evolve(old, roots=(*old.roots, anew)))
    token = FIRST.stamp(DATA, at=CLAIMED)
    assert judge(token, both, proven_by=None).faults == OVER
    assert judge(token, both).faults == ()


def test_an_unreadable_pin_binds_nothing() -> None:
    """It has no key that a path could run through."""
    odd = evolve(FIRST.authority(), name="odd", operator="Odd", roots=(TrustedRoot(certificate=b"0"),))
    assert judge(FIRST.stamp(DATA, at=CLAIMED), trust_of(odd, FIRST)).faults == ()


def test_one_unit_is_one_witness_whoever_certified_it() -> None:
    """The keys of the unit and of its issuer are named, not their certificates."""
    cross = SECOND.root.issue(FIRST.issuer_says, FIRST.issuer.key)
    through = (der_of(FIRST.unit.certificate), der_of(cross))
    own, other = FIRST.stamp(DATA, at=CLAIMED), FIRST.stamp(DATA, at=CLAIMED, certificates=through)
    one, two = (judge(token, trust_of(FIRST, SECOND)) for token in (own, other))
    assert one.signer_key == two.signer_key != ""
    assert one.issuer_key == two.issuer_key not in {"", one.signer_key}
    assert judge(back_dated()).signer_key == judge(back_dated()).issuer_key == ""


def crl_of_root(since: Instant, *, at: Instant = CLAIMED, until: Instant = NOW) -> Material:
    """Make a list by which the root revokes its authority; its dates are whatever its signer likes."""
    listed = ((FIRST.issuer.certificate, since, None),)
    return Material(crls=(FIRST.crl(listed, at=at, until=until, issuer=FIRST.root),))


def ocsp_of_authority(since: Instant) -> Material:
    """Make a response by which the authority revokes its unit."""
    return Material(ocsps=(FIRST.ocsp(at=CLAIMED, until=NOW, revoked=(since, None)),))


EARLY: Final = decode_instant("2025-01-01T00:00:00Z")
LOST: Final = (StampCode.REVOKED,)


@pytest.mark.parametrize("trust", [ROOT_ENDED, CURVE_ENDED], ids=["root ended", "algorithm ended"])
@pytest.mark.parametrize("said", [crl_of_root(EARLY), ocsp_of_authority(EARLY)], ids=["list", "response"])
def test_a_list_made_after_its_signer_ended_destroys_nothing(trust: Trust, said: Material) -> None:
    """Whoever got the root's key in 2030 revokes what was renewed in 2029; nobody trusts him now."""
    token = FIRST.stamp(DATA, at=CLAIMED)
    verdict = judge(token, trust, material=said)
    assert verdict.faults == ()
    assert StampCode.REVOCATION_UNUSED in verdict.codes
    assert verdict.used == ()


@pytest.mark.parametrize("said", [crl_of_root(EARLY), ocsp_of_authority(EARLY)], ids=["list", "response"])
def test_a_list_that_was_proven_in_time_counts_for_good(said: Material) -> None:
    """It was there while its signer was trusted."""
    token = FIRST.stamp(DATA, at=CLAIMED)
    assert judge(token, proven_material=said).faults == LOST
    assert judge(token, CURVE_ENDED, proven_material=said).faults == LOST
    assert judge(token, trust_of(FIRST), material=said).faults == LOST


def test_an_appointed_responder_ends_with_his_algorithm() -> None:
    """His own, and that by which he was appointed."""
    key = make_key("p384", b"responder")
    said = evolve(FIRST.unit_says, purposes=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    responder = Issuer(certificate=FIRST.issuer.issue(said, key), key=key)
    answer = FIRST.ocsp(at=CLAIMED, until=NOW, revoked=(EARLY, None), responder=responder)
    token, beside_it = FIRST.stamp(DATA, at=CLAIMED), Material(ocsps=(answer,))
    assert judge(token, trust_of(FIRST), material=beside_it).faults == LOST
    for name, faults in (("ecdsa-p384", ()), ("sha384", ()), ("ecdsa-p521", LOST)):
        ends = (AlgorithmEnd(algorithm=name, until=ENDED),)
        assert judge(token, trust_of(FIRST, ends=ends), material=beside_it).faults == faults, name


def test_a_list_of_another_root_is_no_matter_of_this_one() -> None:
    """A pin below the signer of a list does not end what he says."""
    crossed = der_of(SECOND.root.issue(authority_named(FIRST.root.certificate.subject), FIRST.root.key, 7))
    token = FIRST.stamp(DATA, at=CLAIMED, certificates=(*FIRST.embedded, crossed))
    listed = ((x509.load_der_x509_certificate(crossed), EARLY, x509.ReasonFlags.superseded),)
    said = Material(crls=(SECOND.crl(listed, at=CLAIMED, until=NOW, issuer=SECOND.root),))
    bound = trust_of(FIRST.authority(valid_until=ENDED, policy="2.999.7"), SECOND)
    both = {StampCode.POLICY_DIFFERS, StampCode.REVOKED}
    assert judge(token, bound, material=said).faults == (StampCode.POLICY_DIFFERS,)
    alone = evolve(bound, authorities=(bound.authorities[1],))
    assert judge(token, alone, material=said).faults == LOST
    assert both.isdisjoint(judge(token, trust_of(FIRST), material=said).faults)


def test_a_list_of_a_key_that_was_lost_destroys_nothing() -> None:
    """The root revoked its authority in 2030 for a compromise; what that signs is believed no more."""
    token = FIRST.stamp(DATA, at=CLAIMED)
    by_root = crl_of_root(ENDED, at=ENDED)
    by_thief = FIRST.crl(((FIRST.unit.certificate, EARLY, None),), at=CLAIMED, until=NOW)
    both = Material(crls=(*by_root.crls, by_thief))
    assert judge(token, trust_of(FIRST), material=Material(crls=(by_thief,))).faults == LOST
    assert judge(token, trust_of(FIRST), material=both).faults == ()
    assert (
        judge(token, trust_of(FIRST), material=by_root, proven_material=Material(crls=(by_thief,))).faults
        == LOST
    )
