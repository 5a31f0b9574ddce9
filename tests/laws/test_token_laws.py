"""Laws of timestamp tokens: no changed byte makes one better, and no bytes at all make the verifier fail."""

from __future__ import annotations

from functools import cache

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import BundleError
from custody.format.ber import rewrite_framing
from custody.format.der import Tlv, decode_tlv, encode_integer, encode_tlv, members_of
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.token import decode_token
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import Material, StampQuestion, TokenVerdict
from custody.report.stamp_code import StampCode, StampOutcome
from tests.tools.token_faults import FAULTS
from tests.tools.token_makers import AUTHORITY, NONCE, Case, in_indefinite_lengths, question_of, stamp
from tests.tools.token_shape import Shape

VALID = StampOutcome.VALID
TOKEN = stamp(AUTHORITY)
QUESTION = question_of(AUTHORITY)
# Only what is signed, or what the verifier himself trusts, could make these better.
BEYOND_REPAIR = {
    StampCode.IMPRINT_ALGORITHM,
    StampCode.POLICY_DIFFERS,
    StampCode.SIGNATURE_WEAK,
    StampCode.KEY_TOO_SHORT,
    StampCode.PATH_MISSING,
    StampCode.ROOT_NOT_TRUSTED_THEN,
    StampCode.ROOT_TRUST_ENDED,
    StampCode.ALGORITHM_ENDED,
}
UNDETERMINED = {name: case for name, case in FAULTS.items() if case.code in BEYOND_REPAIR}


def verdict_on(token: bytes, question: StampQuestion = QUESTION) -> TokenVerdict:
    """What a token comes to."""
    return verify_token(token, question, nonce=NONCE)


def facts(verdict: TokenVerdict) -> tuple[object, ...]:
    """All that a report would say of a token; not its own digest, nor notes."""
    return (
        verdict.imprint,
        verdict.imprint_algorithm,
        verdict.generated_at,
        verdict.not_before,
        verdict.not_after,
        verdict.serial,
        verdict.policy,
        verdict.chain,
        verdict.authority,
        verdict.weakens_at,
    )


def with_byte(data: bytes, place: int, value: int) -> bytes:
    """The same bytes with another value in one place."""
    return data[:place] + bytes([value]) + data[place + 1 :]


def signed_spans(token: bytes) -> list[range]:
    """Where the TSTInfo, the signed attributes, the signature and the signer's certificate lie."""
    decoded = decode_token(token)
    assert decoded.signer is not None
    assert decoded.signer.to_verify is not None
    pieces = (
        decoded.content,
        decoded.signer.to_verify[1:],
        decoded.signer.signature,
        AUTHORITY.chain[0],
    )
    return [range(token.index(piece), token.index(piece) + len(piece)) for piece in pieces]


def test_no_flipped_byte_of_a_valid_token_changes_what_is_reported() -> None:
    """One bit of each byte in turn: the verdict is no longer VALID, or says the very same."""
    sound = verdict_on(TOKEN)
    assert sound.outcome is VALID
    spans = signed_spans(TOKEN)
    for place in range(len(TOKEN)):
        verdict = verdict_on(with_byte(TOKEN, place, TOKEN[place] ^ 1 << place % 8))
        if verdict.outcome is VALID:
            assert facts(verdict) == facts(sound), place
            assert not any(place in span for span in spans), place


@given(st.integers(0, len(TOKEN) - 1), st.integers(0, 255))
def test_no_other_byte_in_a_valid_token_changes_what_is_reported(place: int, value: int) -> None:
    """Any byte in any place."""
    changed = with_byte(TOKEN, place, value)
    verdict = verdict_on(changed)
    if verdict.outcome is VALID:
        assert facts(verdict) == facts(verdict_on(TOKEN))
        assert changed == TOKEN or not any(place in span for span in signed_spans(TOKEN))


@given(st.data())
def test_a_changed_byte_of_a_token_in_ber_changes_nothing_that_is_reported(data: st.DataObject) -> None:
    """The same of indefinite lengths and strings in chunks."""
    token = in_indefinite_lengths(TOKEN)
    place = data.draw(st.integers(0, len(token) - 1))
    verdict = verdict_on(with_byte(token, place, data.draw(st.integers(0, 255))))
    if verdict.outcome is VALID:
        assert facts(verdict) == facts(verdict_on(TOKEN))


@cache
def made(name: str) -> tuple[Case, bytes]:
    """A fault and its token."""
    return UNDETERMINED[name], UNDETERMINED[name].make(AUTHORITY)


@given(st.sampled_from(sorted(UNDETERMINED)), st.data())
def test_no_changed_byte_makes_an_undetermined_token_valid(name: str, data: st.DataObject) -> None:
    """Weak, foreign, too late: any byte in any place."""
    case, token = made(name)
    place = data.draw(st.integers(0, len(token) - 1))
    changed = with_byte(token, place, data.draw(st.integers(0, 255)))
    assert verdict_on(changed, case.question(AUTHORITY)).outcome is not VALID


@given(st.integers(0, len(TOKEN) - 1))
def test_no_part_of_a_token_is_valid(end: int) -> None:
    """Every beginning of it."""
    assert verdict_on(TOKEN[:end]).outcome is StampOutcome.INVALID


@given(st.binary(min_size=1, max_size=64))
def test_nothing_may_follow_a_token(tail: bytes) -> None:
    """Any bytes behind its end."""
    assert verdict_on(TOKEN + tail).codes == (StampCode.TOKEN_TRAILING,)


