"""Uses the Python client that openapi-python-client made of the document, against the service at the given URL."""

import sys
from urllib.parse import parse_qs, urlsplit

from smartcity_client import Client
from smartcity_client.api.areas import get_province, list_provinces
from smartcity_client.api.finding import search
from smartcity_client.models import (
    HitPage,
    ListProvincesFieldsItem,
    ListProvincesSort,
    ProblemDetails,
    Province,
    ProvincePage,
)
from smartcity_client.types import UNSET, Unset


def read_all(client: Client) -> list[str]:
    """The codes of every province, page by page."""
    codes: list[str] = []
    after: str | Unset = UNSET
    while True:
        page = list_provinces.sync(
            client=client,
            limit=30,
            after=after,
            sort=ListProvincesSort.CODE_DESCENDING,
            fields=[ListProvincesFieldsItem.CODE, ListProvincesFieldsItem.NAME_TH],
        )
        assert isinstance(page, ProvincePage), page
        codes += [item.code for item in page.items]
        if page.next_ is None:
            return codes
        (after,) = parse_qs(urlsplit(page.next_).query)["after"]


def main(url: str) -> None:
    """Fetch, follow, find and fail."""
    with Client(base_url=url, raise_on_unexpected_status=True) as client:
        codes = read_all(client)
        assert len(set(codes)) == len(codes) == 77, codes
        assert codes == sorted(codes, reverse=True)
        print(f"  {len(codes)} provinces over 3 pages, following `next`")

        answer = get_province.sync_detailed("83", client=client)
        province = answer.parsed
        assert isinstance(province, Province), answer
        assert (province.name_th, province.regions.four) == ("ภูเก็ต", "south")
        print(f"  one record: {province.code} {province.name_en}, version {province.version}")

        again = get_province.sync_detailed("83", client=client, if_none_match=answer.headers["etag"])
        assert again.status_code == 304, again
        print("  the same record with its ETag: 304")

        hits = search.sync(client=client, q="chaing mai")
        assert isinstance(hits, HitPage), hits
        assert hits.items[0].name_th == "เชียงใหม่", hits
        print(f"  search with a typing error: {hits.items[0].href}")

        problem = list_provinces.sync(client=client, limit=0, accept_language="th")
        assert isinstance(problem, ProblemDetails), problem
        assert not isinstance(problem.errors, Unset)
        assert (problem.status, problem.errors[0].parameter) == (400, "limit")
        print(f"  a problem: {problem.type_}, {problem.detail}")

        missing = get_province.sync(client=client, code="99")
        assert isinstance(missing, ProblemDetails), missing
        assert (missing.status, missing.type_) == (404, "/problems/no-such-record")
        print(f"  a missing record: {missing.type_}")


main(sys.argv[1])
