"""How an event names somebody."""

from __future__ import annotations

from typing import Any

from custody.model.identity import Identity


def party_data(identity: Identity) -> dict[str, Any]:
    """Return an identity as an event names it: a label, and the key ids that it is matched by."""
    return {"identity": identity.name, "keys": list(identity.key_set.key_ids)}
