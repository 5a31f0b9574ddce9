"""Parties with keys, and a bundle of theirs on a disk: what the verbs of the log are tried on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from custody.facade.moment import now
from custody.facade.sealing import seal
from custody.keys.signer import SeedSigner
from custody.sealing.draft import Draft
from custody.sealing.seal import Sealed
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, with_own
from custody.transfer.written import Act, Written
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from tests.tools.bundles import seed_signer

ROLES: Mapping[str, frozenset[Role]] = {
    "sealer": frozenset({Role.SEALER, Role.HOLDER}),
    "holder": frozenset({Role.HOLDER}),
    "approver": frozenset({Role.APPROVER}),
}


@frozen(kw_only=True)
class Parties:
    """A folder with a bundle, its parties, and the trust that knows them.

    Attributes:
        folder: where all of it lies.
        sealed: the bundle.
        signers: by name: sealer (w-01), holder (ngo) and approver (board); board and w-01 have two keys each.
        trust: knows them by their roles.
    """

    folder: Path
    sealed: Sealed
    signers: Mapping[str, SeedSigner] = field(repr=False)
    trust: Trust = field(repr=False)

    def desk(self, name: str, *, bundle: Path | None = None, **more: Any) -> Desk:  # noqa: ANN401 - of a Desk
        """Return the desk of a party, its memory beside the bundle."""
        signer = self.signers[name]
        return Desk(
            bundle=str(bundle or self.sealed.path),
            trust=with_own(self.trust, signer.identity, now()),
            signer=signer,
            randomness=os.urandom,
            now=now,
            memory=str(self.folder / f"{name}.key.published"),
            **more,
        )

    def write(self, name: str, act: Act) -> Written:
        """Let a party write an event alone."""
        return write_act(self.desk(name), act)

    def party(self, name: str) -> dict[str, Any]:
        """Return a party as events name it."""
        identity = self.signers[name].identity
        return {"identity": identity.name, "keys": list(identity.key_set.key_ids)}

    def release_to(self, name: str) -> Act:
        """Return a release to a party."""
        root, items = self.sealed.report.root, self.sealed.report.sealed_items
        return Act(type="released", data={"to": self.party(name), "root": root, "items": items})

    def received(self, release: str) -> Act:
        """Return the receipt of a release."""
        return Act(
            type="received", data={"root": self.sealed.report.root, "result": "pass"}, follows=(release,)
        )


def make_parties(folder: Path, *, files: int = 2) -> Parties:
    """Seal a bundle of small files; the sealer's memory knows it, as its key was opened from a file."""
    signers = {
        "w-01": seed_signer("w-01", hybrid=True),
        "ngo": seed_signer("ngo"),
        "board": seed_signer("board", hybrid=True),
    }
    signers["w-01"].memory = str(folder / "w-01.key.published")
    for number in range(files):
        (folder / f"{number}.txt").write_text(f"statement {number}\n", "utf-8")
    draft = Draft(case="Case 7", successor=signers["ngo"].identity)
    for number in range(files):
        draft = draft.add(str(folder / f"{number}.txt"))
    sealed = seal(draft, to=folder, signer=signers["w-01"], order="path")
    trust = Trust(
        identities=tuple(
            TrustedIdentity(
                name=name, roles=ROLES[role], sets=(DatedKeySet(key_set=signers[name].identity.key_set),)
            )
            for name, role in (("board", "approver"), ("ngo", "holder"), ("w-01", "sealer"))
        )
    )
    return Parties(folder=folder, sealed=sealed, signers=signers, trust=trust)
