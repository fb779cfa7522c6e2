"""The rules of this house that no linter knows."""

import importlib
import pkgutil
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql import ClauseElement

import smartcity_api
from smartcity_api.app import LAYERS, ROUTERS
from smartcity_api.kit.errors import Problem, catalogue
from smartcity_api.kit.http.operations import Operation
from smartcity_api.kit.http.parameters import model_of
from smartcity_api.kit.language import Text
from smartcity_api.kit.layers import Counted, Dated, Layer
from smartcity_api.kit.models import Base, Record
from smartcity_api.kit.params import NoParams, PageParams
from smartcity_api.local_cluster.configuration import EXTENSIONS
from smartcity_api.settings import Settings
from smartcity_api.tables import metadata

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "smartcity_api"
PYTHON = sorted(
    path for folder in ("src", "tests", "migrations", "scripts", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
MODELS = {route.path: model_of(route) for route in ROUTES if route.methods == {"GET"}}


POSTGRESQL = PGDialect_psycopg()  # type: ignore[no-untyped-call]


def by_path(path: Path) -> str:
    return str(path.relative_to(ROOT))


def by_name(route: APIRoute) -> str:
    return route.name


@pytest.mark.parametrize("path", PYTHON, ids=by_path)
def test_no_file_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", PYTHON, ids=by_path)
def test_no_check_is_switched_off_in_place(path: Path) -> None:
    switched_off = re.compile(r"#\s*(noqa|ruff:\s*noqa|mypy:\s*ignore|pragma:\s*no cover)|pytest\.mark\.(skip|xfail)")
    assert path == Path(__file__) or not switched_off.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("route", ROUTES, ids=by_name)
def test_every_route_is_described(route: APIRoute) -> None:
    assert route.description.strip()


@pytest.mark.parametrize("route", ROUTES, ids=by_name)
def test_every_route_refuses_parameters_that_it_does_not_know(route: APIRoute) -> None:
    assert model_of(route), "take NoParams at least"


@pytest.mark.parametrize("route", ROUTES, ids=by_name)
def test_only_operations_can_write(route: APIRoute) -> None:
    assert isinstance(route, Operation) == (route.methods != {"GET"})


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.name)
def test_what_a_list_publishes_is_what_its_layer_has(layer: Layer) -> None:
    model = MODELS[f"/v1/{layer.name}"]
    assert issubclass(model, PageParams)
    fields = get_args(get_args(model.model_fields["fields"].annotation)[0])
    assert set(fields) == set(layer.properties)
    sorts = {sort.removeprefix("-") for sort in get_args(model.model_fields["sort"].annotation)}
    assert sorts == set(layer.sorts)


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.name)
def test_every_published_sort_has_an_index_that_begins_with_it(layer: Layer) -> None:
    table = metadata.tables[layer.table.__tablename__]
    groups = [index.columns for index in table.indexes]
    groups += [
        constraint.columns
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint)
    ]
    leading = {next(iter(columns)).name for columns in groups if len(columns)}
    plain = {name for name, sort in layer.sorts.items() if not isinstance(sort, Dated | Counted)}
    assert plain <= leading
    computed = {tuple(map(written, index.expressions)) for index in table.indexes}
    for sort in (sort for sort in layer.sorts.values() if isinstance(sort, Dated | Counted)):
        for descending in (False, True):
            key = written(sort.key(descending=descending)).replace(f"{table.name}.", "")
            assert (key, f"{table.name}.{layer.key.key}") in computed


def written(expression: ClauseElement | str) -> str:
    """An expression as PostgreSQL reads it."""
    return expression if isinstance(expression, str) else str(expression.compile(dialect=POSTGRESQL))


def record_tables() -> list[Any]:
    tables = [mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Record)]
    return sorted(tables, key=str)


@pytest.mark.parametrize("table", record_tables(), ids=lambda table: table.name)
def test_every_column_of_a_record_is_explained(table: Any) -> None:
    assert [column.name for column in table.columns if not column.comment] == []


@pytest.mark.parametrize("table", metadata.tables.values(), ids=lambda table: table.name)
def test_every_foreign_key_is_indexed(table: Any) -> None:
    for key in table.foreign_keys:
        indexed = [next(iter(index.columns)).name for index in table.indexes if list(index.columns)]
        assert key.parent.name in indexed


@pytest.mark.parametrize("table", metadata.tables.values(), ids=lambda table: table.name)
def test_every_constraint_has_a_name(table: Any) -> None:
    assert all(constraint.name for constraint in table.constraints)


def test_every_problem_speaks_both_languages() -> None:
    for kind in catalogue():
        for words in (kind.title, kind.remedy):
            assert isinstance(words, Text)
            assert re.search("[ก-๛]", words.th), kind
            assert re.search("[A-Za-z]", words.en), kind


def test_every_problem_has_a_slug_of_its_own() -> None:
    slugs = [kind.slug() for kind in catalogue()]
    assert len(slugs) == len(set(slugs)) > 10
    assert all(issubclass(kind, Problem) for kind in catalogue())


def test_every_dependency_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    dependencies = [line for line in lines if re.match(r'  "[a-z0-9\[\]-]+>=', line)]
    assert len(dependencies) > 15
    assert [line for line in dependencies if "#" not in line] == []


def test_lock_files_hold_hashes_and_no_address() -> None:
    for lock in (ROOT / "lock").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in readme] == []
    assert all(field.description for field in Settings.model_fields.values())


def test_the_readme_names_every_room_of_the_house() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rooms = [module.name for module in pkgutil.iter_modules([str(SOURCE)])]
    assert [room for room in rooms if f"`{room}" not in readme] == []


def test_every_module_opens_with_its_door_plate() -> None:
    for module in pkgutil.walk_packages([str(SOURCE)], "smartcity_api."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            assert importlib.import_module(module.name).__doc__, module.name
    assert smartcity_api.__doc__


def test_the_python_that_the_project_asks_for_is_the_one_that_is_linted_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"


def test_parameters_without_meaning_are_a_model_too() -> None:
    assert issubclass(NoParams, BaseModel)
    assert NoParams.model_fields == {}


def test_no_tracked_file_is_large_or_a_build() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert [name for name in tracked if (ROOT / name).is_file() and (ROOT / name).stat().st_size > 1_500_000] == []
    assert [name for name in tracked if name.endswith((".whl", ".pyc", ".log"))] == []


def test_the_tests_are_kept_from_every_setting_of_the_caller() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    foreign = re.search(r"^FOREIGN := (.*)$", makefile, re.MULTILINE)
    assert foreign is not None
    assert set(foreign[1].split()) == {name.upper() for name in Settings.model_fields}


def test_every_way_to_make_a_database_has_the_same_extensions() -> None:
    script = (ROOT / "docker" / "make-database.sh").read_text(encoding="utf-8")
    migration = (ROOT / "migrations" / "versions" / "0001_roles_and_functions.py").read_text(encoding="utf-8")
    named = re.search(r"^EXTENSIONS = \((.*)\)$", migration, re.MULTILINE)
    assert named is not None
    assert set(re.findall(r"CREATE EXTENSION IF NOT EXISTS (\w+)", script)) == set(EXTENSIONS)
    assert set(re.findall(r'"(\w+)"', named[1])) == set(EXTENSIONS)
