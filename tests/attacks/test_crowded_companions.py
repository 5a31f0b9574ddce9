"""Attacks on tokens by what is laid beside them: crowds of junk, other certificates of a lost key."""

from __future__ import annotations

import time
from functools import cache
from typing import Final

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from custody.format.hashes import HASHES, digests_of
from custody.model.instant import Instant, decode_instant
from custody.proof.evidence_record.record import (
    EvidenceRecord,
    encode_algorithm,
    encode_evidence_record,
    make_archive_timestamp,
)
from custody.proof.evidence_record.verify import verify_evidence_record
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import Material, StampQuestion, TokenVerdict
from custody.report.stamp_code import StampCode
from tests.tools.authority import (
    Certified,
    Issuer,
    TestAuthority,
    certify,
    der_of,
    make_key,
    make_name,
    trust_of,
)

DATA: Final = b"stamped bytes\n"
FIRST: Final = TestAuthority("first", operator="First operator")
OTHER: Final = TestAuthority("other", operator="Other operator")
CLAIMED: Final = decode_instant("2026-01-02T03:04:05Z")
EARLY: Final = decode_instant("2025-01-01T00:00:00Z")
NOW: Final = decode_instant("2027-01-01T00:00:00Z")
COMPROMISE: Final = x509.ReasonFlags.key_compromise
LOST: Final = (StampCode.REVOKED,)
QUESTION: Final = StampQuestion(trust=trust_of(FIRST), now=NOW, digest_of=digests_of(DATA))
TOKEN: Final = FIRST.stamp(DATA, at=CLAIMED)
UNIT_ALONE: Final = FIRST.stamp(DATA, at=CLAIMED, certificates=(der_of(FIRST.unit.certificate),))
STRANGER: Final = make_key("p256", b"stranger")


def judge(
    token: bytes, *certificates: bytes, crls: tuple[bytes, ...] = (), ocsps: tuple[bytes, ...] = ()
) -> TokenVerdict:
    """What a token comes to with these beside it."""
    material = Material(certificates=certificates, crls=crls, ocsps=ocsps)
    return verify_token(token, evolve(QUESTION, material=material))


def junk(said: Certified, count: int) -> tuple[bytes, ...]:
    """Make certificates of a name, signed by a stranger."""
    nobody = make_name("Nobody", "Nobody")
    return tuple(der_of(certify(said, STRANGER, nobody, STRANGER, number + 1)) for number in range(count))


def test_files_of_a_few_bytes_crowd_nothing_out() -> None:
    """Thousands of companions that are no certificates."""
    rubbish = tuple(b"%d" % number for number in range(5_000))
    assert judge(UNIT_ALONE, *rubbish, *FIRST.embedded).faults == ()
    assert judge(FIRST.stamp(DATA, at=CLAIMED, certificates=False), *rubbish, *FIRST.embedded).faults == ()


def test_namesakes_crowd_nothing_out() -> None:
    """Hundreds of certificates with the name of the authority, before the true one."""
    crowd = junk(FIRST.issuer_says, 300)
    assert judge(UNIT_ALONE, *crowd, der_of(FIRST.issuer.certificate)).faults == ()
    assert judge(TOKEN, *crowd).faults == ()


def test_namesakes_of_the_signer_crowd_nothing_out() -> None:
    """Nor do certificates with his issuer's name and his number."""
    unit = FIRST.unit.certificate
    twins = tuple(
        der_of(
            certify(
                FIRST.unit_says, make_key("p256", b"%d" % number), unit.issuer, STRANGER, unit.serial_number
            )
        )
        for number in range(100)
    )
    token = FIRST.stamp(DATA, at=CLAIMED, certificates=False)
    assert judge(token, *twins, *FIRST.embedded).faults == ()


def copies(der: bytes, count: int) -> tuple[bytes, ...]:
    """Copy a certificate, but for its signature."""
    return tuple(der[:-4] + number.to_bytes(4, "big") for number in range(count))


def test_what_is_inside_is_found_whatever_lies_beside() -> None:
    """Thousands of copies of the chain with false signatures; and they cost little."""
    crowd = (*copies(FIRST.embedded[1], 3_000), *copies(FIRST.embedded[0], 3_000))
    started = time.process_time()
    assert judge(TOKEN, *crowd).faults == ()
    assert time.process_time() - started < 1


