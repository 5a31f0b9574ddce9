"""From the list of authorities to roots that a verifier pins."""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from custody.errors import UsageError
from custody.format.authority_list import ListedAuthority, ListedRoot, Qualified
from custody.trust.listed import listed_roots
from tests.tools.authority import TestAuthority, der_of

ROOTS = [der_of(TestAuthority(name).root.certificate) for name in ("first", "second", "third")]
FIRST, SECOND, THIRD = ROOTS


def pem(der: bytes) -> bytes:
    """A certificate as people are given it."""
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def listed(*roots: bytes, with_certificates: bool, published_at: str | None = None) -> ListedAuthority:
    """An entry with these roots."""
    return ListedAuthority(
        name="first",
        title="Time",
        operator="Operator",
        country="SY",
        url=None,
        policies_seen=(),
        roots=tuple(
            ListedRoot(
                fingerprint=hashlib.sha256(root).hexdigest(),
                subject="CN=Root",
                basis="a test",
                certificate=root if with_certificates else None,
                published_at=published_at,
            )
            for root in roots
        ),
        qualified=Qualified.UNKNOWN,
        qualified_recorded_on="2026-11-24",
        qualified_source="nobody",
        contacted="not contacted",
        notes=(),
        sources=("this file",),
    )


def test_roots_come_from_the_list() -> None:
    """All that it holds."""
    found = listed_roots(listed(FIRST, SECOND, with_certificates=True))
    assert [root.certificate for root in found] == [FIRST, SECOND]


def test_a_file_replaces_what_the_list_holds() -> None:
    """Only the roots that were brought are pinned, each once."""
    found = listed_roots(
        listed(FIRST, SECOND, with_certificates=True), [pem(SECOND), pem(SECOND) + pem(THIRD)]
    )
    assert [root.certificate for root in found] == [SECOND]


def test_a_file_with_the_fingerprint_is_admitted() -> None:
    """The list knows the fingerprint alone."""
    found = listed_roots(listed(FIRST, with_certificates=False), [pem(FIRST)])
    assert [root.certificate for root in found] == [FIRST]


def test_a_file_without_the_fingerprint_is_refused() -> None:
    """A name in a certificate proves nothing."""
    with pytest.raises(UsageError) as refused:
        listed_roots(listed(FIRST, with_certificates=False), [pem(FIRST), pem(THIRD)])
    assert refused.value.code == "FINGERPRINT"


@pytest.mark.parametrize(
    ("published_at", "hint"),
    [(None, "take it from its operator"), ("https://tsa.example/root", "https://tsa.example/root")],
)
def test_a_root_that_the_list_lacks_must_be_brought(published_at: str | None, hint: str) -> None:
    """With a hint where the operator publishes it."""
    with pytest.raises(UsageError) as refused:
        listed_roots(listed(FIRST, with_certificates=False, published_at=published_at))
    assert refused.value.code == "ROOT_NEEDED"
    assert hint in (refused.value.hint or "")
