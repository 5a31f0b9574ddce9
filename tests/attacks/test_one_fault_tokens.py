"""Tokens with exactly one fault, signed by an authority that commits it: none accepted, each fault named."""

from __future__ import annotations

from typing import Final

import pytest
from cryptography import x509

from custody.model.instant import decode_instant
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import StampQuestion, TokenVerdict
from custody.report.stamp_code import StampCode, StampOutcome
from tests.tools.authority import TestAuthority
from tests.tools.token_faults import FAULTS
from tests.tools.token_makers import AUTHORITY, NONCE, question_of, revoked, stamp
from tests.tools.token_variants import VARIANTS

each_fault = pytest.mark.parametrize("name", FAULTS)
each_variant = pytest.mark.parametrize("name", VARIANTS)

# A sound token too can meet a question that it does not answer.
QUESTIONS: Final[dict[StampCode, StampQuestion]] = {
    StampCode.CERTIFICATE_EXPIRED_BEFORE_RENEWAL: question_of(
        AUTHORITY,
        now=decode_instant("2040-01-01T00:00:00Z"),
        renewed_at=decode_instant("2039-01-01T00:00:00Z"),
    ),
    StampCode.REVOKED_PERHAPS_BEFORE: question_of(
        AUTHORITY,
        material=revoked(decode_instant("2026-01-02T03:04:06Z"), x509.ReasonFlags.superseded)(AUTHORITY),
    ),
    StampCode.REVOCATION_REQUIRED: question_of(AUTHORITY, strict_revocation=True),
}
# Faults of ECDSA, which an authority with RSA cannot commit.
OF_ECDSA: Final = {
    "signature algorithm ended",
    "exact signature algorithm ended",
    "protected signature algorithm differs",
}
OF_REPLIES: Final = {"TS-2"}
OF_SEVERAL_TOKENS: Final = {"TS-19"}


def judge(token: bytes, question: StampQuestion) -> TokenVerdict:
    """What a token comes to."""
    return verify_token(token, question, nonce=NONCE)


@each_fault
def test_one_fault_is_named_alone(name: str) -> None:
    """Exactly the expected code, and no other fault."""
    case = FAULTS[name]
    assert judge(case.make(AUTHORITY), case.question(AUTHORITY)).faults == (case.code,)


@each_fault
def test_no_token_with_a_fault_is_valid(name: str) -> None:
    """Nor is it when the verifier does not know the request."""
    case = FAULTS[name]
    verdict = verify_token(case.make(AUTHORITY), case.question(AUTHORITY))
    if case.code not in {StampCode.NONCE_MISSING, StampCode.NONCE_DIFFERS}:
        assert verdict.outcome is not StampOutcome.VALID


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - OF_ECDSA))
def test_faults_are_named_whatever_the_keys(name: str) -> None:
    """The same of an authority that signs with RSA: the code is among those that are named."""
    authority = TestAuthority("rsa", unit_key="rsa-2048", issuer_key="p384")
    case = FAULTS[name]
    assert case.code in judge(case.make(authority), case.question(authority)).faults


@each_variant
def test_what_looks_odd_and_is_sound_is_valid(name: str) -> None:
    """No false refusal; what is to be noted is noted."""
    case = VARIANTS[name]
    verdict = judge(case.make(AUTHORITY), case.question(AUTHORITY))
    assert verdict.faults == ()
    assert case.code is None or case.code in verdict.codes


@pytest.mark.parametrize("code", QUESTIONS)
def test_a_sound_token_does_not_answer_every_question(code: StampCode) -> None:
    """Exactly the expected code, and no other fault."""
    assert judge(stamp(AUTHORITY), QUESTIONS[code]).faults == (code,)


def test_there_are_more_than_forty_faults() -> None:
    """As many as the promise speaks of."""
    assert len(FAULTS) >= 40


def test_every_fault_that_a_token_can_have_is_committed() -> None:
    """Each code of a TS rule, those of replies, of several tokens and of whole bundles left out."""
    codes = {
        code
        for code in StampCode
        if code.rule.startswith("TS-") and not code.note and code.rule not in OF_REPLIES | OF_SEVERAL_TOKENS
    }
    codes -= {StampCode.REVOCATION_LIMIT}  # of a bundle: tests/unit/verification/test_machine.py
    assert codes <= {case.code for case in FAULTS.values()} | QUESTIONS.keys()
