"""Paths to pinned roots, and what a moment makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from custody.errors import FormatError
from custody.model.instant import Instant
from custody.proof.rfc3161.best_path import PathResult, TokenClaims, find_path
from custody.proof.rfc3161.certificate import decode_certificate
from custody.proof.rfc3161.path import Path, PathCache
from custody.proof.stamp import StampQuestion
from custody.report.stamp_code import StampCode, StampOutcome, outcome_of
from custody.trust.trust import AlgorithmEnd, Authority, Trust, TrustedRoot
from tests.tools.path_makers import (
    GENERATED_AT,
    NOW,
    SIGNER,
    Holder,
    authority_says,
    find_for,
    make_holder,
    signed_again,
    trust_in,
)

ROOT = make_holder("Root", years=(2010, 2050))
CA = make_holder("CA", ROOT, years=(2015, 2045))
UNIT = make_holder("Unit", CA, says=SIGNER, years=(2020, 2030))
END = Instant(datetime(2030, 1, 1, tzinfo=UTC))


def year(number: int) -> Instant:
    """Return the first moment of a year."""
    return Instant(datetime(number, 1, 1, tzinfo=UTC))


def found(result: PathResult) -> Path:
    """Return the path that must have been found."""
    assert result.path is not None
    return result.path


def rooted(valid_from: Instant | None = None, valid_until: Instant | None = None) -> Trust:
    """Trust the root in an interval."""
    root = TrustedRoot(certificate=ROOT.der, valid_from=valid_from, valid_until=valid_until)
    return Trust(authorities=(Authority(name="first", operator="one", roots=(root,)),))


def test_a_path_leads_from_the_signer_to_the_root() -> None:
    """Certificates, validity, authority and algorithms of the path are told."""
    result = find_for(UNIT, CA, pins=(ROOT,))
    path = found(result)
    assert result.codes == ()
    assert path.ders == (UNIT.der, CA.der, ROOT.der)
    assert (path.authority.name, path.root.certificate) == ("first", ROOT.der)
    assert (path.valid_from.year, path.valid_until.year) == (2020, 2030)
    assert path.algorithms == ("ecdsa", "ecdsa-p256", "sha256")


def test_the_root_alone_may_certify_the_signer() -> None:
    """No intermediate, and nothing in the pool."""
    assert find_for(make_holder("Unit", ROOT, says=SIGNER), pins=(ROOT,)).codes == ()


def test_a_pinned_intermediate_is_the_anchor() -> None:
    """The path ends there, also where its own issuer is pinned too."""
    assert found(find_for(UNIT, CA, pins=(CA,))).ders == (UNIT.der, CA.der)
    assert found(find_for(UNIT, CA, ROOT, pins=(ROOT, CA))).ders == (UNIT.der, CA.der)


def test_a_pinned_signer_is_the_anchor() -> None:
    """Then nothing else is needed, and nobody has a second opinion."""
    result = find_for(UNIT, pins=(UNIT,))
    assert (result.codes, found(result).ders, found(result).algorithms) == ((), (UNIT.der,), ())


def test_without_an_authority_there_is_no_path() -> None:
    """A trust that names none accepts none."""
    assert find_for(UNIT, CA, ROOT) == PathResult(codes=(StampCode.PATH_MISSING,))


def test_without_the_intermediate_there_is_no_path() -> None:
    """What is not there cannot be guessed."""
    assert find_for(UNIT, pins=(ROOT,)).codes == (StampCode.PATH_MISSING,)


def test_the_pool_may_hold_anything() -> None:
    """The signer, the root, strangers, duplicates and rubbish change nothing."""
    stranger, sister = make_holder("Stranger"), make_holder("Sister unit", CA, says=SIGNER)
    pool = (UNIT, sister, ROOT, b"rubbish", stranger, CA, CA, b"", make_holder("CA", stranger, seed="other"))
    assert find_for(UNIT, *pool, pins=(ROOT,)) == find_for(UNIT, CA, pins=(ROOT,))


@pytest.mark.parametrize(
    ("generated_at", "valid"),
    [
        (datetime(2020, 1, 1, tzinfo=UTC), True),
        (datetime(2019, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), False),
        (datetime(2030, 1, 1, 0, 0, 0, 999999, tzinfo=UTC), True),
        (datetime(2030, 1, 1, 0, 0, 1, tzinfo=UTC), False),
    ],
)
def test_all_certificates_are_valid_at_gentime(generated_at: datetime, valid: bool) -> None:  # noqa: FBT001
    """TS-13: the second that notAfter names still belongs to the validity."""
    result = find_for(UNIT, CA, pins=(ROOT,), generated_at=generated_at)
    assert result.codes == (() if valid else (StampCode.CERTIFICATE_NOT_VALID,))
    assert found(result).ders[0] == UNIT.der


def test_an_expired_intermediate_is_not_valid() -> None:
    """TS-13: every certificate counts, not the signer's alone."""
    late = make_holder("CA", ROOT, years=(2015, 2025))
    assert find_for(UNIT, late, pins=(ROOT,)).codes == (StampCode.CERTIFICATE_NOT_VALID,)


