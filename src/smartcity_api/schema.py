"""The database schema's version: bringing it up to date, and knowing whether it is."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def _scripts() -> Path:
    """The migrations: inside an installed package, else beside `src` in a checkout."""
    packaged = Path(__file__).parent / "migrations"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "migrations"


def configuration(owner_url: str | None = None) -> Config:
    """Alembic's configuration; the URL travels as an attribute, since `%` has a meaning in its options."""
    config = Config()
    config.set_main_option("script_location", str(_scripts()).replace("%", "%%"))
    config.attributes["url"] = owner_url
    return config


@cache
def head() -> str:
    """The newest revision that this program knows."""
    newest = ScriptDirectory.from_config(configuration()).get_current_head()
    assert newest is not None, "there is at least one migration"
    return newest


def migrate(owner_url: str, revision: str = "head") -> None:
    """Bring the database to a revision, as the owner role. Each migration is one transaction."""
    command.upgrade(configuration(owner_url), revision)
