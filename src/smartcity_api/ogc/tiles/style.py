"""A MapLibre style of the programme's map: self-contained, its words drawn with the fonts of the reader's machine."""

from typing import Any, Final

from smartcity_api.kit.language import Text
from smartcity_api.ogc.tiles import grid
from smartcity_api.ogc.tiles.queries import LABELS

TITLE: Final = Text("The smart-city programme", "โครงการเมืองอัจฉริยะ")
FONTS: Final = ["Sarabun", "Noto Sans Thai", "Loma", "sans-serif"]

COLOURS: Final = {
    "pilot-areas": "#8e5bb5",
    "promotion-zones": "#d9822b",
    "proposals": "#2f7fb8",
    "certified-cities": "#1c8a4b",
    "milestones": "#b8324f",
}
"""By collection; provinces and districts are lines beneath."""

_INK, _LINE, _LAND, _SEA = "#33413c", "#8b9a93", "#f4f2ea", "#dbe7ee"


def style(tilejson: str) -> dict[str, Any]:
    """The style on the tileset at that URL.

    It names no `glyphs`: MapLibre then draws text with fonts of the browser, which shape Thai rightly.
    """
    areas = [layer for name, colour in COLOURS.items() for layer in _area(name, colour)]
    return {
        "version": 8,
        "name": TITLE.en,
        "center": [101.0, 13.2],
        "zoom": 5,
        "sources": {"register": {"type": "vector", "url": tilejson}},
        "layers": [
            {"id": "sea", "type": "background", "paint": {"background-color": _SEA}},
            _layer("land", "fill", "provinces", {"fill-color": _LAND}),
            _layer("district-borders", "line", "districts", {"line-color": _LINE, "line-width": 0.4}, minzoom=7),
            _layer("province-borders", "line", "provinces", {"line-color": _LINE, "line-width": 0.9}),
            *areas,
            _labels("provinces", 5, 8, 11, _INK),
            _labels("districts", 9, 14, 10, _INK),
            *(_labels(name, 7, 24, 12, colour) for name, colour in COLOURS.items() if name != "milestones"),
        ],
    }


def _area(name: str, colour: str) -> list[dict[str, Any]]:
    paint = {"circle-color": colour, "circle-radius": 4.5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1}
    circles = _layer(f"{name}-points", "circle", name, paint)
    return [
        _layer(f"{name}-areas", "fill", name, {"fill-color": colour, "fill-opacity": 0.3}, kind="Polygon"),
        _layer(f"{name}-borders", "line", name, {"line-color": colour, "line-width": 1.2}, kind="Polygon"),
        {**circles, "filter": ["==", ["geometry-type"], "Point"]},
    ]


def _layer(
    name: str, how: str, source: str, paint: dict[str, Any], *, kind: str | None = None, **more: Any
) -> dict[str, Any]:
    of = {"id": name, "type": how, "source": "register", "source-layer": source, "paint": paint, **more}
    return of if kind is None else {**of, "filter": ["==", ["geometry-type"], kind]}


def _labels(source: str, first: int, last: int, size: int, colour: str) -> dict[str, Any]:
    layout = {
        "text-field": ["get", "label"],
        "text-font": FONTS,
        "text-size": size,
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 0.5,
    }
    paint = {"text-color": colour, "text-halo-color": "#ffffff", "text-halo-width": 1.4}
    found = _layer(f"{source}-names", "symbol", source + LABELS, paint, minzoom=first, layout=layout)
    return found if last >= grid.MAX_ZOOM else {**found, "maxzoom": last}
