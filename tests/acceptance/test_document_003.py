"""Document 003, asked through HTTP: the progress report for 2564 that the Cabinet took note of."""

import httpx
from tests.acceptance.asking import Row, cited, claimed, claims, everything, matched, only, resolved, subject

DAY = "2021-11-05"
CABINET = "2022-05-03"


async def committee(client: httpx.AsyncClient) -> Row:
    """The committee of that day."""
    return await only(client, "bodies", mandate="committee", as_of=DAY)


async def figures(client: httpx.AsyncClient, kind: str) -> dict[str, tuple[str, float]]:
    """The figures of that kind of activity that document 003 gives."""
    rows = await everything(client, "activities", kind=kind)
    return {
        figure["metric"]: (figure["comparator"], figure["value"])
        for row in rows
        if "doc-003" in await cited(client, row)
        for figure in row["figures"]
    }


async def names(client: httpx.AsyncClient, city_type: str) -> set[tuple[str, str]]:
    """Name and province of the cities of that type on that day."""
    rows = await everything(client, "certified-cities", as_of=DAY, city_type=city_type)
    return {(row["name_th"], *row["provinces"]) for row in rows}


async def test_s3_1_order_296_2562_appointed_the_committee(client: httpx.AsyncClient) -> None:
    found = await committee(client)
    orders = {(basis["instrument"], basis["number"], basis["dated_on"]) for basis in found["legal_basis"]}
    assert orders == {("คำสั่งสำนักนายกรัฐมนตรี", "296/2562", "2019-10-10")}
    assert found["valid_from_on"] == "2019-10-10"
    assert await cited(client, found, "legal_basis") == {"doc-003"}


async def test_s3_2_general_prawit_chaired_it_and_depa_was_its_secretary(client: httpx.AsyncClient) -> None:
    found = await committee(client)
    members = {member["role"]: member for member in found["members"]}
    assert len(members) == len(found["members"])
    assert members["chair"]["name_th"].startswith("พลเอก ประวิตร")
    assert members["secretary"]["organisation"]["abbreviation"] == "depa"
    assert members["secretary"]["position"] == "กรรมการและเลขานุการ"
    assert "doc-003" in await cited(client, found, "members")


async def test_s3_3_clause_2_5_has_it_report_to_the_cabinet(client: httpx.AsyncClient) -> None:
    clauses = {basis.get("clause"): basis.get("text") for basis in (await committee(client))["legal_basis"]}
    assert "รายงานผลการดำเนินการขับเคลื่อนแผนแม่บทการพัฒนาเมืองอัจฉริยะต่อคณะรัฐมนตรี" in clauses["2.5"]


async def test_s3_4_the_committee_acknowledged_the_logos_on_5_november_2021(client: httpx.AsyncClient) -> None:
    rows = await everything(client, "resolutions", year=2021, action="acknowledge")
    logos = [row for row in rows if any((one["subject"] or {}).get("type") == "proposals" for one in row["decisions"])]
    assert [(row["decided_on"], row["meeting"]["number"]) for row in logos] == [(DAY, "1/2564")]
    assert {one["action"] for one in logos[0]["decisions"]} == {"acknowledge"}
    assert "doc-003" in await cited(client, logos[0])


async def test_s3_5_fifteen_cities_are_thirteen_livable_and_two_newable(client: httpx.AsyncClient) -> None:
    assert await matched(client, "certified-cities", as_of=DAY) == 15
    assert await matched(client, "certified-cities", as_of=DAY, city_type="livable") == 13
    assert await matched(client, "certified-cities", as_of=DAY, city_type="newable") == 2
    for city_type, number in (("livable", 13), ("newable", 2)):
        stated = await claimed(client, "doc-003", "areas", of="certified-cities", city_type=city_type)
        assert stated == ("=", number)


async def test_s3_6_wangchan_valley_and_makkasan_are_the_two_newable(client: httpx.AsyncClient) -> None:
    assert await names(client, "newable") == {
        ("เมืองอัจฉริยะวังจันทร์วัลเลย์", "21"),
        ("เมืองอัจฉริยะมักกะสันเพื่อสนับสนุนบริการรถไฟของโครงการรถไฟความเร็วสูงเชื่อมสามสนามบิน", "10"),
    }
    rows = await everything(client, "certified-cities", as_of=DAY, city_type="newable")
    assert [await cited(client, row, "city_type") for row in rows] == [{"doc-003"}] * 2


async def test_s3_7_phuket_samyan_and_old_chiang_mai_are_livable(client: httpx.AsyncClient) -> None:
    livable = await names(client, "livable")
    assert livable > {
        ("ภูเก็ตเมืองอัจฉริยะ", "83"),
        ("สามย่านสมาร์ทซิตี้", "10"),
        ("การพัฒนาเมืองเก่าอย่างชาญฉลาด เทศบาลนครเชียงใหม่", "50"),
    }


