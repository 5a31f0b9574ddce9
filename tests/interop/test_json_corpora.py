"""Public JSON corpora: invalid files are refused, and of the others those outside the restricted form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.errors import BundleError, UsageError
from custody.format.canonical import JSONValue, decode_json, encode_json

# The files of JSONTestSuite that are canonical as they stand; nothing else in it is accepted.
CANONICAL = frozenset(
    f"y_{name}.json"
    for name in (  # noqa: SIM905 - fifty quotation marks would hide the names
        """
    array_empty array_empty-string array_ending_with_newline array_false array_null array_with_several_null
    number_negative_int number_negative_one number_simple_int
    object_basic object_empty object_empty_key object_simple
    string_backslash_and_u_escaped_zero string_backslash_doublequotes string_comments string_double_escape_a
    string_double_escape_n string_escaped_control_character string_in_array
    string_nonCharacterInUTF-8_U+10FFFF string_nonCharacterInUTF-8_U+FFFF
        string_pi string_reservedCharacterInUTF-8_U+1BFFF string_simple_ascii
    string_space string_u+2028_line_sep string_u+2029_par_sep string_unescaped_char_delete string_unicode_2
    string_utf8 string_with_del_character
    structure_lonely_false structure_lonely_int structure_lonely_null structure_lonely_string
    structure_lonely_true structure_string_empty structure_true_in_array
    """
    ).split()
)
# What else is valid JSON and still refused where people may choose the spelling: floats and exponents, -0,
# integers beyond 2^53−1, duplicate keys, U+0000.
VALID_BUT_OUTSIDE = frozenset(
    f"y_{name}.json"
    for name in (  # noqa: SIM905 - as above
        """
    number number_0e+1 number_0e1 number_double_close_to_zero number_int_with_exp number_minus_zero
    number_negative_zero number_real_capital_e number_real_capital_e_neg_exp number_real_capital_e_pos_exp
    number_real_exponent number_real_fraction_exponent number_real_neg_exp number_real_pos_exponent
    number_simple_real structure_lonely_negative_real
    object_duplicated_key object_duplicated_key_and_value object_escaped_null_in_key object_extreme_numbers
    string_null_escape
    """
    ).split()
)


def accepted(file: Path, *, canonical: bool) -> bool:
    """Tell whether the strict reader takes a file."""
    try:
        decode_json(file.read_bytes(), member="file", limit=1 << 20, canonical=canonical)
    except BundleError:
        return False
    return True


def suite(corpora: Path) -> list[Path]:
    """The files of JSONTestSuite."""
    files = sorted((corpora / "json-test-suite" / "test_parsing").iterdir())
    assert len(files) == 318
    return files


def test_exactly_the_canonical_files_of_the_suite_are_accepted(corpora: Path) -> None:
    """No `n_` file, no `i_` file, and of the `y_` files those in the one spelling."""
    assert {file.name for file in suite(corpora) if accepted(file, canonical=True)} == CANONICAL


def test_a_file_that_people_edit_may_be_any_valid_one_in_the_restricted_form(corpora: Path) -> None:
    """No `n_` file, no `i_` file, and of the `y_` files all but those with values that the form lacks."""
    wanted = {file.name for file in suite(corpora) if file.name.startswith("y_")} - VALID_BUT_OUTSIDE
    assert {file.name for file in suite(corpora) if accepted(file, canonical=False)} == wanted


@pytest.mark.parametrize("name", ["arrays", "structures", "unicode"])
def test_the_vectors_of_rfc_8785_are_met(corpora: Path, name: str) -> None:
    """Each published output is read, and written again byte for byte."""
    wanted = (corpora / "jcs-testdata" / "output" / f"{name}.json").read_bytes()
    assert encode_json(decode_json(wanted, member=name, limit=1 << 20)) == wanted


@pytest.mark.parametrize("name", ["arrays", "unicode"])
def test_the_inputs_of_rfc_8785_become_the_outputs(corpora: Path, name: str) -> None:
    """Other spaces, order and escapes of the same value come out in the one spelling."""
    folder = corpora / "jcs-testdata"
    data = (folder / "input" / f"{name}.json").read_bytes()
    value = decode_json(data, member=name, limit=1 << 20, canonical=False)
    assert encode_json(value) == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text("ascii"))


@pytest.mark.parametrize("name", ["french", "values", "weird"])
def test_the_vectors_with_floats_or_other_keys_are_refused(corpora: Path, name: str) -> None:
    """They are RFC 8785 and outside the restricted form."""
    assert not accepted(corpora / "jcs-testdata" / "output" / f"{name}.json", canonical=True)


def test_every_naughty_string_survives_a_round_trip(corpora: Path) -> None:
    """What can be a text comes back as it was; what cannot is refused, not repaired."""
    strings: list[JSONValue] = json.loads((corpora / "naughty-strings" / "blns.json").read_text("utf-8"))
    refused = 0
    for text in strings:
        try:
            data = encode_json(text)
        except UsageError:
            refused += 1
        else:
            assert decode_json(data, member="text", limit=1 << 20) == text
    assert refused == sum("\x00" in str(text) for text in strings)
    assert len(strings) > 500
