"""The issuer's keys: read when needed and no oftener, rotated, and out of reach."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.errors import SecurityWarning
from joserfc.jwk import OctKey, RSAKey
from pydantic import ValidationError
from tests.identity.issuer import DISCOVERY, Issuer, certificate, running, signed

from smartcity_api.identity.roles import Role
from smartcity_api.identity.tokens import InvalidToken, IssuerUnavailable, TokenChecker
from smartcity_api.settings import Settings

ONCE = [DISCOVERY, "/jwks"]
AGES = 3600.0


@pytest.fixture(scope="module")
def lasting_issuer() -> Iterator[Issuer]:
    with running() as issuer:
        yield issuer


@pytest.fixture
def issuer(lasting_issuer: Issuer) -> Issuer:
    """One that nobody has asked yet, and that answers as it should."""
    lasting_issuer.forget()
    return lasting_issuer


@pytest.fixture
def mortal_issuer() -> Iterator[Issuer]:
    """For tests that stop it."""
    with running() as issuer:
        yield issuer


def checker_of(issuer: Issuer, **choices: float) -> TokenChecker:
    return TokenChecker(Settings(**issuer.trusted()), **choices)


async def test_the_keys_are_read_once_for_many_tokens(issuer: Issuer) -> None:
    checker = checker_of(issuer)
    for token in (issuer.token("RS256"), issuer.token("ES256"), issuer.token("RS256")):
        await checker.check(token)
    assert issuer.asked == ONCE


async def test_the_keys_are_read_once_for_all_who_wait(issuer: Issuer) -> None:
    checker, token = checker_of(issuer, pause=0), issuer.token()
    said = await asyncio.gather(*(checker.check(token) for _ in range(50)))
    assert {claims.subject for claims in said} == {"u-1"}
    assert issuer.asked == ONCE


async def test_who_leaves_does_not_take_the_keys_from_the_others(issuer: Issuer) -> None:
    checker, token = checker_of(issuer, pause=AGES), issuer.token()
    first, second = (asyncio.ensure_future(checker.check(token)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).subject == "u-1"
    assert issuer.asked == ONCE


async def test_the_address_of_the_keys_may_be_set(issuer: Issuer) -> None:
    checker = TokenChecker(Settings(**issuer.trusted(oidc_jwks_url=f"{issuer.url}/jwks")))
    await checker.check(issuer.token())
    assert issuer.asked == ["/jwks"]


async def test_a_new_key_is_fetched_and_the_old_one_is_cached(issuer: Issuer) -> None:
    checker, old = checker_of(issuer, pause=0), issuer.token()
    await checker.check(old)
    issuer.rotate()
    assert (await checker.check(old)).subject == "u-1"
    assert issuer.asked == ONCE
    assert (await checker.check(issuer.token())).subject == "u-1"
    assert issuer.asked == ONCE * 2


async def test_a_key_that_was_taken_back_ends_with_the_cache(issuer: Issuer) -> None:
    checker, old = checker_of(issuer, lifetime=0, pause=0), issuer.token()
    await checker.check(old)
    issuer.rotate()
    with pytest.raises(InvalidToken):
        await checker.check(old)


async def test_invented_key_names_do_not_make_it_ask_again(issuer: Issuer) -> None:
    checker, key = checker_of(issuer, pause=AGES), issuer.key("RS256")
    for number in range(20):
        with pytest.raises(InvalidToken):
            await checker.check(signed(key, {"alg": "RS256", "kid": f"invented-{number}"}, issuer.claims()))
    assert issuer.asked == ONCE
    assert (await checker.check(issuer.token())).subject == "u-1"


async def test_a_known_key_works_while_the_issuer_is_away(mortal_issuer: Issuer) -> None:
    checker, known = checker_of(mortal_issuer, lifetime=0, pause=0), mortal_issuer.token()
    await checker.check(known)
    mortal_issuer.rotate()
    unknown = mortal_issuer.token()
    mortal_issuer.stop()
    assert (await checker.check(known)).subject == "u-1"
    with pytest.raises(IssuerUnavailable):
        await checker.check(unknown)


@pytest.mark.parametrize("pause", [0, AGES])
async def test_without_any_key_nobody_can_say(mortal_issuer: Issuer, pause: float) -> None:
    checker, token = checker_of(mortal_issuer, pause=pause), mortal_issuer.token()
    mortal_issuer.stop()
    for _ in range(2):
        with pytest.raises(IssuerUnavailable):
            await checker.check(token)


BAD_ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    "no discovery": {DISCOVERY: {"status": 404, "content": {}}},
    "discovery of another issuer": {DISCOVERY: {"content": {"issuer": "https://other", "jwks_uri": "{url}/jwks"}}},
    "discovery without keys": {DISCOVERY: {"content": {"issuer": "{url}"}}},
    "discovery of a wrong kind": {DISCOVERY: {"content": ["{url}"]}},
    "an address that is none": {DISCOVERY: {"content": {"issuer": "{url}", "jwks_uri": 7}}},
    "an address of another kind": {DISCOVERY: {"content": {"issuer": "{url}", "jwks_uri": "file:///etc/passwd"}}},
    "a broken address": {DISCOVERY: {"content": {"issuer": "{url}", "jwks_uri": "http://[::"}}},
    "a redirect": {"/jwks": {"status": 302, "headers": {"Location": "{url}/elsewhere"}}},
    "a failure": {"/jwks": {"status": 500, "content": {"keys": []}}},
    "too much": {"/jwks": {"content": {"keys": [], "more": "a" * 300_000}}},
    "not an object": {"/jwks": {"content": []}},
    "no keys": {"/jwks": {"content": {}}},
    "keys of a wrong kind": {"/jwks": {"content": {"keys": "none"}}},
    "a broken connection": {"/jwks": {"content": {"keys": []}, "headers": {"Content-Length": "9999"}}},
}


def told(value: Any, url: str) -> Any:
    """With the issuer's URL in it."""
    if isinstance(value, dict):
        return {name: told(inner, url) for name, inner in value.items()}
    if isinstance(value, list):
        return [told(inner, url) for inner in value]
    return value.replace("{url}", url) if isinstance(value, str) else value


