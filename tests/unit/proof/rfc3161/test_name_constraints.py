"""Name constraints of certification authorities."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from custody.proof.rfc3161.name_constraints import name_constraints_hold
from tests.tools.path_makers import Holder, authority_says, make_holder, name_of

HOST = x509.DNSName
MAILBOX = x509.RFC822Name
ADDRESS = x509.UniformResourceIdentifier


def directory(*texts: str) -> x509.DirectoryName:
    """Make a directory name."""
    return x509.DirectoryName(name_of(*texts))


def ip(text: str) -> x509.IPAddress:
    """Make an address, or a network of addresses."""
    return x509.IPAddress(ip_network(text) if "/" in text else ip_address(text))


def limited(
    permitted: list[x509.GeneralName] | None = None, excluded: list[x509.GeneralName] | None = None
) -> Holder:
    """Make an authority with name constraints."""
    return make_holder("CA", says=authority_says((x509.NameConstraints(permitted, excluded), True)))


def named(*names: x509.GeneralName, subject: x509.Name | None = None) -> Holder:
    """Make a certificate with alternative names, and an empty subject unless one is given."""
    says = ((x509.SubjectAlternativeName(names), True),) if names else ()
    return make_holder(x509.Name([]) if subject is None else subject, make_holder("CA"), says=says)


UNIT = named(subject=name_of("Operator", "Unit"))
OPERATOR = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "OPERATOR")]))
PAIRS = [
    pytest.param(directory("Operator", "Unit"), directory("Operator", "Unit"), True, id="whole name"),
    pytest.param(directory("Operator", "Unit"), OPERATOR, True, id="upper part in other letters"),
    pytest.param(directory("Operator", "Unit"), directory("Unit"), False, id="lower part"),
    pytest.param(directory("Operator", "Unit"), directory("Other", "Unit"), False, id="another operator"),
    pytest.param(HOST("tsa.example"), HOST("example"), True, id="host below"),
    pytest.param(HOST("TSA.example"), HOST("tsa.EXAMPLE"), True, id="host itself"),
    pytest.param(HOST("tsa.example"), HOST(""), True, id="every host"),
    pytest.param(HOST("badexample"), HOST("example"), False, id="host that only ends alike"),
    pytest.param(HOST("example"), HOST(".example"), False, id="only below"),
    pytest.param(MAILBOX("a@tsa.example"), MAILBOX("tsa.example"), True, id="mailbox at the host"),
    pytest.param(MAILBOX("a@tsa.example"), MAILBOX("example"), False, id="mailbox below the host"),
    pytest.param(MAILBOX("a@tsa.example"), MAILBOX(".example"), True, id="mailbox below a domain"),
    pytest.param(MAILBOX("a@tsa.example"), MAILBOX("a@TSA.example"), True, id="that mailbox"),
    pytest.param(MAILBOX("b@tsa.example"), MAILBOX("a@tsa.example"), False, id="another mailbox"),
    pytest.param(ADDRESS("https://u@tsa.example:8080/x?y"), ADDRESS("tsa.example"), True, id="address"),
    pytest.param(ADDRESS("https://tsa.example"), ADDRESS(".example"), True, id="address below a domain"),
    pytest.param(ADDRESS("https://tsa.example"), ADDRESS("example"), False, id="address below the host"),
    pytest.param(ip("192.0.2.7"), ip("192.0.2.0/24"), True, id="inside the network"),
    pytest.param(ip("192.0.3.7"), ip("192.0.2.0/24"), False, id="outside the network"),
    pytest.param(ip("2001:db8::1"), ip("2001:db8::/32"), True, id="inside the network of IPv6"),
    pytest.param(ip("2001:db8::1"), ip("192.0.2.0/24"), False, id="of another kind of network"),
]


@pytest.mark.parametrize(("name", "subtree", "inside"), PAIRS)
def test_a_permitted_subtree_holds_what_is_inside(
    name: x509.GeneralName,
    subtree: x509.GeneralName,
    inside: bool,  # noqa: FBT001
) -> None:
    """Names of that kind must be inside."""
    assert name_constraints_hold(limited(permitted=[subtree]).read, named(name).read) is inside


@pytest.mark.parametrize(("name", "subtree", "inside"), PAIRS)
def test_an_excluded_subtree_refuses_what_is_inside(
    name: x509.GeneralName,
    subtree: x509.GeneralName,
    inside: bool,  # noqa: FBT001
) -> None:
    """Names of that kind must be outside."""
    assert name_constraints_hold(limited(excluded=[subtree]).read, named(name).read) is not inside


def test_without_constraints_every_name_will_do() -> None:
    """Most authorities have none."""
    assert name_constraints_hold(make_holder("CA").read, UNIT.read)


def test_other_kinds_of_names_are_not_meant() -> None:
    """A constraint on hosts does not speak of directory names."""
    assert name_constraints_hold(limited(permitted=[HOST("example")], excluded=[ip("::/0")]).read, UNIT.read)


@pytest.mark.parametrize("address", ["urn:oid:1.2.3", "https:///x"])
def test_an_address_without_a_host_is_inside_and_outside_of_nothing(address: str) -> None:
    """It cannot be compared (RFC 5280, 4.2.1.10), and so passes neither kind of constraint."""
    unit = named(ADDRESS(address)).read
    assert not name_constraints_hold(limited(permitted=[ADDRESS("tsa.example")]).read, unit)
    assert not name_constraints_hold(limited(excluded=[ADDRESS("tsa.example")]).read, unit)


def test_one_permitted_subtree_is_enough() -> None:
    """Permitted subtrees are alternatives."""
    subtrees: list[x509.GeneralName] = [directory("Other"), directory("Operator", "Unit")]
    assert name_constraints_hold(limited(permitted=subtrees).read, UNIT.read)


def test_the_subject_counts() -> None:
    """The subject's name is a directory name."""
    assert not name_constraints_hold(limited(permitted=[directory("Other")]).read, UNIT.read)