def test_many_tokens_beside_many_companions_cost_little() -> None:
    """A record of hundreds of tokens, each of another stranger's, and thousands of certificates."""
    strangers = [TestAuthority("stranger", seed=b"%d" % number) for number in range(20)]
    tokens = [one.stamp(DATA, at=CLAIMED, nonce=number) for one in strangers for number in range(8)]
    stamps = tuple(make_archive_timestamp(token, algorithm=HASHES["sha256"].oid) for token in tokens)
    algorithms = (encode_algorithm(HASHES["sha256"].oid),)
    data = encode_evidence_record(EvidenceRecord(algorithms=algorithms, chains=(stamps,)))
    crowd = (
        *junk(FIRST.issuer_says, 400),
        *copies(FIRST.embedded[0], 1_000),
        *copies(FIRST.embedded[1], 1_000),
    )
    question = evolve(QUESTION, material=Material(certificates=crowd))
    started = time.process_time()
    verify_evidence_record(data, question)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("data", [b"other", DATA], ids=["other bytes", "another's signature"])
def test_a_token_about_something_else_costs_no_path(data: bytes) -> None:
    """Nothing beside it is even looked at."""
    other = evolve(FIRST.unit, key=STRANGER)
    token = FIRST.stamp(data, at=CLAIMED, unit=FIRST.unit if data != DATA else other)
    cache = PathCache()
    crowd = Material(certificates=copies(FIRST.embedded[1], 3_000))
    verdict = verify_token(token, evolve(QUESTION, material=crowd), paths=cache)
    assert verdict.codes in ((StampCode.IMPRINT_DIFFERS,), (StampCode.SIGNATURE_WRONG,))
    assert (verdict.chain, verdict.authority, verdict.generated_at) == ((), None, CLAIMED)


def second_certificate(**said: object) -> x509.Certificate:
    """Certify the authority again: same name, same key, another number."""
    again = evolve(FIRST.issuer_says, **said)  # type: ignore[arg-type]
    return FIRST.root.issue(again, FIRST.issuer.key, serial=4242)


@cache
def by_second() -> bytes:
    """Make a token whose path runs over the second certificate."""
    return FIRST.stamp(DATA, at=CLAIMED, certificates=(FIRST.embedded[0], der_of(second_certificate())))


def list_of_root(
    certificate: x509.Certificate,
    since: Instant,
    reason: x509.ReasonFlags | None,
    authority: TestAuthority = FIRST,
) -> bytes:
    """Make a list of a root that revokes one certificate."""
    return authority.crl(((certificate, since, reason),), at=EARLY, until=NOW, issuer=authority.root)


def test_a_key_that_was_lost_is_lost_in_every_certificate() -> None:
    """The revoked certificate and the list lie there; the token uses another certificate of the key."""
    first = FIRST.issuer.certificate
    crl = list_of_root(first, EARLY, COMPROMISE)
    assert judge(by_second(), crls=(crl,)).faults == ()
    verdict = judge(by_second(), der_of(first), crls=(crl,))
    assert verdict.faults == LOST
    assert verdict.used != ()
    assert judge(by_second(), der_of(first), crls=(list_of_root(first, NOW, COMPROMISE),)).faults == LOST


def test_a_unit_that_was_lost_is_lost_in_every_certificate() -> None:
    """The same of its own key, certified twice."""
    again = FIRST.issuer.issue(FIRST.unit_says, FIRST.unit.key, serial=77)
    crl = FIRST.crl(((again, EARLY, COMPROMISE),), at=EARLY, until=NOW)
    assert judge(TOKEN, der_of(again), crls=(crl,)).faults == LOST
    answer = FIRST.ocsp(again, at=EARLY, until=NOW, revoked=(EARLY, COMPROMISE))
    assert judge(TOKEN, der_of(again), ocsps=(answer,)).faults == LOST


def test_a_certificate_that_was_replaced_harms_no_other() -> None:
    """Revoked as superseded, beside a path that does not need it."""
    second = second_certificate()
    crl = list_of_root(second, EARLY, x509.ReasonFlags.superseded)
    assert judge(TOKEN, der_of(second), crls=(crl,)).faults == ()
    assert judge(by_second(), crls=(crl,)).faults == LOST


