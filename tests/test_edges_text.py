"""Words that are sought: what is no text is refused, what is odd text is folded, and no character is a wildcard."""

from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest
from tests.kit.refusals import is_thai, refused
from tests.support import settings_for

from smartcity_api.local_cluster import Cluster
from smartcity_api.settings import Settings

LISTS = ["/v1/provinces", "/v1/districts", "/v1/sources", "/v1/search"]


async def found(client: httpx.AsyncClient, words: str, path: str = "/v1/provinces") -> list[str]:
    """The codes that a list finds, in its order."""
    answer = await client.get(path, params={"q": words, "limit": 100})
    assert answer.status_code == 200, answer.text
    return [str(item.get("code") or item["id"]) for item in answer.json()["items"]]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("%00", "not_text"),
        ("ภูเก็ต%00", "not_text"),
        ("%ED%A0%80", "not_text"),
        ("%FF", "not_text"),
        ("phuket%C3%28", "not_text"),
        ("%E0%B8", "not_text"),
        ("", "blank"),
        ("%20%20", "blank"),
        ("%09%0A", "blank"),
        ("%C2%A0", "blank"),
        ("%E2%80%8B", "blank"),
        ("%EF%BB%BF%E2%81%A0%20%E2%80%8D", "blank"),
        ("a" * 10_000, "string_too_long"),
        ("a" * 201, "string_too_long"),
    ],
)
async def test_what_is_no_text_is_refused(client: httpx.AsyncClient, path: str, q: str, code: str) -> None:
    answer = await client.get(f"{path}?q={q}", headers={"Accept-Language": "th"})
    assert is_thai(refused(answer, "invalid-parameter", ("q", code)))


@pytest.mark.parametrize("parameter", ["province", "fields", "after", "nonsense"])
async def test_bytes_that_are_no_utf8_are_refused_in_any_parameter(client: httpx.AsyncClient, parameter: str) -> None:
    refused(await client.get(f"/v1/provinces?{parameter}=%FF"), "invalid-parameter", (parameter, "not_text"))


async def test_a_name_that_is_no_utf8_is_refused(client: httpx.AsyncClient) -> None:
    refused(await client.get("/v1/provinces?%FF=1"), "invalid-parameter", ("\ufffd", "not_text"))


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("words", ["%", "_", "\\", "%%", "\\%", "___", "%e%", "p_uket%", "*", "'; --", "\\\\"])
async def test_no_character_is_a_wildcard(client: httpx.AsyncClient, path: str, words: str) -> None:
    items = (await client.get(path, params={"q": words, "limit": 100})).json()["items"]
    if not any(character.isalpha() for character in words):
        assert [item for item in items if not any(words in str(value) for value in item.values())] == []
    assert len(items) < 25, "as a wildcard it would have matched nearly everything"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("PHUKET", "83"),
        ("  phuket  ", "83"),
        ("Chiang\u00a0Mai", "50"),
        ("Chiang \n Mai", "50"),
        ("ภู\u200bเก็ต", "83"),
        ("\ufeffภูเก็ต", "83"),
        ("ก\u0e4d\u0e32แพงเพชร", "62"),
        ("กำแพงเพชร", "62"),
        ("ล\u0e4d\u0e32ปาง", "52"),
        ("Krung Thep", "10"),
    ],
)
async def test_odd_spellings_of_the_same_text_find_the_same(client: httpx.AsyncClient, words: str, code: str) -> None:
    assert code in await found(client, words)
    best = (await client.get("/v1/search", params={"q": words})).json()["items"][0]
    assert (best["resource"], best["id"]) == ("provinces", code)


async def test_thai_digits_are_digits(client: httpx.AsyncClient) -> None:
    plain = await found(client, "1099", "/v1/sources")
    assert await found(client, "๑๐๙๙", "/v1/sources") == plain != []


async def test_two_hundred_letters_may_be_sought(client: httpx.AsyncClient) -> None:
    assert await found(client, "ก" * 200) == []


async def test_raw_bytes_of_thai_text_mean_the_same_as_escaped_ones(client: httpx.AsyncClient) -> None:
    assert await found(client, "ภูเก็ต") == ["83"]
    assert (await client.get("/v1/provinces?q=" + quote("ภูเก็ต"))).json()["items"][0]["code"] == "83"


class TestNamesWithOddCharacters:
    """Characters that mean something in a pattern are found as themselves."""

    @pytest.fixture
    def settings(self, cluster: Cluster, own_database: str) -> Settings:
        return settings_for(cluster, own_database)

    async def test_they_match_themselves_and_nothing_else(
        self, client: httpx.AsyncClient, owner: psycopg.Connection[Any]
    ) -> None:
        for code, alias in (("83", "100%"), ("82", "a_b"), ("81", "back\\slash"), ("80", "axb"), ("50", "1000")):
            owner.execute("UPDATE province SET aliases = ARRAY[%s] WHERE code = %s", (alias, code))
        assert await found(client, "0%") == ["83"]
        assert await found(client, "a_b") == ["82"]
        assert await found(client, "k\\s") == ["81"]
        assert await found(client, "\\") == ["81"]
