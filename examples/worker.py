"""A worker that seals uploads: its key is unlocked once, and a task that is delivered twice is sealed once.

Run it beside examples/web_upload.py. Queue, database and retries are those of your own system; what matters
is that whoever makes the task draws the bundle id. Whatever happens in between, one id never has two seals.
"""

from __future__ import annotations

import json
from pathlib import Path

from custody import Claim, Draft, Sealed, open_signer, seal
from custody.keys.signer import Signer  # only for the annotation


def unlock(key: Path, passphrase_file: Path) -> Signer:
    """Unlock the key when the worker starts; its passphrase is asked once."""
    return open_signer(key, passphrase=lambda: passphrase_file.read_bytes().split(b"\n")[0])


def seal_upload(task: dict[str, str], inbox: Path, bundles: Path, signer: Signer) -> Sealed:
    """Seal what an upload left in the inbox; calling it again finds the seal that is there already.

    Raises:
        SealExistsError: the bundle id is taken by other content: the upload was changed after sealing.
    """
    bundle_id = task["bundle_id"]
    upload = inbox / bundle_id
    about = json.loads((upload / "about.json").read_text("utf-8"))
    with (upload / "content").open("rb") as content:
        draft = Draft(case=about["case"]).add(content, name=about["name"], kind="media")
        sealed = seal(draft, to=bundles, signer=signer, bundle_id=bundle_id)
    sealed.report.require(Claim.INTACT, Claim.SEALED_BY)
    return sealed
