"""A draft in plain words, for those who are about to sign it: all of it, as all of it is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from custody.format.event_fields import EVENT_TYPES
from custody.format.limits import EVENT_BYTES
from custody.model.event import ListedSigner
from custody.model.identity import fingerprint_of
from custody.present.catalogue import Catalogue, fill
from custody.present.shown import data_lines, value_lines
from custody.transfer.draft import EventDraft
from custody.trust.trust import Trust


def draft_lines(draft: EventDraft, catalogue: Catalogue, trust: Trust | None = None) -> Iterator[str]:
    """Yield what a draft states, who is to sign it and who has; texts quoted, and never cut.

    Args:
        draft: what was read.
        catalogue: the language.
        trust: whom the reader trusts; None when he did not say.
    """
    words, statement, body = catalogue.words, draft.statement, draft.body
    yield words["draft_title"]
    yield f"  {words['type']}: {words[f'type_{body.type}']} ({body.type})"
    yield f"  {words['bundle']}: {statement.bundle_id}"
    yield f"  {_place(draft, catalogue)}"
    yield from (f"  {words['draft_follows']}: {event_id}" for event_id in statement.prev)
    yield f"  {words['event_time']}: {body.claimed_at}"
    if body.clock is not None:
        yield from (f"  {line}" for line in value_lines("clock", body.clock, EVENT_BYTES))
    if body.anchors:
        yield f"  {fill(words['draft_anchors'], {'count': len(body.anchors)})}"
    yield f"  {words['draft_data'] if body.data else words['draft_no_data']}"
    yield from (f"    {line}" for line in data_lines(body.data, catalogue, EVENT_BYTES))
    for name, opening in draft.record.openings.items():
        if name != "body":
            title = fill(words["draft_field"], {"name": name})
            yield from (f"  {line}" for line in value_lines(title, opening.value, EVENT_BYTES))
    for signer in body.signers:
        yield from (f"  {line}" for line in _signer(draft, signer, catalogue, trust))
    yield f"  {words['draft_digest']}: {hashlib.sha256(draft.files['event.json']).hexdigest()}"


def _place(draft: EventDraft, catalogue: Catalogue) -> str:
    statement = draft.statement
    if draft.attestation:
        return catalogue.words["draft_beside"]
    word = "draft_opens" if EVENT_TYPES[draft.body.type].opens else "draft_next"
    return fill(catalogue.words[word], {"holding": statement.holding, "seq": statement.seq})


def _signer(
    draft: EventDraft, signer: ListedSigner, catalogue: Catalogue, trust: Trust | None
) -> Iterator[str]:
    words = catalogue.words
    if signer == draft.body.acting:
        yield f"{words['draft_actor']}: {signer.claimed_identity}"
    else:
        state = words["draft_signed" if signer in draft.signed else "draft_unsigned"]
        yield f"{words['draft_cosigner']}: {signer.claimed_identity} ({state})"
    yield f"  {words['fingerprint']}: {fingerprint_of(signer.key_ids)}"
    if trust is not None:
        known = trust.match(signer.key_ids)
        if known.identity is None or known.dated_set is None:
            yield f"  {words['draft_unknown']}"
        else:
            yield f"  {fill(words['draft_known'], {'name': known.identity.name})}"
