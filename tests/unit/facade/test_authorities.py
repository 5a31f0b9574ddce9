"""The list of well-known time authorities that comes with custody."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from custody.errors import UsageError
from custody.facade.authorities import (
    authority_entry_bytes,
    authority_list_bytes,
    well_known_authorities,
    well_known_authority,
)
from custody.format.authority_list import NOT_CONTACTED, ListedAuthority, ListedRoot
from custody.format.root_file import decode_root_certificate
from custody.format.schema import compile_schema, load_schema
from custody.trust.listed import listed_roots
from custody.trust.trust import Authority, Trust, TrustedRoot
from custody.trust.trust_file import decode_trust_file, encode_trust_file

LISTED = well_known_authorities()
ROOTS = {f"{one.name} {root.fingerprint[:8]}": root for one in LISTED for root in one.roots}
HELD = {name: root for name, root in ROOTS.items() if root.certificate is not None}

each_authority = pytest.mark.parametrize("listed", LISTED, ids=lambda one: one.name)
each_root = pytest.mark.parametrize("root", ROOTS.values(), ids=ROOTS)
each_held_root = pytest.mark.parametrize("root", HELD.values(), ids=HELD)


def test_the_list_has_the_published_form() -> None:
    """Its schema knows every member."""
    check = compile_schema(load_schema("authorities-1"))
    assert check(json.loads(authority_list_bytes())) == ()


def test_the_list_offers_two_operators_with_roots() -> None:
    """Nobody has to fetch a root before the first bundle is well stamped."""
    operators = {one.operator for one in LISTED if one.url and not one.needs_root}
    assert len(operators) >= 2
    assert 10 <= len(LISTED) <= 30


@each_authority
def test_nobody_was_contacted(listed: ListedAuthority) -> None:
    """The entry says so; whoever contacts one writes the date."""
    assert listed.contacted == NOT_CONTACTED


@each_authority
def test_a_qualified_statement_names_who_makes_it(listed: ListedAuthority) -> None:
    """With a date, and without an appearance that somebody looked into a trusted list."""
    assert re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", listed.qualified_recorded_on)
    assert len(listed.qualified_source) > len("unknown")


@each_authority
def test_every_address_is_http_without_a_user(listed: ListedAuthority) -> None:
    """No credentials, no other scheme."""
    assert listed.url is None or re.fullmatch(r"https?://[a-z0-9.-]+(/[A-Za-z0-9/._-]*)?", listed.url)


@each_authority
def test_sources_are_addresses(listed: ListedAuthority) -> None:
    """A reader can look for himself."""
    assert any(source.startswith("https://") for source in listed.sources)


@each_held_root
def test_a_held_certificate_is_what_is_said_of_it(root: ListedRoot) -> None:
    """Fingerprint, dates and names, recomputed."""
    assert root.certificate is not None
    found = decode_root_certificate(root.certificate)
    assert found.fingerprint == root.fingerprint == hashlib.sha256(root.certificate).hexdigest()
    assert (str(found.not_before), str(found.not_after)) == (root.not_before, root.not_after)
    assert found.claimed_subject == root.subject


@each_held_root
def test_a_held_certificate_is_self_signed(root: ListedRoot) -> None:
    """No intermediate one is in the list; one old root is signed with SHA-1, which nobody verifies here."""
    parsed = x509.load_der_x509_certificate(root.certificate or b"")
    try:
        parsed.verify_directly_issued_by(parsed)
    except ValueError:
        assert parsed.issuer == parsed.subject
        assert isinstance(parsed.signature_hash_algorithm, hashes.SHA1)


@each_root
def test_dates_come_in_pairs(root: ListedRoot) -> None:
    """Both or none; none only where the certificate was not at hand."""
    assert (root.not_before is None) == (root.not_after is None)
    assert root.not_before is not None or root.certificate is None


@each_root
def test_no_address_of_a_person_is_in_a_subject(root: ListedRoot) -> None:
    """Some certificates have one; the list does not repeat it."""
    assert "@" not in root.subject


@pytest.mark.parametrize(
    "listed", [one for one in LISTED if not one.needs_root], ids=lambda one: str(one.name)
)
def test_an_entry_can_be_trusted(listed: ListedAuthority) -> None:
    """What the list holds goes into a trust file and comes back."""
    roots = tuple(TrustedRoot(certificate=root.certificate) for root in listed_roots(listed))
    authority = Authority(name=listed.name, operator=listed.operator, roots=roots, url=listed.url)
    trust = Trust(authorities=(authority,))
    assert decode_trust_file(encode_trust_file(trust)) == trust


def test_one_entry_is_found_by_its_name() -> None:
    """As the value and as the JSON that stands in the list."""
    assert well_known_authority("freetsa").operator == "Free TSA"
    assert json.loads(authority_entry_bytes("freetsa"))["name"] == "freetsa"


@pytest.mark.parametrize("find", [well_known_authority, authority_entry_bytes])
def test_another_name_is_refused(find: object) -> None:
    """With what to do instead."""
    with pytest.raises(UsageError) as refused:
        find("nobody")  # type: ignore[operator]
    assert "custody authority list" in (refused.value.hint or "")


def test_held_certificates_are_those_of_the_corpus(corpora: Path) -> None:
    """Each is the root of a real, sound token; none came from elsewhere."""
    known: dict[str, set[str]] = {}
    for file in (corpora / "tsa").glob("*/root.pem"):
        parsed = x509.load_pem_x509_certificate(file.read_bytes())
        der = parsed.public_bytes(serialization.Encoding.DER)
        expected = json.loads((file.parent / "meta.json").read_text("utf-8"))["expected"]
        known.setdefault(hashlib.sha256(der).hexdigest(), set()).add(expected)
    assert all(known.get(root.fingerprint) == {"valid"} for root in HELD.values())


@each_authority
def test_policies_of_the_corpus_are_recorded(listed: ListedAuthority, corpora: Path) -> None:
    """Every policy of a sound token that ends at a held root stands in the entry."""
    held = {root.fingerprint for root in listed.roots if root.certificate is not None}
    metas = [json.loads(file.read_text("utf-8")) for file in (corpora / "tsa").glob("*/meta.json")]
    seen = {meta["policy"] for meta in metas if meta.get("root_sha256") in held and meta["policy"]}
    assert seen <= set(listed.policies_seen)
