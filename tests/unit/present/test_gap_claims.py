"""A gap report of a bundle tells every claim, and no profile passes what is not shown to be sealed."""

from __future__ import annotations

import json

import pytest

from custody.present.catalogue import LANGUAGES, catalogue_for
from custody.present.gap_exit import exit_code_of_gaps
from custody.present.gaps import gaps_text
from custody.present.gaps_json import encode_gaps
from custody.profiles.answer import State
from custody.profiles.gaps import Gaps, check_all
from custody.profiles.profile import load_profile
from custody.profiles.subject import Subject
from custody.report.claim import Claim
from custody.trust.trust import Trust
from tests.unit.profiles.subjects import checked, sealed, source

PROFILE = load_profile("fre-902-13")
FILE = "data/000001.txt"
SYSTEM = {
    "method": "export",
    "acquired_by": "P-07",
    "tool": {"name": "recorder", "version": "3", "build": "ab12", "validation": "self-test passed"},
}


def told(subject: Subject) -> tuple[Gaps, ...]:
    """Ask the profile of generated records."""
    return check_all(subject, (PROFILE,))


def damaged() -> Subject:
    """Return a bundle in which everything was said, and one file was changed afterwards."""
    bundle = sealed({"origin": SYSTEM})
    return checked(bundle.edit({FILE: b"text 2\n"}))


def test_a_bundle_that_is_refuted_never_gives_nought() -> None:
    """Whatever the profile asks, and however well its questions are answered."""
    gaps = told(damaged())
    assert [one.errors for one in gaps] == [()]
    assert exit_code_of_gaps(gaps) == 1
    assert exit_code_of_gaps(told(checked(sealed({"origin": SYSTEM})))) == 0


def test_a_bundle_whose_sealer_nobody_knows_gives_three() -> None:
    """The profile's questions are answered from what nobody stands for."""
    assert exit_code_of_gaps(told(checked(sealed({"origin": SYSTEM}), trust=Trust.none()))) == 3


def test_nothing_is_claimed_before_the_seal() -> None:
    """Neither in text nor in JSON."""
    gaps = told(source({"origin": SYSTEM}))
    assert "verification" not in gaps_text(gaps, "en")
    assert "outcomes" not in json.loads(encode_gaps(gaps))
    assert gaps[0].outcome(Claim.INTACT) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_tells_every_claim_with_its_reasons(language: str) -> None:
    """In the words of the verification."""
    text, catalogue = gaps_text(told(damaged()), language), catalogue_for(language)
    assert all(f"  {catalogue.claims[claim]}" in text for claim in Claim)
    assert "FILE_DIGEST" in text


def test_json_tells_every_claim_with_its_reasons() -> None:
    """Under the name that the report of a verification has for it."""
    value = json.loads(encode_gaps(told(damaged())))
    assert value["outcomes"].keys() == {claim.value for claim in Claim}
    assert value["outcomes"]["intact"] == {"outcome": "refuted", "reasons": ["FILE_DIGEST"]}


def state(subject: Subject, check_id: str) -> State:
    """Return the answer to one check."""
    return next(one.answer.state for one in told(subject)[0].checked if one.check.id == check_id)


def test_an_exhibit_with_a_finding_against_it_is_not_met() -> None:
    """The digest in the seal is not that of the file which is filed."""
    bundle = sealed({}, {}).edit({FILE: b"text 2\n"})
    both, first, second = (
        checked(bundle, declaration={"exhibits": [{"item": number} for number in numbers]})
        for numbers in ((1, 2), (1,), (2,))
    )
    found = [state(one, "F13-13") for one in (both, first, second)]
    assert found == [State.NOT_MET, State.NOT_MET, State.MET]
