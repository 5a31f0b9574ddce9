"""Examples for the profile `fre-902-14`."""

from __future__ import annotations

from typing import Any

from custody.profiles.subject import Subject
from tests.tools.bundles import Bundle, add_event
from tests.unit.profiles.case import Case
from tests.unit.profiles.subjects import (
    ARCHIVE,
    EXPERT,
    checked,
    digest_of_text,
    examined,
    handed_over,
    sealed,
    source,
)

QUALIFICATIONS = (
    "I have worked as an archivist of digital records for nine years, was trained in forensic acquisition in"
    " 2021, and compute and compare hash values every week."
)
DECLARATION: dict[str, Any] = {
    "identity": "expert",
    "declarant": {
        "name": "P-07",
        "position": "archivist",
        "contact": "office@archive.example",
        "qualifications": QUALIFICATIONS,
    },
    "execution": {"country": "DE"},
    "exhibits": [{"item": 1}],
    "notice": {"to": "the other party", "on": "2026-02-01", "how": "by letter"},
}
_ORIGIN: dict[str, Any] = {
    "method": "logical copy",
    "tool": {"name": "copier", "version": "3.1", "validation": "own test of 2026-01-05"},
    "acquired_by": "P-07",
    "started": "2026-01-01T10:00:00Z",
    "ended": "2026-01-01T10:05:00Z",
    "medium": {"serial": "77", "custodian": "W-01"},
    "write_blocker": "bridge 2",
    "custody_before": "in the safe of the office",
    "original_digest": {
        "algorithm": "sha256",
        "digest": digest_of_text(1),
        "at": "2026-01-01T10:05:00Z",
        "by": "P-07",
    },
}


def copied(digest: dict[str, Any] | None = None, **origin: Any) -> Subject:  # noqa: ANN401 - JSON values
    """Return one copied file before sealing; None takes a member of its origin away."""
    members: dict[str, Any] = {**_ORIGIN, **origin}
    if digest is not None:
        members["original_digest"] = {**_ORIGIN["original_digest"], **digest}
    return source(
        {"origin": {name: value for name, value in members.items() if value is not None}},
        digest_of=digest_of_text,
    )


def filed(bundle: Bundle | None = None, **changes: Any) -> Subject:  # noqa: ANN401 - JSON values
    """Return a bundle that is filed with a declaration; changes go into it, None takes a member away."""
    members = {name: value for name, value in {**DECLARATION, **changes}.items() if value is not None}
    return checked(rehashed() if bundle is None else bundle, declaration=members)


def rehashed(bundle: Bundle | None = None) -> Bundle:
    """Let the expert compare the files of a bundle."""
    base = sealed() if bundle is None else bundle
    return examined(base, "fixity-checked", {"root": base.root, "result": "pass"}, EXPERT)


def _moved_since() -> Bundle:
    return handed_over(rehashed())


def _gap(**fields: Any) -> Bundle:  # noqa: ANN401 - JSON values
    return add_event(sealed(), "incident", {"kind": "gap"}, signers=[ARCHIVE], fields=fields)


def _declarant(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {
        name: value for name, value in {**DECLARATION["declarant"], **changes}.items() if value is not None
    }


CASES: dict[str, Case] = {
    "F14-01": Case(
        holds=copied,
        fails=lambda: copied({"digest": digest_of_text(2)}),
    ),
    "F14-02": Case(
        holds=copied,
        fails=lambda: copied({"algorithm": "md5", "digest": digest_of_text(1, "md5")}),
    ),
    "F14-03": Case(holds=filed, fails=lambda: filed(identity="lawyer")),
    "F14-04": Case(
        holds=lambda: filed(rehashed(handed_over(sealed()))),
        fails=lambda: filed(_moved_since()),
    ),
    "F14-05": Case(
        holds=filed,
        fails=lambda: filed(
            declarant=_declarant(qualifications=f"[describe your training] {QUALIFICATIONS}")
        ),
    ),
    "F14-06": Case(holds=filed, fails=lambda: filed(execution=None)),
    "F14-07": Case(holds=filed, fails=lambda: filed(notice={"to": "the other party"})),
    "F14-08": Case(
        holds=lambda: checked(_gap(note={"text": "the office was searched, nothing was taken"})),
        fails=lambda: checked(_gap()),
    ),
    "F14-08b": Case(holds=copied, fails=lambda: copied(custody_before=None)),
    "F14-09": Case(holds=filed, fails=lambda: filed(exhibits=[{"item": 9}])),
    "F14-10": Case(holds=copied, fails=lambda: copied(medium={"custodian": "W-01"})),
    "F14-10b": Case(holds=copied, fails=lambda: copied(medium={"serial": "77"})),
    "F14-11": Case(holds=copied, fails=lambda: copied(tool={"name": "copier"})),
    "F14-12": Case(holds=copied, fails=lambda: copied(tool={"name": "copier", "version": "3.1"})),
    "F14-13": Case(holds=copied, fails=lambda: copied(write_blocker=None)),
    "F14-14": Case(holds=filed, fails=lambda: filed(declarant=_declarant(contact=None))),
    "F14-15": Case(
        holds=copied,
        fails=lambda: copied(original_digest={"algorithm": "sha256", "digest": digest_of_text(1)}),
    ),
    "F14-16": Case(
        holds=copied,
        fails=lambda: source({"kind": {"kind": "derived"}}),
    ),
}
