"""Examples for the profile `berkeley`."""

from __future__ import annotations

from typing import Any

from custody.profiles.subject import Subject
from tests.tools.bundles import add_event, make_part
from tests.tools.copies import party
from tests.unit.profiles.case import Case
from tests.unit.profiles.subjects import ARCHIVE, LAWYER, checked, handed_over, sealed, source

_URL = "https://example.org/post/7"
_SHA256 = {"algorithm": "sha256", "digest": "0" * 64}
_CHANGED = {"algorithm": "sha256", "digest": "1" * 64}
_OPEN = 1023
_ORIGIN = 1 << 3


def _captured(part: str = "page", **members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """Return the fields of one part of a capture; members of origin, and `capture` for those below it."""
    below = {"part": part, **members.pop("capture", {})}
    return {"origin": {"url": _URL, "capture": below, **members}}


def _present(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return _captured(capture={"content_present": members})


def _clock(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {**_captured(), "time": {"clock": members}}


def _converted(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    derivation = {
        "of": [{"item": 1}],
        "how": "converted",
        "tool": {"name": "ffmpeg", "version": "7"},
        **members,
    }
    return {"kind": {"kind": "derived"}, "derivation": derivation}


def _role(role: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {"origin": {"role": role}, **fields}


def _part(mask: int, **fields: Any) -> Subject:  # noqa: ANN401 - JSON values
    """Disclose of two items the first in the fields of a mask, and nothing of the second."""
    whole = sealed(fields, {}, name="collected")
    return checked(make_part(whole, (mask, 0), signers=[ARCHIVE], to=LAWYER)[1])


def _used(purpose: str | None) -> Subject:
    fields = {} if purpose is None else {"purpose": {"text": purpose}}
    return checked(add_event(sealed(), "accessed", {"leaves": [0]}, signers=[ARCHIVE], fields=fields))


def _released() -> Subject:
    """Release a bundle; nobody signs that he has it."""
    bundle = sealed()
    data = {"to": party(LAWYER), "root": bundle.root, "items": bundle.items}
    return checked(add_event(bundle, "released", data, signers=[ARCHIVE]))


def _redacted_into(leaf: int) -> Subject:
    whole = sealed(
        _role("original"), _role("redacted", derivation={"of": [{"item": 1}], "how": "blurred"}), name="roles"
    )
    data = {"inputs": [0], "outputs": [leaf], "class": "blur", "ground": "safety"}
    return checked(add_event(whole, "redacted", data, signers=[ARCHIVE]))


CASES: dict[str, Case] = {
    "B-01": Case(
        holds=lambda: source(_captured("html"), _captured("page")),
        fails=lambda: source(_captured("html"), _captured("media")),
    ),
    "B-01b": Case(
        holds=lambda: source(_captured()),
        fails=lambda: source({"origin": {"capture": {"part": "page"}}}),
    ),
    "B-01c": Case(
        holds=lambda: source({**_captured(), "time": {"collected": "2026-03-01T10:00:00Z"}}),
        fails=lambda: source(_captured()),
    ),
    "B-02": Case(
        holds=lambda: source(_captured(ended="2026-03-01T11:50:00Z")),
        fails=lambda: source(_captured(ended="2026-03-01T11:49:59Z")),
        unclear=lambda: _part(_OPEN & ~_ORIGIN, **_captured(ended="2026-01-02T03:04:05Z")),
    ),
    "B-03": Case(
        holds=lambda: source(_clock(source="ntp", offset_ms=0)),
        fails=lambda: source(_clock(source="ntp")),
    ),
    "B-03b": Case(
        holds=lambda: source(_clock(source="ntp", offset_ms=-5000)),
        fails=lambda: source(_clock(source="ntp", offset_ms=5001)),
    ),
    "B-04": Case(
        holds=lambda: source(_present(result=True, attested_by="P-03")),
        fails=lambda: source(_present(result=False, attested_by="P-03")),
    ),
    "B-05": Case(
        holds=lambda: source({}, _converted(operator="P-02")),
        fails=lambda: source({}, _converted()),
    ),
    "B-05b": Case(
        holds=lambda: source(_captured(changes="none", acquired_by="P-02")),
        fails=lambda: source(_captured(acquired_by="P-02")),
    ),
    "B-06": Case(
        holds=lambda: _redacted_into(1),
        fails=lambda: _redacted_into(0),
    ),
    "B-06b": Case(
        holds=lambda: source(
            {"origin": {"role": "original", "original_digest": _SHA256}}, digest_of=lambda _n, _a: "0" * 64
        ),
        fails=lambda: source(
            {"origin": {"role": "original", "original_digest": _CHANGED}}, digest_of=lambda _n, _a: "0" * 64
        ),
    ),
    "B-07": Case(
        holds=lambda: _part(_OPEN & ~_ORIGIN, **_captured(capture={"machine_ip": "192.0.2.7"})),
        fails=lambda: _part(_OPEN, **_captured(capture={"machine_ip": "192.0.2.7"})),
    ),
    "B-07b": Case(
        holds=lambda: source({**_captured(), "extra": {"virtual_identity": "V-01"}}),
        fails=lambda: source(_captured()),
    ),
    "B-07c": Case(
        holds=lambda: source(_captured(capture={"machine_ip": "192.0.2.7"})),
        fails=lambda: source(_captured()),
    ),
    "B-08": Case(
        holds=lambda: checked(handed_over(sealed())),
        fails=_released,
    ),
    "B-08b": Case(
        holds=lambda: _used("geolocation"),
        fails=lambda: _used(None),
    ),
    "B-08c": Case(
        holds=lambda: checked(handed_over(sealed())),
        fails=lambda: checked(sealed()),
    ),
    "B-09": Case(
        holds=lambda: source({"origin": {"url": "https://example.org/1"}, "kind": {"kind": "media"}}),
        fails=lambda: source({"kind": {"kind": "media"}}),
    ),
}
