"""Access tokens, signed by a real issuer in a process of its own and by those who pretend to be it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import RSAKey
from tests.identity.issuer import AUDIENCE, Issuer, certificate, running, signed

from smartcity_api.identity.roles import Role
from smartcity_api.identity.tokens import MAX_TOKEN, Claims, InvalidToken, TokenChecker
from smartcity_api.settings import Settings

ORGANISATION = "0190f8a0-0000-7000-8000-000000000001"

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # the tests' own signing says so


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    """For tests that change nothing of it."""
    with running() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def attacker() -> Iterator[Issuer]:
    """Whom nobody may ask for anything."""
    with running() as issuer:
        yield issuer


def checker_of(issuer: Issuer, **changes: Any) -> TokenChecker:
    return TokenChecker(Settings(**issuer.trusted(**changes)), pause=0)


async def refusal(checker: TokenChecker, token: str) -> str:
    with pytest.raises(InvalidToken) as refused:
        await checker.check(token)
    return refused.value.reason


def encoded(part: dict[str, Any] | bytes) -> str:
    content = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
async def test_a_good_token_says_who_calls(issuer: Issuer, algorithm: str) -> None:
    said = await checker_of(issuer).check(issuer.token(algorithm, name="สมหญิง"))
    assert said == Claims(subject="u-1", role=Role.SECRETARY, organisation_id=None, name="สมหญิง")


@pytest.mark.parametrize("kind", ["JWT", "at+jwt", "application/at+jwt"])
async def test_access_tokens_may_name_their_kind(issuer: Issuer, kind: str) -> None:
    assert (await checker_of(issuer).check(issuer.token(header={"typ": kind}))).subject == "u-1"


async def test_tokens_of_another_kind_are_not_access_tokens(issuer: Issuer) -> None:
    assert await refusal(checker_of(issuer), issuer.token(header={"typ": "logout+jwt"})) == "it is not an access token"


async def test_a_header_without_meaning_here_is_no_obstacle(issuer: Issuer) -> None:
    assert (await checker_of(issuer).check(issuer.token(header={"nonce": "n-1", "tenant": 7}))).subject == "u-1"


async def test_the_audience_may_be_one_of_several(issuer: Issuer) -> None:
    assert (await checker_of(issuer).check(issuer.token(aud=["other", AUDIENCE]))).subject == "u-1"


LONG_AGO, FAR = 1_000_000_000, 99_999_999_999


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": LONG_AGO}, "it has expired"),
        ({"exp": None}, "its exp is missing or does not hold"),
        ({"exp": "tomorrow"}, "its exp is missing or does not hold"),
        ({"exp": float("nan")}, "its exp is missing or does not hold"),
        ({"nbf": FAR}, "its nbf is missing or does not hold"),
        ({"iat": FAR}, "its iat is missing or does not hold"),
        ({"aud": "another-service"}, "its aud is missing or does not hold"),
        ({"aud": ["another", "service"]}, "its aud is missing or does not hold"),
        ({"aud": None}, "its aud is missing or does not hold"),
        ({"iss": "https://id.example.org"}, "its iss is missing or does not hold"),
        ({"iss": None}, "its iss is missing or does not hold"),
        ({"sub": None}, "its sub is missing or does not hold"),
        ({"sub": 7}, "its sub is missing or does not hold"),
        ({"sub": "a\x00b"}, "its subject is not printable text"),
        ({"sub": "a\ud800b"}, "its subject is not printable text"),
        ({"sub": "a" * 256}, "its subject is not printable text"),
    ],
    ids=str,
)
async def test_a_claim_that_does_not_hold_is_named(issuer: Issuer, claims: dict[str, Any], reason: str) -> None:
    assert await refusal(checker_of(issuer), issuer.token(**claims)) == reason


async def test_clocks_may_differ_by_the_leeway(issuer: Issuer) -> None:
    now = int(time.time())
    early, late = issuer.token(nbf=now + 300, iat=now + 300), issuer.token(exp=now - 300)
    lenient, strict = checker_of(issuer, oidc_leeway=600), checker_of(issuer, oidc_leeway=0)
    for token in (early, late):
        assert (await lenient.check(token)).subject == "u-1"
        with pytest.raises(InvalidToken):
            await strict.check(token)


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", ""])
async def test_an_unsigned_token_is_refused(issuer: Issuer, name: str) -> None:
    header = {"alg": name, "kid": issuer.key("RS256").kid}
    token = f"{encoded(header)}.{encoded(issuer.claims())}."
    assert "algorithm" in await refusal(checker_of(issuer), token)


PUBLISHED: dict[str, Callable[[Any], bytes]] = {
    "pem": lambda key: key.as_pem(private=False),
    "pem without its last line break": lambda key: key.as_pem(private=False).strip(),
    "der": lambda key: key.as_der(private=False),
    "jwk": lambda key: json.dumps(key.as_dict(private=False)).encode(),
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("form", PUBLISHED)
async def test_what_is_published_cannot_sign(issuer: Issuer, form: str) -> None:
    key = issuer.key("RS256")
    text = f"{encoded({'alg': 'HS256', 'kid': key.kid})}.{encoded(issuer.claims())}"
    seal = hmac.new(PUBLISHED[form](key), text.encode(), hashlib.sha256).digest()
    assert "algorithm" in await refusal(checker_of(issuer), f"{text}.{encoded(seal)}")


@pytest.mark.parametrize("algorithm", ["RS512", "ES256K", "HS512"])
async def test_other_algorithms_are_refused(issuer: Issuer, algorithm: str) -> None:
    token = issuer.token().split(".")
    token[0] = encoded({"alg": algorithm, "kid": issuer.key("RS256").kid})
    assert "algorithm" in await refusal(checker_of(issuer), ".".join(token))


async def test_the_key_of_another_algorithm_does_not_count(issuer: Issuer) -> None:
    key = issuer.key("ES256")
    token = signed(key, {"alg": "ES256", "kid": issuer.key("RS256").kid}, issuer.claims())
    assert "does not publish" in await refusal(checker_of(issuer), token)


async def test_changed_claims_break_the_signature(issuer: Issuer) -> None:
    head, _, seal = issuer.token().split(".")
    changed = f"{head}.{encoded(issuer.claims(sub='somebody else'))}.{seal}"
    assert await refusal(checker_of(issuer), changed) == "its signature does not hold"


async def test_a_token_must_name_its_key(issuer: Issuer) -> None:
    token = signed(issuer.key("RS256"), {"alg": "RS256"}, issuer.claims())
    assert await refusal(checker_of(issuer), token) == "it does not name the key that signed it"


async def test_an_unknown_key_is_refused(issuer: Issuer, attacker: Issuer) -> None:
    token = attacker.token(iss=issuer.url)
    assert "does not publish" in await refusal(checker_of(issuer), token)


def pointing_at(attacker: Issuer, field: str) -> dict[str, Any]:
    """A header field that offers the attacker's own key."""
    key = attacker.key("RS256")
    assert isinstance(key, RSAKey)
    offers: dict[str, Any] = {
        "jku": f"{attacker.url}/jwks",
        "x5u": f"{attacker.url}/certificate",
        "jwk": key.as_dict(private=False),
        "x5c": [base64.b64encode(certificate(key).public_bytes(Encoding.DER)).decode()],
    }
    return {field: offers[field]}


