"""The JSON Schema of a gap report (draft 2020-12), made from the same enumerations as the report itself."""

from __future__ import annotations

from custody.format.canonical import JSONValue
from custody.present.exit_code import PROVEN, REFUTED, UNDETERMINED
from custody.present.gaps_json import GAPS_FORMAT
from custody.present.schema_parts import COUNT, HEX64, TEXT, choice, list_of, record
from custody.profiles.answer import State
from custody.profiles.profile import LANGUAGES, Phase, Severity
from custody.profiles.rules.rule import RuleKind
from custody.profiles.subject import OBJECTS, Stage
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason


def _check_schema() -> dict[str, JSONValue]:
    both = record(dict.fromkeys(LANGUAGES, TEXT))
    state = choice(state.value for state in State)
    where = record(
        {"object": choice(OBJECTS), "members": list_of(TEXT), "state": state},
        {"item": COUNT, "claimed_name": TEXT, "event": HEX64, "path": TEXT},
    )
    return record(
        {
            "id": TEXT,
            "severity": choice(severity.value for severity in Severity),
            "phase": choice(phase.value for phase in Phase),
            "kind": choice(kind.value for kind in RuleKind),
            "state": state,
            "text": both,
            "remedy": both,
            "citation": TEXT,
            "codes": list_of(choice(reason.name for reason in Reason)),
            "declared_by": list_of(TEXT),
            "where": list_of(where),
            "where_count": COUNT,
        }
    )


def gaps_schema() -> dict[str, JSONValue]:
    """Return the schema of what `encode_gaps` writes."""
    profile = record(
        {
            "profile": TEXT,
            "version": COUNT,
            "title": record(dict.fromkeys(LANGUAGES, TEXT)),
            "draft": {"type": "boolean"},
            "anchors": list_of(TEXT),
            "gaps": record(dict.fromkeys((severity.value for severity in Severity), COUNT)),
            "checks": list_of(_check_schema()),
        },
        {"own_sha256": HEX64},
    )
    answer = record(
        {
            "outcome": choice(outcome.value for outcome in Outcome),
            "reasons": list_of(choice(reason.name for reason in Reason)),
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": GAPS_FORMAT,
        "description": "What profiles ask for and what of it is missing: written by custody check --json.",
        **record(
            {
                "format": {"const": GAPS_FORMAT},
                "stage": choice(stage.value for stage in Stage),
                "exit_code": {"enum": [PROVEN, REFUTED, UNDETERMINED]},
                "profiles": list_of(profile),
            },
            {"outcomes": record({claim.value: answer for claim in Claim})},
        ),
    }
