"""Keys of CRM systems; the Salesforce pairs are from its own documentation and public examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.model.crm_ids import dynamics_id, hubspot_id, salesforce_id, same_record

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        # By hand: the bits of the capitals of each five letters, lowest first, into ABC...Z012345.
        ("001000000000a00", "001000000000a00AAA"),
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),  # 001A0 -> 8 = I; 00000 -> A; 6Vm9r -> 2 = C
        ("ABCDEABCDEABCDE", "ABCDEABCDEABCDE555"),
        ("a0Xb0000000aBcD", "a0Xb0000000aBcDEAU"),  # third of five: 4 = E; none: A; third and fifth: 4 + 16 = U
    ],
)
def test_the_last_three_letters_tell_the_case_of_the_others(short: str, whole: str) -> None:
    assert salesforce_id(short) == whole
    assert salesforce_id(whole) == whole
    assert salesforce_id(f" {whole[:15]}{whole[15:].lower()} ") == whole
    assert same_record(short) == same_record(whole) == short


@given(st.text(LETTERS, min_size=15, max_size=15).filter(lambda text: not text.isdecimal()))
def test_an_id_of_18_letters_is_told_by_its_first_15(short: str) -> None:
    whole = salesforce_id(short)
    assert whole[:15] == short
    assert same_record(whole) == short


@given(st.text(LETTERS, min_size=15, max_size=15), st.integers(0, 14))
def test_two_ids_that_differ_in_case_only_are_two_records(short: str, at: int) -> None:
    other = short[:at] + short[at].swapcase() + short[at + 1 :]
    assert (same_record(short) == same_record(other)) == (short == other)


@pytest.mark.parametrize(
    "text", ["", "001", "123456789012345", "001A0000006Vm9rXXX", "=1A0000006Vm9r0", "é01A0000006Vm9r"]
)
def test_what_is_no_salesforce_id(text: str) -> None:
    assert salesforce_id(text) == ""


def test_guids_and_record_ids() -> None:
    guid = "0F8FAD5B-D9CB-469F-A165-70867728950E"
    assert dynamics_id(f"{{{guid}}}") == guid.lower() == same_record(guid)
    assert dynamics_id(guid[:-1]) == ""
    assert hubspot_id(" 9158741234 ") == "9158741234"
    assert hubspot_id("-5") == hubspot_id("1e9") == ""


@given(st.text(max_size=20))
def test_any_other_key_is_itself(text: str) -> None:
    assert same_record(text) in (text.strip(), text.strip()[:15], text.strip().strip("{}").lower())
