#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Opens a QGIS project without a screen, says which layers are valid, and draws its first view.

open_project.py project.qgz [map.png]; exit status 1 when a layer is invalid or has no CRS.
"""
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import (QgsApplication, QgsLayerTreeGroup, QgsMapLayerType, QgsMapRendererParallelJob,  # noqa: E402
                       QgsMapSettings, QgsProject)
from qgis.PyQt.QtCore import QSize  # noqa: E402


def describe(node):
    layer = node.layer()
    if layer is None:
        print(f"INVALID | not read | {node.name()}")
        return False
    kind = {QgsMapLayerType.VectorLayer: "vector", QgsMapLayerType.RasterLayer: "raster"}.get(layer.type(), "other")
    valid = layer.isValid() and (not layer.isSpatial() or layer.crs().isValid())
    words = ["valid" if valid else "INVALID", kind, layer.name(), layer.crs().authid() or "-"]
    if layer.renderer() is not None:
        words.append(layer.renderer().type())
    if kind == "vector":
        words += [f"{layer.featureCount()} features", ",".join(f.displayName() for f in layer.fields())]
    print(" | ".join(words))
    return valid


def main():
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    if not project.read(sys.argv[1]):
        print(f"INVALID project: {project.error()}")
        return 1
    print(f"project | {project.title()} | {project.crs().authid() or project.crs().description()}")
    for child in project.layerTreeRoot().children():
        if isinstance(child, QgsLayerTreeGroup):
            print(f"group | {child.name()} | {len(child.findLayers())} layers")
    good = [describe(node) for node in project.layerTreeRoot().findLayers()]
    for layout in project.layoutManager().printLayouts():
        print(f"layout | {layout.name()} | {layout.atlas().updateFeatures()} pages")
    if len(sys.argv) > 2:
        settings = QgsMapSettings()
        settings.setLayers([node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()])
        settings.setDestinationCrs(project.crs())
        settings.setTransformContext(project.transformContext())
        settings.setExtent(project.viewSettings().defaultViewExtent())
        settings.setOutputSize(QSize(1000, 800))
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        for error in job.errors():
            print(f"INVALID drawing of {error.layerID}: {error.message}")
            good.append(False)
        job.renderedImage().save(sys.argv[2])
    return 0 if good and all(good) else 1


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # QGIS's own end may crash when Python has freed its layers first.
    os._exit(status)
