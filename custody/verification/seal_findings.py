"""Findings 5 and 8: the seal itself, and who sealed."""

from __future__ import annotations

from custody.proof.event_record import EventRecord
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.report import Predecessor, SignerFact
from custody.trust.trust import Role
from custody.verification.run import CONTENT, CUSTODY, EVERY, Run
from custody.verification.signers import Resolved, Resolver

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
}


def conclude_seal(run: Run, seal: EventRecord | None) -> None:
    """Add what finding 5 comes to: canonical, signed by every listed key, and the expected one."""
    if seal is None:
        return
    for fault in seal.faults:
        run.findings.add(_SEAL_FAULTS[fault.reason], f"{seal.path}/{fault.file}", EVERY, detail=fault.detail)
    statement = seal.statement
    misplaced = statement is not None and not seal.path.endswith(f"/{statement.holding}/{statement.seq:08d}")
    if not seal.faults and (seal.body is None or misplaced):
        run.findings.add(
            Reason.SEAL_MALFORMED, f"{seal.path}/event.json", EVERY, detail="no opened seal of this folder"
        )
    if seal.signed and not run.findings.failed(5, EVERY):
        run.findings.add(Reason.SEAL_SIGNED, seal.path, EVERY, basis=(seal.event_id, *sorted(seal.keys)))


def conclude_sealer(run: Run, seal: EventRecord | None, resolver: Resolver) -> None:
    """Add what finding 8 comes to.

    An expected seal stands in for a trusted sealer where only the content is asked for (INTACT, COMPLETE).
    """
    if seal is None or seal.body is None or not seal.signed:
        return
    expected = run.question.expect_seal is not None and run.question.expect_seal == seal.event_id
    if expected:
        run.findings.add(Reason.SEAL_EXPECTED, seal.path, CONTENT, basis=(seal.event_id,))
    claims = tuple(claim for claim in (*_SEALED_BY, *CUSTODY, *(() if expected else CONTENT)))
    resolved = resolver.resolve_all(seal)
    names: set[str] = set()
    for signer, one in resolved:
        reason = _doubt(one)
        if reason is not None:
            run.findings.add(reason, seal.path, claims, basis=signer.key_ids, signer=signer.claimed_identity)
        else:
            names.add(one.identity or "")
    needed = run.question.trust.signers_needed("sealed")
    if len(names) == len(resolved) and len(names) < needed:
        run.findings.add(Reason.SEALER_THRESHOLD, seal.path, claims, expected=needed, found=len(names))
    _check_algorithms(run, seal, claims)
    if not run.findings.failed(8, claims):
        keys = tuple(key_id for signer in seal.body.signers for key_id in signer.key_ids)
        run.findings.add(
            Reason.SEALER_TRUSTED, seal.path, claims, basis=keys, identity=" ".join(sorted(names))
        )


def _doubt(one: Resolved) -> Reason | None:
    if one.identity is None or not one.roles:
        return Reason.SEALER_UNKNOWN
    if one.compromised:
        return Reason.SEALER_KEY_COMPROMISED
    if one.doubt is not None:
        return _DOUBTS[one.doubt]
    return None if Role.SEALER in one.roles else Reason.SEALER_ROLE


def _check_algorithms(run: Run, seal: EventRecord, claims: tuple[Claim, ...]) -> None:
    """Apply the trust's end dates; without a proven time the moment of verification decides."""
    now = run.question.verified_at
    for algorithm in sorted({key.algorithm.value for key in seal.keys.values()}):
        end = run.question.trust.end_of(algorithm)
        if end is not None and now >= end:
            run.findings.add(Reason.ALGORITHM_ENDED, seal.path, claims, algorithm=algorithm, until=str(end))
    end = run.question.trust.end_of("sha256")
    if end is not None and now >= end:
        run.findings.add(Reason.ALGORITHM_ENDED, seal.path, EVERY, algorithm="sha256", until=str(end))


def signer_facts(seal: EventRecord | None, resolver: Resolver) -> tuple[SignerFact, ...]:
    """Return the signers of the seal for the report."""
    if seal is None or seal.body is None:
        return ()
    unsigned = {fault.file for fault in seal.faults}
    facts = []
    for place, (signer, one) in enumerate(resolver.resolve_all(seal), start=1):
        signed = (
            () if any(name.startswith(f"{place}.") for name in unsigned) or not seal.keys else signer.key_ids
        )
        facts.append(
            SignerFact(
                claimed_identity=signer.claimed_identity,
                key_ids=signer.key_ids,
                signed=signed if seal.signed else (),
                identity=one.identity if one.roles else None,
            )
        )
    return tuple(facts)


def predecessor_of(seal: EventRecord | None) -> Predecessor | None:
    """Return the earlier bundle that a seal names."""
    previous = None if seal is None or seal.body is None else seal.body.data.get("previous")
    if previous is None:
        return None
    return Predecessor(
        bundle_id=previous["bundle"], seal_id=previous["seal"], root=previous["root"], items=previous["items"]
    )
