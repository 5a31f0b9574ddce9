"""`custody authority`, and what `custody trust` does with time authorities and algorithms."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from custody.facade.authorities import authority_list_bytes, well_known_authority
from custody.facade.verifying import open_trust
from custody.trust.trust import Authority
from tests.tools.authority import TestAuthority, der_of
from tests.unit.cli.conftest import Shell

FIRST, SECOND = TestAuthority("first"), TestAuthority("second")
OWN = ("--url", "https://tsa.example/tsr", "--root", "first.pem", "--operator", "First operator")


@pytest.fixture
def files(place: Path, shell: Shell) -> Path:
    """A trust `t`, roots `first.pem` and `second.pem`, and `many.pem` with both and a well-known one."""
    shell("trust", "new", "t")
    listed = well_known_authority("globalsign").roots[0].certificate or b""
    known = x509.load_der_x509_certificate(listed)
    pems = [
        one.public_bytes(serialization.Encoding.PEM)
        for one in (FIRST.root.certificate, SECOND.root.certificate, known)
    ]
    for name, data in zip(("first.pem", "second.pem", "known.pem"), pems, strict=True):
        (place / name).write_bytes(data)
    (place / "many.pem").write_bytes(b"".join(pems))
    return place


def authorities(files: Path) -> tuple[Authority, ...]:
    """What the trust holds."""
    return open_trust(files / "t").authorities


def test_the_list_is_shown(shell: Shell) -> None:
    """A heading, a row for each, and that nobody was contacted."""
    ran = shell("authority", "list")
    assert ran.code == 0
    assert ran.out.splitlines()[0].split() == ["name", "country", "qualified", "root", "operator"]
    assert any(row.startswith("freetsa ") and row.endswith("Free TSA") for row in ran.out.splitlines())
    assert "nobody was contacted" in ran.err


def test_the_list_is_given_as_json(shell: Shell) -> None:
    """The bytes of the file itself."""
    assert shell("authority", "list", "--json").out.encode() == authority_list_bytes()


def test_an_entry_is_shown_with_everything(shell: Shell) -> None:
    """Fingerprint in groups, what was recorded by whom, and what was not done."""
    out = shell("authority", "show", "belgium").out
    assert "contacted: not contacted" in out
    assert "qualified: yes, as recorded on " in out
    assert "(draft, to be reviewed by a lawyer)" in out
    assert "9c87 2bc9 79a7 c09a 58d4 a274 c199 e5cb 16cf a9b9 618d 98bc 9a99 88e9 84b8 495c" in out
    assert "certificate: in the list" in out


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sectigo-qualified", "certificate: not in the list: bring it with --root"),
        ("sk-2010", "url: not recorded"),
    ],
)
def test_what_is_unknown_is_said(shell: Shell, name: str, expected: str) -> None:
    """No gap looks like an answer."""
    assert expected in shell("authority", "show", name).out


def test_an_entry_is_given_as_json(shell: Shell) -> None:
    """As it stands in the list."""
    assert json.loads(shell("authority", "show", "sk", "--json").out)["operator"] == "SK ID Solutions"


def test_an_unknown_name_is_refused(shell: Shell) -> None:
    """Wrong call."""
    assert shell("authority", "show", "nobody").code == 2


def test_a_listed_authority_is_added(shell: Shell, files: Path) -> None:
    """With the root of the list, its address and its operator; the fingerprint is printed."""
    ran = shell("trust", "add-authority", "t", "freetsa")
    assert (ran.code, "a637 9e7c" in ran.out) == (0, True)
    assert "nobody was contacted" in ran.err
    (added,) = authorities(files)
    assert (added.name, added.operator, added.url) == ("freetsa", "Free TSA", "https://freetsa.org/tsr")
    assert added.policy is None


def test_a_listed_authority_takes_dates_policy_and_another_name(shell: Shell, files: Path) -> None:
    """The verifier's own words."""
    options = ("--from", "2020-01-01T00:00:00Z", "--to", "2030-01-01T00:00:00Z", "--policy", "2.999.1")
    assert shell("trust", "add-authority", "t", "freetsa", "--as", "clock", *options).code == 0
    (added,) = authorities(files)
    assert (added.name, added.policy) == ("clock", "2.999.1")
    assert (str(added.roots[0].valid_from), str(added.roots[0].valid_until)) == (options[1], options[3])
    assert "trusted from 2020-01-01T00:00:00Z until 2030-01-01T00:00:00Z" in shell("trust", "show", "t").out