def test_a_token_says_the_same_in_any_framing() -> None:
    """DER and BER of one token, and with a cache of paths."""
    der, ber = verdict_on(TOKEN), verdict_on(in_indefinite_lengths(TOKEN))
    assert facts(ber) == facts(der)
    assert ber.codes == der.codes


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_cache_of_paths_changes_no_verdict(name: str) -> None:
    """A cache that has seen the sound token, asked about every unsound one twice."""
    case, paths = FAULTS[name], PathCache()
    question, token = case.question(AUTHORITY), case.make(AUTHORITY)
    assert verify_token(TOKEN, QUESTION, nonce=NONCE, paths=paths).outcome is VALID
    for _ in range(2):
        assert verify_token(token, question, nonce=NONCE, paths=paths) == verdict_on(token, question)


# --- hostile bytes


def tree_of(value: Tlv) -> list[tuple[int, ...]]:
    """Paths of all values below one, each a row of positions; strings that hold values are not entered."""
    if not value.constructed:
        return [()]
    inner = [(place, *path) for place, member in enumerate(members_of(value)) for path in tree_of(member)]
    return [(), *inner]


def replaced(value: Tlv, path: tuple[int, ...], new: bytes) -> bytes:
    """The value with one below it exchanged, all lengths made right again."""
    if not path:
        return new
    members = [member.raw for member in members_of(value)]
    members[path[0]] = replaced(members_of(value)[path[0]], path[1:], new)
    return encode_tlv(value.tag, b"".join(members))


tags = st.sampled_from([0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x17, 0x18, 0x24, 0x30, 0x31]) | (
    st.integers(0, 255)
)
leaves = st.builds(encode_tlv, tags, st.binary(max_size=40)) | st.integers().map(encode_integer)
values = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda tag, members: encode_tlv(tag, b"".join(members)),
        st.sampled_from([0x30, 0x31, 0xA0, 0xA1, 0xA2, 0x24]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)
PATHS = tree_of(decode_tlv(TOKEN))
INFO = decode_token(TOKEN).content
INFO_PATHS = tree_of(decode_tlv(INFO))


def judged(token: bytes) -> TokenVerdict:
    """A verdict on bytes of which nothing is known, with and without a cache, all of it written out."""
    verdict = verdict_on(token)
    assert verify_token(token, QUESTION, nonce=NONCE, paths=PathCache()) == verdict
    assert str(verdict)
    return verdict


def says_why(verdict: TokenVerdict) -> bool:
    """Whether a verdict names a fault, or there is none."""
    return (verdict.outcome is VALID) is not bool(verdict.faults)


@given(st.binary(max_size=200) | values)
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    """Noise, and noise in the form of DER: never an exception, never VALID."""
    assert judged(data).outcome is not VALID


@given(st.sampled_from(PATHS), values | st.just(b""))
def test_a_value_exchanged_in_a_token_never_makes_the_verifier_fail(
    path: tuple[int, ...], new: bytes
) -> None:
    """Any value of the token becomes any other, or none; the lengths around it are right."""
    verdict = judged(replaced(decode_tlv(TOKEN), path, new))
    if verdict.outcome is VALID:
        assert facts(verdict) == facts(verdict_on(TOKEN))


@given(st.sampled_from(INFO_PATHS), values | st.just(b""))
def test_any_signed_statement_is_read_or_refused(path: tuple[int, ...], new: bytes) -> None:
    """An authority that signs anything: any value inside the TSTInfo becomes any other."""
    shape = Shape(tst=lambda info: replaced(decode_tlv(info), path, new))
    assert says_why(judged(stamp(AUTHORITY, shape=shape)))


@given(st.data())
def test_any_signed_attributes_are_read_or_refused(data: st.DataObject) -> None:
    """An authority that signs anything: each attribute may be any value."""
    shape = Shape(
        attributes=lambda pieces: {
            name: data.draw(values) if data.draw(st.booleans()) else piece for name, piece in pieces.items()
        }
    )
    assert says_why(judged(stamp(AUTHORITY, shape=shape)))


@given(st.integers(0, len(AUTHORITY.chain[0]) - 1), st.integers(0, 255))
def test_any_certificate_is_read_or_refused(place: int, value: int) -> None:
    """Any byte of the signer's certificate changed, in the token and beside it."""
    changed = with_byte(AUTHORITY.chain[0], place, value)
    token = stamp(AUTHORITY, certificates=(changed, *AUTHORITY.chain[1:]))
    verdict = judged(token)
    assert changed == AUTHORITY.chain[0] or verdict.outcome is not VALID
    beside = evolve(QUESTION, material=Material(certificates=(changed,)))
    assert verdict_on(TOKEN, beside).outcome is VALID


@given(st.sampled_from(PATHS), values)
def test_rewritten_framing_is_a_fixed_point(path: tuple[int, ...], new: bytes) -> None:
    """What was rewritten once is not changed by a second time; what cannot be is refused."""
    try:
        written = rewrite_framing(replaced(decode_tlv(TOKEN), path, new))
    except BundleError:
        return
    assert rewrite_framing(written) == written


@given(st.integers(1, 300))
def test_nesting_is_bounded(levels: int) -> None:
    """Indefinite lengths in indefinite lengths, with an end and without one."""
    for data in (b"\x30\x80" * levels, b"\x30\x80" * levels + b"\0\0" * levels):
        assert judged(data).outcome is not VALID
