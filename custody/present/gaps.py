"""A gap report for people, as lines of text.

Order: for each profile what it is and that it is a draft, its gaps with the errors first, what is
undetermined, what was declared and by whom, what holds, and what comes later; at the end a count. Of a
bundle, then, what the verification says of every claim. Names of files and people stand on own lines,
indented and quoted.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from custody.present.catalogue import catalogue_for, fill
from custody.present.display import can_show, display, quote
from custody.present.gap_exit import exit_code_of_gaps
from custody.profiles.answer import GAPS, State, Where
from custody.profiles.gaps import Checked, Gaps
from custody.profiles.profile import Phase, Profile, Severity
from custody.profiles.subject import Stage
from custody.report.claim import DEFAULT_CLAIMS, Outcome

_PLACES_TOLD: Final = 10
_NAMES_TOLD: Final = 20
_ORDER: Final = (
    GAPS,
    frozenset({State.UNDETERMINED}),
    frozenset({State.DECLARED}),
    frozenset({State.MET}),
    frozenset({State.NOT_APPLICABLE}),
)
_LONG: Final = frozenset({State.NOT_MET, State.NOT_DECLARED, State.UNDETERMINED})
_MARKS: Final[Mapping[State, str]] = {
    State.NOT_MET: "✗",
    State.NOT_DECLARED: "✗",
    State.UNDETERMINED: "!",
    State.DECLARED: "✎",
    State.MET: "✓",
    State.NOT_APPLICABLE: "·",
    State.LATER: "·",
}
_STATES: Final[Mapping[Outcome, State]] = {
    Outcome.PROVEN: State.MET,
    Outcome.REFUTED: State.NOT_MET,
    Outcome.UNDETERMINED: State.UNDETERMINED,
}
_PLAIN_MARKS: Final[Mapping[State, str]] = {
    **_MARKS,
    State.NOT_MET: "x",
    State.NOT_DECLARED: "x",
    State.DECLARED: "=",
    State.MET: "+",
    State.NOT_APPLICABLE: "-",
    State.LATER: "-",
}


def gap_words(language: str) -> Mapping[str, str]:
    """Return the words of gap reports in one language (`custody.present.catalogue.LANGUAGES`)."""
    words: Mapping[str, str] = importlib.import_module(f"custody.present.gaps_{language}").WORDS
    return words


def gaps_text(
    gaps: Sequence[Gaps], language: str, *, encoding: str = "utf-8", only: Severity | None = None
) -> str:
    """Return gap reports as text that ends in a line feed.

    Args:
        gaps: one for each profile.
        language: en or ar.
        encoding: of the console; decides which marks it can show.
        only: tell the gaps of this severity alone, with what to do about them.
    """
    words = gap_words(language)
    marks = _MARKS if can_show("".join(_MARKS.values()), encoding) else _PLAIN_MARKS
    parts = [list(_profile(one, words, marks, language, only=only)) for one in gaps]
    if gaps[0].claims and only is None:
        parts.append(list(_claims(gaps[0], words, marks, language)))
    if only is None:
        code = exit_code_of_gaps(gaps)
        meaning = words[f"exit_{code}_bundle" if gaps[0].claims else f"exit_{code}"]
        parts.append([fill(words["exit"], {"code": code, "meaning": meaning})])
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts)


def _profile(
    gaps: Gaps, words: Mapping[str, str], marks: Mapping[State, str], language: str, *, only: Severity | None
) -> Iterator[str]:
    profile = gaps.profile
    yield f"{words['profile']}: {profile.name} ({display(profile.title[language])})"
    if profile.own_sha256:
        yield fill(words["own_file"], {"digest": profile.own_sha256})
    if profile.unreviewed:
        yield words["draft"]
    if gaps.stage is Stage.SOURCE:
        yield words["no_numbers"]
    told = gaps.of(only) if only else gaps.checked
    severities = list(Severity)
    for states in _ORDER:
        alike = [one for one in told if one.answer.state in states]
        for one in sorted(alike, key=lambda one: severities.index(one.check.severity)):
            yield from _checked(one, gaps, words, marks, language)
    if gaps.stage is Stage.SOURCE and any(w.place.object == "item" for one in told for w in one.answer.where):
        yield words["add_columns"]
    if only is None:
        yield from _later(gaps, words, marks)
        yield fill(words["counts"], _counts(gaps))


def _claims(gaps: Gaps, words: Mapping[str, str], marks: Mapping[State, str], language: str) -> Iterator[str]:
    """Tell what the verification says of every claim, whatever the profiles ask."""
    catalogue = catalogue_for(language)
    yield f"{words['verification']}:"
    for one in gaps.claims:
        mark = marks[_STATES[one.outcome]]
        required = f" ({words['required']})" if one.claim in DEFAULT_CLAIMS else ""
        yield f"{mark} {catalogue.outcomes[one.outcome]}  {catalogue.claims[one.claim]}{required}"
        if one.reasons:
            yield f"    {words['because']}: {', '.join(reason.name for reason in one.reasons)}"


def _counts(gaps: Gaps) -> dict[str, str | int]:
    states = [one.answer.state for one in gaps.checked]
    return {
        "errors": len(gaps.errors),
        "warnings": len(gaps.of(Severity.WARNING)),
        "undetermined": states.count(State.UNDETERMINED),
        "met": states.count(State.MET),
        "declared": states.count(State.DECLARED),
        "later": states.count(State.LATER),
        "checks": len(states),
    }


def _later(gaps: Gaps, words: Mapping[str, str], marks: Mapping[State, str]) -> Iterator[str]:
    """Name what cannot be asked yet, one line for each phase."""
    later = [one.check for one in gaps.checked if one.answer.state is State.LATER]
    for phase in (Phase.BUNDLE, Phase.FILING):
        names = [check.id for check in later if check.phase is phase]
        if names:
            head = f"{marks[State.LATER]} {words['state_later']}{words['comma']}"
            number = fill(words["later_checks"], {"count": len(names)})
            yield f"{head}{words[f'later_{phase.value}']}: {number} ({', '.join(names)})"


def _checked(
    one: Checked, gaps: Gaps, words: Mapping[str, str], marks: Mapping[State, str], language: str
) -> Iterator[str]:
    check, answer = one.check, one.answer
    name = f"{gaps.profile.name}/{check.id}"
    head = f"{words[f'state_{answer.state.value}']}  {name} ({words[f'severity_{check.severity.value}']})"
    yield f"{marks[answer.state]} {head}: {display(check.text[language])}"
    if answer.declared_by:
        names = " ".join(quote(who, 200) for who in answer.declared_by[:_NAMES_TOLD])
        yield f"    {words['declared_by']}: {names}"
    if answer.state not in _LONG:
        return
    if answer.codes:
        yield f"    {words['because']}: {', '.join(answer.codes)}"
    for where in answer.where[:_PLACES_TOLD]:
        yield f"    {_where(where, words, gaps.stage)}"
    if len(answer.where) > _PLACES_TOLD:
        yield f"    {fill(words['more'], {'count': len(answer.where) - _PLACES_TOLD})}"
    yield f"    {words['next']}: {display(check.remedy[language])}"
    if check.phase is Phase.SOURCE and gaps.stage is Stage.BUNDLE and one.is_gap:
        yield f"    {words['too_late']}"
    yield f"    {words['citation']}: {display(check.citation)}"


def _where(where: Where, words: Mapping[str, str], stage: Stage) -> str:
    place = where.place
    told = words[f"object_{place.object}"]
    if place.object == "item" and stage is Stage.SOURCE:
        told = words["object_file"]  # the seal gives the numbers, in another order
    if place.number and (stage is Stage.BUNDLE or not place.claimed_name):
        told += f" {place.number}"
    elif place.event_id:
        told += f" {place.event_id}"
    elif place.path:
        told += f" {quote(place.path)}"
    if place.claimed_name:
        told += f" {quote(place.claimed_name)}"
    if where.members:
        told += f": {', '.join(where.members)}"
    return f"{told} ({words['cannot_be_seen']})" if where.state is State.UNDETERMINED else told


def profile_lines(profiles: Sequence[Profile], language: str) -> Iterator[str]:
    """Yield one line for each profile: name, title, number of checks, and that it is a draft."""
    words = gap_words(language)
    for profile in profiles:
        facts = {"count": len(profile.checks), "version": profile.version}
        yield f"{profile.name}: {display(profile.title[language])} ({fill(words['has_checks'], facts)})"
        if profile.draft:
            yield f"    {words['draft']}"
