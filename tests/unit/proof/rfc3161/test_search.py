"""The search for paths, and its bounds."""

from __future__ import annotations

from attrs import evolve

from custody.format.limits import PATH_LENGTH, PATH_SIGNATURES
from custody.proof.rfc3161.certificate import Certificate, decode_certificate
from custody.proof.rfc3161.pool import pool_of
from custody.proof.rfc3161.search import Routes, Tools, search_routes
from tests.tools.path_makers import SIGNER, Holder, make_holder

ROOT = make_holder("Root")
TOOLS = Tools(read=decode_certificate, signed=Certificate.signed_by)


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
    return search_routes(signer.read, (pool_of(()), pool_of(ders)), tuple(one.der for one in pins), TOOLS)


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
    tools = evolve(TOOLS, read=read)
    pool, pins = pool_of((*strangers, ca.der)), (*strangers, ROOT.der)
    search_routes(unit.read, (pool_of(()), pool), pins, tools)
    assert read.count == 2  # the authority and the root


def copies(holder: Holder, count: int) -> list[bytes]:
    """Copy a certificate with other signatures: no name, key or number tells which is the true one."""
    return [holder.der[:-4] + number.to_bytes(4, "big") for number in range(count)]


def test_so_many_signatures_are_checked_beside_the_token() -> None:
    """Those that come first; copies without a valid signature crowd out none within that number."""
    ca = make_holder("CA", ROOT)
    unit = make_holder("Unit", ca, says=SIGNER)
    crowd = copies(ca, PATH_SIGNATURES)
    assert search(unit, *crowd[1:], ca).routes != ()
    assert search(unit, *crowd, ca).routes == ()


def test_signatures_of_larger_curves_are_dearer() -> None:
    """So that the work stays the same."""
    root = make_holder("Dear root", key="p384")
    ca = make_holder("CA", root)
    unit = make_holder("Unit", ca, says=SIGNER)
    crowd = copies(ca, PATH_SIGNATURES // 6)
    assert search(unit, *crowd[1:], ca, pins=(root,)).routes != ()
    assert search(unit, *crowd, ca, pins=(root,)).routes == ()


def test_what_is_inside_the_token_is_not_crowded_out() -> None:
    """No number of others hides it, however deep it stands."""
    upper = make_holder("Upper", ROOT)
    ca = make_holder("CA", upper)
    unit = make_holder("Unit", ca, says=SIGNER)
    crowd = pool_of((*copies(upper, PATH_SIGNATURES + 1), *copies(ca, PATH_SIGNATURES + 1)))
    found = search_routes(unit.read, (pool_of((upper.der, ca.der)), crowd), (ROOT.der,), TOOLS)
    assert [len(route) for route in found.routes] == [4]


def test_rubbish_and_strangers_count_for_nothing() -> None:
    """However many there are."""
    ca = make_holder("CA", ROOT)
    unit = make_holder("Unit", ca, says=SIGNER)
    rubbish = [b"%d" % number for number in range(10 * PATH_SIGNATURES)]
    assert search(unit, *rubbish, ca).routes != ()


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
