"""Bundles on a disk and those who write in their logs, for tests of the verbs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve

from custody.errors import CustodyError
from custody.keys.event_writer import EventFiles, complete_event, sign_event
from custody.keys.signer import SeedSigner
from custody.model.instant import decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.report import Report
from custody.storage.append import appending
from custody.storage.opening import open_bundle
from custody.transfer.act import compose, write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.draft import decode_draft
from custody.transfer.memory import remember_seal
from custody.transfer.place import Place, place_of
from custody.transfer.written import Act, Written
from custody.trust.trust import Role, Threshold, Trust
from custody.verification.verify import verify_source
from tests.tools.bundles import make_bundle, seed_signer, stream_of
from tests.tools.memory import trusting_each
from tests.tools.stamping import write_bundle

NOW: Final = decode_instant("2026-06-01T12:00:00Z")
HOLDER: Final = seed_signer("w-01")
RECIPIENT: Final = seed_signer("w-02")
APPROVER: Final = seed_signer("w-03")
STRANGER: Final = seed_signer("w-99")
_ROLES = {"w-01": {Role.SEALER, Role.HOLDER}, "w-02": {Role.HOLDER}, "w-03": {Role.APPROVER}}


def trust_in(*signers: SeedSigner, thresholds: Sequence[Threshold] = ()) -> Trust:
    """Trust signers; holder, recipient and approver unless others are given."""
    people = signers or (HOLDER, RECIPIENT, APPROVER)
    made = trusting_each(*((one, _ROLES.get(one.identity.name, {Role.HOLDER})) for one in people))
    return evolve(made, thresholds=tuple(thresholds))


def begin(folder: Path, name: str = "bundle") -> Desk:
    """Seal a small bundle in a folder, remember it beside the holder's key, and return his desk."""
    made = make_bundle(signers=[HOLDER], name=name)
    desk = desk_at(write_bundle(made, folder / name), HOLDER)
    remember_seal(desk.memory or "", made.bundle_id, made.seal_id)
    return desk


def desk_at(bundle: Path, signer: SeedSigner, *, trust: Trust | None = None, seed: str = "") -> Desk:
    """Return somebody's desk; the memory lies beside a key that would lie beside the bundle."""
    return Desk(
        bundle=str(bundle),
        trust=trust or trust_in(),
        signer=signer,
        randomness=_fresh(seed),
        now=lambda: NOW,
        memory=str(bundle.parent / f"{signer.identity.name}.key.published"),
    )


_STREAMS: dict[str, Callable[[int], bytes]] = {}


def _fresh(seed: str) -> Callable[[int], bytes]:
    """Return one stream a seed, that no two desks repeat."""
    return _STREAMS.setdefault(seed, stream_of(f"desks {seed}"))


def incident(label: str = "", **more: Any) -> Act:  # noqa: ANN401 - attributes of an act
    """Return an event that is like no other with another label."""
    fields = {"note": {"text": label}} if label else {}
    return Act(type="incident", data={"kind": "gap"}, fields=fields, **more)


def release_to(desk: Desk, signer: SeedSigner = RECIPIENT) -> Act:
    """Return a release of the desk's bundle."""
    to = {"identity": signer.identity.name, "keys": list(signer.identity.key_set.key_ids)}
    standing = stand(desk)
    return Act(type="released", data={"to": to, "root": standing.root, "items": standing.items})


def receipt_of(desk: Desk, release: Written) -> Act:
    """Return the receipt of a release."""
    data = {"root": stand(desk).root, "result": "pass"}
    return Act(type="received", data=data, follows=(release.event_id,))


def hand_over(desk: Desk) -> tuple[Desk, Written]:
    """Release to the recipient and receive in the same folder; return the recipient's desk."""
    release = write_act(desk, release_to(desk))
    other = desk_at(Path(desk.bundle), RECIPIENT)
    return other, write_act(other, receipt_of(other, release))


def signed_event(desk: Desk, act: Act, place: Place | None = None) -> EventFiles:
    """Sign an event and write it nowhere."""
    at = place or place_of(desk, stand(desk), act)
    files = compose(desk, act, at)
    signers = [desk.signer, *desk.cosigners]
    signed = sign_event(files, signers, actor=desk.signer.identity.name, attestation=act.attestation)
    return complete_event(files, signed)


def leave(desk: Desk, act: Act, place: Place | None = None) -> EventFiles:
    """Leave a signed event beside the bundle, as a writer that was killed before he remembered it."""
    event = signed_event(desk, act, place)
    statement = json.loads(event.files["event.json"])
    name = event.event_id if act.attestation else f"{statement['seq']:08d}"
    with appending(desk.bundle) as log:
        log.stage(name, event.files)
    return event


def left_beside(desk: Desk) -> list[str]:
    """Return the names beside the bundle that end up nowhere else, without locks."""
    bundle = Path(desk.bundle)
    return sorted(
        path.name
        for path in bundle.parent.iterdir()
        if path.name.startswith(f".{bundle.name}.") and not path.name.endswith(".lock")
    )


def set_aside(desk: Desk) -> list[str]:
    """Return the names in the folder of what was moved out of the log, without their random ends."""
    folder = Path(f"{desk.bundle}.set-aside")
    return sorted(path.name[:-17] for path in folder.iterdir()) if folder.exists() else []


def labels_in(bundle: str) -> list[str]:
    """Return the labels of the events in a log, sorted."""
    notes = [one for one in Path(bundle).glob("custody/log/*/*/note.json") if not one.parents[1].is_symlink()]
    return sorted(
        text for path in notes if (text := json.loads(path.read_bytes())[3].get("text")) is not None
    )


def verified(desk: Desk) -> Report:
    """Verify the bundle of a desk, by its trust."""
    source = open_bundle(desk.bundle)
    try:
        return verify_source(source, desk.trust, verified_at=NOW)
    finally:
        source.close()


def unbroken(desk: Desk) -> bool:
    """Tell whether the bundle is intact and its custody proven."""
    report = verified(desk)
    claims = (Claim.INTACT, Claim.CUSTODY_UNBROKEN)
    return all(report.outcome(claim) is Outcome.PROVEN for claim in claims)


def without_memory(desk: Desk) -> Desk:
    """Return the desk of a signer that remembers nothing."""
    return evolve(desk, memory=None)


def log_of(desk: Desk) -> Path:
    """Return the folder of the first holding."""
    return Path(desk.bundle) / "custody/log" / stand(desk).bundle_id


def refusal_code(desk: Desk, act: Act) -> str:
    """Return the code with which an act is refused."""
    with pytest.raises(CustodyError) as caught:
        write_act(desk, act)
    return caught.value.code


def draft_refusal(content: bytes) -> str:
    """Return the code with which the file of a draft is refused."""
    with pytest.raises(CustodyError) as caught:
        decode_draft(content)
    return caught.value.code


def copy_of(desk: Desk, name: str = "copy") -> Desk:
    """Return the same desk at a copy of the bundle in another folder."""
    target = Path(desk.bundle).parent / name / "bundle"
    shutil.copytree(desk.bundle, target)
    return evolve(desk, bundle=str(target))
