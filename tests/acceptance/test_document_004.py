"""Document 004, asked through HTTP: five cities approved, and what Bangkok promised on 8 May 2564."""

import httpx
from tests.acceptance.asking import cited, claimed, everything, matched, only, resolved, subject

DAY = "2021-05-08"
FIVE = [
    "ภูเก็ตเมืองอัจฉริยะ",
    "ขอนแก่นเมืองอัจฉริยะ",
    "เมืองแม่เมาะน่าอยู่",
    "สามย่านสมาร์ทซิตี้",
    "เมืองอัจฉริยะวังจันทร์วัลเลย์",
]


async def test_s4_1_the_page_is_of_8_may_2021_at_14_15(client: httpx.AsyncClient) -> None:
    documents = await everything(client, "sources", limit=1000)
    assert [row["dated_on"] for row in documents if row["slug"] == "doc-004"] == [DAY]
    assert await claimed(client, "doc-004", "page_time") == ("=", "2021-05-08T14:15")


async def test_s4_2_the_subcommittee_approved_these_five(client: httpx.AsyncClient) -> None:
    decisions = await resolved(client, "2021-05-06", "approve")
    assert [(await subject(client, row))["title_th"] for row in decisions] == FIVE
    assert await matched(client, "certified-cities", reached="plan_approved", as_of=DAY) == 5
    mae_moh = await only(client, "certified-cities", province="52", q="แม่เมาะเมืองน่าอยู่")
    assert mae_moh["name_th"] == "เมืองแม่เมาะน่าอยู่"
    variant = next(one for one in mae_moh["variants"] if one["text"] == "แม่เมาะเมืองน่าอยู่")
    assert await cited(client, {"sources": [variant]}) == {"doc-004"}


async def test_s4_3_there_are_two_types_of_cities(client: httpx.AsyncClient) -> None:
    found = await only(client, "frameworks", kind="city_types")
    assert [(item["name_th"], item["name_en"]) for item in found["items"]] == [
        ("เมืองเดิมน่าอยู่", "Livable City"),
        ("เมืองใหม่ทันสมัย", "Newable City"),
    ]
    assert "doc-004" in await cited(client, found, "items")


async def test_s4_4_bangkok_was_to_submit_proposals_that_year(client: httpx.AsyncClient) -> None:
    organisations = await everything(client, "organisations", kind="local_government", province="10")
    bangkok = next(row for row in organisations if row["name_th"] == "กรุงเทพมหานคร")
    found = await only(client, "milestones", subject=f"organisations/{bangkok['id']}")
    assert (found["set_on"], found["due_on"]) == ("2021-05", "2021")
    assert "doc-004" in await cited(client, found)


async def test_s4_5_the_five_are_only_part_of_the_applicants(client: httpx.AsyncClient) -> None:
    assert await claimed(client, "doc-004", "areas", of="proposals", reached="submitted") == (">", 5)
