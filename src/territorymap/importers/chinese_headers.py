"""Chinese column headers of lists of partners, which the guess by words leaves out. Owns these words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from territorymap.importers.fields import fields_of

KINDS = ("partners", "credentials", "partner_figures")
_WORDS = {
    "partner": "合作伙伴 伙伴 伙伴名称 合作伙伴名称 渠道伙伴 渠道商 经销商 代理商 公司 名称",
    "partner_type": "类型 伙伴类型",
    "status": "状态 阶段",
    "tier": "等级 级别 伙伴等级",
    "contact": "联系人 联系方式",
    "agreed_on": "签约日期 签约日 合作日期",
    "left_on": "离开日期 终止日期",
    "satisfaction": "满意度 满意度评分",
    "joint_plan": "联合计划 共同计划",
    "note": "备注 说明",
    "home_postal_code": "邮编 邮政编码",
    "home_city": "城市",
    "home_state": "省 省份 州",
    "home_country": "国家",
    "kind": "类别 种类 类型",
    "title": "证书 认证 培训 证书名称 认证名称 课程",
    "obtained_on": "取得日期 获得日期 发证日期",
    "expires_on": "到期日 到期日期 有效期至 失效日期",
    "period": "期间 时期 周期 季度 月份 年份",
    "territory": "区域 销售区域 辖区",
    "revenue": "收入 销售额 实际收入 营收 业绩",
    "target": "目标 收入目标 销售目标 指标",
}


def with_chinese(headers: Sequence[str], kind: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Return field -> header with the fields that a Chinese header names, where none was found yet."""
    found = dict(fields)
    if kind not in KINDS:
        return found
    for spec in fields_of(kind):
        words = _WORDS.get(spec.name, "").split()
        if spec.name not in found:
            free = [header for header in headers if header not in found.values()]
            header = next((header for header in free if "".join(header.split()) in words), None)
            if header is not None:
                found[spec.name] = header
    return {spec.name: found[spec.name] for spec in fields_of(kind) if spec.name in found}
