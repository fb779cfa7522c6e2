"""Days of the programme: what they can mean, and what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from smartcity_api.kit.days import first_day, last_day, today
from smartcity_api.kit.params import DatedParams
from smartcity_api.kit.schemas import Edtf

EDTF: TypeAdapter[str] = TypeAdapter(Edtf)


def context_of(error: ValidationError) -> dict[str, Any]:
    """What the one refusal says."""
    (finding,) = error.errors()
    return dict(finding["ctx"])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021-11-05", date(2021, 11, 5), date(2021, 11, 5)),
        ("2021-11", date(2021, 11, 1), date(2021, 11, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_a_partial_day_lasts_from_its_first_day_to_its_last(text: str, first: date, last: date) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


@pytest.mark.parametrize("text", ["2021-11-05", "2021-11", "2021", "2024-02-29", "2399", "2701"])
def test_days_of_the_common_era_are_taken_as_they_are(text: str) -> None:
    assert EDTF.validate_python(text) == text


def test_thai_digits_are_digits_of_a_day() -> None:
    assert EDTF.validate_python("๒๐๒๑-๑๑") == "2021-11"
    assert DatedParams.model_validate({"as_of": "๒๐๒๑-๑๑-๐๕"}).as_of == date(2021, 11, 5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2021-02-29", "no_such_day"),
        ("2021-04-31", "no_such_day"),
        ("0000", "no_such_day"),
        ("2021-13", "not_a_day"),
        ("2021-1", "not_a_day"),
        ("2021-11-5", "not_a_day"),
        ("20211105", "not_a_day"),
        ("2021-11-05T00:00:00Z", "not_a_day"),
        ("2021-11\n", "not_a_day"),
        ("2021?", "not_a_day"),
        ("202X", "not_a_day"),
        ("", "not_a_day"),
        ("พ.ศ. 2564", "not_a_day"),
        ("2564", "ambiguous-era"),
        ("2564-11-05", "ambiguous-era"),
        ("๒๕๖๔-๑๑", "ambiguous-era"),
    ],
)
def test_what_is_no_day_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        EDTF.validate_python(text)
    assert context_of(refused.value)["code"] == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2021-11", "not_a_day"),
        ("2021", "not_a_day"),
        ("2021-11-31", "no_such_day"),
        ("yesterday", "not_a_day"),
        ("", "not_a_day"),
        ("2564-11-05", "ambiguous-era"),
        ("9999-12-31", "future_day"),
    ],
)
def test_a_day_to_count_on_is_whole_and_not_in_the_future(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DatedParams.model_validate({"as_of": text})
    assert context_of(refused.value)["code"] == code


def test_the_day_after_tomorrow_is_no_day_to_count_on() -> None:
    with pytest.raises(ValidationError) as refused:
        DatedParams.model_validate({"as_of": str(today() + timedelta(days=2))})
    assert context_of(refused.value)["code"] == "future_day"


@pytest.mark.parametrize("era", ["2564-11-05", "๒๕๖๔-๑๑-๐๕"])
def test_the_day_that_was_meant_is_suggested(era: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DatedParams.model_validate({"as_of": era})
    suggested = context_of(refused.value)["suggested"]
    assert suggested == "2021-11-05"
    assert DatedParams.model_validate({"as_of": suggested}).as_of == date(2021, 11, 5)


def test_today_is_a_day_to_count_on() -> None:
    assert DatedParams.model_validate({"as_of": str(today() - timedelta(days=1))}).as_of is not None