@pytest.mark.parametrize("known", [True, False], ids=["the issuer's key name", "a name of its own"])
@pytest.mark.parametrize("field", ["jku", "x5u", "jwk", "x5c"])
async def test_a_token_cannot_bring_its_key(issuer: Issuer, attacker: Issuer, field: str, *, known: bool) -> None:
    checker = checker_of(issuer)
    await checker.check(issuer.token())
    kid = (issuer if known else attacker).key("RS256").kid
    header = {"alg": "RS256", "kid": kid, **pointing_at(attacker, field)}
    reason = await refusal(checker, signed(attacker.key("RS256"), header, issuer.claims()))
    assert reason == ("its signature does not hold" if known else "the issuer does not publish the key that it names")
    assert attacker.asked == []


@pytest.mark.parametrize("field", ["jku", "x5u", "jwk", "x5c"])
async def test_only_the_issuers_keys_judge(issuer: Issuer, attacker: Issuer, field: str) -> None:
    assert (await checker_of(issuer).check(issuer.token(header=pointing_at(attacker, field)))).subject == "u-1"
    assert attacker.asked == []


async def test_extensions_are_not_understood(issuer: Issuer) -> None:
    """Among them payloads that are not encoded (RFC 7797), which a JSON Web Token may not have."""
    token = issuer.token().split(".")
    token[0] = encoded({"alg": "RS256", "kid": "any", "b64": False, "crit": ["b64"]})
    assert "plain form" in await refusal(checker_of(issuer), ".".join(token))


