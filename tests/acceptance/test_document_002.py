"""Document 002, asked through HTTP: fifteen plans approved by the subcommittee, in a text without a date."""

from collections import Counter

import httpx
from tests.acceptance.asking import Row, cited, claimed, claims, everything, matched, resolved, subject

DAY = "2022-08-05"
AREAS = [
    ("นครระยองเมืองอัจฉริยะและน่าอยู่", "21"),
    ("คันทรงโมเดล เมืองแห่งความสุขที่พึงประสงค์และสังคมแห่งการแบ่งปัน", "20"),
    ("การพัฒนาเมืองอัจฉริยะของพื้นที่ในจังหวัดพิษณุโลก", "65"),
    ("โครงการพิษณุโลกนครอัจฉริยะอย่างยั่งยืน", "65"),
    ("นครเชียงรายสู่เมืองอัจฉริยะ", "57"),
    ("เมืองน่านสู่เมืองอัจฉริยะ", "55"),
    ("โคราชเมืองอัจฉริยะ", "30"),
    ("Smart City อุบลราชธานี", "34"),
    ("กระบี่เมืองอัจฉริยะ", "81"),
    ("จังหวัดพังงาสู่เมืองอัจฉริยะ", "82"),
    ("สตูลสมาร์ทซิตี้", "91"),
    ("พัฒนาเทศบาลนครเกาะสมุย สู่เมืองอัจฉริยะอย่างยั่งยืน", "84"),
    ("หาดใหญ่เมืองอัจฉริยะสีเขียว", "90"),
    ("ปัตตานีเมืองอัจฉริยะ", "94"),
    ("เมืองสิ่งแวดล้อมสร้างสรรค์นราธิวาส", "96"),
]


async def approved(client: httpx.AsyncClient) -> list[Row]:
    """The proposals whose plans were approved on that day, in the order of the resolution."""
    return [await subject(client, row) for row in await resolved(client, DAY, "approve")]


async def meeting(client: httpx.AsyncClient) -> Row:
    """The meeting of that day."""
    return next(row for row in await everything(client, "meetings", year=2022) if row["held_on"] == DAY)


async def test_s2_1_the_subcommittee_approved_fifteen_areas(client: httpx.AsyncClient) -> None:
    rows = await everything(client, "resolutions", year=2022, action="approve")
    found = next(row for row in rows if row["decided_on"] == DAY)
    assert found["body"]["kind"] == "subcommittee"
    assert [row["action"] for row in found["decisions"]] == ["approve"] * 15
    assert {row["subject"]["type"] for row in found["decisions"]} == {"proposals"}
    assert "doc-002" in await cited(client, found)
    assert await claimed(client, "doc-002", "approved_areas") == ("=", 15)


async def test_s2_2_they_lie_in_fourteen_provinces(client: httpx.AsyncClient) -> None:
    count = Counter(code for row in await approved(client) for code in row["provinces"])
    assert len(count) == 14
    assert [code for code, number in count.items() if number > 1] == ["65"]
    assert await claimed(client, "doc-002", "approved_provinces") == ("=", 14)


async def test_s2_3_the_list_has_these_names_in_this_order(client: httpx.AsyncClient) -> None:
    rows = await approved(client)
    assert [(row["title_th"], *row["provinces"]) for row in rows] == AREAS
    assert [await cited(client, row, "title_th") for row in rows] == [{"doc-002"}] * 15


async def test_s2_4_that_made_thirty_areas_in_twenty_three_provinces(client: httpx.AsyncClient) -> None:
    for resource in ("proposals", "certified-cities"):
        rows = await everything(client, resource, reached="plan_approved", as_of=DAY)
        assert (len(rows), len({code for row in rows for code in row["provinces"]})) == (30, 23)
    assert await claimed(client, "doc-002", "areas", of="certified-cities") == ("=", 30)
    assert await claimed(client, "doc-002", "provinces", of="certified-cities") == ("=", 23)
    assert await matched(client, "certified-cities", as_of=DAY) == 15


async def test_s2_5_the_minister_chaired_the_subcommittee(client: httpx.AsyncClient) -> None:
    found = await meeting(client)
    assert found["body"]["display_name"] == "คณะอนุกรรมการขับเคลื่อนและบริหารโครงการเมืองอัจฉริยะ"
    assert found["chair"] == "นายชัยวุฒิ ธนาคมานุสรณ์ รัฐมนตรีว่าการกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม"
    assert await cited(client, found, "chair") == {"doc-002"}


async def test_s2_6_more_than_150_people_were_trained(client: httpx.AsyncClient) -> None:
    assert await claimed(client, "doc-002", "people_trained") == (">", 150)
    figures = [
        (figure["comparator"], figure["value"], figure["unit"])
        for row in await everything(client, "activities", kind="course")
        for figure in row["figures"]
        if figure["metric"] == "people_trained" and "doc-002" in await cited(client, row)
    ]
    assert figures == [(">", 150, "people")]


async def test_s2_7_more_than_600_million_baht_of_value_were_expected(client: httpx.AsyncClient) -> None:
    stated = await claims(client, "doc-002", "value_added")
    assert [(row["comparator"], row["value"], row["unit"]) for row in stated] == [(">", 600_000_000, "THB")]


async def test_s2_8_committee_cabinet_and_ceremony_were_to_follow(client: httpx.AsyncClient) -> None:
    assert await claimed(client, "doc-002", "next_steps") == ("=", ["acknowledged", "cabinet", "ceremony"])
    cities = await everything(client, "certified-cities", batch=2)
    assert len(cities) == 15
    for city in cities:
        after = [(event["event"], event["on"]) for event in city["events"] if event["on"] > DAY]
        assert after[:2] == [("acknowledged", "2022-11-09"), ("ceremony", "2023-01-09")]
        assert "cabinet" not in {event["event"] for event in city["events"]}


async def test_s2_9_the_day_is_not_in_the_document_but_in_another(client: httpx.AsyncClient) -> None:
    documents = await everything(client, "sources", limit=1000)
    assert [row["dated_on"] for row in documents if row["slug"] == "doc-002"] == [None]
    assert await cited(client, await meeting(client), "held_on") == {"thaigov-61023"}
