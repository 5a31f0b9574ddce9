"""Attacks on the path from a token's signer to a pinned root: nothing that a stranger makes leads there."""

from __future__ import annotations

import time

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from custody.model.instant import decode_instant
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import Material, StampQuestion
from custody.report.stamp_code import StampCode, StampOutcome, outcome_of
from tests.tools.authority import TestAuthority, trust_of
from tests.tools.path_makers import (
    SIGNER,
    Holder,
    Said,
    authority_says,
    find_for,
    key_usage,
    make_holder,
    name_of,
    signed_again,
    without_version,
)

MISSING, REFUSED = (StampCode.PATH_MISSING,), (StampCode.PATH_REFUSED,)
ROOT = make_holder("Root", years=(2010, 2050))
CA = make_holder("CA", ROOT)
UNIT = make_holder("Unit", CA, says=SIGNER)


def with_key_identifiers(issuer: Holder) -> Said:
    """Say the key identifiers of the true root and its intermediate."""
    true = x509.SubjectKeyIdentifier.from_public_key(issuer.key.public_key())
    return authority_says((true, False), (x509.AuthorityKeyIdentifier(true.digest, None, None), False))


@pytest.mark.parametrize(
    "root",
    [
        pytest.param(make_holder("False root", seed="attacker"), id="with another name"),
        pytest.param(make_holder("Root", seed="attacker"), id="with the pinned name"),
        pytest.param(
            make_holder("Root", says=with_key_identifiers(ROOT), seed="attacker"),
            id="with the pinned identifier",
        ),
    ],
)
def test_an_embedded_root_is_no_anchor(root: Holder) -> None:
    """A self-signed certificate in the token proves that its maker has a key."""
    ca = make_holder("CA", root, seed="attacker's authority")
    unit = make_holder("Unit", ca, says=SIGNER, seed="attacker's unit")
    assert find_for(unit, ca, root, pins=(ROOT,)).codes == MISSING
    assert find_for(unit, root, ca, ROOT, CA, pins=(ROOT,)).codes == MISSING


def test_a_token_that_brings_its_own_root_is_undetermined() -> None:
    """The same through the verifier, root embedded and beside it."""
    attacker, pinned = TestAuthority("same name"), TestAuthority("same name", seed=b"pinned")
    at = decode_instant("2026-01-02T03:04:05Z")
    token = attacker.stamp(b"data", at=at, certificates=attacker.chain)
    question = StampQuestion(
        trust=trust_of(pinned), now=decode_instant("2026-02-01T00:00:00Z"), material=attacker.material()
    )
    verdict = verify_token(token, question)
    assert (verdict.outcome, verdict.authority, verdict.chain) == (StampOutcome.UNDETERMINED, None, ())
    assert StampCode.PATH_MISSING in verdict.codes


def test_a_renamed_root_is_no_anchor() -> None:
    """The pinned key under another name is not the pinned certificate."""
    renamed = make_holder("Renamed", seed="CN=Root")
    unit = make_holder("Unit", renamed, says=SIGNER)
    assert find_for(unit, renamed, pins=(ROOT,)).codes == MISSING


def test_a_unit_may_not_certify() -> None:
    """Whoever holds a unit's key cannot make units."""
    forged = make_holder("Forged unit", UNIT, says=SIGNER)
    assert find_for(forged, UNIT, CA, pins=(ROOT,)).codes == REFUSED


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(authority_says(ca=False), id="CA flag false"),
        pytest.param(((key_usage("key_cert_sign"), True),), id="no CA flag"),
        pytest.param(
            ((x509.BasicConstraints(ca=True, path_length=None), True), (key_usage("crl_sign"), True)),
            id="no right to sign certificates",
        ),
        pytest.param(
            authority_says((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)),
            id="restricted to web servers",
        ),
        pytest.param(
            authority_says((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), True)),
            id="restricted to OCSP",
        ),
        pytest.param(
            authority_says(
                (x509.NameConstraints([x509.DirectoryName(name_of("Other"))], None), True),
            ),
            id="restricted to other names",
        ),
        pytest.param(
            authority_says(
                (x509.NameConstraints(None, [x509.DirectoryName(name_of("Unit"))]), True),
            ),
            id="this name excluded",
        ),
    ],
)
def test_an_intermediate_beyond_its_rights_is_refused(says: Said) -> None:
    """Its signature is good, and it may not."""
    ca = make_holder("CA", ROOT, says=says)
    assert find_for(make_holder("Unit", ca, says=SIGNER), ca, pins=(ROOT,)).codes == REFUSED


def test_an_intermediate_of_version_1_is_refused() -> None:
    """Without extensions nobody says that it is an authority."""
    old = signed_again(CA.der, ROOT.key, edit=without_version)
    assert find_for(UNIT, old, pins=(ROOT,)).codes == REFUSED


def test_a_longer_path_than_an_authority_may_make_is_refused() -> None:
    """PathLen 0 allows units, and no authority below."""
    ca = make_holder("CA", ROOT, says=authority_says(path_length=0))
    below = make_holder("Below", ca)
    assert find_for(make_holder("Unit", below, says=SIGNER), below, ca, pins=(ROOT,)).codes == REFUSED


def test_constraints_of_an_authority_further_up_hold() -> None:
    """A subordinate of a constrained authority is constrained too."""
    bound = authority_says((x509.NameConstraints([x509.DirectoryName(name_of("Below"))], None), True))
    ca = make_holder("CA", ROOT, says=bound)
    below = make_holder("Below", ca)
    unit = make_holder("Unit", below, says=SIGNER)
    assert find_for(unit, below, ca, pins=(ROOT,)).codes == REFUSED


