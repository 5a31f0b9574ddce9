"""What every function that writes in a log is told, brought together."""

from __future__ import annotations

import os
from collections.abc import Iterable

from custody.errors import UsageError
from custody.facade.moment import now
from custody.facade.several import several
from custody.facade.verifying import trust_of
from custody.keys.signer import SeedSigner, Signer
from custody.transfer.desk import Desk, with_own
from custody.trust.trust import Trust


def desk_of(
    bundle: str | os.PathLike[str],
    *,
    signer: Signer,
    trust: Trust | str | os.PathLike[str],
    cosigners: Signer | Iterable[Signer] = (),
    key_moved: bool = False,
    expect_seal: str | None = None,
) -> Desk:
    """Return a desk at which the signer writes in a bundle.

    Args:
        bundle: its folder.
        signer: who acts.
        trust: whom he accepts; his own keys count for him in any case.
        cosigners: who signs too, with keys at hand.
        key_moved: the key file was moved without its memory; see `Desk.moved`.
        expect_seal: the seal's id as known from elsewhere.

    Raises:
        SignerError: the trust says that these keys do not count.
        BundleError, StorageError, UsageError: the trust cannot be read, or is none; no signer was given.
    """
    given: object = signer
    if isinstance(given, str | os.PathLike) or not (hasattr(given, "sign") and hasattr(given, "identity")):
        raise UsageError(
            "signer: expected a Signer, found another object",
            hint="open the key file first: signer=custody.open_signer(path, passphrase=…)",
        )
    others = several(cosigners, "cosigners")
    if not all(hasattr(one, "sign") for one in others):
        raise UsageError(
            "cosigners: expected Signers, found another object",
            hint="open their key files first: custody.open_signer(path, passphrase=…)",
        )
    return Desk(
        bundle=os.fspath(bundle),
        trust=with_own(trust_of(trust), signer.identity, now()),
        signer=signer,
        cosigners=others,
        randomness=os.urandom,
        now=now,
        memory=signer.memory if isinstance(signer, SeedSigner) else None,
        moved=key_moved,
        expect_seal=expect_seal,
    )