@pytest.mark.parametrize("root", ["known.pem", "many.pem"])
def test_a_root_is_admitted_on_its_fingerprint(shell: Shell, files: Path, root: str) -> None:
    """Alone, or out of a file with others, which are left alone."""
    assert shell("trust", "add-authority", "t", "globalsign", "--root", root).code == 0
    (added,) = authorities(files)
    assert [one.certificate for one in added.roots] == [
        one.certificate for one in well_known_authority("globalsign").roots
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("globalsign", "--root", "first.pem"), "FINGERPRINT"),
        (("globalsign", "--root", "known.pem", "--root", "first.pem"), "FINGERPRINT"),
        (("digicert",), "ROOT_NEEDED"),
        (("digicert", "--root", "many.pem"), "FINGERPRINT"),
        (("nobody",), "USAGE"),
        (("freetsa", *OWN), "USAGE"),
        (("freetsa", "--operator", "Me"), "USAGE"),
        ((), "USAGE"),
        (OWN[:4], "USAGE"),
        (OWN[2:], "USAGE"),
        ((*OWN[:2], *OWN[4:]), "USAGE"),
        ((*OWN, "--name", "No Name"), "USAGE"),
        ((*OWN, "--operator", "x" * 201), "expected it once"),
        (("--url", "https://a", "--root", "first.pem", "--operator", ""), "USAGE"),
        (("--url", "https://a", "--root", "first.pem", "--operator", "x" * 201), "USAGE"),
        (("--url", "ldap://a", *OWN[2:]), "USAGE"),
        (("--url", "https://user:word@a/", *OWN[2:]), "USAGE"),
        (("--url", "https://a/#part", *OWN[2:]), "USAGE"),
        ((*OWN, "--policy", "3.1"), "object identifier"),
        ((*OWN, "--from", "2030-01-01T00:00:00Z", "--to", "2020-01-01T00:00:00Z"), "USAGE"),
    ],
)
def test_what_is_refused_changes_nothing(
    shell: Shell, files: Path, words: tuple[str, ...], code: str
) -> None:
    """Another root, a part of what is needed, or a text that a trust file cannot have."""
    before = (files / "t").read_bytes()
    ran = shell("trust", "add-authority", "t", *words)
    assert (ran.code, ran.out) == (2, "")
    assert code in ran.err
    assert (files / "t").read_bytes() == before


def test_one_s_own_authority_is_added(shell: Shell, files: Path) -> None:
    """Its name is its host unless given; the fingerprint is printed."""
    ran = shell("trust", "add-authority", "t", *OWN)
    assert ran.code == 0
    digits = hashlib.sha256(der_of(FIRST.root.certificate)).hexdigest()
    assert digits in ran.out.replace(" ", "")
    (added,) = authorities(files)
    assert (added.name, added.operator, added.url) == ("tsa.example", "First operator", OWN[1])


def test_several_roots_add_up(shell: Shell, files: Path) -> None:
    """Each is named."""
    assert shell("trust", "add-authority", "t", *OWN, "--root", "second.pem", "--name", "clock").code == 0
    assert [len(one.roots) for one in authorities(files)] == [2]


def test_several_roots_in_one_file_are_not_meant(shell: Shell, files: Path) -> None:
    """A chain, or all roots of a system, would be pinned by mistake."""
    words = ("--url", "https://a", "--root", "many.pem", "--operator", "Me")
    ran = shell("trust", "add-authority", "t", *words)
    assert (ran.code, "ROOT_CERTIFICATE" in ran.err) == (4, True)
    assert authorities(files) == ()


def test_a_unit_is_not_pinned(shell: Shell, files: Path) -> None:
    """The certificate that signs tokens is replaced every few years."""
    (files / "unit.der").write_bytes(der_of(FIRST.unit.certificate))
    ran = shell("trust", "add-authority", "t", "--url", "https://a", "--root", "unit.der", "--operator", "Me")
    assert (ran.code, "may not issue others" in ran.err) == (4, True)


def test_an_intermediate_certificate_is_pinned_and_told(shell: Shell, files: Path) -> None:
    """It is no root, yet some want no more than it."""
    (files / "ca.der").write_bytes(der_of(FIRST.issuer.certificate))
    ran = shell("trust", "add-authority", "t", "--url", "https://a", "--root", "ca.der", "--operator", "Me")
    assert (ran.code, "issued by another certificate" in ran.out) == (0, True)
    assert authorities(files)[0].roots[0].certificate == der_of(FIRST.issuer.certificate)


