"""Writing rows of resources: locked by who may see them, stored by columns, read back as they are answered."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import (
    ColumnElement,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    inspect,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from smartcity_api.kit import layers, trail
from smartcity_api.kit.database import Transaction
from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.layers import Layer
from smartcity_api.kit.places import Shape

GEOMETRIES = ("location", "boundary")

absent = trail.absent
"""The problem that there is no such record, for whoever asks."""


def new_id() -> UUID:
    """An id for what is filed here: UUIDv7, so that the order of ids is that of filing."""
    return uuid_utils.compat.uuid7()


def table_of(layer: Layer) -> Table:
    """The table that the layer's records are rows of."""
    found: Table = inspect(layer.table).local_table
    return found


async def locked(transaction: Transaction, layer: Layer, key: object, *columns: ColumnElement[Any]) -> tuple[Any, ...]:
    """The version of a record that may be seen, and these columns of it; it stays so until the transaction ends."""

    def statement() -> Any:
        found = select(layer.version, *columns).where(layer.key == bindparam("key", type_=layer.key.type), *layer.seen)
        return found.with_for_update(key_share=True, of=table_of(layer))

    names = tuple(column.key for column in columns)
    rows = await transaction.kept(("locked", layer.name, names), statement, {"key": key})
    if not rows:
        raise await trail.missing(transaction, layer, key)
    return rows[0]


async def present(
    transaction: Transaction, layer: Layer, key: object, overrides: Mapping[str, ColumnElement[Any]], *names: str
) -> dict[str, Any]:
    """These properties of a record, as they are answered; `overrides` where they are sent in another form."""
    properties = {name: overrides.get(name, layer.properties[name]) for name in names if name not in GEOMETRIES}
    found = layers.json_object(properties)
    row = await transaction.one(select(cast(found, Text)).where(layer.key == key))
    assert row is not None, "it is locked"
    told: dict[str, Any] = json.loads(row[0])
    return told


async def add(transaction: Transaction, table: Table, values: Mapping[str, Any]) -> None:
    """A new row."""
    await transaction.execute(insert(table).values(**stored(table, values)))


async def change(transaction: Transaction, layer: Layer, key: object, values: Mapping[str, Any]) -> None:
    """Other values in a row; a change that changes nothing leaves its version."""
    table = table_of(layer)
    if values:
        await transaction.execute(update(table).where(layer.key == key).values(**stored(table, values)))


async def remove(transaction: Transaction, layer: Layer, key: object) -> None:
    """Take a row away."""
    await transaction.execute(delete(table_of(layer)).where(layer.key == key))


def stored(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as their columns take them; a column that may not be null and is not told keeps its default."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        column = table.c[name]
        if value is not None:
            found[name] = _geometry(name, value) if name in GEOMETRIES else value
        elif column.nullable:
            found[name] = null()
        elif column.server_default is not None:
            found[name] = _default(column)
    return found


def _default(column: Any) -> Any:
    """The empty value of a column that is never null."""
    text = str(column.server_default.arg)
    return cast(text, JSONB) if isinstance(column.type, JSONB) else text


def _geometry(name: str, value: Mapping[str, Any]) -> ColumnElement[Any]:
    shape = func.ST_SetSRID(func.ST_GeomFromGeoJSON(json.dumps(value)), SRID)
    return func.ST_Multi(shape) if name == "boundary" else shape


async def written(transaction: Transaction, layer: Layer, key: object) -> tuple[bytes, int]:
    """The record as it stands now, as JSON text, and its version."""
    shape: Shape = "full" if layer.is_spatial else "none"

    def statement() -> Any:
        item = layers.record(layer, tuple(layer.properties), shape=shape, detail="full")
        return select(item, layer.version).where(layer.key == bindparam("key", type_=layer.key.type))

    ((content, version),) = await transaction.kept(("written", layer.name), statement, {"key": key})
    return content, version
