<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<!-- 耕地流入流出 parcel change by field change: outflow, inflow, unchanged -->
<qgis version="3.22.16-Białowieża" styleCategories="Symbology|Labeling" labelsEnabled="0">
 <renderer-v2 type="categorizedSymbol" attr="change" symbollevels="0" forceraster="0" enableorderby="0">
  <categories>
   <category value="outflow" label="流出 outflow" symbol="0" render="true"/>
   <category value="inflow" label="流入 inflow" symbol="1" render="true"/>
   <category value="unchanged" label="未变 unchanged" symbol="2" render="true"/>
   <category value="" label="其他 other" symbol="3" render="true"/>
  </categories>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="215,48,31,200"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="127,0,0,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.26"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="49,130,189,200"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="8,48,107,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.26"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="255,247,168,110"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="179,168,107,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="3" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="255,255,255,0"/><Option name="style" type="QString" value="no"/><Option name="outline_color" type="QString" value="154,154,154,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <blendMode>0</blendMode>
 <featureBlendMode>0</featureBlendMode>
 <layerOpacity>1</layerOpacity>
</qgis>
