"""A page that draws tiles by itself: no library, no font and no picture from elsewhere."""

from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from smartcity_api.kit.days import today
from smartcity_api.kit.language import Language, Text
from smartcity_api.kit.params import DatedParams
from smartcity_api.ogc.tiles import grid
from smartcity_api.ogc.tiles.documents import ATTRIBUTION, Tileset
from smartcity_api.ogc.tiles.style import COLOURS

TEMPLATE: Final = "tiles.html"
SCRIPT, SHEET = ((files("smartcity_api.ogc.tiles") / name).read_bytes() for name in ("viewer.js", "viewer.css"))

_TEXTS: Final = {
    "day": Text("As it stood on", "ข้อมูล ณ วันที่"),
    "today": Text("Today", "วันนี้"),
    "layers": Text("Layers", "ชั้นข้อมูล"),
    "names": Text("Names", "ชื่อ"),
    "keys": Text("Drag to move, wheel or + and - to zoom", "ลากเพื่อเลื่อน ใช้ล้อเมาส์หรือ + และ - เพื่อย่อขยาย"),
}


def policy(tileset: Tileset) -> dict[str, str]:
    """What browsers may load with the page: its script and sheet, and tiles, which may have another address."""
    parts = urlsplit(tileset.base)
    own = f"'self' {parts.scheme}://{parts.netloc}"
    return {
        "Content-Security-Policy": f"default-src 'none'; script-src {own}; style-src {own}; connect-src {own}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    }


def context(tileset: Tileset, language: Language) -> dict[str, Any]:
    """What the page says."""
    return {
        "title": tileset.title.in_(language),
        "setup": _setup(tileset, language),
        "last": today().isoformat(),
        "attribution": ATTRIBUTION,
        "texts": {name: text.in_(language) for name, text in _TEXTS.items()},
    }


def _setup(tileset: Tileset, language: Language) -> dict[str, Any]:
    """What the script has to know: where the tiles are, and which layers they have."""
    return {
        "tiles": tileset.at(f"/{grid.ID}/{{z}}/{{y}}/{{x}}", f="mvt"),
        "language": language,
        "dated": any(issubclass(one.params, DatedParams) for one in tileset.collections),
        "maxZoom": grid.ENOUGH_ZOOM,
        "limits": [[one.first_row, one.last_row, one.first_col, one.last_col] for one in grid.LIMITS],
        "layers": [
            {"id": one.id, "title": one.title.in_(language), "colour": COLOURS.get(one.id)}
            for one in tileset.collections
        ],
    }
