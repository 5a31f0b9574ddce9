"""Variants of a profile: one file, another recipient."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custody.errors import FormatError
from custody.format.schema import schemas_folder
from custody.profiles.answer import State
from custody.profiles.gaps import check
from custody.profiles.profile import decode_profiles, load_profile, profile_names, variant_names
from tests.unit.profiles.cases.icc_otp import told_for
from tests.unit.profiles.subjects import source


def states(profile: str, scope: str) -> dict[str, State]:
    """Return the state of each check about a testimony with consent to one use."""
    gaps = check(source(told_for(scope)), load_profile(profile))
    return {one.check.id: one.answer.state for one in gaps.checked}


def document() -> dict[str, Any]:
    """Return the file of a profile with variants."""
    value: dict[str, Any] = json.loads((schemas_folder() / "profiles" / "icc-otp.json").read_bytes())
    return value


def refusal(value: object) -> FormatError:
    """Return why a profile is refused."""
    with pytest.raises(FormatError) as caught:
        decode_profiles(json.dumps(value).encode(), member="profile")
    return caught.value


def test_a_variant_is_loaded_by_its_own_name() -> None:
    """So that its checks are printed as `iiim/I-02`."""
    assert load_profile("iiim").name == "iiim"
    assert load_profile("iiim").title != load_profile("icc-otp").title


def test_names_of_variants_are_no_names_of_files() -> None:
    """A variant that hides behind a profile would never be found."""
    assert variant_names() == ("iiim",)
    assert not set(variant_names()) & set(profile_names())


@pytest.mark.parametrize(("profile", "other"), [("icc-otp", "iiim"), ("iiim", "icc-otp")])
def test_consent_to_one_recipient_is_none_to_the_other(profile: str, other: str) -> None:
    """The two differ in this check alone."""
    assert states(profile, profile)["I-02"] is State.MET
    assert states(profile, other)["I-02"] is State.NOT_MET


def test_a_variant_asks_the_same_otherwise() -> None:
    """It changes parameters, no texts and no severities."""
    ours, theirs = (load_profile(name).checks for name in ("icc-otp", "iiim"))
    assert [(one.id, one.severity, one.text) for one in ours] == [
        (one.id, one.severity, one.text) for one in theirs
    ]
    assert [one.id for one, other in zip(ours, theirs, strict=True) if one != other] == ["I-02"]


def test_a_variant_of_a_check_that_is_not_there_is_refused() -> None:
    """It would silently change nothing."""
    value = document()
    value["variants"][0]["parameters"] = {"I-99": {}}
    assert refusal(value).pointer == "/variants/0/parameters"


def test_parameters_of_a_variant_have_the_shape_of_the_rule() -> None:
    """As those of the profile."""
    value = document()
    value["variants"][0]["parameters"] = {"I-02": {"scopes": ["everybody"]}}
    assert "/parameters" in refusal(value).pointer


def test_a_variant_has_a_name_of_its_own() -> None:
    """Else the second would never be found."""
    value = document()
    value["variants"][0]["profile"] = "icc-otp"
    assert refusal(value).pointer == "/variants"
