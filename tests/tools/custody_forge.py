"""Making the events of a played custody story, and having them judged: as a graph, and as bytes.

Both forges make the same stories. The graph needs no cryptography, so that thousands of stories can be
judged; the bytes are signed, placed in a bundle and verified whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any, Protocol

from attrs import define, field, frozen

from custody.format.event import decode_statement
from custody.format.layout import ATTESTATIONS_FOLDER, event_path
from custody.keys.event_writer import assemble_event
from custody.keys.signer import SeedSigner
from custody.model.event import Body, Statement
from custody.model.instant import Instant
from custody.proof.custody_chain import judge_chain
from custody.proof.holding import ChainEvent, Party
from custody.proof.window import Bound, Window, windows_of
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.trust.trust import DatedKeySet, KeyStanding, Role, Trust, TrustedIdentity
from tests.tools.bundles import AT, Files, make_bundle, seed_signer, stream_of, text_item
from tests.tools.custody_model import Act, Verdict, derived_holding
from tests.tools.memory import judge

PEOPLE = ("archive", "ngo", "lawyer", "court", "approver")
APPROVERS = frozenset({"approver", "ngo"})
ITEMS = 2
ERASERS = 2
BUNDLE = "b" * 32
SIGNERS: dict[str, SeedSigner] = {name: seed_signer(name) for name in (*PEOPLE, "stranger")}
_ROOT = "0" * 64


@frozen(kw_only=True)
class Plan:
    """What somebody wants to write; see `Act`. A holding of "" is derived."""

    kind: str
    by: str
    holding: str = ""
    seq: int = 0
    prev: tuple[str, ...] = ()
    cosigners: tuple[str, ...] = ()
    to: str | None = None
    heir: str | None = None
    answers: str | None = None
    leaves: tuple[int, ...] = ()
    replays: Act | None = None
    damage: str = ""
    anchored: int | None = None
    lie: str = ""


class Forge(Protocol):
    """Makes events, and lets the verifier judge a copy; timed, if its events can be stamped."""

    bundle: str
    timed: bool

    def make(self, plan: Plan) -> Act:
        """Make an event."""

    def check(self, acts: Collection[Act], stolen: Mapping[str, int], expected: Verdict) -> None:
        """Fail unless the verifier says of a copy what the model says."""


def _known(name: str | None) -> str | None:
    return name if name in PEOPLE else None


def _act(plan: Plan, act_id: str, marks: tuple[str, ...], holding: str) -> Act:
    signers = frozenset({plan.by, *plan.cosigners})
    unsound = plan.damage or ("" if signers <= set(PEOPLE) else "EVENT_SIGNER_UNKNOWN")
    if plan.kind == "erased" and len(signers) < ERASERS:
        unsound = unsound or "EVENT_THRESHOLD"
    return Act(
        id=act_id,
        holding=holding,
        seq=plan.seq,
        prev=plan.prev,
        marks=marks,
        kind=plan.kind,
        by=plan.by if plan.by in PEOPLE else "",
        signers=signers,
        approvers=signers & APPROVERS,
        to=_known(plan.to),
        heir=_known(plan.heir),
        answers=plan.answers,
        leaves=plan.leaves,
        unsound=unsound,
        bound=plan.damage != "EVENT_MALFORMED",
        anchored=plan.anchored,
        lie=plan.lie,
    )


# ------------------------------------------------------------------------------------------------------ graph


@define
class GraphForge:
    """Events without bytes; the verifier's graph judges them."""

    bundle: str = BUNDLE
    timed: bool = True
    made: int = 0

    def make(self, plan: Plan) -> Act:
        """Make an event; its id looks like a digest, so that ids are in no useful order."""
        self.made += 1
        act_id = hashlib.sha256(b"%d" % self.made).hexdigest()[:12]
        marks = (f"{self.made}a", f"{self.made}b") if plan.replays is None else plan.replays.marks
        return _act(plan, act_id, marks, plan.holding or derived_holding(plan.prev, marks))

    def check(self, acts: Collection[Act], stolen: Mapping[str, int], expected: Verdict) -> None:
        """Compare the graph's verdict with the model's."""
        events = [act for act in acts if act.kind != "refused"]
        found, outlived = graph_verdict(events, self.bundle, stolen)
        compare(found, expected)
        assert found.unacknowledged == expected.unacknowledged
        assert outlived == expected.outlived


