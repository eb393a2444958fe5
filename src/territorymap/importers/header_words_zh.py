"""What column headers are called in Chinese: our own exports, CRM systems, lists by hand.

Owns the words, written without blanks and marks; header_words puts them behind the English and German ones.
"""

from __future__ import annotations

_POSTAL = "邮编 邮政编码 邮政区码 邮递区号"
_CITY = "城市 市 所在城市 地市 地级市"
_STATE = "省 省份 州 省州 所在省份 省市 省级"
_COUNTRY = "国家 国家地区 国家或地区 国别 国家代码"
_LON = "经度 东经 lng经度 gps经度"
_LAT = "纬度 北纬 lat纬度 gps纬度"
_UNIT = "单元代码 单元编码 行政区划代码 行政区代码 区划代码 区县代码 地区代码 县代码 单元"
_TERRITORY = "辖区 辖区名称 销售辖区 销售区域 区域 片区 所属辖区 所属区域"
_REP = "代表 销售代表 代表姓名 业务员 销售员 销售人员 客户经理 负责人 业务代表 医药代表 销售 归属人 所有者"
_KEY = "客户编号 客户代码 客户编码 客户id 客户号 编号 客户标识 终端编码 门店编号 账户编号"
_NAME = "客户名称 客户 客户姓名 公司名称 公司 企业名称 单位名称 终端名称 门店名称 医院名称 名称 账户名称"
_PERIOD = "期间 月份 月 季度 年份 年 年度 周 周次 日期 年月"
_SATISFACTION = "满意度 客户满意度 满意度0到10 满意度评分"
_PARTNER = "伙伴名称 渠道商名称 合作伙伴 伙伴 合作伙伴名称 渠道商 经销商 代理商 分销商 渠道伙伴"
_NOTE = "备注 说明 备注说明 注释"

