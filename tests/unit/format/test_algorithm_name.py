"""Names of algorithms: one closed list for trust files and for what verification asks."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from custody.format.algorithm_name import ALGORITHM_NAMES, ecdsa_names, rsa_names
from custody.format.hashes import HASHES
from custody.format.renewal_txt import RENEWAL_HASHES
from custody.model.identity import KeyAlgorithm


@pytest.mark.parametrize(
    ("bits", "names"),
    [
        (1024, ("rsa", "rsa-2048", "rsa-3072", "rsa-4096", "rsa-8192")),
        (2048, ("rsa", "rsa-2048", "rsa-3072", "rsa-4096", "rsa-8192")),
        (2049, ("rsa", "rsa-3072", "rsa-4096", "rsa-8192")),
        (4096, ("rsa", "rsa-4096", "rsa-8192")),
        (8193, ("rsa",)),
    ],
)
def test_no_rsa_key_lies_between_two_names(bits: int, names: tuple[str, ...]) -> None:
    """`rsa-N` speaks of every key of at most N bits."""
    assert rsa_names(bits) == names


@pytest.mark.parametrize(
    ("curve", "names"),
    [
        (ec.SECP256R1(), ("ecdsa", "ecdsa-p256")),
        (ec.SECP384R1(), ("ecdsa", "ecdsa-p384")),
        (ec.SECP521R1(), ("ecdsa", "ecdsa-p521")),
        (ec.SECP256K1(), ("ecdsa", "ecdsa-secp256k1")),
        (ec.BrainpoolP256R1(), ("ecdsa", "ecdsa-brainpoolp256r1")),
        (ec.BrainpoolP384R1(), ("ecdsa", "ecdsa-brainpoolp384r1")),
        (ec.BrainpoolP512R1(), ("ecdsa", "ecdsa-brainpoolp512r1")),
        (ec.SECP224R1(), ("ecdsa",)),
    ],
    ids=lambda value: value.name if isinstance(value, ec.EllipticCurve) else "",
)
def test_curves_are_named(curve: ec.EllipticCurve, names: tuple[str, ...]) -> None:
    """By the names that the library gives them; one that is too short anyway has no exact one."""
    assert ecdsa_names(curve.name) == names


def test_the_list_has_every_name_that_verification_asks_for() -> None:
    """And each of them once: hashes of tokens, records and renewals, keys of people and of authorities."""
    keys = {algorithm.value for algorithm in KeyAlgorithm}
    curves = (name for curve in ec._CURVE_TYPES for name in ecdsa_names(curve))
    asked = {"sha1", *HASHES, *RENEWAL_HASHES, *keys, *rsa_names(0), *curves}
    assert asked == set(ALGORITHM_NAMES)
    assert len(asked) == len(ALGORITHM_NAMES)