def _at(moment: int | None) -> Bound | None:
    return None if moment is None else Bound(_moment(moment), "stamp")


@cache
def _moment(number: int) -> Instant:
    return Instant(AT.moment + timedelta(minutes=number))


def _graph_event(act: Act, windows: Mapping[str, Window], stolen: Mapping[str, int]) -> ChainEvent | Reason:
    window = windows.get(act.id, Window())
    common: dict[str, Any] = {"event_id": act.id, "holding": act.holding, "seq": act.seq, "prev": act.prev}
    if not act.kind:
        return ChainEvent(**common, fields=act.marks)
    proven = Window() if window.contradicted else window
    upper = _moment(10_000) if proven.not_after is None else proven.not_after.at
    lower = None if proven.not_before is None else proven.not_before.at
    doubt = None
    for name in sorted(act.signers & stolen.keys()):
        dated = DatedKeySet(key_set=SIGNERS[name].identity.key_set, compromised_since=_moment(stolen[name]))
        standing = dated.standing(not_after=upper, not_before=lower)
        if standing is KeyStanding.COMPROMISED:
            return Reason.EVENT_KEY_COMPROMISED
        if standing is not KeyStanding.COUNTS:
            doubt = Reason.EVENT_KEY_TIME
    return ChainEvent(
        **common,
        fields=act.marks,
        suspect=doubt is Reason.EVENT_KEY_TIME,
        type=act.kind,
        actor=act.by,
        identities=act.signers,
        approvers=act.approvers - {act.by},
        to=Party(identity=act.to),
        successor=Party(identity=act.heir) if act.heir and not act.people_closed else None,
        people_closed=act.people_closed,
        answers=act.answers,
        leaves=act.leaves,
        doubt=doubt,
        window=window,
    )


@frozen(kw_only=True)
class Found:
    """What the verifier says, in the words of the model; a set-aside event has one reason here."""

    counted: frozenset[str]
    aside: Mapping[str, str]
    receipts: Mapping[str, str]
    stubs: frozenset[str]
    loose: frozenset[str]
    heads: Mapping[str, frozenset[tuple[str, str]]]
    unacknowledged: frozenset[str]


def graph_verdict(
    acts: Iterable[Act], bundle: str, stolen: Mapping[str, int]
) -> tuple[Found, dict[str, frozenset[str]]]:
    """Have a copy judged by the verifier's graph; the order of the events is kept."""
    acts = list(acts)
    links = {act.id: act.prev for act in acts if act.bound}
    stamped = {act.id: bound for act in acts if (bound := _at(act.stamped))}
    anchored = {act.id: bound for act in acts if (bound := _at(act.anchored))}
    windows = windows_of(links, stamped=stamped, anchored=anchored)
    unsound: dict[str, Reason] = {act.id: Reason[act.unsound] for act in acts if act.unsound}
    events: list[ChainEvent] = []
    for act in acts:
        if not act.unsound:
            made = _graph_event(act, windows, stolen)
            if isinstance(made, Reason):
                unsound[act.id] = made
            else:
                events.append(made)
    chain = judge_chain(
        events,
        bundle_id=bundle,
        item_count=ITEMS,
        unsound=unsound,
        links={one: prev for one, prev in links.items() if one in unsound},
    )
    found = Found(
        counted=frozenset(chain.counted),
        aside={one: reason.name for one, reason in chain.set_aside.items()},
        receipts={one: reason.name for one, reason in chain.receipts.items()},
        stubs=frozenset(chain.stubs),
        loose=frozenset(chain.loose_stubs),
        heads={
            head.event_id: frozenset((reason.name, one) for reason, one in head.reasons)
            for head in chain.heads
        },
        unacknowledged=frozenset(chain.unacknowledged),
    )
    return found, {head.event_id: frozenset(head.outlived) for head in chain.heads}


