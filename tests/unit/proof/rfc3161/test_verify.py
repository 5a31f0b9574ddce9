"""Tests of the verdict on a token: what it states, in which order, and when it is judged."""

from __future__ import annotations

import hashlib

import pytest
from attrs import evolve

from custody.format.der import encode_integer, encode_octet_string, encode_sequence
from custody.format.hashes import digests_of
from custody.model.instant import Instant, decode_instant
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.token import decode_token
from custody.proof.rfc3161.verify import info_codes, verify_token
from custody.proof.stamp import Material, StampQuestion, TokenVerdict
from custody.report.stamp_code import StampCode, StampOutcome
from custody.trust.trust import AlgorithmEnd, Trust
from tests.tools.authority import POLICY, TestAuthority, trust_of
from tests.tools.token_makers import AT, AUTHORITY, DATA, NONCE, NOW, STRANGER, question_of, revoked, stamp
from tests.tools.token_shape import SIGNING_CERTIFICATE_V2, Shape, drop, encode_attribute, put

TOKEN = stamp(AUTHORITY)
LATE = decode_instant("2028-01-01T00:00:00Z")
LATER = decode_instant("2030-01-01T00:00:00Z")
UNIT_ENDS = AUTHORITY.unit_valid[1]


def judge(token: bytes = TOKEN, question: StampQuestion | None = None, **changes: object) -> TokenVerdict:
    """What a token comes to; by default the sound one, asked about what it stamps."""
    asked = question_of(AUTHORITY, **changes) if question is None else question
    return verify_token(token, asked, nonce=NONCE)


def ending(**ends: Instant) -> Trust:
    """The authority trusted, with ends of algorithms; "_" stands for "-"."""
    listed = tuple(
        AlgorithmEnd(algorithm=name.replace("ecdsa_", "ecdsa-"), until=until) for name, until in ends.items()
    )
    return trust_of(AUTHORITY.authority(policy=AUTHORITY.policy), ends=listed)


def test_a_sound_token_states_its_facts() -> None:
    """All that a report needs."""
    verdict = judge()
    assert verdict.outcome is StampOutcome.VALID
    assert verdict.codes == (StampCode.REVOCATION_NOT_CHECKED,)
    assert verdict.sha256 == hashlib.sha256(TOKEN).hexdigest()
    assert verdict.generated_at == AT
    assert (verdict.accuracy_ms, verdict.policy) == (1000, POLICY)
    assert (verdict.imprint_algorithm, verdict.imprint) == ("sha256", hashlib.sha256(DATA).hexdigest())
    assert verdict.authority == AUTHORITY.authority(policy=AUTHORITY.policy)
    assert verdict.chain == AUTHORITY.chain
    assert verdict.used == ()
    assert verdict.weakens_at == UNIT_ENDS


def test_what_cannot_be_read_states_its_digest_alone() -> None:
    """Nothing of it is known."""
    verdict = judge(b"")
    assert verdict == TokenVerdict(sha256=hashlib.sha256(b"").hexdigest(), codes=(StampCode.TOKEN_MALFORMED,))


def test_an_anchor_may_stamp_anything() -> None:
    """Where nothing is asked, nothing differs."""
    assert judge(digest_of=None).outcome is StampOutcome.VALID
    assert judge(digest_of=digests_of(b"other")).faults == (StampCode.IMPRINT_DIFFERS,)


def test_a_nonce_is_compared_where_one_is_known() -> None:
    """Not without a request."""
    question = question_of(AUTHORITY)
    assert verify_token(TOKEN, question).faults == ()
    assert verify_token(TOKEN, question, nonce=NONCE + 1).faults == (StampCode.NONCE_DIFFERS,)


def test_faults_come_before_notes_and_once_each() -> None:
    """Whatever order they were met in."""
    token = stamp(STRANGER, hash="sha1", accuracy_ms=None, policy="2.999.8")
    codes = judge(token).codes
    assert codes == (StampCode.IMPRINT_ALGORITHM, StampCode.PATH_MISSING, StampCode.ACCURACY_UNKNOWN)


def test_a_weak_token_that_is_also_wrong_is_wrong() -> None:
    """SHA-1 in the imprint hides nothing."""
    shape = Shape(attributes=drop("contentType"))
    verdict = judge(stamp(AUTHORITY, hash="sha1", shape=shape))
    assert verdict.outcome is StampOutcome.INVALID
    assert verdict.faults == (StampCode.IMPRINT_ALGORITHM, StampCode.SIGNED_ATTRIBUTES)
    assert (verdict.imprint_algorithm, judge(stamp(AUTHORITY, hash="md5")).imprint_algorithm) == (
        "sha1",
        "1.2.840.113549.2.5",
    )


def test_a_certificate_id_that_is_no_such_thing_is_malformed() -> None:
    """It is signed, and must be what it says."""
    odd = encode_attribute(SIGNING_CERTIFICATE_V2, encode_sequence(encode_octet_string(b"")))
    verdict = judge(stamp(AUTHORITY, shape=Shape(attributes=put(certificateId=odd))))
    assert verdict.faults == (StampCode.TOKEN_MALFORMED,)


def test_without_a_path_there_is_no_authority() -> None:
    """Nor an end."""
    verdict = judge(trust=Trust.none())
    assert verdict.faults == (StampCode.PATH_MISSING,)
    assert (verdict.authority, verdict.chain, verdict.weakens_at) == (None, (), None)
    assert verdict.generated_at == AT