def test_an_expired_intermediate_is_invalid() -> None:
    """At genTime all certificates must be valid."""
    ca = make_holder("CA", ROOT, years=(2015, 2025))
    unit = make_holder("Unit", ca, says=SIGNER)
    assert find_for(unit, ca, pins=(ROOT,)).codes == (StampCode.CERTIFICATE_NOT_VALID,)


def test_a_sha1_intermediate_is_weak() -> None:
    """A collision makes a false authority of a harmless certificate."""
    weak = signed_again(CA.der, ROOT.key, weak=hashes.SHA1())  # noqa: S303
    assert find_for(UNIT, weak, pins=(ROOT,)).codes == (StampCode.SIGNATURE_WEAK,)


def test_a_refused_path_is_not_mended_by_a_false_certificate() -> None:
    """A better-looking certificate of another key does not stand in for the intermediate."""
    bad = make_holder("CA", ROOT, says=authority_says(ca=False))
    nicer = make_holder("CA", make_holder("Root", seed="attacker"))
    unit = make_holder("Unit", bad, says=SIGNER)
    assert find_for(unit, nicer, bad, pins=(ROOT,)).codes == REFUSED
    assert find_for(unit, nicer, pins=(ROOT,)).codes == MISSING


def test_cross_certificates_in_a_loop_end() -> None:
    """Two authorities that certify each other, and lead nowhere or to the root."""
    one, other = make_holder("One"), make_holder("Other")
    loop = [make_holder("One", other), make_holder("Other", one)]
    unit = make_holder("Unit", one, says=SIGNER)
    assert find_for(unit, *loop, one, other, pins=(ROOT,)).codes == MISSING
    way_out = make_holder("Other", ROOT)
    assert outcome_of(find_for(unit, *loop, way_out, pins=(ROOT,)).codes) is StampOutcome.VALID


def test_a_maze_of_cross_certificates_costs_little() -> None:
    """Five authorities that all certify each other: more than a hundred thousand ways, none of them out."""
    heads = [make_holder("Maze", seed=f"head {number}") for number in range(5)]
    maze = [
        make_holder("Maze", head, seed=f"head {number}")
        for head in heads
        for number, other in enumerate(heads)
        if other is not head
    ]
    unit = make_holder("Unit", heads[0], says=SIGNER)
    started = time.process_time()
    assert find_for(unit, *maze, *heads, pins=(ROOT,)).codes == MISSING
    assert time.process_time() - started < 1


def test_a_maze_under_a_pinned_root_costs_little() -> None:
    """The same of authorities that the root did certify."""
    heads = [make_holder("Maze", ROOT, seed=f"head {number}") for number in range(5)]
    maze = [
        make_holder("Maze", head, seed=f"head {number}")
        for head in heads
        for number, other in enumerate(heads)
        if other is not head
    ]
    unit = make_holder("Unit", heads[0], says=SIGNER)
    started = time.process_time()
    assert outcome_of(find_for(unit, *maze, *heads, pins=(ROOT,)).codes) is StampOutcome.VALID
    assert time.process_time() - started < 2


def test_a_crowd_of_namesakes_does_not_hide_the_authority() -> None:
    """They cost a comparison each; those in the token come first."""
    crowd = [make_holder("CA", seed=f"false {number}") for number in range(40)]
    assert find_for(UNIT, CA, *crowd, pins=(ROOT,)).codes in ((), (StampCode.OUTSIDE_WEB_PROFILE,))


def test_what_was_cached_for_one_trust_is_nothing_to_another() -> None:
    """A verifier who does not pin the root gets nothing from a cache that saw it pinned."""
    cache = PathCache()
    assert find_for(UNIT, CA, pins=(ROOT,), cache=cache).codes == ()
    assert find_for(UNIT, CA, pins=(CA,), cache=cache).codes == ()
    assert find_for(UNIT, CA, pins=(make_holder("Root", seed="attacker"),), cache=cache).codes == MISSING


def test_a_pinned_certificate_is_not_recognised_by_a_changed_copy() -> None:
    """Byte for byte, not by name, key or serial number."""
    copy = signed_again(ROOT.der, ROOT.key)
    assert copy != ROOT.der
    unit = make_holder("Unit", ROOT, says=SIGNER)
    assert find_for(unit, copy, pins=()).codes == MISSING


@given(place=st.integers(0, len(CA.der) - 1), flip=st.integers(1, 255))
def test_no_changed_byte_of_an_intermediate_leads_to_the_root(place: int, flip: int) -> None:
    """Undetermined, whatever the byte: the signature covers it, or is it."""
    changed = bytearray(CA.der)
    changed[place] ^= flip
    result = find_for(UNIT, bytes(changed), pins=(ROOT,))
    assert result.codes in (MISSING, (StampCode.CERTIFICATE_UNREADABLE,))


def test_a_list_of_a_stranger_beside_a_token_changes_nothing() -> None:
    """Anybody may lay a file beside a stamp."""
    authority, stranger = TestAuthority("same name"), TestAuthority("same name", seed=b"stranger")
    at = decode_instant("2026-01-02T03:04:05Z")
    token = authority.stamp(b"data", at=at)
    question = StampQuestion(trust=trust_of(authority), now=decode_instant("2026-02-01T00:00:00Z"))
    crl = stranger.crl(((authority.unit.certificate, at, None),), at=at, until=question.now)
    ocsp = stranger.ocsp(authority.unit.certificate, at=at, revoked=(at, None))
    beside = evolve(question, material=Material(crls=(crl,), ocsps=(ocsp,)))
    assert verify_token(token, beside) == verify_token(token, question)