def test_an_expired_root_is_not_valid() -> None:
    """TS-13: a pinned certificate has a validity too."""
    late = make_holder("Root", years=(2010, 2025))
    assert find_for(UNIT, CA, pins=(late,)).codes == (StampCode.CERTIFICATE_NOT_VALID,)


def test_certificates_that_were_never_valid_together_are_not_valid() -> None:
    """There is no moment at which the path held, so nobody has a second opinion on it either."""
    early = make_holder("CA", ROOT, years=(2011, 2015))
    assert StampCode.CERTIFICATE_NOT_VALID in find_for(UNIT, early, pins=(ROOT,)).codes


def test_expiry_since_is_said_and_changes_nothing() -> None:
    """TS-17: tokens outlive the certificate of their authority."""
    assert find_for(UNIT, CA, pins=(ROOT,), judged_at=END).codes == ()
    later = Instant(END.moment + timedelta(seconds=1))
    result = find_for(UNIT, CA, pins=(ROOT,), judged_at=later)
    assert result.codes == (StampCode.CERTIFICATE_EXPIRED_SINCE,)
    assert outcome_of(result.codes) is StampOutcome.VALID


def test_expiry_before_the_renewal_leaves_it_undetermined() -> None:
    """RFC 4998, 5.3: a token is renewed while its certificates are valid."""
    assert find_for(UNIT, CA, pins=(ROOT,), renewed_at=END).codes == ()
    result = find_for(UNIT, CA, pins=(ROOT,), renewed_at=year(2031), judged_at=year(2031))
    assert result.codes == (
        StampCode.CERTIFICATE_EXPIRED_BEFORE_RENEWAL,
        StampCode.CERTIFICATE_EXPIRED_SINCE,
    )


@pytest.mark.parametrize(
    ("trust", "codes"),
    [
        pytest.param(rooted(Instant(GENERATED_AT), year(2027)), (), id="inside"),
        pytest.param(
            rooted(Instant(GENERATED_AT + timedelta(seconds=1))),
            (StampCode.ROOT_NOT_TRUSTED_THEN,),
            id="before",
        ),
        pytest.param(
            rooted(None, Instant(GENERATED_AT)),
            (StampCode.ROOT_NOT_TRUSTED_THEN, StampCode.ROOT_TRUST_ENDED),
            id="at the end",
        ),
        pytest.param(rooted(None, NOW), (StampCode.ROOT_TRUST_ENDED,), id="ended since"),
    ],
)
def test_a_root_counts_in_its_interval(trust: Trust, codes: tuple[StampCode, ...]) -> None:
    """TS-14: start and end are the verifier's; who judges after the end believes no token of it any more."""
    assert find_for(UNIT, CA, trust=trust).codes == codes


def test_a_proof_before_the_end_of_trust_protects() -> None:
    """TS-17: the root is judged at the next proven time."""
    assert find_for(UNIT, CA, trust=rooted(None, year(2027)), judged_at=year(2028)).codes != ()
    assert find_for(UNIT, CA, trust=rooted(None, year(2027)), judged_at=NOW).codes == ()


@pytest.mark.parametrize("algorithm", ["ecdsa", "ecdsa-p256", "sha256"])
def test_an_algorithm_of_a_certificate_may_have_ended(algorithm: str) -> None:
    """TS-17: hashes and signatures of certificates count like the token's own."""
    trust = trust_in(ROOT, ends=(AlgorithmEnd(algorithm=algorithm, until=NOW),))
    assert find_for(UNIT, CA, trust=trust).codes == (StampCode.ALGORITHM_ENDED,)
    assert find_for(UNIT, CA, trust=trust, judged_at=Instant(GENERATED_AT)).codes == ()


