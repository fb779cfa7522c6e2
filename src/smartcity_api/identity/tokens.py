"""OpenID Connect access tokens: who signed one, whether it counts here and now, and which role its claims mean."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import httpx
import structlog
from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from smartcity_api.identity.roles import Role
from smartcity_api.settings import Settings

log = structlog.get_logger(__name__)

MAX_TOKEN: Final = 16 * 1024
ALGORITHMS: Final = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
"""Asymmetric ones only: with those, what the issuer publishes cannot sign."""
TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})

_MAX_ANSWER: Final = 256 * 1024
_RSA_BITS: Final = 2048
_CURVES: Final = frozenset({"P-256", "Ed25519", "Ed448"})
_MAX_NAME: Final = 255
# What parsing of foreign text raises: the library's own, and what it lets through.
_UNREADABLE: Final = (JoseError, ValueError, TypeError, KeyError, RecursionError)


class InvalidToken(Exception):
    """The token does not count; the reason is fixed text, without anything that the caller sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class IssuerUnavailable(Exception):
    """The issuer's keys cannot be read now, so nobody can say whether the token counts."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says of its bearer."""

    subject: str
    role: Role
    organisation_id: UUID | None
    name: str


class _Registry(jws.JWSRegistry):
    """The library's rules for headers, with room for certificates, and without its advice on algorithms."""

    max_header_length = MAX_TOKEN

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


# A header that the standards do not know has no meaning here; it is no reason to refuse the token either.
_REGISTRY: Final = _Registry(algorithms=ALGORITHMS, strict_check_header=False)


