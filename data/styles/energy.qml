<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<!-- 能源项目 energy projects by kind (XMLX), named (XMMC) from 1:100000 -->
<qgis version="3.22.16-Białowieża" styleCategories="Symbology|Labeling" labelsEnabled="1">
 <renderer-v2 type="categorizedSymbol" attr="XMLX" symbollevels="0" forceraster="0" enableorderby="0">
  <categories>
   <category value="光伏" label="光伏 solar" symbol="0" render="true"/>
   <category value="风电" label="风电 wind" symbol="1" render="true"/>
   <category value="抽水蓄能" label="抽水蓄能 pumped storage" symbol="2" render="true"/>
   <category value="" label="其他 other" symbol="3" render="true"/>
  </categories>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="253,174,97,120"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="217,95,2,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.5"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="171,217,233,130"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="44,123,182,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.5"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="116,173,209,130"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="33,70,140,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.5"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="3" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="254,224,144,110"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="166,97,26,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.5"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="simple">
  <settings calloutType="simple">
   <text-style fieldName="coalesce(&quot;XMMC&quot;, &quot;XMBH&quot;, '')" isExpression="1" fontFamily="Noto Sans CJK SC" fontSize="8" fontSizeUnit="Point" fontWeight="50" namedStyle="Regular" textColor="120,60,0,255" textOpacity="1" multilineHeight="1">
    <families><family name="Noto Sans CJK SC"/><family name="Source Han Sans SC"/><family name="Microsoft YaHei"/><family name="WenQuanYi Micro Hei"/><family name="SimHei"/></families>
    <text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" bufferColor="255,255,255,230" bufferOpacity="1" bufferNoFill="1" bufferJoinStyle="128"/>
   </text-style>
   <text-format multilineAlign="1" wrapChar=""/>
   <placement placement="1" placementFlags="10" polygonPlacementFlags="2" centroidInside="1" priority="5" dist="0" distUnits="MM" quadOffset="4"/>
   <rendering drawLabels="1" obstacle="1" obstacleType="1" labelPerPart="0" mergeLines="0" maxNumLabels="2000" displayAll="0" scaleVisibility="1" scaleMin="1" scaleMax="100000"/>
  </settings>
 </labeling>
 <blendMode>0</blendMode>
 <featureBlendMode>0</featureBlendMode>
 <layerOpacity>1</layerOpacity>
</qgis>