def test_a_further_root_must_be_meant(shell: Shell, files: Path) -> None:
    """The same authority, another root."""
    shell("trust", "add-authority", "t", *OWN)
    words = (*OWN[:2], "--root", "second.pem", *OWN[4:])
    assert "SECOND_ROOT" in shell("trust", "add-authority", "t", *words).err
    assert shell("trust", "add-authority", "t", *words, "--further-root").code == 0
    assert [len(one.roots) for one in authorities(files)] == [2]


def test_a_root_is_pinned_once(shell: Shell, files: Path) -> None:
    """Under another name too."""
    shell("trust", "add-authority", "t", *OWN)
    ran = shell("trust", "add-authority", "t", *OWN, "--name", "other")
    assert (ran.code, "ROOT_PINNED" in ran.err) == (2, True)
    assert len(authorities(files)) == 1


def test_trust_show_names_roots_and_operators(shell: Shell, files: Path) -> None:
    """All that was decided, and nothing that a root claims without quotation marks."""
    shell("trust", "add-authority", "t", *OWN, "--policy", "2.999.1")
    out = shell("trust", "show", "t").out
    assert 'time authority: "tsa.example", run by "First operator"' in out
    assert '  url: "https://tsa.example/tsr"' in out
    assert "  policy: 2.999.1" in out
    assert 'root: "CN=first Root, O=Operator of tests"' in out
    assert "valid: 2020-01-01 to 2049-01-01" in out
    assert "no identity is trusted" in out
    assert "trusted from" not in out
    assert authorities(files)[0].roots[0].valid_until is None


def test_trust_show_names_a_root_that_proves_nothing(shell: Shell, files: Path) -> None:
    """Somebody edited the file by hand."""
    shell("trust", "add-authority", "t", *OWN)
    value = json.loads((files / "t").read_text())
    value["authorities"][0]["roots"][0]["certificate"] = "AAAA"
    del value["authorities"][0]["url"]
    (files / "t").write_text(json.dumps(value))
    ran = shell("trust", "show", "t")
    assert (ran.code, "it proves nothing" in ran.out) == (0, True)
    assert hashlib.sha256(b"\0\0\0").hexdigest()[:4] in ran.out


def test_an_authority_ends(shell: Shell, files: Path) -> None:
    """From a moment on; the fingerprint as other tools print it."""
    shell("trust", "add-authority", "t", *OWN, "--root", "second.pem")
    digits = hashlib.sha256(der_of(SECOND.root.certificate)).hexdigest().upper()
    colons = ":".join(digits[n : n + 2] for n in range(0, 64, 2))
    words = ("trust", "end-authority", "t", "tsa.example", "--until", "2030-01-01T00:00:00Z")
    assert shell(*words, "--root", colons).code == 0
    first, second = authorities(files)[0].roots
    assert (first.valid_until, str(second.valid_until)) == (None, "2030-01-01T00:00:00Z")
    assert "trusted until 2030-01-01T00:00:00Z" in shell("trust", "show", "t").out
    assert shell(*words, "--root", "0" * 64).code == 2
    assert shell(*words, "--root", "abc").code == 2
    assert shell(*words).code == 0
    assert all(root.valid_until is not None for root in authorities(files)[0].roots)


def test_an_authority_is_removed(shell: Shell, files: Path) -> None:
    """And once more there is nobody."""
    shell("trust", "add-authority", "t", *OWN)
    assert 'removed: "tsa.example"' in shell("trust", "remove-authority", "t", "tsa.example").out
    assert authorities(files) == ()
    assert shell("trust", "remove-authority", "t", "tsa.example").code == 2


def test_an_algorithm_ends(shell: Shell, files: Path) -> None:
    """A second word replaces the first and says so; a name that nothing asks for is refused."""
    words = ("trust", "end-algorithm", "t", "sha256", "--until")
    assert shell(*words, "2040-01-01T00:00:00Z").out == "algorithm: sha256 until 2040-01-01T00:00:00Z\n"
    assert "(was 2040-01-01T00:00:00Z)" in shell(*words, "2035-01-01T00:00:00Z").out
    assert str(open_trust(files / "t").end_of("sha256")) == "2035-01-01T00:00:00Z"
    assert shell("trust", "end-algorithm", "t", "sha-256", "--until", "2035-01-01T00:00:00Z").code == 2
