<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<!-- 水体 water by kind (SXLX), named (SXMC) from 1:50000 -->
<qgis version="3.22.16-Białowieża" styleCategories="Symbology|Labeling" labelsEnabled="1">
 <renderer-v2 type="categorizedSymbol" attr="SXLX" symbollevels="0" forceraster="0" enableorderby="0">
  <categories>
   <category value="河流" label="河流 river" symbol="0" render="true"/>
   <category value="水库" label="水库 reservoir" symbol="1" render="true"/>
   <category value="坑塘" label="坑塘 pond" symbol="2" render="true"/>
   <category value="" label="其他水体 other water" symbol="3" render="true"/>
  </categories>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="103,169,207,190"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="33,113,181,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.2"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="33,113,181,190"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="8,69,148,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.3"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="158,202,225,190"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="66,146,198,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.2"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="3" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="198,219,239,190"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="107,174,214,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.2"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="simple">
  <settings calloutType="simple">
   <text-style fieldName="coalesce(&quot;SXMC&quot;, &quot;SXBH&quot;, '')" isExpression="1" fontFamily="Noto Sans CJK SC" fontSize="8" fontSizeUnit="Point" fontWeight="50" namedStyle="Regular" textColor="8,69,148,255" textOpacity="1" multilineHeight="1">
    <families><family name="Noto Sans CJK SC"/><family name="Source Han Sans SC"/><family name="Microsoft YaHei"/><family name="WenQuanYi Micro Hei"/><family name="SimHei"/></families>
    <text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" bufferColor="255,255,255,230" bufferOpacity="1" bufferNoFill="1" bufferJoinStyle="128"/>
   </text-style>
   <text-format multilineAlign="1" wrapChar=""/>
   <placement placement="1" placementFlags="10" polygonPlacementFlags="2" centroidInside="1" priority="5" dist="0" distUnits="MM" quadOffset="4"/>
   <rendering drawLabels="1" obstacle="1" obstacleType="1" labelPerPart="0" mergeLines="0" maxNumLabels="2000" displayAll="0" scaleVisibility="1" scaleMin="1" scaleMax="50000"/>
  </settings>
 </labeling>
 <blendMode>0</blendMode>
 <featureBlendMode>0</featureBlendMode>
 <layerOpacity>1</layerOpacity>
</qgis>
