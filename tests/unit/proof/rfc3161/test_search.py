"""The search for paths, and its bounds."""

from __future__ import annotations

from custody.format.limits import PATH_CERTIFICATES, PATH_LENGTH, PATH_POOL
from custody.proof.rfc3161.certificate import Certificate, decode_certificate
from custody.proof.rfc3161.search import Routes, search_routes
from tests.tools.path_makers import SIGNER, Holder, make_holder

ROOT = make_holder("Root")


class Counter:
    """Reads certificates and counts them."""

    def __init__(self) -> None:
        """Start at nought."""
        self.count = 0

    def __call__(self, der: bytes) -> Certificate:
        """Read one."""
        self.count += 1
        return decode_certificate(der)


def search(signer: Holder, *pool: Holder | bytes, pins: tuple[Holder, ...] = (ROOT,)) -> Routes:
    """Search, from holders."""
    ders = [one.der if isinstance(one, Holder) else one for one in pool]
    return search_routes(signer.read, ders, [one.der for one in pins], decode_certificate)


def ladder(steps: int) -> list[Holder]:
    """Make authorities one below the other, the root first."""
    made = [ROOT]
    for number in range(steps):
        made.append(make_holder(f"Step {number}", made[-1]))
    return made


def test_a_path_of_eight_certificates_is_found() -> None:
    """Signer, six authorities, root."""
    authorities = ladder(PATH_LENGTH - 2)
    (route,) = search(make_holder("Unit", authorities[-1], says=SIGNER), *authorities).routes
    assert len(route) == PATH_LENGTH


def test_a_path_of_nine_certificates_is_not_looked_for() -> None:
    """Nobody has such a path, but for a reader's pain."""
    authorities = ladder(PATH_LENGTH - 1)
    assert search(make_holder("Unit", authorities[-1], says=SIGNER), *authorities).routes == ()


def test_paths_of_one_length_come_in_the_order_of_the_pool() -> None:
    """So that each run finds the same one first."""
    other = make_holder("Other")
    one, two = make_holder("CA", ROOT), make_holder("CA", other)
    unit = make_holder("Unit", one, says=SIGNER)
    routes = search(unit, two, one, pins=(ROOT, other)).routes
    assert [route[-1] for route in routes] == [ROOT.read, other.read]
    assert search(unit, two, one, pins=(other, ROOT)).routes == routes[::-1]


def test_a_certificate_is_read_only_when_it_bears_a_name_that_is_looked_for() -> None:
    """Strangers cost no reading."""
    ca = make_holder("CA", ROOT)
    unit = make_holder("Unit", ca, says=SIGNER)
    read = Counter()
    strangers = [make_holder(f"Stranger {number}").der for number in range(5)]
    search_routes(unit.read, [*strangers, ca.der], [*strangers, ROOT.der], read)
    assert read.count == 2  # the authority and the root


def test_at_most_so_many_certificates_are_looked_at() -> None:
    """Those that come first, the token's own before others."""
    ca = make_holder("CA", ROOT)
    unit = make_holder("Unit", ca, says=SIGNER)
    crowd = [make_holder("CA", seed=f"false {number}") for number in range(PATH_CERTIFICATES)]
    assert search(unit, *crowd[1:], ca).routes != ()
    assert search(unit, *crowd, ca).routes == ()


def test_at_most_so_many_bytes_are_asked_for_names() -> None:
    """A pool without end is cut off."""
    ca = make_holder("CA", ROOT)
    unit = make_holder("Unit", ca, says=SIGNER)
    rubbish = [b"%d" % number for number in range(PATH_POOL)]
    assert search(unit, *rubbish[1:], ca).routes != ()
    assert search(unit, *rubbish, ca).routes == ()


def test_an_authority_certified_twice_gives_two_paths() -> None:
    """Both are found, the one without a detour first."""
    other = make_holder("Other")
    ca, cross = make_holder("CA", ROOT), make_holder("Root", other)
    unit = make_holder("Unit", ca, says=SIGNER)
    routes = search(unit, ca, cross, pins=(ROOT, other)).routes
    assert [len(route) for route in routes] == [3, 4]


def test_no_path_has_a_name_and_key_twice() -> None:
    """A root that was issued again for the same key is no further step."""
    again = make_holder("Root", ROOT, years=(2021, 2041))
    unit = make_holder("Unit", ROOT, says=SIGNER)
    assert search(unit, again).routes == ((unit.read, ROOT.read),)
