"""Document 000, asked through HTTP: the committee's meeting of 31 January 2561 and what it set going."""

import httpx
from tests.acceptance.asking import Row, ask, cited, claimed, everything, only, resolved, subject

DAY = "2018-01-31"
PILOTS = ["กรุงเทพมหานคร", "เชียงใหม่", "ภูเก็ต", "ขอนแก่น", "ฉะเชิงเทรา", "ชลบุรี", "ระยอง"]


async def meeting(client: httpx.AsyncClient) -> Row:
    """The committee's first meeting of 2561."""
    rows = await everything(client, "meetings", body=(await committee(client))["id"], year=2018)
    return next(row for row in rows if row["number"] == "1/2561")


async def committee(client: httpx.AsyncClient) -> Row:
    """The committee of that day."""
    return await only(client, "bodies", mandate="committee", as_of=DAY)


async def terms(client: httpx.AsyncClient) -> dict[str, Row]:
    """The rules for every project management committee, by their codes."""
    found = await only(client, "frameworks", kind="pmc_terms")
    assert "doc-000" in await cited(client, found, "items")
    assert found["id"] in {row["subject"]["id"] for row in await resolved(client, DAY, "order")}
    return {item["code"]: item for item in found["items"]}


async def test_s0_1_the_committee_met_on_31_january_2018(client: httpx.AsyncClient) -> None:
    found = await meeting(client)
    assert found["held_on"] == DAY
    assert found["body"]["display_name"] == "คณะกรรมการขับเคลื่อนการพัฒนาเมืองอัจฉริยะ"
    assert await cited(client, found, "held_on") == {"doc-000"}
    assert await claimed(client, "doc-000", "held_on") == ("=", DAY)
    documents = await everything(client, "sources", limit=1000)
    assert [row["dated_on"] for row in documents if row["slug"] == "doc-000"] == [DAY]


async def test_s0_2_it_met_in_room_301_of_government_house(client: httpx.AsyncClient) -> None:
    found = await meeting(client)
    assert found["place"] == "ตึกบัญชาการ 1 ทำเนียบรัฐบาล ห้อง 301"
    assert await cited(client, found, "place") == {"doc-000"}


async def test_s0_3_the_deputy_prime_minister_was_in_the_chair(client: httpx.AsyncClient) -> None:
    found = await committee(client)
    chairs = [member for member in found["members"] if member["role"] == "chair"]
    assert [(chair["name_th"], chair["position"]) for chair in chairs] == [("พล.อ.อ. ประจิน จั่นตอง", "รองนายกรัฐมนตรี")]
    assert (await meeting(client))["chair"] == "พล.อ.อ. ประจิน จั่นตอง รองนายกรัฐมนตรี"
    assert "doc-000" in await cited(client, await meeting(client), "chair")


async def test_s0_4_depa_eppo_and_otp_were_joint_secretaries(client: httpx.AsyncClient) -> None:
    found = await committee(client)
    secretaries = [member["organisation"] for member in found["members"] if member["role"] == "joint_secretary"]
    assert [one["abbreviation"] for one in secretaries] == ["depa", "EPPO", "OTP"]
    assert "doc-000" in await cited(client, found, "members")
    assert await claimed(client, "doc-000", "joint_secretaries") == ("=", 3)


async def test_s0_5_three_ministers_sat_on_it(client: httpx.AsyncClient) -> None:
    found = await committee(client)
    ministers = [member for member in found["members"] if (member["position"] or "").startswith("รัฐมนตรีว่าการ")]
    assert [one["organisation"]["display_name"] for one in ministers] == [
        "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม",
        "กระทรวงพลังงาน",
        "กระทรวงคมนาคม",
    ]
    assert await claimed(client, "doc-000", "ministers") == ("=", 3)


async def test_s0_6_it_had_ten_permanent_secretaries_four_agencies_and_three_experts(client: httpx.AsyncClient) -> None:
    found = await committee(client)
    assert {seat["category"]: seat["number"] for seat in found["seats"]} == {
        "permanent_secretaries": 10,
        "government_agencies": 4,
        "experts": 3,
    }
    assert await cited(client, found, "seats") == {"doc-000"}


async def test_s0_7_three_parts_of_infrastructure_were_to_be_integrated(client: httpx.AsyncClient) -> None:
    found = await only(client, "frameworks", kind="infrastructures", as_of=DAY)
    assert [item["code"] for item in found["items"]] == ["digital", "transport", "energy"]
    assert await cited(client, found, "items") == {"doc-000"}
    assert await claimed(client, "doc-000", "infrastructures") == ("=", 3)


