"""Signing a PDF: what is added, what is refused, and whom it asks."""

from __future__ import annotations

import re
import sys

import pytest

from custody.errors import CustodyError, FormatError, NetworkError, SignerError, UsageError
from custody.filing.pades import TOKEN_BYTES
from custody.filing.sign_pdf import sign_pdf, with_line_end
from tests.tools.authority import TestAuthority
from tests.unit.filing.signing import AT, expired_key, later, signing_key, small_pdf

AUTHORITY = TestAuthority("first")


def test_nothing_before_the_signature_changes() -> None:
    """It is added behind the last line, which is ended first where it was not."""
    pdf = small_pdf()
    signed = sign_pdf(pdf, signer=signing_key(), at=AT)
    assert signed.startswith(pdf + b"\n")
    assert signed[len(pdf) + 1 :].split(b"\n")[0].endswith(b"obj")


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_line_end_that_is_there_is_kept(line_end: bytes) -> None:
    """Nothing is put behind it."""
    pdf = small_pdf(line_end=line_end)
    assert with_line_end(pdf) == pdf
    assert sign_pdf(pdf, signer=signing_key(), at=AT).startswith(pdf)


def test_the_first_signature_certifies_and_allows_forms_alone() -> None:
    """DocMDP, level 2 (ISO 32000-2, 12.8.2.2)."""
    signed = sign_pdf(small_pdf(), signer=signing_key(), at=AT)
    assert re.search(rb"/DocMDP", signed)
    assert re.search(rb"/P 2\b", signed)


def test_a_second_signature_stands_beside_the_first() -> None:
    """It certifies nothing; only one can."""
    once = sign_pdf(small_pdf(), signer=signing_key(), at=AT)
    twice = sign_pdf(once, signer=signing_key("rsa-2048"), at=AT, field_name="Second")
    assert twice.startswith(once)
    assert twice.count(b"/TransformMethod /DocMDP") == once.count(b"/TransformMethod /DocMDP")


def test_a_field_that_is_signed_is_not_signed_again() -> None:
    """Another name is asked for."""
    once = sign_pdf(small_pdf(), signer=signing_key(), at=AT)
    with pytest.raises(SignerError) as refusal:
        sign_pdf(once, signer=signing_key(), at=AT)
    assert refusal.value.code == "SIGNATURE_REFUSED"


def test_the_claimed_time_is_utc_and_the_one_that_was_given() -> None:
    """The zone of the machine does not show."""
    signed = sign_pdf(small_pdf(), signer=signing_key(), at=AT)
    assert rb"/M (D\07220260203040506Z)" in signed  # the octal escape is a colon


def test_a_signature_that_forbids_every_change_stays_the_only_one() -> None:
    """DocMDP, level 1: another signature would break the first."""
    strict = sign_pdf(small_pdf(), signer=signing_key(), at=AT).replace(b"/P 2", b"/P 1")
    with pytest.raises(SignerError) as refusal:
        sign_pdf(strict, signer=signing_key(), at=AT, field_name="Second")
    assert refusal.value.code == "SIGNATURE_REFUSED"


def test_title_and_dates_stay_as_they_were() -> None:
    """Nothing tells of the zone and the clock of this machine, and metadata go on agreeing (ISO 19005-3)."""
    pdf = small_pdf(line_end=b"\n")
    added = sign_pdf(pdf, signer=signing_key(), at=AT)[len(pdf) :]
    assert not re.search(rb"/ModDate|/Info|/Metadata|/Producer", added)


def test_a_server_that_a_pdf_names_is_not_asked() -> None:
    """Its wishes for a timestamp (seed values, ISO 32000-2, 12.7.5.5) are not followed."""
    wish = b"/SV << /Type /SV /Ff 65 /TimeStamp << /URL (http://192.0.2.1/) /Ff 1 >> >>"
    field = (
        b"<< /FT /Sig /T (Signature1) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 " + wish + b" >>"
    )
    pdf = small_pdf(field=field)
    assert b"/Contents <30" in sign_pdf(pdf, signer=signing_key(), at=AT)


def test_the_reason_is_what_was_given() -> None:
    """It is shown by readers."""
    assert b"/Reason (Filed)" in sign_pdf(small_pdf(), signer=signing_key(), at=AT, reason="Filed")


def test_an_authority_is_asked_once() -> None:
    """No trial request tells it more than is needed."""
    asked: list[tuple[str, int]] = []

    def timestamp(algorithm: str, digest: bytes) -> bytes:
        asked.append((algorithm, len(digest)))
        return AUTHORITY.stamp(digest=digest, hash=algorithm, at=AT)

    sign_pdf(small_pdf(), signer=signing_key(), at=AT, timestamp=timestamp)
    assert asked == [("sha256", 32)]


def test_without_a_timestamp_nothing_is_signed() -> None:
    """The error of the network ends it."""

    def timestamp(_algorithm: str, _digest: bytes) -> bytes:
        raise NetworkError("authority: expected an answer, found none", code="UNREACHABLE")

    with pytest.raises(NetworkError):
        sign_pdf(small_pdf(), signer=signing_key(), at=AT, timestamp=timestamp)


def test_a_token_that_is_too_large_is_refused() -> None:
    """There would be no room for it."""
    with pytest.raises(NetworkError) as refusal:
        sign_pdf(small_pdf(), signer=signing_key(), at=AT, timestamp=lambda _a, _d: bytes(TOKEN_BYTES + 1))
    assert refusal.value.code == "REPLY_TOO_LARGE"


@pytest.mark.parametrize(
    "pdf", [b"", b"hello", small_pdf()[:-5], small_pdf()[1:], small_pdf() + b"trailing", b"%PDF-1.7\n%%EOF"]
)
def test_what_is_no_whole_pdf_is_refused(pdf: bytes) -> None:
    """A part of one is none."""
    with pytest.raises(FormatError):
        sign_pdf(pdf, signer=signing_key(), at=AT)


def test_a_pdf_whose_table_of_objects_is_damaged_is_refused() -> None:
    """Nothing can be added to it safely."""
    with pytest.raises(FormatError):
        sign_pdf(small_pdf().replace(b"xref", b"xxxx", 1), signer=signing_key(), at=AT)


@pytest.mark.parametrize("what", [b"/Pages", b"2 0 R", b"/Kids", b"/MediaBox", b"/Root", b"[3 0 R]"])
@pytest.mark.parametrize("instead", [b"null", b"/X", b"[[[", b"-1", b"99 0 R"])
def test_a_damaged_pdf_is_signed_or_refused(what: bytes, instead: bytes) -> None:
    """Whatever the library that reads it stumbles over."""
    damaged = small_pdf().replace(what, instead)
    try:
        signed = sign_pdf(damaged, signer=signing_key(), at=AT)
    except CustodyError as error:
        signed = error.code.encode()
    assert signed


def test_an_expired_certificate_is_refused() -> None:
    """No reader would accept the signature."""
    with pytest.raises(SignerError) as refusal:
        sign_pdf(small_pdf(), signer=expired_key(), at=later(AT, 1))
    assert refusal.value.code == "CERTIFICATE_NOT_VALID"


def test_without_pyhanko_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never an ImportError."""
    monkeypatch.setitem(sys.modules, "pyhanko", None)
    monkeypatch.delitem(sys.modules, "custody.filing.pades")
    for name in [one for one in sys.modules if one.startswith("pyhanko.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(UsageError) as refusal:
        sign_pdf(small_pdf(), signer=signing_key(), at=AT)
    error: CustodyError = refusal.value
    assert (error.code, error.hint) == ("EXTRA_MISSING", "pip install 'custody[court]'")
