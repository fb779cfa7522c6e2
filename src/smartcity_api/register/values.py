"""Members of the register's files as values for their columns; what cannot be one is refused where it stands."""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from smartcity_api.register.checks import day_fault, is_number, location_fault, text_fault
from smartcity_api.register.faults import Place, listed, nearest
from smartcity_api.register.formats import Field, Kind
from smartcity_api.register.references import Index

MAX_WHOLE: Final = 2**31 - 1


class Values:
    """Reads objects by their fields."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._readers: Mapping[Kind, Callable[[Any, Field, Place], Any]] = {
            "text": self._text,
            "day": self._day,
            "whole": _whole,
            "number": _number,
            "truth": _truth,
            "location": _location,
            "codes": self._codes,
            "keys": self._keys,
            "json": self._json,
            "texts": self._texts,
            "value": self._value,
            "id": lambda value, field, place: index.id(field.target, value, place),
            "key": lambda value, field, place: index.key(field.target, value, place),
            "subject": lambda value, field, place: index.record(value, field.codes, place),
        }

    def row(self, found: Mapping[str, Any], fields: Mapping[str, Field], place: Place) -> dict[str, Any]:
        """Every column that the members fill, with the default of what is left out."""
        return self._read(found, fields, place, whole=True)

    def object(self, found: Any, fields: Mapping[str, Field], place: Place) -> dict[str, Any]:
        """An object as it stands in a JSON column: what is left out stays out."""
        if not isinstance(found, dict):
            place.refuse(f"{found!r} is not an object with the members {listed(fields)}")
            return {}
        return self._read(found, fields, place, whole=False)

    def _read(
        self, found: Mapping[str, Any], fields: Mapping[str, Field], place: Place, *, whole: bool
    ) -> dict[str, Any]:
        for name in found:
            if name not in fields:
                place.at(name).refuse(f"there is no such member{nearest(name, fields) or f'; known: {listed(fields)}'}")
        result: dict[str, Any] = {}
        for name, field in fields.items():
            value, columns = found.get(name), field.columns or (name,)
            if value is None:
                if field.required:
                    place.at(name).refuse("is missing, and every row needs it")
                result.update(dict.fromkeys(columns, field.default) if whole else {})
                continue
            read = self._readers[field.kind](value, field, place.at(name))
            result.update(zip(columns, read or (None, None), strict=True) if len(columns) > 1 else {columns[0]: read})
        return result

    def _text(self, value: Any, field: Field, place: Place) -> Any:
        if not isinstance(value, str):
            return place.refuse(f"{value!r} is not a text")
        fault = text_fault(value)
        if fault:
            return place.refuse(fault)
        if field.codes and value not in field.codes:
            return place.refuse(_unknown_code(value, field))
        if field.pattern and not re.search(field.pattern, value):
            return place.refuse(f"{value!r} does not look like {field.pattern}")
        return value

    def _day(self, value: Any, _field: Field, place: Place) -> Any:
        text = self._text(value, Field(), place)
        fault = day_fault(text) if text else None
        return place.refuse(fault) if fault else text

    def _codes(self, value: Any, field: Field, place: Place) -> list[Any]:
        return [self._text(code, field, place.at(number)) for number, code in enumerate(_distinct(value, place))]

    def _keys(self, value: Any, field: Field, place: Place) -> list[Any]:
        keys = enumerate(_distinct(value, place))
        return [self._index.key(field.target, slug, place.at(number)) for number, slug in keys]

    def _json(self, value: Any, field: Field, place: Place) -> Any:
        if field.one:
            return self.object(value, field.members, place)
        return [self.object(item, field.members, place.at(number)) for number, item in enumerate(_list(value, place))]

    def _texts(self, value: Any, _field: Field, place: Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            place.refuse(f"{value!r} is not an object of texts")
            return {}
        return {name: self._text(text, Field(), place.at(name)) for name, text in value.items()}

    def _value(self, value: Any, field: Field, place: Place) -> Any:
        """What a source claims: a number, a text, a list of texts, or the records of {"list": [...]} in their order."""
        if isinstance(value, dict):
            if value.keys() != {"list"}:
                return place.refuse('an object must be {"list": ["<resource>/<slug or code>", ...]}')
            place = place.at("list")
            records = enumerate(_list(value["list"], place))
            found = [self._index.record(record, (), place.at(number)) for number, record in records]
            return [dict(zip(("type", "id"), record, strict=True)) for record in found if record]
        if isinstance(value, list):
            items = enumerate(value)
            return [item if is_number(item) else self._text(item, Field(), place.at(n)) for n, item in items]
        return value if is_number(value) else self._text(value, field, place)


def _unknown_code(value: str, field: Field) -> str:
    return f"{value!r} is none of {listed(field.codes)}{nearest(value, field.codes)}"


def _list(value: Any, place: Place) -> list[Any]:
    if isinstance(value, list):
        return value
    place.refuse(f"{value!r} is not a list")
    return []


def _distinct(value: Any, place: Place) -> list[Any]:
    found = _list(value, place)
    repeated = {str(item) for item in found if found.count(item) > 1}
    if repeated:
        place.refuse(f"names {listed(sorted(repeated))} more than once")
    return found


def _whole(value: Any, _field: Field, place: Place) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_WHOLE:
        return value
    return place.refuse(f"{value!r} is not a whole number up to {MAX_WHOLE}")


def _number(value: Any, field: Field, place: Place) -> Any:
    if not is_number(value):
        return place.refuse(f"{value!r} is not a number")
    return Decimal(str(value)) if field.columns else value


def _truth(value: Any, _field: Field, place: Place) -> Any:
    return value if isinstance(value, bool) else place.refuse(f"{value!r} is not true or false")


def _location(value: Any, _field: Field, place: Place) -> Any:
    fault = location_fault(value)
    return place.refuse(fault) if fault else json.dumps({"type": "Point", "coordinates": value})
