// SPDX-License-Identifier: MIT
#include "linmu/demo/names.hpp"

#include <array>
#include <cassert>

namespace linmu::demo {
namespace {

constexpr int names_each = 11;
struct Names {
    const char* code;
    const char* name;
    std::array<const char*, names_each> villages;
};

constexpr std::array<Names, township_names> names{{
    {"140722100",
     "辽阳镇",
     {"黄家会", "前龙", "沐池", "东沟", "五里堠", "原庄", "柏管寺", "柏峪", "东寨", "西寨", "高庄"}},
    {"140722101",
     "桐峪镇",
     {"桐滩", "下武", "武家峧", "隘口", "上武", "白家庄", "苇则", "前山", "西峧", "壑岩", "南冶"}},
    {"140722102",
     "麻田镇",
     {"麻田", "云头底", "南窑", "上口", "南会", "武军寺", "苏公", "西安", "东安", "西崖底", "泽城"}},
    {"140722103",
     "芹泉镇",
     {"芹泉", "箕山", "中店", "禅房", "五里铺", "东水", "大南庄", "小南庄", "关滩", "下庄", "漳漕"}},
    {"140722104",
     "拐儿镇",
     {"拐儿", "骆驼", "秦家庄", "路家庄", "西五指", "东五指", "阪上", "天门", "寺坪", "桃园", "板峪"}},
    {"140722200",
     "寒王乡",
     {"寒王", "平王", "水横", "清河店", "段峪", "里长", "鹿鸣", "下其至", "上其至", "宋家庄", "石港"}},
    {"140722201",
     "石匣乡",
     {"石匣", "马厩", "上会", "大林", "柳林", "姜家庄", "小岭底", "魏家庄", "管头", "竹宁", "川口"}},
    {"140722204",
     "羊角乡",
     {"羊角", "瓦缸窑", "武家坪", "洞子岩", "水峪沟", "磨沟", "四里庄", "高家井", "新庄", "圪道", "后岭"}},
}};
constexpr std::array prefixes{"", "上", "下", "东", "西", "南", "北", "前", "后", "新", "小", "大"};

const Names& names_of(int i) {
    assert(i >= 0 && i < township_names);
    return names[static_cast<std::size_t>(i)];
}

}  // namespace

std::string township_code(int i) { return names_of(i).code; }
std::string township_name(int i) { return names_of(i).name; }

std::string village_name(int township, int i) {
    const auto round = static_cast<std::size_t>(i / names_each) % prefixes.size();
    return std::string(prefixes[round]) + names_of(township).villages[static_cast<std::size_t>(i % names_each)] + "村";
}

}  // namespace linmu::demo