CHINESE_WORDS: dict[str, dict[str, str]] = {
    "accounts": {
        "account_key": _KEY,
        "account_name": _NAME,
        "postal_code": _POSTAL,
        "city": _CITY,
        "state": _STATE,
        "country": _COUNTRY,
        "lon": _LON,
        "lat": _LAT,
        "street": "街道 地址 详细地址 街道地址 客户地址 街道未使用",
        "unit_code": _UNIT,
        "territory": _TERRITORY,
        "visits": "每年拜访次数 年拜访次数 拜访次数 拜访频次 年拜访频次 拜访频率",
        "visit_min": "每次拜访分钟数 拜访时长 每次拜访时长 拜访分钟数 每次拜访时间 拜访时间",
        "speed_kmh": "速度 行驶速度 行驶速度公里小时 速度公里小时 平均车速 车速",
        "detour": "绕行系数 绕行",
        "stops_per_trip": "每趟站数 每趟拜访数 每次出行站数",
        "satisfaction": _SATISFACTION,
        "mark": "标记 标记保护或更换代表 代表标记",
    },
    "reps": {
        "rep_name": f"{_REP} 姓名 员工 员工姓名 名称 人员",
        "first_name": "名",
        "last_name": "姓",
        "home_postal_code": f"驻地邮编 驻地邮政编码 {_POSTAL}",
        "home_city": f"驻地城市 驻地 常驻城市 工作地点 {_CITY}",
        "home_state": f"驻地省州 驻地省份 {_STATE}",
        "home_country": f"驻地国家地区 驻地国家 {_COUNTRY}",
        "lon": f"驻地经度 {_LON}",
        "lat": f"驻地纬度 {_LAT}",
        "capacity_h": "每年产能小时 产能小时 产能 每年工时 年工时 可用工时 工时 年可用工时",
        "fte": "全职比例 全职当量 全职折算 人力系数",
        "role": "销售角色 角色 岗位 职位",
        "seniority": "资历 资深程度",
        "career_level": "职级 级别 职等",
        "started_on": "入职日期 入职时间 入职",
        "languages": "语言 语种 会说的语言",
        "verticals": "行业 负责行业 擅长行业",
        "territory": _TERRITORY,
    },
    "alignment": {
        "unit_code": f"{_UNIT} {_POSTAL} 代码 起始代码 首个代码 起始邮编",
        "unit_code_to": "末个代码 区间的末个单元代码 截止代码 结束代码 截止邮编",
        "territory": _TERRITORY,
        "rep": _REP,
        "region": "大区 所属大区 大区名称 销售大区 战区",
    },
    "assignment": {"account_key": _KEY, "territory": f"{_TERRITORY} 名称", "rep": _REP},
    "metrics": {
        "period": _PERIOD,
        "rep": f"{_REP} 姓名 员工姓名",
        "territory": _TERRITORY,
        "metric": "指标 指标名称 考核指标 kpi指标",
        "value": "值 数值 指标值 实际 实际值 完成 指标的值",
    },
    "deals": {
        "account_key": _KEY,
        "account_name": _NAME,
        "rep": f"{_REP} {_PARTNER} 合作伙伴或代表 代表或合作伙伴 报备人 报备方",
        "deal_name": "商机名称 商机 项目名称 项目 销售机会 机会名称",
        "amount": "金额 商机金额 预计金额 合同金额 项目金额",
        "stage": "阶段 商机阶段 销售阶段 状态",
        "probability": "概率 赢率 成交概率 赢单概率",
        "registered_on": "报备日期 报备时间 登记日期 创建日期 创建时间",
        "expected_on": "预计成交日期 预计签约日期 预计结单日期 预计成交时间",
        "expires_on": "到期日期 失效日期 保护期至 有效期至 到期",
        "closed_on": "结案日期 成交日期 签约日期 结单日期 关闭日期",
        "product": "产品 产品名称 产品线 商品",
        "note": _NOTE,
    },
    "partners": {
        "partner": f"{_PARTNER} 名称 公司名称 代表或合作伙伴 合作伙伴或代表",
        "partner_type": "类型 合作伙伴类型 伙伴类型",
        "status": "状态 合作状态 招募状态",
        "tier": "等级 合作伙伴等级 伙伴等级",
        "contact": "联系人 主要联系人",
        "agreed_on": "签约日期 合作日期 签约时间",
        "left_on": "退出日期 终止日期 解约日期",
        "satisfaction": _SATISFACTION,
        "joint_plan": "联合计划 联合业务计划",
        "note": _NOTE,
        "territory": _TERRITORY,
        "home_postal_code": f"驻地邮编 {_POSTAL}",
        "home_city": f"驻地城市 {_CITY}",
        "home_state": f"驻地省州 {_STATE}",
        "home_country": f"驻地国家地区 {_COUNTRY}",
        "lon": f"驻地经度 {_LON}",
        "lat": f"驻地纬度 {_LAT}",
    },
    "credentials": {
        "partner": f"{_PARTNER} 合作伙伴或代表 代表或合作伙伴 {_REP}",
        "kind": "类型 种类 认证或培训",
        "title": "认证 培训 证书 标题 课程",
        "obtained_on": "取得日期 获得日期 发证日期 完成日期",
        "expires_on": "到期日期 失效日期 有效期至",
    },
    "partner_figures": {
        "partner": f"{_PARTNER} 合作伙伴或代表",
        "period": _PERIOD,
        "territory": _TERRITORY,
        "revenue": "收入 销售额 实际收入 业绩 营收",
        "target": "收入目标 目标 任务 销售目标 指标",
        "satisfaction": _SATISFACTION,
    },
}
CHINESE_SUMS = frozenset(
    [
        "销售额",
        "销售收入",
        "收入",
        "营收",
        "营业额",
        "业绩",
        "销量",
        "潜力",
        "潜在销售额",
        "金额",
        "数量",
        "订单",
        "订单数",
        "利润",
        "毛利",
        "员工数",
        "人数",
        "人口",
        "户数",
        "床位数",
        "病人数",
        "成本",
        "费用",
        "预算",
        "价格",
        "合计金额",
        "商机金额",
        "工时",
        "拜访次数",
        "得分",
        "台数",
    ]
)
CHINESE_NAMES = frozenset(
    [
        "编号",
        "代码",
        "编码",
        "号码",
        "电话",
        "手机",
        "传真",
        "邮编",
        "日期",
        "时间",
        "年份",
        "月份",
        "序号",
        "网址",
        "邮箱",
        "电子邮件",
        "经度",
        "纬度",
        "税号",
        "行号",
    ]
)
CHINESE_CLASSES = frozenset(
    ["等级", "级别", "分级", "类型", "分类", "类别", "状态", "阶段", "优先级", "行业", "规模", "分组", "层级"]
)
CHINESE_TOTALS = frozenset(["总计", "合计", "小计", "总和", "汇总", "总合计"])