@pytest.mark.parametrize("answers", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
async def test_a_bad_answer_is_the_issuer_away(issuer: Issuer, answers: dict[str, Any]) -> None:
    checker, token = checker_of(issuer, pause=0), issuer.token()
    issuer.answer(told(answers, issuer.url))
    with pytest.raises(IssuerUnavailable):
        await checker.check(token)
    assert "/elsewhere" not in issuer.asked
    issuer.answer({})
    assert (await checker.check(token)).subject == "u-1"
    with pytest.raises(InvalidToken):
        await checker.check(signed(issuer.key("RS256"), {"alg": "RS256", "kid": "invented"}, issuer.claims()))


async def test_an_issuer_whose_answer_never_ends_is_away(issuer: Issuer) -> None:
    checker, token = checker_of(issuer, pause=0, patience=0.2), issuer.token()
    issuer.answer({"/jwks": {"drip": True}})
    with pytest.raises(IssuerUnavailable):
        await checker.check(token)


async def test_over_tls_only_a_trusted_issuer_counts_and_stays_there(
    issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = RSAKey.generate_key(2048)
    identity = tmp_path / "identity.pem"
    identity.write_bytes(key.as_pem(private=True) + certificate(key).public_bytes(Encoding.PEM))
    with running(str(identity)) as safe:
        checker, token, plain = checker_of(safe, pause=0), safe.token(), issuer.token(iss=safe.url)
        with pytest.raises(IssuerUnavailable):
            await checker.check(token)
        monkeypatch.setenv("SSL_CERT_FILE", str(identity))
        assert (await checker.check(token)).subject == "u-1"
        safe.answer({DISCOVERY: {"content": {"issuer": safe.url, "jwks_uri": f"{issuer.url}/jwks"}}})
        with pytest.raises(IssuerUnavailable):
            await checker.check(plain)
        assert issuer.asked == []


async def test_a_key_that_cannot_be_used_does_not_spoil_the_others(issuer: Issuer) -> None:
    good = issuer.key("RS256")
    unusable: list[Any] = [
        7,
        {},
        {"kty": "AKP", "kid": "post-quantum", "alg": "ML-DSA-44", "pub": "AA"},
        {"kty": "RSA", "kid": "broken", "n": "!" * 400, "e": "AQAB"},
        {"kty": "EC", "kid": "off the curve", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
        {"kty": ["RSA"], "kid": "odd"},
        issuer.key("RS256").as_dict(private=False, use="enc"),
    ]
    issuer.answer({"/jwks": {"content": {"keys": [*unusable, good.as_dict(private=False)]}}})
    assert (await checker_of(issuer).check(issuer.token("RS256"))).subject == "u-1"


async def test_weak_public_and_shared_keys_do_not_count(issuer: Issuer) -> None:
    with pytest.warns(SecurityWarning):
        weak = RSAKey.generate_key(1024, {"kid": "weak"})
    leaked = RSAKey.generate_key(2048, {"kid": "leaked"})
    shared = OctKey.generate_key(256, {"kid": "shared"})
    published = [weak.as_dict(private=False), leaked.as_dict(private=True), shared.as_dict(private=True)]
    issuer.answer({"/jwks": {"content": {"keys": published}}})
    checker = checker_of(issuer)
    for key, algorithm in ((weak, "RS256"), (leaked, "RS256"), (shared, "HS256")):
        with pytest.raises(InvalidToken):
            await checker.check(signed(key, {"alg": algorithm, "kid": key.kid}, issuer.claims()))


async def test_a_key_for_one_algorithm_does_not_serve_another(issuer: Issuer) -> None:
    key = issuer.key("RS256")
    issuer.answer({"/jwks": {"content": {"keys": [key.as_dict(private=False, alg="PS256")]}}})
    checker = checker_of(issuer)
    assert (await checker.check(issuer.token("PS256"))).subject == "u-1"
    with pytest.raises(InvalidToken):
        await checker.check(issuer.token("RS256"))


TRUSTED = {"OIDC_ISSUER": "https://id.example.org", "OIDC_AUDIENCE": "api", "OIDC_ROLES": "a=b=admin , c=agency"}


def test_the_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TRUSTED.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.oidc_issuer == TRUSTED["OIDC_ISSUER"]
    assert settings.oidc_roles == {"a=b": "admin", "c": "agency"}
    monkeypatch.setenv("OIDC_ROLES", settings.model_dump(mode="json")["oidc_roles"])
    assert Settings() == settings


@pytest.mark.parametrize(
    "changes",
    [{"OIDC_AUDIENCE": ""}, {"OIDC_ROLES": ""}, {"OIDC_ROLES": "a"}, {"OIDC_ROLES": "=admin"}, {"OIDC_ISSUER": "id"}],
    ids=str,
)
def test_half_a_trust_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]) -> None:
    for name, value in (TRUSTED | changes).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_a_role_that_does_not_exist_is_refused_at_the_start() -> None:
    settings = Settings(oidc_issuer="https://id.example.org", oidc_audience="api", oidc_roles={"a": "secretariat"})
    with pytest.raises(ValueError, match=f"secretariat.*{Role.SECRETARY}"):
        TokenChecker(settings)


def test_without_an_issuer_there_is_nothing_to_check() -> None:
    with pytest.raises(ValueError, match="OIDC_ISSUER"):
        TokenChecker(Settings(oidc_issuer=None))
