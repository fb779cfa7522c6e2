"""Opens the OGC API at the given URL in QGIS: every collection as a layer, to the end and by a box.

It runs in the Python that QGIS brings its modules for; QT_QPA_PLATFORM=offscreen does without a screen.
"""

import os
import sys

from service import PHUKET, counts, features, missing

try:
    from qgis.core import Qgis, QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
except ImportError:
    missing("QGIS with its Python modules", "python3-qgis")

OPTIONS = "url='{url}/ogc' typename='{name}' pagingEnabled='true' pageSize='50' restrictToRequestBBOX='1'"


def opened(url: str, name: str) -> QgsVectorLayer:
    """A collection as a layer, as the dialogue of QGIS makes it."""
    layer = QgsVectorLayer(OPTIONS.format(url=url, name=name), name, "OAPIF")
    assert layer.isValid(), f"{name}: QGIS cannot open it: {layer.dataProvider().error().message()}"
    assert layer.crs().authid() in ("EPSG:4326", "OGC:CRS84"), f"{name}: in {layer.crs().authid()}"
    return layer


def check_everything(url: str) -> None:
    """Every layer has every record."""
    for name, count in counts(url).items():
        layer = opened(url, name)
        ids = [feature["id"] for feature in layer.getFeatures()]
        told = f"{name}: {len(ids)} read, {len(set(ids))} of them different, and {count} are there"
        assert len(ids) == len(set(ids)) == count, told
        assert layer.featureCount() == count, f"{name}: QGIS counts {layer.featureCount()}, and {count} are there"
        print(f"  {name}: {count}, its records having {len(layer.fields())} fields")


def check_box(url: str) -> None:
    """A map that shows a part asks for that part."""
    layer = opened(url, "districts")
    request = QgsFeatureRequest().setFilterRect(QgsRectangle(*PHUKET)).setFlags(QgsFeatureRequest.ExactIntersect)
    found = {feature["code"] for feature in layer.getFeatures(request)}
    expected = {one["id"] for one in features(url, "districts", bbox=",".join(map(str, PHUKET)))}
    assert expected, "no district in the box"
    assert found == expected, f"in the box: {found}, the service finds {expected}"
    names = [feature["name_th"] for feature in layer.getFeatures(request) if feature["code"] == "8301"]
    assert names == ["เมืองภูเก็ต"], names
    print(f"  in a box: {len(found)} districts, {names[0]} among them")


def main(url: str) -> None:
    """Open, read and choose."""
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    print(f"  version {Qgis.QGIS_VERSION}")
    check_everything(url)
    check_box(url)
    sys.stdout.flush()
    os._exit(0)  # leaving by the door, its threads may still hold layers, and end in a fault of memory


main(sys.argv[1])