async def test_s3_8_fifty_four_proposals_became_zones_in_31_provinces(client: httpx.AsyncClient) -> None:
    stated = await claims(client, "doc-003", "areas", of="promotion-zones")
    assert {row["city_type"]: row["value"] for row in stated} == {None: 54, "livable": 50, "newable": 4}
    assert {row["as_of"] for row in stated} == {CABINET}
    assert all("under consideration" in row["note"] for row in stated)
    assert await claimed(client, "doc-003", "provinces", of="promotion-zones") == ("=", 31)


async def test_s3_9_smart_city_week_was_from_16_to_22_october_2020(client: httpx.AsyncClient) -> None:
    events = await everything(client, "activities", kind="event", q="Smart City Week")
    found = [row for row in events if row["title_en"] == "Thailand Smart City Week 2020"]
    assert [(row["starts_on"], row["ends_on"]) for row in found] == [("2020-10-16", "2020-10-22")]
    assert "doc-003" in await cited(client, found[0])


async def test_s3_10_651_people_got_the_certificate_of_the_course(client: httpx.AsyncClient) -> None:
    assert await figures(client, "course") == {"certificate_holders": ("=", 651)}
    assert await claimed(client, "doc-003", "certificate_holders") == ("=", 651)


async def test_s3_11_thirty_ambassadors_went_to_30_areas_in_25_provinces(client: httpx.AsyncClient) -> None:
    assert await figures(client, "ambassadors") == {
        "ambassadors": ("=", 30),
        "ambassador_areas": ("=", 30),
        "ambassador_provinces": ("=", 25),
    }


async def test_s3_12_three_cities_were_reported_to_the_network(client: httpx.AsyncClient) -> None:
    _, listed = await claimed(client, "doc-003", "ascn_thai_members")
    assert listed == [{"type": "provinces", "id": code} for code in ("10", "20", "83")]
    projects = await everything(client, "activities", kind="network_project")
    assert {row["subject"]["id"] for row in projects if row["subject"]["type"] == "provinces"} == {"10", "20", "83"}


async def test_s3_13_phuket_had_three_projects_in_it(client: httpx.AsyncClient) -> None:
    projects = await everything(client, "activities", kind="network_project", subject="provinces/83")
    assert {row["title_th"] for row in projects} == {
        "โครงการปัญญาประดิษฐ์ในการวิเคราะห์ข้อมูลภาพการจราจรจากกล้องวงจรปิดเพื่อแก้ไขปัญหาจราจร",
        "โครงการออกแบบระบบการขนส่งที่ขับเคลื่อนด้วยการบูรณาการทางเลือกการขนส่งสาธารณะเพื่อให้บริการ",
        "โครงการท่าเรืออัจฉริยะ",
    }
    assert [await cited(client, row) for row in projects] == [{"doc-003"}] * 3


async def test_s3_14_the_draft_plan_was_approved_in_principle_and_renamed(client: httpx.AsyncClient) -> None:
    decisions = await resolved(client, DAY, "approve_in_principle")
    decision = next(row for row in decisions if row["subject"]["type"] == "plans")
    plan = await subject(client, decision)
    assert (plan["starts_on"], plan["ends_on"], plan["status"]) == ("2023", "2027", "approved_in_principle")
    assert plan["renamed_from"] == "(ร่าง) แผนการบูรณาการเมืองอัจฉริยะประเทศไทย พ.ศ. 2566–2570"
    assert "หมุดหมายที่ 8" in plan["title_th"]
    assert await cited(client, decision) == {"doc-003"}


async def test_s3_15_the_plan_has_three_goals(client: httpx.AsyncClient) -> None:
    found = await only(client, "frameworks", kind="plan_goals")
    assert [item["name_th"] for item in found["items"]] == [
        "พัฒนาระบบนิเวศและสร้างความตระหนักการพัฒนาเมืองอัจฉริยะ",
        "การพัฒนาระบบข้อมูลเมืองและโครงสร้างพื้นฐานสำหรับเมืองอัจฉริยะ",
        "ส่งเสริมการนำนวัตกรรมและเทคโนโลยีดิจิทัลไปประยุกต์ใช้ในการพัฒนาเมือง",
    ]
    assert "doc-003" in await cited(client, found, "items")


async def test_s3_16_the_cabinet_acknowledged_it_on_3_may_2022(client: httpx.AsyncClient) -> None:
    cabinet = await only(client, "bodies", kind="cabinet")
    found = await only(client, "resolutions", body=cabinet["id"])
    assert (found["decided_on"], [row["action"] for row in found["decisions"]]) == (CABINET, ["acknowledge"])
    assert found["meeting"]["held_on"] == CABINET
    assert "doc-003" in await cited(client, found, "title_th")