def compare(found: Found, expected: Verdict) -> None:
    """Fail unless two verdicts agree; of an event that breaks several rules, the verifier names one."""
    for name in ("counted", "receipts", "stubs", "loose", "heads"):
        assert getattr(found, name) == getattr(expected, name), name
    assert found.aside.keys() == expected.aside.keys()
    assert all(reason in expected.aside[one] for one, reason in found.aside.items()), (found, expected)


# ------------------------------------------------------------------------------------------------------ bytes


def _trust() -> Trust:
    roles = {name: {Role.SEALER, Role.HOLDER} | ({Role.APPROVER} & _roles(name)) for name in PEOPLE}
    return Trust(
        identities=tuple(
            TrustedIdentity(
                name=name,
                roles=frozenset(roles[name]),
                sets=(DatedKeySet(key_set=SIGNERS[name].identity.key_set),),
            )
            for name in PEOPLE
        )
    )


def _roles(name: str) -> set[Role]:
    return {Role.APPROVER} if name in APPROVERS else set()


TRUST = _trust()


def _party(name: str) -> dict[str, Any]:
    identity = SIGNERS[name].identity
    return {"identity": name, "keys": list(identity.key_set.key_ids)}


def _data(plan: Plan, root: str) -> dict[str, Any]:
    """Return what the body of an event says, by its type."""
    checked = {"root": root, "result": "pass"}
    simple: dict[str, dict[str, Any]] = {
        "fixity-checked": checked,
        "received": checked,
        "copy-received": checked,
        "accessed": {"leaves": list(plan.leaves or (0,))},
        "erased": {"leaves": list(plan.leaves or (0,)), "ground": "consent withdrawn"},
        "annotated": {"event": plan.prev[0] if plan.prev else ""},
        "withdrawn": {"event": plan.answers},
        "refused": {"event": plan.answers},
        "quarantined": {"result": "clean"},
        "sealed": {
            "root": root,
            "items": ITEMS,
            "item_format": "custody/item/1",
            "hash": "sha256",
            "padding": False,
            "verify_txt": 1,
        },
    }
    found = dict(simple.get(plan.kind, {}))
    if plan.kind in {"released", "copied"}:
        found = {"to": _party(plan.to or "stranger")}
    if plan.kind == "released":
        found |= {"root": root, "items": ITEMS}
    if plan.kind == "reconciled":
        found = {"holdings": sorted({plan.holding}), "heads": sorted(plan.prev)}
    return found