class IssuerKeys:
    """The keys that the issuer publishes: kept for `lifetime` seconds, asked for every `pause` seconds at most, and
    waited for during `patience` seconds."""

    def __init__(self, issuer: str, url: str | None, *, lifetime: float, pause: float, patience: float) -> None:
        self._issuer, self._url = issuer, url
        self._lifetime, self._pause, self._patience = lifetime, pause, patience
        self._keys: tuple[Key, ...] = ()
        self._read = self._tried = float("-inf")
        self._available = True
        self._reading: asyncio.Task[None] | None = None

    async def find(self, kid: str, key_type: str) -> Key:
        """The key of that name. A known one goes on working while the issuer is away."""
        key = self._known(kid, key_type)
        if key is None or time.monotonic() - self._read >= self._lifetime:
            await self._refresh()
            key = self._known(kid, key_type)
        if key is not None:
            return key
        if not self._available:
            raise IssuerUnavailable
        raise InvalidToken("the issuer does not publish the key that it names")

    def _known(self, kid: str, key_type: str) -> Key | None:
        return next((key for key in self._keys if key.kid == kid and key.key_type == key_type), None)

    async def _refresh(self) -> None:
        """Read the keys once for all who wait; invented key names cannot make the service ask again and again."""
        if self._reading is None or self._reading.done():
            if time.monotonic() - self._tried < self._pause:
                return
            self._tried = time.monotonic()
            self._reading = asyncio.create_task(self._read_keys())
        await asyncio.shield(self._reading)  # a caller who leaves does not take it from the others

    async def _read_keys(self) -> None:
        try:
            async with asyncio.timeout(self._patience), httpx.AsyncClient() as client:
                published = (await _get(client, await self._address(client)))["keys"]
                self._keys = tuple(_usable(published))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, *_UNREADABLE) as error:
            self._available = False
            log.warning("issuer unavailable", issuer=self._issuer, error=f"{type(error).__name__}: {error}")
        else:
            self._available = True
            self._read = time.monotonic()

    async def _address(self, client: httpx.AsyncClient) -> str:
        """Where the keys are; the discovery document must be the issuer's own, and must not leave TLS."""
        if self._url is not None:
            return self._url
        found = await _get(client, self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        address = found["jwks_uri"]
        if found["issuer"] != self._issuer:
            raise ValueError("the discovery document names another issuer")
        if not isinstance(address, str) or (self._issuer.startswith("https:") and not address.startswith("https:")):
            raise ValueError("the discovery document has no safe address of the keys")
        return address


class TokenChecker:
    """Decides on access tokens by the settings, which must name an issuer."""

    def __init__(
        self, settings: Settings, *, lifetime: float = 600.0, pause: float = 10.0, patience: float = 5.0
    ) -> None:
        if settings.oidc_issuer is None or settings.oidc_audience is None:
            raise ValueError("OIDC_ISSUER and OIDC_AUDIENCE are not set")
        self._keys = IssuerKeys(
            settings.oidc_issuer, settings.oidc_jwks_url, lifetime=lifetime, pause=pause, patience=patience
        )
        self._roles = {value: _role(name) for value, name in settings.oidc_roles.items()}
        self._role_claim = settings.oidc_role_claim
        self._organisation_claim = settings.oidc_organisation_claim
        self._rules = jwt.JWTClaimsRegistry(
            leeway=settings.oidc_leeway,
            iss={"essential": True, "value": settings.oidc_issuer},
            aud={"essential": True, "value": settings.oidc_audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def check(self, token: str) -> Claims:
        """What the token says; InvalidToken when it does not count, IssuerUnavailable when that cannot be known now."""
        if len(token) > MAX_TOKEN:
            raise InvalidToken("it is too long")
        kid, key_type = _signer(token)
        key = await self._keys.find(kid, key_type)
        try:
            claims = jwt.decode(token, key, registry=_REGISTRY).claims
        except _UNREADABLE as error:
            raise InvalidToken("its signature does not hold") from error
        try:
            self._rules.validate(claims)
        except ExpiredTokenError as error:
            raise InvalidToken("it has expired") from error
        except ClaimError as error:
            raise InvalidToken(f"its {error.claim} is missing or does not hold") from error
        return self._told(claims)

    def _told(self, claims: Mapping[str, Any]) -> Claims:
        subject = claims["sub"]
        # It is written into logs, audit entries and texts of PostgreSQL, which has no NUL.
        if not _printable(subject):
            raise InvalidToken("its subject is not printable text")
        names = [str(claims.get(claim, "")) for claim in ("name", "preferred_username")]
        return Claims(
            subject=subject,
            role=self._role(claims),
            organisation_id=self._organisation(claims),
            name=next(filter(_printable, names), subject),
        )

    def _role(self, claims: Mapping[str, Any]) -> Role:
        found = _at(claims, self._role_claim)
        values = found if isinstance(found, list) else [found]
        roles = [self._roles[value] for value in values if isinstance(value, str) and value in self._roles]
        if not roles:
            raise InvalidToken("its claims mean no role here")
        return max(roles, key=list(Role).index)

    def _organisation(self, claims: Mapping[str, Any]) -> UUID | None:
        found = _at(claims, self._organisation_claim) if self._organisation_claim else None
        if found is None:
            return None
        try:
            return UUID(found)
        except (ValueError, TypeError, AttributeError) as error:
            raise InvalidToken("its organisation is not an id") from error


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError as error:
        raise ValueError(f"OIDC_ROLES names {name!r}; the roles are {', '.join(Role)}") from error


def _signer(token: str) -> tuple[str, str]:
    """The key that the header names, and its type: all that is believed of a header before the signature is checked."""
    try:
        header = jws.extract_compact(token.encode("ascii"), registry=_REGISTRY).headers()
        if not isinstance(header, dict) or "crit" in header:  # no extension is understood here
            raise InvalidToken("it is not a signed JSON Web Token of the plain form")
        _REGISTRY.check_header(header)
        key_type = _REGISTRY.get_alg(header["alg"]).key_type
    except UnsupportedAlgorithmError as error:
        raise InvalidToken("its algorithm is not among RS256, PS256, ES256 and EdDSA") from error
    except _UNREADABLE as error:
        raise InvalidToken("it is not a signed JSON Web Token") from error
    # Tokens of other kinds (of a logout, a proof of possession) name theirs; a plain one may go without.
    if header.get("typ", "JWT").lower() not in TYPES:
        raise InvalidToken("it is not an access token")
    if "kid" not in header:
        raise InvalidToken("it does not name the key that signed it")
    return header["kid"], key_type


async def _get(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    """A JSON object over HTTP, however much the other side sends; a redirect is no answer."""
    content = bytearray()
    # Uncompressed, since a few bytes could unpack to gigabytes.
    async with client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
        if answer.status_code != httpx.codes.OK:
            raise ValueError(f"{url} answered {answer.status_code}")
        async for chunk in answer.aiter_raw():
            content += chunk
            if len(content) > _MAX_ANSWER:
                raise ValueError(f"{url} answered more than {_MAX_ANSWER} bytes")
    found = json.loads(content)
    if not isinstance(found, dict):
        raise TypeError(f"{url} did not answer with a JSON object")
    return found


def _usable(published: object) -> Iterator[Key]:
    """The published keys that can check a signature; one that cannot be read does not spoil the others."""
    if not isinstance(published, list):
        raise TypeError("the issuer's keys are not a list")
    for entry in published:
        if _promising(entry):
            try:
                yield JWKRegistry.import_key(entry)
            except _UNREADABLE as error:
                log.warning("key of the issuer left out", error=f"{type(error).__name__}: {error}")


def _promising(entry: Any) -> bool:
    """Whether it is a public key with a name, strong enough, for signatures."""
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or "d" in entry:
        return False
    if entry.get("use", "sig") != "sig":
        return False
    if entry.get("kty") == RSAKey.key_type:
        return len(str(entry.get("n"))) * 6 >= _RSA_BITS
    return entry.get("kty") in (ECKey.key_type, OKPKey.key_type) and entry.get("crv") in _CURVES


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of that name, which may have dots (a URL), or else the one to which its dots lead."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _printable(text: str) -> bool:
    return 0 < len(text) <= _MAX_NAME and text.isprintable()