def test_of_two_paths_the_one_that_nobody_revoked_counts() -> None:
    """Though the other one's certificates lasted longer."""
    short = FIRST.root.issue(
        evolve(FIRST.issuer_says, valid=(EARLY, decode_instant("2026-06-01T00:00:00Z"))), FIRST.issuer.key
    )
    token = FIRST.stamp(DATA, at=CLAIMED, certificates=(FIRST.embedded[0], der_of(short)))
    second = second_certificate()
    crl = list_of_root(second, EARLY, x509.ReasonFlags.superseded)
    verdict = judge(token, der_of(second), crls=(crl,))
    assert verdict.faults == ()
    assert verdict.chain[1] == der_of(short)
    assert StampCode.CERTIFICATE_EXPIRED_SINCE in verdict.codes


def test_nobody_loses_another_s_key_for_him() -> None:
    """Not a stranger, not a unit that may not certify, and not whoever copies a certificate."""
    first, crl = FIRST.issuer.certificate, list_of_root(FIRST.issuer.certificate, EARLY, COMPROMISE)
    nobody = list_of_root(first, EARLY, COMPROMISE, evolve(FIRST, seed=b"impostor"))
    assert judge(by_second(), der_of(first), crls=(nobody,)).faults == ()
    assert judge(by_second(), *copies(der_of(first), 3), der_of(first)[:-1], crls=(crl,)).faults == ()
    unit = Issuer(certificate=OTHER.unit.certificate, key=OTHER.unit.key)
    forged = unit.issue(FIRST.unit_says, FIRST.unit.key, serial=9)
    said = OTHER.crl(((forged, EARLY, COMPROMISE),), at=EARLY, until=NOW, issuer=unit)
    around = (der_of(forged), *OTHER.chain)
    assert (
        verify_token(
            TOKEN,
            evolve(
                QUESTION, trust=trust_of(FIRST, OTHER), material=Material(certificates=around, crls=(said,))
            ),
        ).faults
        == ()
    )


def test_a_pinned_certificate_of_the_key_is_a_matter_of_the_trust() -> None:
    """Nobody stands above it."""
    pinned = evolve(
        FIRST.authority(), roots=(evolve(FIRST.authority().roots[0], certificate=FIRST.embedded[1]),)
    )
    crl = list_of_root(FIRST.issuer.certificate, EARLY, COMPROMISE)
    question = evolve(QUESTION, trust=trust_of(pinned, evolve(FIRST.authority(), name="root")))
    beside = Material(certificates=(FIRST.embedded[1],), crls=(crl,))
    assert verify_token(by_second(), evolve(question, material=beside)).faults == ()


def partial_list(reason: x509.ReasonFlags | None = COMPROMISE, *, names: bool = True) -> bytes:
    """Make a delta list of the authority."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(FIRST.issuer.certificate.subject)
        .last_update(EARLY.moment)
        .next_update(NOW.moment)
        .add_extension(x509.DeltaCRLIndicator(1), critical=True)
    )
    if names:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(FIRST.unit.certificate.serial_number)
            .revocation_date(EARLY.moment)
        )
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(FIRST.issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_whom_a_partial_list_names_is_revoked() -> None:
    """What the authority signed it has said, in whatever form; its silence says nothing."""
    assert judge(TOKEN, crls=(partial_list(),)).faults == LOST
    silent = judge(TOKEN, crls=(partial_list(names=False),))
    assert silent.codes == (StampCode.REVOCATION_NOT_CHECKED, StampCode.REVOCATION_UNUSED)


def test_no_crowd_of_lists_hides_one_that_revokes() -> None:
    """Lists that say nothing, true and false ones, in front of it."""
    revoking = FIRST.crl(((FIRST.unit.certificate, EARLY, COMPROMISE),), at=EARLY, until=NOW)
    silent = FIRST.crl((), at=EARLY, until=NOW)
    answer = FIRST.ocsp(at=EARLY, until=NOW, revoked=(EARLY, COMPROMISE))
    good = FIRST.ocsp(at=EARLY, until=NOW)
    crowd = (silent, *copies(silent, 100), *copies(revoking, 100))
    answers = (good, *copies(good, 100), *copies(answer, 100))
    assert judge(TOKEN, crls=(*crowd, revoking)).faults == LOST
    assert judge(TOKEN, ocsps=(*answers, answer)).faults == LOST
    assert judge(TOKEN, crls=crowd, ocsps=answers).faults == ()