@define
class ByteForge:
    """Events with signatures, in a bundle that is verified whole."""

    bundle: str
    base: Files
    root: str = _ROOT
    timed: bool = False
    files: dict[str, Files] = field(factory=dict)
    seeds: dict[str, str] = field(factory=dict)
    made: int = 0

    @classmethod
    def sealed(cls, heir: str | None) -> tuple[ByteForge, Act]:
        """Seal a bundle of the archive."""
        people = {"people": {"successor": _party(heir)}} if heir else {}
        made = make_bundle(
            [text_item(f"{number}.txt", f"{number}\n", kind="record") for number in range(ITEMS)],
            signers=[SIGNERS["archive"]],
            name="played",
            fields=people,
        )
        prefix = made.path("")
        seal = {path: data for path, data in made.files.items() if path.startswith(prefix)}
        forge = cls(
            bundle=made.bundle_id,
            base={path: data for path, data in made.files.items() if path not in seal},
            root=made.root,
        )
        forge.files[made.seal_id] = {path.removeprefix(prefix): data for path, data in seal.items()}
        plan = Plan(kind="sealed", by="archive", holding=made.bundle_id, heir=heir)
        return forge, _act(plan, made.seal_id, (made.seal_id,), made.bundle_id)

    def make(self, plan: Plan) -> Act:
        """Make an event; commitments are repeated by drawing the same salts for the same body."""
        self.made += 1
        body = Body(type=plan.kind, actor=plan.by, signers=(), claimed_at=AT, data=_data(plan, self.root))
        fields = {"people": {"successor": _party(plan.heir)}} if plan.heir else {}
        attested = plan.kind == "refused"
        statement = Statement(
            bundle_id=self.bundle,
            holding="" if attested else plan.holding,
            seq=0 if attested else plan.seq,
            prev=plan.prev,
            fields=(),
        )
        signers = [SIGNERS[name] for name in sorted({plan.by, *plan.cosigners})]
        seed = f"{self.bundle}/{self.made}" if plan.replays is None else self.seeds.get(plan.replays.id, "")
        draw = stream_of(seed)
        made = assemble_event(statement, body, fields, signers, draw, attestation=attested)
        files = dict(made.files)
        holding = plan.holding
        if not attested:
            said = decode_statement(files["event.json"], member="event.json")
            marks, holding = said.fields, said.holding
        else:
            marks = (made.event_id,)
        if plan.damage == "EVENT_SIGNATURE_MISSING":
            del files["1.sshsig"]
        if plan.damage == "EVENT_MALFORMED":
            files["event.json"] += b" "
        self.files[made.event_id], self.seeds[made.event_id] = files, seed
        return _act(plan, made.event_id, marks, holding)

    def place(self, acts: Iterable[Act]) -> Files:
        """Return the files of a copy."""
        files = dict(self.base)
        for act in acts:
            own = self.files[act.id]
            if not act.kind:
                own = {name: own[name] for name in ("event.json", "proof.sha256")}
            if act.people_closed:
                own = {name: data for name, data in own.items() if name != "people.json"}
            folder = event_path(act.holding, act.seq)
            if act.kind == "refused":
                folder = f"{ATTESTATIONS_FOLDER}/{act.id}"
            files |= {f"{folder}/{name}": data for name, data in own.items()}
        return files

    def check(self, acts: Collection[Act], stolen: Mapping[str, int], expected: Verdict) -> None:
        """Compare the report with the model."""
        assert not stolen
        report = judge(self.place(acts), TRUST)
        paths = {event_path(act.holding, act.seq): act.id for act in acts if act.kind != "refused"}
        status: dict[str, set[str]] = {}
        for fact in report.events:
            if fact.path in paths:
                status.setdefault(fact.status, set()).add(paths[fact.path])
        reasons: dict[str, set[str]] = {}
        heads: dict[str, set[tuple[str, str]]] = {
            paths[fact.path]: set() for fact in report.events if fact.head
        }
        for finding in report.findings:
            one = paths.get(finding.subject, "")
            if finding.number != LOG_FINDING or not one:
                continue
            reasons.setdefault(one, set()).add(finding.reason.name)
            about = str(finding.arguments.get("event", ""))
            if one in heads and about and finding.reason is not Reason.DISPUTE_WON:
                heads[one].add((finding.reason.name, paths.get(about, about)))
        counted = status.get("counted", set())
        assert counted == expected.counted, (counted ^ expected.counted, reasons)
        aside = status.get("set-aside", set())
        assert aside == expected.aside.keys(), (aside ^ expected.aside.keys(), reasons)
        assert status.get("receipt", set()) == expected.receipts.keys()
        assert status.get("stub", set()) == expected.stubs | expected.loose
        for one, broken in expected.aside.items():
            assert reasons[one] & broken, (one, reasons[one], broken)
        for one, code in expected.receipts.items():
            assert code in reasons[one]
        listed = {
            one: {why for why in whys if why[1] not in expected.receipts}
            for one, whys in expected.heads.items()
        }
        assert heads == listed
        assert report.outcome(Claim.CUSTODY_UNBROKEN) is custody_outcome(expected), (heads, reasons)
        assert report.outcome(Claim.INTACT) is not Outcome.REFUTED
        assert report.outcome(Claim.SEALED_BY) is not Outcome.REFUTED


LOG_FINDING = 6


def custody_outcome(expected: Verdict) -> Outcome:
    """Say what the claim comes to when no head is picked: every head that has not lost must be proven."""
    standing = [why for why in expected.heads.values() if not any(code == "DISPUTE_LOST" for code, _ in why)]
    return Outcome.PROVEN if standing and not any(standing) else Outcome.UNDETERMINED