def test_a_path_weakens_at_the_earliest_of_its_ends() -> None:
    """Certificates, the trust in the root, and algorithms end."""
    path = found(find_for(UNIT, CA, pins=(ROOT,)))
    assert path.weakens_at(trust_in(ROOT)) == END
    assert path.weakens_at(trust_in(ROOT, ends=(AlgorithmEnd(algorithm="sha256", until=NOW),))) == NOW
    limited = evolve(path, pin=evolve(path.pin, root=evolve(path.root, valid_until=year(2028))))
    assert limited.weakens_at(trust_in(ROOT)) == year(2028)


def test_a_path_that_ended_long_ago_weakens_at_the_first_moment() -> None:
    """Validities may end before instants begin."""
    old = make_holder("Unit", CA, says=SIGNER, years=(1955, 1960))
    path = found(find_for(old, CA, pins=(ROOT,)))
    assert path.weakens_at(trust_in(ROOT)) == year(1970)


def test_an_authority_s_policy_is_compared() -> None:
    """TS-6: the policy of the authority at whose root the path ends."""
    first = evolve(trust_in(ROOT).authorities[0], policy="1.2.3")
    trust = Trust(authorities=(first,))
    assert find_for(UNIT, CA, trust=trust, policy="1.2.3").codes == ()
    assert find_for(UNIT, CA, trust=trust, policy="1.2.4").codes == (StampCode.POLICY_DIFFERS,)
    assert find_for(UNIT, CA, trust=trust).codes == ()


def test_of_two_authorities_with_one_root_the_one_with_the_policy_is_meant() -> None:
    """TS-6: the better outcome counts."""
    first, second = trust_in(ROOT, ROOT).authorities
    trust = Trust(authorities=(evolve(first, policy="1.2.3"), evolve(second, policy="1.2.4")))
    result = find_for(UNIT, CA, trust=trust, policy="1.2.4")
    assert (result.codes, found(result).authority.name) == ((), "second")


def test_of_equal_paths_the_first_authority_s_counts() -> None:
    """The order of the trust decides."""
    assert found(find_for(UNIT, CA, pins=(ROOT, ROOT))).authority.name == "first"


def crossed() -> tuple[Holder, Holder]:
    """Make another root, and a certificate of the same intermediate under it."""
    other = make_holder("Other root")
    return other, make_holder("CA", other, says=authority_says(ca=False))


def test_of_two_paths_the_sound_one_counts() -> None:
    """A refused path does not hide a sound one, in whatever order they come."""
    other, bad = crossed()
    for pool in ((CA, bad), (bad, CA)):
        for pins in ((ROOT, other), (other, ROOT)):
            result = find_for(UNIT, *pool, pins=pins)
            assert (result.codes, found(result).ders[-1]) == ((), ROOT.der)


def test_of_two_bad_paths_the_undetermined_one_counts() -> None:
    """What may be sound outweighs what must not be believed."""
    other, bad = crossed()
    trust = Trust(
        authorities=(
            *trust_in(other).authorities,
            evolve(rooted(None, NOW).authorities[0], name="second"),
        )
    )
    result = find_for(UNIT, bad, CA, trust=trust)
    assert (result.codes, found(result).authority.name) == ((StampCode.ROOT_TRUST_ENDED,), "second")


def test_the_shorter_of_two_sound_paths_counts() -> None:
    """A cross certificate makes a longer one."""
    other = make_holder("Other root")
    cross = make_holder("Root", other, years=(2010, 2050))
    assert len(found(find_for(UNIT, CA, cross, pins=(other, ROOT))).ders) == 3
    assert len(found(find_for(UNIT, CA, cross, pins=(other,))).ders) == 4


def test_an_unreadable_certificate_that_is_needed_is_named() -> None:
    """TS-20: the right answer is undetermined, not invalid."""
    broken = CA.der[:-1]
    assert find_for(UNIT, broken, pins=(ROOT,)).codes == (StampCode.CERTIFICATE_UNREADABLE,)


def test_an_unreadable_root_that_is_needed_is_named() -> None:
    """TS-20: also where the verifier pinned it."""
    assert find_for(UNIT, CA, pins=(ROOT.der[:-1],)).codes == (StampCode.CERTIFICATE_UNREADABLE,)


