"""The gap report as values: what is asked when, and what counts."""

from __future__ import annotations

from custody.present.gap_exit import exit_code_of_gaps
from custody.profiles.answer import Answer, State
from custody.profiles.gaps import Checked, Gaps, check, check_all
from custody.profiles.profile import Phase, Severity, load_profile
from custody.profiles.subject import Stage
from tests.unit.profiles.subjects import checked, sealed, source

PROFILE = load_profile("fre-902-14")


def phases(gaps: Gaps, state: State) -> set[Phase]:
    """Return the phases of the checks with a state."""
    return {one.check.phase for one in gaps.checked if one.answer.state is state}


def only(severity: Severity, state: State) -> Gaps:
    """Return a gap report in which one check has a state."""
    one = next(one for one in PROFILE.checks if one.severity is severity)
    return Gaps(
        profile=PROFILE, stage=Stage.BUNDLE, checked=(Checked(check=one, answer=Answer(state=state)),)
    )


def test_before_sealing_only_the_source_is_asked_about() -> None:
    """The rest comes later."""
    gaps = check(source({}), PROFILE)
    assert phases(gaps, State.LATER) == {Phase.BUNDLE, Phase.FILING}
    assert all(one.answer.state is not State.LATER for one in gaps.checked if one.check.phase is Phase.SOURCE)


def test_of_a_bundle_the_source_is_asked_about_again() -> None:
    """The filing comes later until somebody declares."""
    assert phases(check(checked(sealed()), PROFILE), State.LATER) == {Phase.FILING}
    assert phases(check(checked(sealed(), declaration={}), PROFILE), State.LATER) == set()


def test_every_check_is_there_in_the_order_of_the_profile() -> None:
    """Whatever its state."""
    gaps = check(source({}), PROFILE)
    assert [one.check for one in gaps.checked] == list(PROFILE.checks)


def test_several_profiles_are_asked_in_their_order() -> None:
    """One report each."""
    found = check_all(source({}), (PROFILE, load_profile("core")))
    assert [one.profile.name for one in found] == ["fre-902-14", "core"]


def test_errors_of_the_source_keep_from_sealing() -> None:
    """Warnings do not."""
    gaps = check(source({}), PROFILE)
    assert {one.check.id for one in gaps.sealing_errors} == {"F14-01", "F14-10", "F14-11"}
    assert "F14-12" in {one.check.id for one in gaps.of(Severity.WARNING)}


def test_an_error_that_is_not_met_or_not_declared_gives_one() -> None:
    """It outweighs what is undetermined."""
    for state in (State.NOT_MET, State.NOT_DECLARED):
        both = [only(Severity.ERROR, State.UNDETERMINED), only(Severity.ERROR, state)]
        assert exit_code_of_gaps(both) == 1


def test_an_error_that_is_undetermined_gives_three() -> None:
    """Whoever submits has to look."""
    assert exit_code_of_gaps([only(Severity.ERROR, State.UNDETERMINED)]) == 3


def test_everything_else_gives_nought() -> None:
    """Warnings, what was declared, what does not apply and what comes later."""
    harmless = [only(Severity.WARNING, state) for state in State]
    fine = {State.MET, State.DECLARED, State.NOT_APPLICABLE, State.LATER}
    assert exit_code_of_gaps([*harmless, *(only(Severity.ERROR, state) for state in fine)]) == 0
