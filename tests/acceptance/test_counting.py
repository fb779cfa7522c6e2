"""How many, on which day and at which stage: the lists, their exact counts and the statistics say the same."""

import random
from typing import Any

import httpx
import pytest
from tests.acceptance.asking import Row, ask, everything, matched, titled

COUNTS: list[tuple[str, dict[str, str], int, int]] = [
    ("certified-cities", {}, 37, 25),
    ("certified-cities", {"as_of": "2021-11-04"}, 0, 0),
    ("certified-cities", {"as_of": "2021-11-05"}, 15, 11),
    ("certified-cities", {"as_of": "2022-11-08"}, 15, 11),
    ("certified-cities", {"as_of": "2022-11-09"}, 30, 23),
    ("certified-cities", {"as_of": "2023-07-26"}, 30, 23),
    ("certified-cities", {"as_of": "2023-08-30"}, 30, 23),
    ("certified-cities", {"as_of": "2023-08-31"}, 36, 25),
    ("certified-cities", {"as_of": "2025-08-18"}, 36, 25),
    ("certified-cities", {"as_of": "2025-08-19"}, 37, 25),
    *(
        (resource, {"reached": "plan_approved", "as_of": day}, areas, provinces)
        for resource in ("proposals", "certified-cities")
        for day, areas, provinces in (
            ("2021-05-05", 0, 0),
            ("2021-05-06", 5, 5),
            ("2021-05-08", 5, 5),
            ("2021-09-22", 5, 5),
            ("2021-09-23", 15, 11),
            ("2022-08-04", 15, 11),
            ("2022-08-05", 30, 23),
            ("2023-07-25", 30, 23),
            ("2023-07-26", 36, 25),
        )
    ),
    ("proposals", {"reached": "plan_approved"}, 36, 25),
    ("certified-cities", {"reached": "plan_approved"}, 36, 25),
    ("certified-cities", {"reached": "acknowledged", "as_of": "2021-11-04"}, 0, 0),
    ("certified-cities", {"reached": "acknowledged", "as_of": "2021-11-05"}, 15, 11),
    ("certified-cities", {"reached": "acknowledged", "as_of": "2022-11-08"}, 15, 11),
    ("certified-cities", {"reached": "acknowledged", "as_of": "2022-11-09"}, 30, 23),
    ("certified-cities", {"reached": "acknowledged"}, 30, 23),
    ("certified-cities", {"reached": "ceremony", "as_of": "2021-12-23"}, 0, 0),
    ("certified-cities", {"reached": "ceremony", "as_of": "2021-12-24"}, 15, 11),
    ("certified-cities", {"reached": "ceremony", "as_of": "2023-01-08"}, 15, 11),
    ("certified-cities", {"reached": "ceremony", "as_of": "2023-01-09"}, 30, 23),
    ("certified-cities", {"reached": "cabinet", "as_of": "2022-05-02"}, 0, 0),
    ("certified-cities", {"reached": "cabinet", "as_of": "2022-05-03"}, 15, 11),
    ("certified-cities", {"reached": "granted", "as_of": "2025-08-18"}, 0, 0),
    ("certified-cities", {"reached": "granted", "as_of": "2025-08-19"}, 1, 1),
    ("certified-cities", {"status": "renewed", "as_of": "2025-08-18"}, 0, 0),
    ("certified-cities", {"status": "renewed", "as_of": "2025-08-19"}, 5, 5),
    ("certified-cities", {"city_type": "livable", "as_of": "2021-11-05"}, 13, 10),
    ("certified-cities", {"city_type": "newable", "as_of": "2021-11-05"}, 2, 2),
    ("proposals", {"stage": "plan_approved", "as_of": "2021-11-04"}, 15, 11),
    ("proposals", {"stage": "plan_approved", "as_of": "2021-11-05"}, 0, 0),
    ("proposals", {"stage": "certified", "as_of": "2021-11-05"}, 15, 11),
    ("proposals", {"stage": "plan_approved", "as_of": "2022-08-05"}, 15, 14),
    ("proposals", {"stage": "plan_approved", "as_of": "2023-07-26"}, 6, 6),
    ("proposals", {"stage": "certified", "as_of": "2023-08-30"}, 30, 23),
    ("proposals", {"stage": "certified"}, 36, 25),
    ("pilot-areas", {"as_of": "2018-09-26"}, 0, 0),
    ("pilot-areas", {"as_of": "2018-09-27"}, 10, 7),
    ("pilot-areas", {}, 10, 7),
    ("promotion-zones", {"as_of": "2020-10-15"}, 0, 0),
    ("promotion-zones", {"as_of": "2020-10-16"}, 9, 6),
    ("promotion-zones", {"as_of": "2023-11-22"}, 9, 6),
    ("promotion-zones", {"as_of": "2023-11-23"}, 10, 7),
    ("promotion-zones", {}, 13, 10),
]
PROVINCES = ("10", "13", "20", "21", "22", "24", "40", "49", "50", "52", "65", "80", "83", "92", "96")
REGIONS = (
    "ngc6:north",
    "ngc6:central",
    "ngc6:west",
    "four:north",
    "four:central",
    "nso7:eastern",
    "nesdc6:southern_border",
)
DAYS = ("2018-09-27", "2020-10-16", "2021-05-08", "2021-11-05", "2022-08-05", "2023-08-31", "2025-08-19")
EVENTS = ("plan_approved", "acknowledged", "granted", "announced", "cabinet", "ceremony", "renewed", "revoked")
STAGES = ("in_promotion_zone", "plan_submitted", "plan_approved", "certified")