async def test_s0_8_six_dimensions_were_resolved(client: httpx.AsyncClient) -> None:
    found = await only(client, "frameworks", kind="dimensions", as_of=DAY)
    assert [item["code"] for item in found["items"]] == [
        "mobility",
        "energy_and_environment",
        "economy",
        "living",
        "people",
        "governance",
    ]
    assert "doc-000" in await cited(client, found, "items")
    decided = [row["subject"]["id"] for row in await resolved(client, DAY, "approve") if row["subject"]]
    assert found["id"] in decided


async def test_s0_9_there_were_five_pillars_in_two_wordings(client: httpx.AsyncClient) -> None:
    wordings = await everything(client, "frameworks", kind="pillars", as_of=DAY)
    assert [len(row["items"]) for row in wordings] == [5, 5]
    named = [[item.get("name_th") for item in row["items"]] for row in wordings]
    sources = [await cited(client, row, "items") for row in wordings]
    assert named[sources.index({"doc-000"})] == [
        "จัดทำแผนการพัฒนาเมืองอัจฉริยะต้นแบบ",
        "สร้างระบบนิเวศน์และปัจจัยเอื้อในการพัฒนาเมืองอัจฉริยะ",
        "พัฒนากลไกการขับเคลื่อนเมืองอัจฉริยะในทางปฏิบัติ",
        "พัฒนาระบบข้อมูลขนาดใหญ่ของเมืองและความปลอดภัย",
        "ส่งเสริมการพัฒนานวัตกรรมของเมืองอัจฉริยะ",
    ]


async def test_s0_10_seven_pilot_provinces_were_chosen_in_this_order(client: httpx.AsyncClient) -> None:
    chosen = [
        row for row in await resolved(client, DAY, "approve") if (row["subject"] or {}).get("type") == "provinces"
    ]
    assert [(await subject(client, row))["name_th"] for row in chosen] == PILOTS
    assert [await cited(client, row, "subject") for row in chosen] == [{"doc-000"}] * 7
    _, listed = await claimed(client, "doc-000", "pilot_provinces")
    assert [(await ask(client, f"/v1/provinces/{one['id']}"))["name_th"] for one in listed] == PILOTS


async def test_s0_11_their_strategic_plans_were_to_exist_within_five_years(client: httpx.AsyncClient) -> None:
    targets = await everything(client, "targets", metric="provinces")
    within = [row for row in targets if row["stated_on"] == DAY]
    assert [(row["value"], row["within"]) for row in within] == [(7, "P5Y")]
    assert await cited(client, within[0]) == {"doc-000"}
    due = await everything(client, "milestones", kind="plan", province="10,20,21,24,40,50,83")
    assert {(row["set_on"], row["horizon"], row["due_on"]) for row in due} == {(DAY, "P5Y", "2023-01-31")}
    assert {row["subject"]["id"] for row in due} == {"10", "50", "83", "40", "24", "20", "21"}


async def test_s0_12_an_action_plan_of_the_pilot_was_due_within_thirty_days(client: httpx.AsyncClient) -> None:
    due = [row for row in await everything(client, "milestones", kind="plan") if row["horizon"] == "P30D"]
    assert [(row["set_on"], row["due_on"]) for row in due] == [(DAY, "2018-03-02")]
    assert await cited(client, due[0]) == {"doc-000"}
    assert await claimed(client, "doc-000", "deadline_days") == ("=", 30)


async def test_s0_13_every_area_has_a_committee_under_a_permanent_secretary(client: httpx.AsyncClient) -> None:
    found = await terms(client)
    assert (found["one_per_area"]["value"], found["one_per_area"]["unit"]) == (1, "committees per area")
    assert found["chair"]["text"] == "Chaired by a permanent secretary or an equivalent"
    assert found["chair"]["compulsory"] is True


async def test_s0_14_every_such_committee_makes_two_main_plans(client: httpx.AsyncClient) -> None:
    found = await terms(client)
    assert (found["main_plans"]["value"], found["main_plans"]["unit"]) == (2, "plans")
    assert await claimed(client, "doc-000", "pmc_main_plans") == ("=", 2)


async def test_s0_15_its_master_plans_reach_five_to_twenty_years_ahead(client: httpx.AsyncClient) -> None:
    horizons = [item for code, item in (await terms(client)).items() if code.startswith("master_plan_")]
    assert [(item["value"], item["unit"]) for item in horizons] == [(years, "years") for years in (5, 10, 15, 20)]
    assert await claimed(client, "doc-000", "pmc_master_plan_horizons") == ("=", [5, 10, 15, 20])
    ordered = {row["subject"]["id"] for row in await resolved(client, DAY, "order")}
    due = [row for row in await everything(client, "milestones", kind="plan") if row["subject"]["id"] in ordered]
    assert {row["horizon"]: row["due_on"] for row in due if row["horizon"] != "P30D"} == {
        "P5Y": "2023-01-31",
        "P10Y": "2028-01-31",
        "P15Y": "2033-01-31",
        "P20Y": "2038-01-31",
    }
