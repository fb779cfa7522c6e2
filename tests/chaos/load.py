"""A mixed load of writes, each sent again with its key until it is answered, however often the service is killed."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from tests.callers import HOME

from smartcity_api.kit.days import today
from smartcity_api.kit.ids import register_id

BODY = str(register_id("bodies", "subcommittee-2568"))
CRITERIA = (
    "boundary_and_goals",
    "infrastructure_plan",
    "city_data_platform",
    "services_and_solutions",
    "sustainable_management",
)
IN_ONE_RESOLUTION = 3
IN_ONE_FILE = 100
RETRY = 0.1


@dataclass
class Acknowledged:
    """What the service said that it did."""

    organisations: list[str] = field(default_factory=list)
    proposals: dict[str, list[str]] = field(default_factory=dict)
    """By id the stages, one after the other."""
    resolutions: dict[str, list[str]] = field(default_factory=dict)
    """By id the proposals that it decided."""
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By id its mode, and the system that its rows are of."""
    refused: list[str] = field(default_factory=list)
    repeated: int = 0

    @property
    def writes(self) -> int:
        """How many there were."""
        return (
            len(self.organisations)
            + len(self.imports)
            + sum(map(len, self.proposals.values()))
            + 4 * len(self.resolutions)
        )


class Client:
    """A client that does not give up: it sends a request again with its key until it gets an answer that counts."""

    def __init__(self, http: httpx.AsyncClient, told: Acknowledged) -> None:
        self._http = http
        self._told = told

    async def post(self, path: str, content: Any, *, tag: str | None = None, **params: str) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4()), **({"If-Match": tag} if tag else {})}
        sent: Any = {"content": content} if isinstance(content, str) else {"json": content}
        while True:
            try:
                answer = await self._http.post(path, params=params, headers=headers, **sent)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500:
                self._told.repeated += "idempotent-replayed" in answer.headers
                if answer.status_code >= 400:
                    self._told.refused.append(f"{path}: {answer.text}")
                return answer
            await asyncio.sleep(RETRY)


@dataclass
class Load:
    """Writers that go on until they are told to stop, and then finish what they began."""

    agency: Client
    secretary: Client
    told: Acknowledged
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    seed: random.Random = field(default_factory=random.Random)

    async def run(self, writers: int) -> None:
        """All of them at once."""
        async with asyncio.TaskGroup() as together:
            for _ in range(writers):
                together.create_task(self._write())
            together.create_task(self._import())

    async def _write(self) -> None:
        while not self.stop.is_set():
            if self.seed.random() < 0.3:
                await self._organisation()
            else:
                await self._resolution([await self._proposal() for _ in range(IN_ONE_RESOLUTION)])

    async def _import(self) -> None:
        """One file after the other, each of a system of its own."""
        while not self.stop.is_set():
            system, mode = f"chaos-{uuid4()}", self.seed.choice(("atomic", "partial"))
            lines = [f"{number},Row {number},83" for number in range(IN_ONE_FILE)]
            content = "\n".join(("external_id,title_en,provinces", *lines))
            told = {"kind": "proposals", "mode": mode, "apply": "auto", "source_system": system}
            answer = await self.secretary.post("/v1/imports", content, **told)
            if answer.is_success:
                self.told.imports[answer.json()["id"]] = (mode, system)
            await asyncio.sleep(1)

    async def _organisation(self) -> None:
        name = f"Organisation {uuid4()}"
        answer = await self.secretary.post("/v1/organisations", {"kind": "company", "name_en": name})
        if answer.is_success:
            self.told.organisations.append(name)

    async def _proposal(self) -> str:
        name = f"Proposal {uuid4()}"
        answer = await self.agency.post("/v1/proposals", whole(name))
        key = str(answer.json()["id"])
        self.told.proposals[key] = ["draft"]
        for who, path, content, stage in (
            (self.secretary, "submit", {"change_reason": "no call is open"}, "submitted"),
            (self.secretary, "screen", {"outcome": "accept"}, "eligible"),
            (self.secretary, "announce-zone", {"name_en": f"Zone of {name}"}, "in_promotion_zone"),
            (self.agency, "submit-plan", {}, "plan_submitted"),
        ):
            answer = await who.post(f"/v1/proposals/{key}/{path}", content, tag=answer.headers["etag"])
            if not answer.is_success:
                break
            self.told.proposals[key].append(stage)
        return key

    async def _resolution(self, proposals: list[str]) -> None:
        draft = {"body_id": BODY, "decided_on": today().isoformat(), "title_en": f"Resolution {uuid4()}"}
        made = await self.secretary.post("/v1/resolutions", draft)
        key = str(made.json()["id"])
        published = await self.secretary.post(f"/v1/resolutions/{key}/publish", {}, tag=made.headers["etag"])
        subjects = [{"subject": {"type": "proposals", "id": one}, "action": "approve"} for one in proposals]
        decided = await self.secretary.post(
            f"/v1/resolutions/{key}/decisions", {"decisions": subjects}, tag=published.headers["etag"]
        )
        if decided.is_success:
            self.told.resolutions[key] = proposals
            for proposal in proposals:
                self.told.proposals[proposal].append("plan_assessed")


def whole(name: str) -> dict[str, Any]:
    """A proposal that lacks nothing that is asked for on its way."""
    return {
        "title_en": name,
        "title_th": f"ข้อเสนอ {name}",
        "proponent_id": str(HOME),
        "city_types": ["livable"],
        "dimensions": ["environment", "mobility"],
        "provinces": ["83"],
        "boundary_kind": "representative_point",
        "location": {"type": "Point", "coordinates": [98.39, 7.89]},
        "budget_thb": "1250000.00",
        "criteria": dict.fromkeys(CRITERIA, "As the plan says."),
    }
