"""Findings 5 and 8: the seal itself, and who sealed."""

from __future__ import annotations

from custody.model.event import ListedSigner
from custody.proof.event_record import EventRecord
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.report import Predecessor, SignerFact
from custody.trust.trust import Role
from custody.verification.renewal_bounds import SEALING_HASH
from custody.verification.run import CONTENT, CUSTODY, EVERY, UNREAD, Run
from custody.verification.signers import Resolved, Resolver
from custody.verification.times import Times

_SEAL_FAULTS = {
    Reason.EVENT_MALFORMED: Reason.SEAL_MALFORMED,
    Reason.EVENT_SIGNATURE_MISSING: Reason.SEAL_SIGNATURE_MISSING,
    Reason.EVENT_SIGNATURE_WRONG: Reason.SEAL_SIGNATURE_WRONG,
    Reason.VERSION_UNKNOWN: Reason.VERSION_UNKNOWN,
}
_SEALED_BY = (Claim.SEALED_BY,)
_DOUBTS = {
    Reason.EVENT_KEY_SET: Reason.SEALER_KEY_SET,
    Reason.EVENT_KEY_TIME: Reason.SEALER_KEY_TIME,
    Reason.EVENT_ALGORITHM_ENDED: Reason.ALGORITHM_ENDED,
}


def conclude_seal(run: Run, seal: EventRecord | None) -> None:
    """Add what finding 5 comes to: canonical, signed by every listed key, and the expected one."""
    if seal is None:
        return
    for fault in seal.faults:
        path = f"{seal.path}/{fault.file}"
        if fault.reason in UNREAD:
            run.add_unread(fault.reason, path, EVERY, fault.detail)
        else:
            run.findings.add(_SEAL_FAULTS[fault.reason], path, EVERY, detail=fault.detail)
    statement = seal.statement
    misplaced = statement is not None and not seal.path.endswith(f"/{statement.holding}/{statement.seq:08d}")
    if not seal.faults and (seal.body is None or misplaced):
        run.findings.add(
            Reason.SEAL_MALFORMED, f"{seal.path}/event.json", EVERY, detail="no opened seal of this folder"
        )
    if seal.signed and not run.findings.failed(5, EVERY):
        run.findings.add(Reason.SEAL_SIGNED, seal.path, EVERY, basis=(seal.event_id, *sorted(seal.keys)))


def conclude_sealer(run: Run, seal: EventRecord | None, resolver: Resolver, times: Times) -> None:
    """Add what finding 8 comes to.

    An expected seal stands in for a trusted sealer where only the content is asked for (INTACT, COMPLETE).
    """
    if seal is None or seal.body is None or not seal.signed:
        return
    expected = run.question.expect_seal is not None and run.question.expect_seal == seal.event_id
    if expected:
        run.findings.add(Reason.SEAL_EXPECTED, seal.path, CONTENT, basis=(seal.event_id,))
    claims = tuple(claim for claim in (*_SEALED_BY, *CUSTODY, *(() if expected else CONTENT)))
    names: set[str] = set()
    before = run.findings.failures
    for signer, one in resolver.resolve_all(seal):
        reason = _doubt(one)
        if reason is Reason.ALGORITHM_ENDED:
            ended = _add_ended(run, seal, signer, claims)
            names |= set() if ended else {one.identity or ""}  # of the hash that ended, more is said below
        elif reason is Reason.SEALED_AFTER_COMPROMISE:
            _add_compromised(run, seal, signer, one, claims)
        elif reason is not None:
            run.findings.add(reason, seal.path, claims, basis=signer.key_ids, signer=signer.claimed_identity)
        else:
            names.add(one.identity or "")
    doubted = run.findings.failures > before
    needed = run.question.trust.signers_needed("sealed")
    if not doubted and len(names) < needed:
        run.findings.add(Reason.SEALER_THRESHOLD, seal.path, claims, expected=needed, found=len(names))
    _add_hash_ended(run, seal, times)
    sound = tuple(claim for claim in claims if not run.findings.failed(8, (claim,)))
    if sound:  # what keeps the content from being proven says nothing of who sealed
        keys = tuple(key_id for signer in seal.body.signers for key_id in signer.key_ids)
        run.findings.add(
            Reason.SEALER_TRUSTED, seal.path, sound, basis=keys, identity=" ".join(sorted(names))
        )


def _doubt(one: Resolved) -> Reason | None:
    if not one.trusted:
        return Reason.SEALER_UNKNOWN
    if one.doubt is Reason.EVENT_KEY_COMPROMISED:
        return Reason.SEALED_AFTER_COMPROMISE
    if one.compromised:
        return Reason.SEALER_KEY_COMPROMISED
    if one.doubt is not None:
        return _DOUBTS[one.doubt]
    return None if Role.SEALER in one.roles else Reason.SEALER_ROLE


def _add_ended(run: Run, seal: EventRecord, signer: ListedSigner, claims: tuple[Claim, ...]) -> bool:
    """Name each algorithm of a signer that has ended; False where none has, and the doubt is the hash."""
    named = False
    for algorithm in sorted({seal.keys[key_id].algorithm.value for key_id in signer.key_ids}):
        end = run.question.trust.end_of(algorithm)
        if end is not None and run.question.verified_at >= end:
            named = True
            run.findings.add(
                Reason.ALGORITHM_ENDED,
                seal.path,
                claims,
                basis=signer.key_ids,
                algorithm=algorithm,
                until=str(end),
            )
    return named


def _add_compromised(
    run: Run, seal: EventRecord, signer: ListedSigner, one: Resolved, claims: tuple[Claim, ...]
) -> None:
    """An anchor dates the signature after the compromise: it refutes SEALED_BY, and supports nothing else."""
    about = {"signer": signer.claimed_identity, "since": str(one.since)}
    run.findings.add(Reason.SEALED_AFTER_COMPROMISE, seal.path, _SEALED_BY, basis=signer.key_ids, **about)
    others = tuple(claim for claim in claims if claim not in _SEALED_BY)
    run.findings.add(Reason.SEALER_KEY_COMPROMISED, seal.path, others, basis=signer.key_ids, **about)


def _add_hash_ended(run: Run, seal: EventRecord, times: Times) -> None:
    """Say what no renewal kept proven beyond the end of the hash."""
    end = times.renewals.ended
    if end is None:
        return
    claims: tuple[Claim, ...] = ()
    if not times.renewals.event_holds(seal.path):
        claims = EVERY
    elif not times.renewals.items_hold():
        claims = CONTENT
    if claims:
        run.findings.add(Reason.ALGORITHM_ENDED, seal.path, claims, algorithm=SEALING_HASH, until=str(end))


def signer_facts(seal: EventRecord | None, resolver: Resolver) -> tuple[SignerFact, ...]:
    """Return the signers of the seal for the report."""
    if seal is None or seal.body is None:
        return ()
    return tuple(
        SignerFact(
            claimed_identity=signer.claimed_identity,
            key_ids=signer.key_ids,
            signed=signer.key_ids if seal.signed else (),
            identity=one.identity if one.trusted else None,
        )
        for signer, one in resolver.resolve_all(seal)
    )


def predecessor_of(seal: EventRecord | None) -> Predecessor | None:
    """Return the earlier bundle that a seal names."""
    previous = None if seal is None or seal.body is None else seal.body.data.get("previous")
    if previous is None:
        return None
    return Predecessor(
        bundle_id=previous["bundle"], seal_id=previous["seal"], root=previous["root"], items=previous["items"]
    )
