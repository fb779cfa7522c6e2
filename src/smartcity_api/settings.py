"""The environment, read once, typed and frozen; every variable is listed in the README."""

import json
import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    HttpUrl,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What an installation may choose; built by the command line or a test and passed down, never a global."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    host: Annotated[str, Field(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port to listen on; 0 takes a free one.")] = 8000
    workers: Annotated[PositiveInt, Field(description="Server processes of `smartcity serve` and `run`.")] = 1
    public_url: Annotated[
        HttpUrl | None, Field(description="Base URL in links, when a proxy changes it; default: the request's own.")
    ] = None

    database_url: Annotated[
        str | None, Field(description="The application's database; default: the private cluster in LOCAL_DIR.")
    ] = None
    database_owner_url: Annotated[
        str | None, Field(description="The owner's connection (migrations, register); default: DATABASE_URL.")
    ] = None
    database_read_url: Annotated[
        str | None, Field(description="A streaming replica for reads; default: DATABASE_URL.")
    ] = None
    database_pool_size: Annotated[
        PositiveInt,
        Field(description="Connections per process for reading, as many for writing, and 6 for callers and the cache."),
    ] = 10
    database_pool_timeout: Annotated[
        PositiveFloat, Field(description="Seconds to wait for a free connection before 503.")
    ] = 5.0
    cache_size: Annotated[
        NonNegativeInt,
        Field(description="Bytes of answers that a process keeps to give again while the data stay; 0 keeps none."),
    ] = 64 * 2**20
    statement_timeout: Annotated[
        PositiveFloat, Field(description="Seconds one SQL statement of the service may take before 503.")
    ] = 10.0

    chores: Annotated[
        bool,
        Field(description="Do in the server what `worker` does (seal, import); `smartcity run` does."),
    ] = False
    local_dir: Annotated[Path, Field(description="Where the private cluster and its files live.")] = Path(".local")
    import_dir: Annotated[
        Path | None,
        Field(description="Where files of imports wait, for server and workers alike; default: imports in LOCAL_DIR."),
    ] = None
    import_max_size: Annotated[PositiveInt, Field(description="Bytes that one file of an import may have.")] = 2**30
    import_quota: Annotated[PositiveInt, Field(description="Bytes that all files of imports may have together.")] = (
        10 * 2**30
    )
    import_retention_days: Annotated[
        PositiveInt, Field(description="Days after which what has ended is forgotten: the file and its rows.")
    ] = 30

    assessment_weights: Annotated[
        dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]],
        Field(
            description="What each criterion weighs in an assessment, by its code, as a JSON object; what it does not "
            "name weighs nothing. Default: all weigh the same, since no weights are published."
        ),
    ] = {}

    renewal_progress_threshold: Annotated[
        float,
        Field(
            ge=0,
            le=100,
            description="A certificate is renewed above this progress, in percent: over 50 in the board's renewals of "
            "19 August 2568 (The Nation, nationthailand.com/business/tech/40054629).",
        ),
    ] = 50.0

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="Least severe log level written.")
    ] = "info"
    log_format: Annotated[Literal["json", "console"], Field(description="One JSON object a line, or for people.")] = (
        "json"
    )
    cors_origins: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="Origins whose pages may read the API, separated by commas; `*` is every one."),
    ] = ("*",)
    shutdown_timeout: Annotated[
        NonNegativeInt, Field(description="Seconds that running requests get to finish at shutdown.")
    ] = 20

    oidc_issuer: Annotated[
        str | None,
        Field(
            pattern="^https?://",
            description="The trusted issuer of OpenID Connect access tokens: `iss`, to the letter.",
        ),
    ] = None
    oidc_audience: Annotated[
        str | None, Field(min_length=1, description="What access tokens must be for: one of `aud`.")
    ] = None
    oidc_jwks_url: Annotated[
        str | None,
        Field(pattern="^https?://", description="The issuer's keys; default: as its discovery document says."),
    ] = None
    oidc_role_claim: Annotated[
        str, Field(min_length=1, description="The claim that names roles; dots lead into objects.")
    ] = "roles"
    oidc_roles: Annotated[
        dict[str, str],
        NoDecode,
        Field(description="What its values mean: `smartcity-secretary=secretary,...`; the highest counts."),
    ] = {}
    oidc_organisation_claim: Annotated[
        str | None,
        Field(min_length=1, description="The claim with the id of the caller's organisation."),
    ] = None
    oidc_leeway: Annotated[
        int, Field(ge=0, le=600, description="Seconds by which the issuer's clock may differ from this one.")
    ] = 60

    @property
    def imports(self) -> Path:
        """Where files of imports wait."""
        return self.import_dir or self.local_dir / "imports"

    @property
    def has_database(self) -> bool:
        """Whether a database is named; else the private cluster's is meant."""
        return self.database_url is not None or self.database_owner_url is not None

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.strip().rpartition("=") for part in value.split(",") if part.strip()]
        if not all(claimed and role for claimed, _, role in pairs):
            raise ValueError("write `claim value=role`, separated by commas")
        return {claimed.strip(): role.strip() for claimed, _, role in pairs}

    @field_serializer("assessment_weights")
    def _as_json(self, value: dict[str, float]) -> str:
        return json.dumps(value)

    @field_serializer("oidc_roles")
    def _joined(self, value: dict[str, str]) -> str:
        return ",".join(f"{claimed}={role}" for claimed, role in value.items())

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.oidc_issuer and not (self.oidc_audience and self.oidc_roles):
            raise ValueError("OIDC_ISSUER needs OIDC_AUDIENCE and OIDC_ROLES: without them every token is refused")
        return self


def publish(settings: Settings) -> None:
    """Put the settings into the environment, for server processes that read it again."""
    for name, value in settings.model_dump(mode="json", exclude_none=True).items():
        os.environ[name.upper()] = ",".join(value) if isinstance(value, list) else str(value)
