"""Ids of records: which texts are one."""

from uuid import UUID

import pytest

from smartcity_api.kit import ids

ID = "0190b6a2-0000-7000-8000-00000000abcd"


def test_an_id_is_one_as_it_is_written() -> None:
    assert ids.as_written(ID) == UUID(ID)


@pytest.mark.parametrize(
    "value",
    [
        ID.upper(),
        ID.replace("-", ""),
        f"{{{ID}}}",
        f"urn:uuid:{ID}",
        f" {ID}",
        f"{ID}\n",
        ID.replace("0190", "๐๑๙๐"),
        ID[:-1],
        f"{ID[:-1]}\ud800",
        "",
        7,
        None,
        UUID(ID),
    ],
)
def test_nothing_else_is(value: object) -> None:
    assert ids.as_written(value) is None