def test_an_unreadable_certificate_that_is_not_needed_is_passed_over() -> None:
    """TS-20: only what stands in the way counts."""
    assert find_for(UNIT, UNIT.der[:-1], CA, pins=(ROOT,)).codes == ()
    assert find_for(UNIT, UNIT.der[:-1], pins=(ROOT,)).codes == (StampCode.PATH_MISSING,)
    assert find_for(UNIT, CA.der[:-1], CA, pins=(ROOT,)).codes == ()
    name = CA.certificate.subject.public_bytes()
    cut = CA.der[: CA.der.index(name) + len(name)]  # it bears the name, and claims no subject
    assert find_for(UNIT, cut, pins=(ROOT,)).codes == (StampCode.PATH_MISSING,)


def test_a_path_outside_the_web_profile_is_said_to_be() -> None:
    """TS-13: the verifier of `cryptography` refuses keys of this kind; our own checks hold."""
    bare = make_holder(
        "CA", ROOT, says=((x509.BasicConstraints(ca=True, path_length=None), False),), key="ed25519"
    )
    unit = make_holder("Unit", bare, says=SIGNER)
    result = find_for(unit, bare, pins=(ROOT,))
    assert result.codes == (StampCode.OUTSIDE_WEB_PROFILE,)
    assert outcome_of(result.codes) is StampOutcome.VALID


@pytest.mark.parametrize("tag", [0x02, 0x03])
def test_a_subject_that_is_no_text_makes_no_error(tag: int) -> None:
    """The verifier of `cryptography` reads it to name what it refuses; we compare its bytes."""
    ca = make_holder("CA", ROOT)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])

    def spoil(members: list[bytes]) -> list[bytes]:
        return [one.replace(b"\x0c\x08Odd unit", bytes([tag]) + b"\x08Odd unit") for one in members]

    unit = make_holder("Odd unit", ca, says=((purpose, False),))
    result = find_path(
        decode_certificate(signed_again(unit.der, ca.key, edit=spoil)),
        (ca.der,),
        StampQuestion(trust=trust_in(ROOT), now=NOW),
        TokenClaims(generated_at=GENERATED_AT),
    )
    assert result.codes == (StampCode.OUTSIDE_WEB_PROFILE,)


def test_a_cache_changes_no_result() -> None:
    """What is kept depends on neither time nor token."""
    cache = PathCache()
    for judged_at in (NOW, year(2031)):
        for generated_at in (GENERATED_AT, datetime(2031, 1, 1, tzinfo=UTC)):
            for pins in ((ROOT,), (CA,), ()):
                fresh = find_for(UNIT, CA, pins=pins, judged_at=judged_at, generated_at=generated_at)
                kept = find_for(
                    UNIT, CA, pins=pins, judged_at=judged_at, generated_at=generated_at, cache=cache
                )
                assert kept == fresh


def test_a_cache_keeps_what_was_found() -> None:
    """The second search is the first one's result itself."""
    cache, trust = PathCache(), trust_in(ROOT)
    first, second = (find_for(UNIT, CA, trust=trust, cache=cache).path for _ in range(2))
    assert first is second
    assert cache.certificate(UNIT.der) is cache.certificate(UNIT.der)


def test_a_cache_mixes_no_two_trusts() -> None:
    """What one verifier pinned is nothing to another."""
    cache = PathCache()
    assert find_for(UNIT, CA, trust=trust_in(ROOT), cache=cache).codes == ()
    assert find_for(UNIT, CA, trust=trust_in(), cache=cache).codes == (StampCode.PATH_MISSING,)


def test_a_cache_tells_pools_apart() -> None:
    """A path that needs an intermediate is not found where it is missing."""
    cache, trust = PathCache(), trust_in(ROOT)
    assert find_for(UNIT, CA, trust=trust, cache=cache).codes == ()
    assert find_for(UNIT, trust=trust, cache=cache).codes == (StampCode.PATH_MISSING,)


def test_a_cache_is_bounded() -> None:
    """What was kept first goes first."""
    cache, trust = PathCache(), trust_in(ROOT)
    first = find_for(UNIT, CA, trust=trust, cache=cache).path
    for number in range(256):
        find_for(UNIT, CA, b"%d" % number, trust=trust, cache=cache)
    assert find_for(UNIT, CA, trust=trust, cache=cache).path is not first


def test_a_cache_keeps_no_failure() -> None:
    """What cannot be read is refused each time."""
    cache = PathCache()
    for _ in range(2):
        with pytest.raises(FormatError):
            cache.certificate(b"rubbish")
