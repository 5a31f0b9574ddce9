"""A gap report as canonical JSON (schemas/gaps-1.json): same bytes, profiles, trust and moment, same JSON.

Names of files and of people are displayed (`custody.present.display`); absent members are omitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.format.canonical import JSONValue, encode_json
from custody.format.limits import FAILURES_LISTED
from custody.present.display import display
from custody.present.gap_exit import exit_code_of_gaps
from custody.profiles.answer import Where
from custody.profiles.gaps import Checked, Claimed, Gaps
from custody.profiles.profile import Severity

GAPS_FORMAT: Final = "custody/gaps/1"


def encode_gaps(gaps: Sequence[Gaps]) -> bytes:
    """Encode gap reports as one line of canonical JSON with its line feed."""
    value: dict[str, JSONValue] = {
        "format": GAPS_FORMAT,
        "stage": gaps[0].stage.value,
        "exit_code": exit_code_of_gaps(gaps),
        "profiles": [_profile(one) for one in gaps],
    }
    if gaps[0].claims:
        value["outcomes"] = {one.claim.value: _claimed(one) for one in gaps[0].claims}
    return encode_json(value) + b"\n"


def _claimed(one: Claimed) -> JSONValue:
    return {"outcome": one.outcome.value, "reasons": [reason.name for reason in one.reasons]}


def _profile(gaps: Gaps) -> JSONValue:
    profile = gaps.profile
    own: dict[str, JSONValue] = {"own_sha256": profile.own_sha256} if profile.own_sha256 else {}
    return own | {
        "profile": profile.name,
        "version": profile.version,
        "title": dict(profile.title),
        "draft": profile.unreviewed,
        "anchors": list(profile.anchors),
        "gaps": {severity.value: len(gaps.of(severity)) for severity in Severity},
        "checks": [_checked(one) for one in gaps.checked],
    }


def _checked(one: Checked) -> JSONValue:
    check, answer = one.check, one.answer
    return {
        "id": check.id,
        "severity": check.severity.value,
        "phase": check.phase.value,
        "kind": check.kind.value,
        "state": answer.state.value,
        "text": dict(check.text),
        "remedy": dict(check.remedy),
        "citation": check.citation,
        "codes": list(answer.codes),
        "declared_by": [display(name) for name in answer.declared_by],
        "where": [_where(where) for where in answer.where[:FAILURES_LISTED]],
        "where_count": len(answer.where),
    }


def _where(where: Where) -> JSONValue:
    place = where.place
    value: dict[str, JSONValue] = {
        "object": place.object,
        "members": list(where.members),
        "state": where.state.value,
    }
    if place.number:
        value["item"] = place.number
    texts = {
        "claimed_name": display(place.claimed_name),
        "event": place.event_id,
        "path": display(place.path),
    }
    return value | {name: text for name, text in texts.items() if text}
