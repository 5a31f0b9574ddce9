"""Signed PDFs before their referees: pyHanko's validator, poppler's pdfsig, and qpdf."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from custody.facade.moment import now
from custody.facade.stamping import Service
from custody.facade.timestamping import timestamp_of_address, timestamp_of_authority
from custody.filing.sign_pdf import sign_pdf
from tests.tools.authority import TestAuthority, der_of, trust_of
from tests.tools.timestamp_server import authority_reply, serving, sound
from tests.unit.filing.signing import AT, signing_key, small_pdf

AUTHORITY: Final = TestAuthority("first", unit_key="rsa-2048")
KINDS: Final = ("p256", "rsa-2048")


def signed(kind: str, *, stamped: bool = True) -> bytes:
    """Return a signed PDF, with a timestamp of an authority in this process."""
    stamp = (lambda name, digest: AUTHORITY.stamp(digest=digest, hash=name, at=AT)) if stamped else None
    return sign_pdf(small_pdf(), signer=signing_key(kind), at=AT, timestamp=stamp)


def judged(pdf: bytes, kind: str) -> Any:  # noqa: ANN401 - pyhanko ships no annotations
    """Let pyHanko judge the only signature, under the root of the signer and that of the authority."""

    def trusting(certificate: bytes) -> ValidationContext:
        roots = [asn1_x509.Certificate.load(certificate)]
        return ValidationContext(trust_roots=roots, allow_fetching=False)

    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(
        signature,
        signer_validation_context=trusting(signing_key(kind).chain[0].public_bytes(Encoding.DER)),
        ts_validation_context=trusting(der_of(AUTHORITY.root.certificate)),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_pyhanko_finds_signature_and_timestamp_valid(kind: str) -> None:
    """They cover the whole file, under both roots."""
    status = judged(signed(kind), kind)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.timestamp_validity.valid
    assert status.timestamp_validity.trusted
    assert status.timestamp_validity.timestamp == AT.moment


def test_pyhanko_finds_a_flipped_byte() -> None:
    """Within what was there before the signature."""
    pdf = bytearray(signed("p256"))
    place = pdf.index(b"/MediaBox [0 0 200") + len(b"/MediaBox [0 0 ")
    pdf[place] ^= 1
    status = judged(bytes(pdf), "p256")
    assert not status.bottom_line
    assert not status.intact


def pdfsig(path: Path, tool: str) -> str:
    """Return what pdfsig says of a file."""
    done = subprocess.run([tool, str(path)], capture_output=True, check=False, text=True)
    return done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_pdfsig_finds_it_valid_and_a_flipped_byte_not(
    kind: str, tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    """The form is PAdES, and the whole document is covered."""
    tool, path = require_tool("pdfsig"), tmp_path / "signed.pdf"
    pdf = signed(kind)
    path.write_bytes(pdf)
    told = pdfsig(path, tool)
    assert "Signature is Valid" in told
    assert "ETSI.CAdES.detached" in told
    assert "Total document signed" in told
    path.write_bytes(pdf.replace(b"[0 0 200 200]", b"[0 0 200 201]"))
    assert "Digest Mismatch" in pdfsig(path, tool)


@pytest.mark.parametrize("stamped", [True, False])
def test_qpdf_finds_no_fault(*, stamped: bool, tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    """And the line before the addition is ended, else it would break PDF/A (ISO 19005-3, 6.1.9)."""
    path = tmp_path / "signed.pdf"
    pdf = signed("p256", stamped=stamped)
    path.write_bytes(pdf)
    done = subprocess.run([require_tool("qpdf"), "--check", str(path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
    assert pdf.count(b"%%EOF") == pdf.count(b"%%EOF\n") == 2


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_server_by_its_name_in_a_trust_is_asked_over_our_own_network() -> None:
    """Announced before it is contacted, and its token is verified before it is used."""
    told: list[str] = []
    with serving(sound(authority_reply(AUTHORITY, now))) as server:
        trust = trust_of(AUTHORITY.authority(url=server.url))
        service = Service(announce=lambda contact: told.append(contact.authority))
        stamp = timestamp_of_authority("first", trust=trust, service=service)
        pdf = sign_pdf(small_pdf(), signer=signing_key(), at=AT, timestamp=stamp)
    assert judged(pdf, "p256").timestamp_validity.trusted
    assert told == ["first"]
    assert len(server.asked) == 1


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_server_by_its_address_is_asked_too() -> None:
    """That its token fits is checked; whose it is, is for the reader."""
    with serving(sound(authority_reply(AUTHORITY, now))) as server:
        stamp = timestamp_of_address(server.url)
        pdf = sign_pdf(small_pdf(), signer=signing_key(), at=AT, timestamp=stamp)
    assert judged(pdf, "p256").timestamp_validity.trusted
