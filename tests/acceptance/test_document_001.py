"""Document 001, asked through HTTP: a seminar in 2561, in a text without a date."""

import httpx
from tests.acceptance.asking import Row, ask, cited, claimed, everything, only

DAY = "2018-06-18"
PLACES = ["ภูเก็ต", "เชียงใหม่", "ขอนแก่น", "กรุงเทพมหานคร", "ชลบุรี", "ระยอง", "ฉะเชิงเทรา"]


async def organisation(client: httpx.AsyncClient, name: str) -> Row:
    """The organisation of that Thai name."""
    return next(row for row in await everything(client, "organisations", limit=1000) if row["name_th"] == name)


async def test_s1_1_the_network_was_agreed_at_the_32nd_asean_summit(client: httpx.AsyncClient) -> None:
    assert await claimed(client, "doc-001", "ascn_summit_number") == ("=", 32)
    networks = await everything(client, "activities", kind="network")
    founded = next(row for row in networks if row["title_en"] == "ASEAN Smart Cities Network (ASCN)")
    assert founded["starts_on"] == "2018-04-28"
    assert "32nd ASEAN Summit" in founded["description"]
    assert "doc-001" in await cited(client, founded)


async def test_s1_2_success_has_three_factors(client: httpx.AsyncClient) -> None:
    found = await only(client, "frameworks", kind="success_factors", as_of=DAY)
    assert [item["code"] for item in found["items"]] == ["local_demand", "national_agenda", "partnership"]
    assert "doc-001" in await cited(client, found, "items")


async def test_s1_3_seven_provinces_were_urgent_that_year_in_this_order(client: httpx.AsyncClient) -> None:
    comparator, listed = await claimed(client, "doc-001", "pilot_provinces")
    assert comparator == "="
    assert [(await ask(client, f"/v1/provinces/{one['id']}"))["name_th"] for one in listed] == PLACES
    targets = await everything(client, "targets", metric="provinces")
    urgent = next(row for row in targets if row["stated_on"] == DAY)
    assert (urgent["value"], urgent["deadline_on"]) == (7, "2018")
    assert "doc-001" in await cited(client, urgent)


async def test_s1_4_the_whole_country_was_to_be_covered_within_five_years(client: httpx.AsyncClient) -> None:
    found = await only(client, "targets", metric="country_covered")
    assert (found["value"], found["unit"], found["within"]) == (100, "percent", "P5Y")
    assert "doc-001" in await cited(client, found)


async def test_s1_5_six_identities_held_on_that_day(client: httpx.AsyncClient) -> None:
    found = await only(client, "frameworks", kind="dimensions", as_of=DAY)
    assert [item["name_th"] for item in found["items"]] == [
        "ชุมชนอัจฉริยะ",
        "สิ่งแวดล้อมอัจฉริยะ",
        "คมนาคมขนส่งอัจฉริยะ",
        "พลังงานอัจฉริยะ",
        "เศรษฐกิจอัจฉริยะ",
        "การบริหารจัดการอัจฉริยะ",
    ]
    assert "doc-001" in await cited(client, found, "items")


async def test_s1_6_phuket_had_four_workstreams(client: httpx.AsyncClient) -> None:
    rows = await everything(client, "activities", kind="workstream", subject="provinces/83")
    rows.sort(key=lambda row: int(row["position"]))
    assert [row["title_en"].split(": ")[1] for row in rows] == [
        "Smart Tourism",
        "Smart Safety",
        "Smart Environment",
        "Smart Economy",
    ]
    assert [await cited(client, row) for row in rows] == [{"doc-001"}] * 4


async def test_s1_7_depa_led_phuket_and_the_energy_planners_amata(client: httpx.AsyncClient) -> None:
    led = {
        "สำนักงานส่งเสริมเศรษฐกิจดิจิทัล": "ภูเก็ต",
        "สำนักงานนโยบายและแผนพลังงาน": "อมตะนคร",
    }
    for agency, area in led.items():
        leader = await organisation(client, agency)
        found = await only(client, "pilot-areas", organisation=leader["id"])
        assert (found["name_th"], found["lead_agency_id"]) == (area, leader["id"])
        assert await cited(client, found, "lead_agency_id") == {"doc-001"}


async def test_s1_8_laem_chabang_and_pattaya_were_visited(client: httpx.AsyncClient) -> None:
    rows = await everything(client, "activities", kind="visit", province="20")
    rows.sort(key=lambda row: int(row["position"]))
    hosts = [[one["display_name"] for one in row["organisations"]] for row in rows]
    depa = "สำนักงานส่งเสริมเศรษฐกิจดิจิทัล"
    assert hosts == [[depa, "เทศบาลนครแหลมฉบัง"], [depa, "เมืองพัทยา"]]
    assert [row["provinces"] for row in rows] == [["20"], ["20"]]
    assert [await cited(client, row) for row in rows] == [{"doc-001"}] * 2


async def test_s1_9_the_day_is_not_in_the_document_but_in_others(client: httpx.AsyncClient) -> None:
    documents = await everything(client, "sources", limit=1000)
    assert [row["dated_on"] for row in documents if row["slug"] == "doc-001"] == [None]
    seminar = await only(client, "activities", kind="seminar")
    assert seminar["starts_on"] == DAY
    assert await cited(client, seminar, "starts_on") == {"thephuketnews-67577", "thaigov-13156"}
