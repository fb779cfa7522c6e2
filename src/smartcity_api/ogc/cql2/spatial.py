"""Geometries in SQL and the spatial functions; columns stand in them as they are, so that their indexes are used."""

from dataclasses import dataclass, replace

from sqlalchemy import ARRAY, ColumnElement, Select, Text, bindparam, func, select

from smartcity_api.kit.errors import Fault
from smartcity_api.kit.filters import Known
from smartcity_api.kit.geometry import SRID
from smartcity_api.kit.language import Text as Sentence
from smartcity_api.kit.statements import constant
from smartcity_api.ogc.cql2.expressions import Box, Geometry
from smartcity_api.ogc.cql2.problems import refused
from smartcity_api.ogc.cql2.shapes import DIMENSIONS, boxed, is_mixed, written
from smartcity_api.ogc.cql2.terms import Slots, Term, applied, condition, wanted
from smartcity_api.ogc.crs import Crs


def geometry(slots: Slots, found: Geometry | Box, crs: Crs) -> Term:
    """A geometry literal, in WGS 84 whatever system it was given in."""
    srid = crs.projection.srid
    if isinstance(found, Box):
        name, mixed, text = "BBOX", False, boxed(found, crs)
    else:
        name, mixed, text = found.type, is_mixed(found), written(found, crs)
        if DIMENSIONS.get(found.type) != 0:
            slots.shapes.append(text)
    literal = slots.literal("geometry", text, name)

    def build() -> ColumnElement[object]:
        plane = func.ST_GeomFromText(literal.build(), constant(srid))
        return plane if srid == SRID else crs.projection.unprojected(plane)

    return replace(literal, shape=f"{literal.shape}{srid}", build=build, text=None, slot=None, mixed=mixed)


def related(_: Slots, op: str, one: Term, other: Term) -> Term:
    """A spatial function of two geometries."""
    for term in (one, other):
        if term.kind != "geometry":
            raise wanted(op.upper(), "geometry", term)
        if term.mixed and op not in ("s_intersects", "s_disjoint"):
            raise refused(
                "mixed_collection",
                f"{op.upper()} is not defined for a collection of several dimensions: only S_INTERSECTS and S_DISJOINT",
                f"{op.upper()} ใช้กับ GEOMETRYCOLLECTION หลายมิติไม่ได้ ใช้ได้เฉพาะ S_INTERSECTS และ S_DISJOINT",
            )
    function = getattr(func, "ST_" + op.removeprefix("s_").capitalize())
    return condition(applied(op, one, other), lambda: function(one.build(), other.build()))


@dataclass(frozen=True)
class Valid(Known):
    """Geometry literals that must be valid: PostGIS is asked before it computes with them."""

    def fault(self, value: str) -> Fault:
        """What is wrong with an invalid one, and where, longitude or easting first."""
        message = Sentence(f"filter: a geometry is invalid: {value}", f"filter: รูปทรงไม่ถูกต้อง: {value}")
        return Fault(code="invalid_geometry", message=message, parameter="filter", value=value)


def valid(shapes: list[str]) -> Valid:
    """That these are valid."""
    return Valid("filter", "cql2:valid", _invalid, {"cql_shapes": shapes})


def _invalid() -> Select[str]:
    given = func.unnest(bindparam("cql_shapes", type_=ARRAY(Text))).column_valued("given")
    shape = func.ST_GeomFromText(given)
    return select(func.ST_IsValidReason(shape, type_=Text)).where(~func.ST_IsValid(shape))
