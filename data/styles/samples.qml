<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<!-- 样本点 samples to be labelled: open ones red, done ones green. The form offers the classes of the legend landcover and hides the map's
     class, so that it can't sway who labels. -->
<qgis version="3.22.16-Białowieża" styleCategories="Symbology|Fields|Forms" labelsEnabled="0">
 <renderer-v2 type="categorizedSymbol" attr="if(coalesce(&quot;class&quot;,'')='','open','done')" symbollevels="0" forceraster="0" enableorderby="0">
  <categories>
   <category value="open" label="待填 to be labelled" symbol="0" render="true"/>
   <category value="done" label="已填 labelled" symbol="1" render="true"/>
  </categories>
  <symbols>
   <symbol name="0" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="name" type="QString" value="circle"/><Option name="color" type="QString" value="255,255,255,0"/><Option name="outline_color" type="QString" value="215,48,39,255"/><Option name="outline_width" type="QString" value="0.5"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="size" type="QString" value="3"/><Option name="size_unit" type="QString" value="MM"/></Option></layer>
   </symbol>
   <symbol name="1" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="name" type="QString" value="circle"/><Option name="color" type="QString" value="255,255,255,0"/><Option name="outline_color" type="QString" value="26,152,80,255"/><Option name="outline_width" type="QString" value="0.5"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="size" type="QString" value="3"/><Option name="size_unit" type="QString" value="MM"/></Option></layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <fieldConfiguration>
  <field name="class" configurationFlags="None"><editWidget type="ValueMap"><config><Option type="Map"><Option type="List" name="map">
     <Option type="Map"><Option name="耕地 cropland" type="QString" value="cropland"/></Option>
     <Option type="Map"><Option name="核桃园 walnut orchard" type="QString" value="walnut"/></Option>
     <Option type="Map"><Option name="阔叶林 broadleaf forest" type="QString" value="broadleaf"/></Option>
     <Option type="Map"><Option name="针叶林 conifer forest" type="QString" value="conifer"/></Option>
     <Option type="Map"><Option name="灌木林地 shrub" type="QString" value="shrub"/></Option>
     <Option type="Map"><Option name="草地 grass" type="QString" value="grass"/></Option>
     <Option type="Map"><Option name="建设用地 built-up" type="QString" value="built"/></Option>
     <Option type="Map"><Option name="水域 water" type="QString" value="water"/></Option>
     <Option type="Map"><Option name="裸地 bare land" type="QString" value="bare"/></Option>
     <Option type="Map"><Option name="连翘 forsythia" type="QString" value="forsythia"/></Option>
    </Option></Option></config></editWidget></field>
  <field name="source" configurationFlags="None"><editWidget type="ValueMap"><config><Option type="Map"><Option type="List" name="map">
     <Option type="Map"><Option name="实地 field" type="QString" value="field"/></Option>
     <Option type="Map"><Option name="高分影像 fine image" type="QString" value="image"/></Option>
     <Option type="Map"><Option name="调查数据 survey" type="QString" value="survey"/></Option>
    </Option></Option></config></editWidget></field>
  <field name="quality" configurationFlags="None"><editWidget type="ValueMap"><config><Option type="Map"><Option type="List" name="map">
     <Option type="Map"><Option name="确定 sure" type="QString" value="sure"/></Option>
     <Option type="Map"><Option name="较有把握 likely" type="QString" value="likely"/></Option>
     <Option type="Map"><Option name="没有把握 unsure" type="QString" value="unsure"/></Option>
    </Option></Option></config></editWidget></field>
  <field name="note" configurationFlags="None"><editWidget type="TextEdit"><config><Option type="Map"><Option name="IsMultiline" type="bool" value="false"/><Option name="UseHtml" type="bool" value="false"/></Option></config></editWidget></field>
  <field name="stratum" configurationFlags="None"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
  <field name="map_class" configurationFlags="None"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
  <field name="unit" configurationFlags="None"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
  <field name="unit_m2" configurationFlags="None"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
  <field name="stratum_units" configurationFlags="None"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
  <field name="stratum_m2" configurationFlags="None"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
  <field name="probability" configurationFlags="None"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
  <field name="weight" configurationFlags="None"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
  <field name="cluster" configurationFlags="None"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
  <field name="id" configurationFlags="None"><editWidget type="TextEdit"><config><Option type="Map"><Option name="IsMultiline" type="bool" value="false"/><Option name="UseHtml" type="bool" value="false"/></Option></config></editWidget></field>
  <field name="parcel" configurationFlags="None"><editWidget type="TextEdit"><config><Option type="Map"><Option name="IsMultiline" type="bool" value="false"/><Option name="UseHtml" type="bool" value="false"/></Option></config></editWidget></field>
  <field name="lon" configurationFlags="None"><editWidget type="TextEdit"><config><Option type="Map"><Option name="IsMultiline" type="bool" value="false"/><Option name="UseHtml" type="bool" value="false"/></Option></config></editWidget></field>
  <field name="lat" configurationFlags="None"><editWidget type="TextEdit"><config><Option type="Map"><Option name="IsMultiline" type="bool" value="false"/><Option name="UseHtml" type="bool" value="false"/></Option></config></editWidget></field>
  <field name="place" configurationFlags="None"><editWidget type="TextEdit"><config><Option type="Map"><Option name="IsMultiline" type="bool" value="false"/><Option name="UseHtml" type="bool" value="false"/></Option></config></editWidget></field>
  <field name="epoch" configurationFlags="None"><editWidget type="TextEdit"><config><Option type="Map"><Option name="IsMultiline" type="bool" value="false"/><Option name="UseHtml" type="bool" value="false"/></Option></config></editWidget></field>
 </fieldConfiguration>
 <editable>
  <field name="id" editable="0"/>
  <field name="stratum" editable="0"/>
  <field name="map_class" editable="0"/>
  <field name="unit" editable="0"/>
  <field name="unit_m2" editable="0"/>
  <field name="stratum_units" editable="0"/>
  <field name="stratum_m2" editable="0"/>
  <field name="probability" editable="0"/>
  <field name="weight" editable="0"/>
  <field name="cluster" editable="0"/>
  <field name="parcel" editable="0"/>
  <field name="lon" editable="0"/>
  <field name="lat" editable="0"/>
  <field name="place" editable="0"/>
  <field name="epoch" editable="0"/>
  <field name="class" editable="1"/>
  <field name="source" editable="1"/>
  <field name="quality" editable="1"/>
  <field name="note" editable="1"/>
 </editable>
 <editform tolerant="1"></editform>
 <editorlayout>generatedlayout</editorlayout>
</qgis>
