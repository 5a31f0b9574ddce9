"""Tests of the members of a DER value taken in their order."""

from __future__ import annotations

import pytest

from custody.errors import FormatError
from custody.format.der import INTEGER, OCTET_STRING, decode_tlv, encode_integer, encode_null, encode_sequence
from custody.format.der_members import DerMembers


def members() -> DerMembers:
    """An INTEGER, then NULL."""
    return DerMembers(decode_tlv(encode_sequence(encode_integer(1), encode_null())))


def test_members_are_taken_in_their_order() -> None:
    """To the end."""
    taken = members()
    assert taken.optional(OCTET_STRING) is None
    assert taken.take(INTEGER).content == b"\x01"
    assert [one.raw for one in taken.rest()] == [encode_null()]
    assert taken.optional(INTEGER) is None
    taken.end()


def test_a_missing_member_is_refused() -> None:
    """Another one stands there, or none."""
    with pytest.raises(FormatError):
        members().take(OCTET_STRING)
    with pytest.raises(FormatError):
        DerMembers(decode_tlv(encode_sequence())).take(INTEGER)


def test_a_member_that_nothing_took_is_refused() -> None:
    """Nothing is passed over."""
    with pytest.raises(FormatError):
        members().end()