def test_about_something_else_it_is_looked_at_no_further() -> None:
    """Whatever else is wrong with it: anybody may lay such a file there, and it must cost little."""
    verdict = judge(stamp(AUTHORITY, data=b"other", certificates=False))
    assert verdict.codes == (StampCode.IMPRINT_DIFFERS,)
    both = Shape(tst_members=put(version=encode_integer(2)))
    assert judge(stamp(AUTHORITY, data=b"other", shape=both)).faults == (
        StampCode.TST_VERSION,
        StampCode.IMPRINT_DIFFERS,
    )


@pytest.mark.parametrize("name", ["sha256", "ecdsa", "ecdsa_p256"])
def test_an_algorithm_ends_when_the_trust_says_so(name: str) -> None:
    """At that moment, not before; and the token weakens then."""
    trust = ending(**{name: LATE})
    before = decode_instant("2027-12-31T23:59:59.999Z")
    assert judge(trust=trust, now=before).faults == ()
    assert judge(trust=trust, now=before).weakens_at == LATE
    assert judge(trust=trust, now=LATE).faults == (StampCode.ALGORITHM_ENDED,)


def test_an_ended_algorithm_is_named_without_a_path_too() -> None:
    """Whoever trusts no authority still reads that the token has weakened."""
    ends = (AlgorithmEnd(algorithm="sha256", until=LATE),)
    verdict = judge(trust=Trust(identities=(), algorithm_ends=ends), now=LATER)
    assert verdict.faults == (StampCode.PATH_MISSING, StampCode.ALGORITHM_ENDED)


def test_the_imprint_is_under_an_algorithm_too() -> None:
    """Its hash may end before that of the signature."""
    trust = ending(sha512=LATE)
    token = stamp(AUTHORITY, hash="sha512")
    assert judge(token, trust=trust, now=LATER).faults == (StampCode.ALGORITHM_ENDED,)
    assert judge(trust=trust, now=LATER).faults == ()


def test_an_end_of_another_algorithm_changes_nothing() -> None:
    """Nor does it date anything."""
    verdict = judge(trust=ending(rsa=LATE), now=LATER)
    assert verdict.faults == ()
    assert verdict.weakens_at == UNIT_ENDS


def test_algorithms_are_judged_at_the_next_proven_time() -> None:
    """What was proven in time stays proven."""
    trust = ending(sha256=LATE)
    assert judge(trust=trust, now=LATER, proven_by=decode_instant("2027-01-01T00:00:00Z")).faults == ()
    assert judge(trust=trust, now=LATER, proven_by=LATE).faults == (StampCode.ALGORITHM_ENDED,)


def test_a_time_in_the_future_is_measured_by_the_clock_alone() -> None:
    """Not by what was proven since."""
    verdict = judge(now=decode_instant("2026-01-02T02:00:00Z"))
    assert verdict.faults == (StampCode.TIME_IN_FUTURE,)


def test_companions_are_named_when_the_verdict_rests_on_them() -> None:
    """Certificates of the path, and revocation data of it; not those of strangers."""
    material = revoked(LATER, None)(AUTHORITY)
    beside = evolve(material, certificates=(*AUTHORITY.chain, *STRANGER.chain))
    verdict = judge(stamp(AUTHORITY, certificates=False), material=beside)
    files = (*AUTHORITY.chain, *material.crls, *material.ocsps)
    assert verdict.faults == ()
    assert verdict.used == tuple(sorted(hashlib.sha256(der).hexdigest() for der in files))


def test_revocation_lists_inside_are_looked_at_and_are_no_companions() -> None:
    """They lie in the token."""
    material = revoked(decode_instant("2026-01-01T00:00:00Z"), None)(AUTHORITY)
    inside = Shape(
        signed_members=lambda pieces: {
            **{name: piece for name, piece in pieces.items() if name != "signerInfos"},
            "crls": b"\xa1\x82" + len(material.crls[0]).to_bytes(2, "big") + material.crls[0],
            "signerInfos": pieces["signerInfos"],
        }
    )
    verdict = judge(stamp(AUTHORITY, shape=inside))
    assert verdict.faults == (StampCode.REVOKED,)
    assert verdict.used == ()


def test_policies_are_those_of_the_authority_at_the_end_of_the_path() -> None:
    """An authority of the same root with another policy does not stand in the way."""
    other = evolve(AUTHORITY.authority(policy="2.999.7"), name="other")
    own = AUTHORITY.authority(policy=POLICY)
    assert judge(trust=trust_of(other)).faults == (StampCode.POLICY_DIFFERS,)
    assert judge(trust=trust_of(other, own)).authority == own


def test_a_cache_serves_many_tokens() -> None:
    """With the same verdicts."""
    paths, question = PathCache(), question_of(AUTHORITY)
    for token in (TOKEN, stamp(AUTHORITY, nonce=NONCE, serial=9), TOKEN):
        assert verify_token(token, question, nonce=NONCE, paths=paths) == judge(token)


def test_every_kind_of_key_is_verified() -> None:
    """With the hash that suits it."""
    for kind in ("p256", "p384", "p521", "rsa-2048", "pss-2048", "ed25519"):
        authority = TestAuthority(f"keys {kind}", unit_key=kind)
        verdict = verify_token(stamp(authority), question_of(authority), nonce=NONCE)
        assert verdict.outcome is StampOutcome.VALID, kind


def test_a_statement_is_judged_by_itself() -> None:
    """As whoever reads a reply wants it."""
    read = decode_token(TOKEN).info
    assert info_codes(read) == ()
    assert info_codes(read, digest_of=digests_of(b"other"), nonce=1) == (
        StampCode.IMPRINT_DIFFERS,
        StampCode.NONCE_DIFFERS,
    )


def test_material_alone_is_no_trust() -> None:
    """A root that lies beside the token is not pinned by that."""
    assert judge(trust=Trust.none(), material=Material(certificates=AUTHORITY.chain), now=NOW).faults == (
        StampCode.PATH_MISSING,
    )