async def counted(client: httpx.AsyncClient, resource: str, **filters: Any) -> Row:
    """What the statistics say about all of that selection."""
    total: Row = (await ask(client, "/v1/statistics/counts", of=resource, **filters))["total"]
    return total


def random_question(chance: random.Random) -> tuple[str, dict[str, str]]:
    """A list and some of its filters, drawn from what the register has and has not."""
    resource = chance.choice(("pilot-areas", "promotion-zones", "proposals", "certified-cities"))
    choices: dict[str, list[str]] = {
        "province": [",".join(chance.sample(PROVINCES, chance.randint(1, 4)))],
        "region": [chance.choice(REGIONS)],
        "as_of": [chance.choice(DAYS), f"{chance.randint(2018, 2025)}-{chance.randint(1, 12):02}-28"],
        "bbox": ["100,12,102,15", "97.5,5.5,101,9.5"],
        "near": ["100.5,13.75,50000", "98.39,7.89,20000"],
        "intersects": ["provinces/10", "provinces/83"],
        "q": ["เมือง", "ภูเก็ต", "สมาร์ทซิตี้"],
    }
    if resource in ("proposals", "promotion-zones", "certified-cities"):
        choices["city_type"] = ["livable", "newable", "livable,newable"]
    if resource in ("proposals", "promotion-zones"):
        choices["dimension"] = ["environment", "economy,living"]
    if resource == "proposals":
        choices["stage"] = ["plan_approved", "certified", "plan_approved,certified"]
        choices["reached"] = [chance.choice(STAGES)]
    if resource == "certified-cities":
        choices["status"] = ["granted", "renewed", "granted,renewed"]
        choices["batch"] = [str(chance.randint(1, 4))]
        choices["reached"] = [chance.choice(EVENTS)]
    chosen = chance.sample(sorted(choices), chance.randint(1, 3))
    return resource, {key: chance.choice(choices[key]) for key in chosen}


@pytest.mark.parametrize(("resource", "filters", "areas", "provinces"), COUNTS, ids=titled)
async def test_the_list_has_as_many(
    client: httpx.AsyncClient, resource: str, filters: dict[str, str], areas: int, provinces: int
) -> None:
    rows = await everything(client, resource, fields="id,provinces", limit=7, **filters)
    assert len({row["id"] for row in rows}) == len(rows) == areas
    assert len({code for row in rows for code in row["provinces"]}) == provinces
    assert await matched(client, resource, **filters) == areas


@pytest.mark.parametrize(("resource", "filters", "areas", "provinces"), COUNTS, ids=titled)
async def test_the_statistics_have_as_many(
    client: httpx.AsyncClient, resource: str, filters: dict[str, str], areas: int, provinces: int
) -> None:
    total = await counted(client, resource, **filters)
    assert (total["areas"], total["provinces"]) == (areas, provinces)


async def test_two_hundred_random_questions_get_one_answer_from_list_and_statistics(client: httpx.AsyncClient) -> None:
    chance = random.Random(2561)
    sizes = set()
    for _ in range(200):
        resource, filters = random_question(chance)
        rows = await everything(client, resource, fields="id,provinces", limit=1000, **filters)
        total = await counted(client, resource, **filters)
        found = (len(rows), len({code for row in rows for code in row["provinces"]}))
        assert (total["areas"], total["provinces"]) == found, (resource, filters)
        sizes.add(len(rows))
    assert len(sizes) > 10