HEADERS: list[dict[str, Any] | bytes] = [
    b"[]",
    b"null",
    b"7",
    b'"alg"',
    b'["alg", "b64"]',
    b"{",
    b"[" * 9000,
    b"\xff\xfe",
    {"alg": ["RS256"]},
    {"alg": "RS256", "kid": {}},
    {"alg": "RS256", "typ": 1},
    {"alg": "RS256", "crit": 1},
    {"alg": "RS256", "b64": False},
]
GARBAGE = ["", ".", "..", "...", "a.b.c", "ก.ข.ค", "{}.{}.{}", f"{encoded({'alg': 'dir', 'enc': 'A128GCM'})}...."]
GARBAGE += [f"{encoded(header)}.{encoded({})}." for header in HEADERS]


@pytest.mark.parametrize("token", GARBAGE, ids=range(len(GARBAGE)))
async def test_garbage_is_refused_without_asking_anybody(attacker: Issuer, token: str) -> None:
    await refusal(checker_of(attacker), token)
    assert attacker.asked == []


@pytest.mark.parametrize("content", [b"[]", b"7", b"{", b"", b"[" * 9000, b"\xff"], ids=range(6))
async def test_signed_garbage_is_refused(issuer: Issuer, content: bytes) -> None:
    key = issuer.key("ES256")
    await refusal(checker_of(issuer), signed(key, {"alg": "ES256", "kid": key.kid}, content))


async def test_a_huge_token_is_refused_before_it_is_read(issuer: Issuer) -> None:
    checker = checker_of(issuer)
    big = issuer.token(padding="a" * (MAX_TOKEN // 2))
    assert len(big) < MAX_TOKEN
    assert (await checker.check(big)).subject == "u-1"
    assert await refusal(checker, issuer.token(padding="a" * MAX_TOKEN)) == "it is too long"


@pytest.mark.parametrize(
    ("path", "claims", "role"),
    [
        ("roles", {"roles": ["cities", "unheard-of", "editors"]}, Role.SECRETARY),
        ("roles", {"roles": ["cities", "readers"]}, Role.AUDITOR),
        ("roles", {"roles": ["readers", "editors"]}, Role.AUDITOR),
        ("roles", {"roles": "cities"}, Role.AGENCY),
        ("realm_access.roles", {"realm_access": {"roles": ["readers"]}}, Role.AUDITOR),
        ("https://id.example.org/roles", {"https://id.example.org/roles": ["cities"]}, Role.AGENCY),
    ],
)
async def test_claims_mean_the_highest_role(issuer: Issuer, path: str, claims: dict[str, Any], role: Role) -> None:
    said = await checker_of(issuer, oidc_role_claim=path).check(issuer.token(**claims))
    assert said.role is role


@pytest.mark.parametrize(
    "roles",
    [None, [], "", ["unheard-of"], ["secretary"], [["editors"]], [7, None, {}], {"editors": True}, True],
    ids=str,
)
async def test_no_role_of_the_mapping_is_no_entry(issuer: Issuer, roles: object) -> None:
    assert await refusal(checker_of(issuer), issuer.token(roles=roles)) == "its claims mean no role here"


async def test_the_organisation_is_the_claims(issuer: Issuer) -> None:
    checker = checker_of(issuer, oidc_organisation_claim="org.id")
    said = await checker.check(issuer.token(org={"id": ORGANISATION}, preferred_username="somying"))
    assert (said.organisation_id, said.name) == (UUID(ORGANISATION), "somying")
    said = await checker.check(issuer.token())
    assert (said.organisation_id, said.name) == (None, "u-1")
    for wrong in ("bangkok", 7, [ORGANISATION]):
        assert await refusal(checker, issuer.token(org={"id": wrong})) == "its organisation is not an id"
