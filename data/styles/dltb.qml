<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<!-- 地类图斑 by DLBM; colours as in data/legends/dltb.toml -->
<qgis version="3.22.16-Białowieża" styleCategories="Symbology|Labeling" labelsEnabled="0">
 <renderer-v2 type="categorizedSymbol" attr="DLBM" symbollevels="0" forceraster="0" enableorderby="0">
  <categories>
   <category value="09" label="09 特殊用地" symbol="0" render="true"/>
   <category value="0101" label="0101 水田" symbol="1" render="true"/>
   <category value="0102" label="0102 水浇地" symbol="2" render="true"/>
   <category value="0103" label="0103 旱地" symbol="3" render="true"/>
   <category value="0201" label="0201 果园" symbol="4" render="true"/>
   <category value="0201K" label="0201K 可调整果园" symbol="5" render="true"/>
   <category value="0202" label="0202 茶园" symbol="6" render="true"/>
   <category value="0202K" label="0202K 可调整茶园" symbol="7" render="true"/>
   <category value="0203" label="0203 橡胶园" symbol="8" render="true"/>
   <category value="0203K" label="0203K 可调整橡胶园" symbol="9" render="true"/>
   <category value="0204" label="0204 其他园地" symbol="10" render="true"/>
   <category value="0204K" label="0204K 可调整其他园地" symbol="11" render="true"/>
   <category value="0301" label="0301 乔木林地" symbol="12" render="true"/>
   <category value="0301K" label="0301K 可调整乔木林地" symbol="13" render="true"/>
   <category value="0302" label="0302 竹林地" symbol="14" render="true"/>
   <category value="0302K" label="0302K 可调整竹林地" symbol="15" render="true"/>
   <category value="0303" label="0303 红树林地" symbol="16" render="true"/>
   <category value="0304" label="0304 森林沼泽" symbol="17" render="true"/>
   <category value="0305" label="0305 灌木林地" symbol="18" render="true"/>
   <category value="0306" label="0306 灌丛沼泽" symbol="19" render="true"/>
   <category value="0307" label="0307 其他林地" symbol="20" render="true"/>
   <category value="0307K" label="0307K 可调整其他林地" symbol="21" render="true"/>
   <category value="0401" label="0401 天然牧草地" symbol="22" render="true"/>
   <category value="0402" label="0402 沼泽草地" symbol="23" render="true"/>
   <category value="0403" label="0403 人工牧草地" symbol="24" render="true"/>
   <category value="0403K" label="0403K 可调整人工牧草地" symbol="25" render="true"/>
   <category value="0404" label="0404 其他草地" symbol="26" render="true"/>
   <category value="05H1" label="05H1 商业服务业设施用地" symbol="27" render="true"/>
   <category value="0508" label="0508 物流仓储用地" symbol="28" render="true"/>
   <category value="0601" label="0601 工业用地" symbol="29" render="true"/>
   <category value="0602" label="0602 采矿用地" symbol="30" render="true"/>
   <category value="0603" label="0603 盐田" symbol="31" render="true"/>
   <category value="0701" label="0701 城镇住宅用地" symbol="32" render="true"/>
   <category value="0702" label="0702 农村宅基地" symbol="33" render="true"/>
   <category value="08H1" label="08H1 机关团体新闻出版用地" symbol="34" render="true"/>
   <category value="08H2" label="08H2 科教文卫用地" symbol="35" render="true"/>
   <category value="08H2A" label="08H2A 高教用地" symbol="36" render="true"/>
   <category value="0809" label="0809 公用设施用地" symbol="37" render="true"/>
   <category value="0810" label="0810 公园与绿地" symbol="38" render="true"/>
   <category value="0810A" label="0810A 广场用地" symbol="39" render="true"/>
   <category value="1001" label="1001 铁路用地" symbol="40" render="true"/>
   <category value="1002" label="1002 轨道交通用地" symbol="41" render="true"/>
   <category value="1003" label="1003 公路用地" symbol="42" render="true"/>
   <category value="1004" label="1004 城镇村道路用地" symbol="43" render="true"/>
   <category value="1005" label="1005 交通服务场站用地" symbol="44" render="true"/>
   <category value="1006" label="1006 农村道路" symbol="45" render="true"/>
   <category value="1007" label="1007 机场用地" symbol="46" render="true"/>
   <category value="1008" label="1008 港口码头用地" symbol="47" render="true"/>
   <category value="1009" label="1009 管道运输用地" symbol="48" render="true"/>
   <category value="1101" label="1101 河流水面" symbol="49" render="true"/>
   <category value="1102" label="1102 湖泊水面" symbol="50" render="true"/>
   <category value="1103" label="1103 水库水面" symbol="51" render="true"/>
   <category value="1104" label="1104 坑塘水面" symbol="52" render="true"/>
   <category value="1104A" label="1104A 养殖坑塘" symbol="53" render="true"/>
   <category value="1104K" label="1104K 可调整养殖坑塘" symbol="54" render="true"/>
   <category value="1105" label="1105 沿海滩涂" symbol="55" render="true"/>
   <category value="1106" label="1106 内陆滩涂" symbol="56" render="true"/>
   <category value="1107" label="1107 沟渠" symbol="57" render="true"/>
   <category value="1107A" label="1107A 干渠" symbol="58" render="true"/>
   <category value="1108" label="1108 沼泽地" symbol="59" render="true"/>
   <category value="1109" label="1109 水工建筑用地" symbol="60" render="true"/>
   <category value="1110" label="1110 冰川及常年积雪" symbol="61" render="true"/>
   <category value="1201" label="1201 空闲地" symbol="62" render="true"/>
   <category value="1202" label="1202 设施农用地" symbol="63" render="true"/>
   <category value="1203" label="1203 田坎" symbol="64" render="true"/>
   <category value="1204" label="1204 盐碱地" symbol="65" render="true"/>
   <category value="1205" label="1205 沙地" symbol="66" render="true"/>
   <category value="1206" label="1206 裸土地" symbol="67" render="true"/>
   <category value="1207" label="1207 裸岩石砾地" symbol="68" render="true"/>
   <category value="" label="未列地类 other" symbol="69" render="true"/>
  </categories>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="168,111,143,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="253,243,141,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="254,245,164,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="3" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="255,249,190,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="4" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="247,165,92,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="5" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="249,182,121,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="6" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="245,185,107,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="7" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="248,199,138,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="8" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="237,169,107,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="9" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="242,187,138,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="10" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="249,201,139,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="11" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="251,214,166,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="12" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="47,143,70,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="13" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="85,166,103,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="14" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="74,163,104,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="15" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="108,182,133,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="16" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="63,158,131,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="17" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="88,172,149,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="18" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="134,192,109,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="19" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="127,190,164,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="20" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="168,209,143,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="21" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="188,220,168,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="22" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="191,224,140,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="23" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="163,214,180,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="24" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="203,231,156,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="25" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="217,237,182,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="26" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="220,239,180,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="27" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="232,80,106,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="28" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="236,122,134,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="29" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="191,139,114,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="30" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="176,122,94,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="31" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="184,217,224,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="32" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="234,107,120,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="33" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="242,154,156,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="34" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="240,138,180,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="35" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="244,162,196,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="36" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="246,179,207,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="37" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="229,143,176,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="38" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="159,210,127,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="39" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="195,220,174,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="40" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="143,138,144,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="41" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="154,149,155,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="42" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="181,175,181,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="43" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="194,188,194,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="44" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="173,167,173,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="45" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="214,207,201,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="46" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="167,160,170,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="47" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="159,163,176,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="48" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="185,180,189,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="49" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="127,185,230,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="50" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="140,194,234,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="51" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="153,203,238,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="52" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="168,212,241,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="53" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="181,219,243,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="54" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="195,226,245,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="55" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="181,214,208,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="56" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="197,221,208,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="57" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="147,200,232,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="58" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="132,191,227,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="59" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="146,205,191,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="60" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="154,169,196,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="61" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="230,243,250,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="62" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="217,208,192,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="63" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="227,207,154,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="64" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="233,225,176,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="65" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="213,211,214,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="66" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="232,221,181,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="67" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="201,185,159,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="68" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="189,183,174,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="138,138,138,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.1"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
   <symbol name="69" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map"><Option name="color" type="QString" value="255,255,255,255"/><Option name="style" type="QString" value="solid"/><Option name="outline_color" type="QString" value="255,0,255,255"/><Option name="outline_style" type="QString" value="solid"/><Option name="outline_width" type="QString" value="0.3"/><Option name="outline_width_unit" type="QString" value="MM"/><Option name="joinstyle" type="QString" value="bevel"/></Option></layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <blendMode>0</blendMode>
 <featureBlendMode>0</featureBlendMode>
 <layerOpacity>1</layerOpacity>
</qgis>