def test_each_alternative_name_counts() -> None:
    """One bad name is enough."""
    below = named(HOST("tsa.example"), HOST("tsa.invalid"))
    assert not name_constraints_hold(limited(permitted=[HOST("example")]).read, below.read)


@pytest.mark.parametrize(("mailbox", "holds"), [("a@tsa.example", True), ("a@tsa.invalid", False)])
def test_a_mailbox_in_the_subject_counts(mailbox: str, holds: bool) -> None:  # noqa: FBT001
    """Without alternative names, constraints on mailboxes apply to the subject's."""
    subject = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, mailbox)])
    issuer = limited(permitted=[MAILBOX("tsa.example")])
    assert name_constraints_hold(issuer.read, named(subject=subject).read) is holds


def test_beside_alternative_names_a_mailbox_in_the_subject_does_not_count() -> None:
    """RFC 5280, 4.2.1.10: only where there are no alternative names."""
    subject = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@tsa.invalid")])
    below = named(HOST("tsa.example"), subject=subject)
    assert name_constraints_hold(limited(permitted=[MAILBOX("tsa.example")]).read, below.read)


@pytest.mark.parametrize(
    ("name", "subtree"),
    [
        pytest.param(MAILBOX("nobody"), MAILBOX("example"), id="a mailbox without host"),
        pytest.param(ADDRESS("urn:x:y"), ADDRESS("example"), id="an address without host"),
        pytest.param(
            x509.RegisteredID(x509.ObjectIdentifier("2.999.1")),
            x509.RegisteredID(x509.ObjectIdentifier("2.999.2")),
            id="a kind that has no subtrees",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(name: x509.GeneralName, subtree: x509.GeneralName) -> None:
    """Neither a permitted nor an excluded subtree lets it through."""
    assert not name_constraints_hold(limited(permitted=[subtree]).read, named(name).read)
    assert not name_constraints_hold(limited(excluded=[subtree]).read, named(name).read)
