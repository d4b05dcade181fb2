"""The list that a new portal starts with: 24 lines of 三事分流责任清单 (domain.md 3.1.7), editable afterwards.

Names are those of the list; the words that suggest a line are ours. A line: number, Chinese and English name, words,
usual lead tier (2 grid, 3 community, 4 street), urgency.
"""

from typing import Any

Line = tuple[int, str, str, str, int, str]

OFFICIAL: list[Line] = [
    (1, "政府管理事项", "Government administration", "证明 户口 居住证 社保 医保 办证 政策 登记 审批 选举", 4, "u3"),
    (
        2,
        "基本公共服务（水、电、气等）",
        "Basic public services (water, power, gas)",
        "停水 停电 停气 水管 爆裂 燃气 供水 供电 供暖 水压 自来水 电表",
        4,
        "u2",
    ),
    (3, "重大基础设施建设", "Major infrastructure", "征地 拆迁 地铁 施工 高架 桥梁 扩建 建设项目", 4, "u4"),
    (4, "重大民生实事", "Major livelihood projects", "加装电梯 老旧小区 改造 学校 幼儿园 食堂 养老院 卫生站", 4, "u4"),
    (
        5,
        "公共安全与执法",
        "Public safety and law enforcement",
        "消防 火灾 安全隐患 盗窃 诈骗 打架 赌博 烟花 危房 高空抛物 电动车进楼",
        4,
        "u2",
    ),
    (
        6,
        "市政道路、管网、路灯",
        "Public roads, sewers and street lights",
        "路灯 道路 坑洼 下水道 管网 污水 井盖 路面 堵塞 积水 人行道",
        4,
        "u2",
    ),
    (
        7,
        "社会救助与补贴",
        "Social assistance and subsidies",
        "低保 补贴 救助 困难 残疾 津贴 临时救助 高龄 特困",
        4,
        "u3",
    ),
    (
        8,
        "规划、违建、环保",
        "Planning, illegal building, environment",
        "违建 违章搭建 搭建 油烟 噪声污染 扬尘 排污 臭味 焚烧",
        4,
        "u3",
    ),
]
COLLABORATIVE: list[Line] = [
    (1, "居民之间的共同事务", "Common affairs between residents", "公约 议事 楼道灯 公摊 分摊 门禁 共用 共有", 3, "u3"),
    (2, "业委会依法履职", "Duties of the owners' committee", "业委会 业主大会 维修基金 换届 业主委员会", 3, "u4"),
    (3, "物业企业依法履职", "Duties of the property firm", "物业 保安 保洁 电梯故障 电梯 物业费 监控 门卫", 3, "u3"),
    (
        4,
        "集体三资管理",
        "Collective funds, assets and resources",
        "集体资产 三资 公共收益 出租收入 广告收入 账目 公示",
        3,
        "u4",
    ),
    (
        5,
        "小区绿化、公共空间",
        "Greening and public space",
        "绿化 树木 修剪 草坪 花坛 广场 健身器材 凉亭 毁绿 种菜",
        3,
        "u3",
    ),
    (6, "停车管理", "Parking management", "停车 车位 乱停 占道 堵车 道闸 挪车 僵尸车", 3, "u3"),
    (7, "垃圾分类", "Waste sorting", "垃圾 分类 投放 垃圾桶 清运 建筑垃圾 大件垃圾", 3, "u3"),
    (
        8,
        "楼道堆物、充电、养宠公约",
        "Corridor clutter, charging, pet rules",
        "楼道 堆物 杂物 充电 飞线 充电桩 养犬 遛狗 电动车",
        3,
        "u3",
    ),
]
FAMILY: list[Line] = [
    (1, "个人事务", "Personal matters", "个人 搬家 丢失 钥匙 迷路 陪诊", 2, "u3"),
    (
        2,
        "法定义务（赡养、抚养、缴费）",
        "Statutory duties (support, upbringing, fees)",
        "赡养 抚养 抚养费 赡养费 欠费 缴费 孝敬",
        2,
        "u3",
    ),
    (3, "婚姻家庭矛盾", "Marriage and family discord", "夫妻 婚姻 吵架 离婚 婆媳 家庭矛盾 兄弟 分居 争吵", 2, "u3"),
    (4, "户内维修", "Upkeep inside one's own dwelling", "户内 家里 马桶 水龙头 灯泡 换锁 疏通 电路 家中", 2, "u3"),
    (
        5,
        "两户间噪音、宠物、漏水",
        "Noise, pets or leaks between two households",
        "楼上 楼下 邻居 漏水 噪音 扰民 宠物 狗叫 渗水 隔壁 装修",
        2,
        "u3",
    ),
    (
        6,
        "继承、借贷、私人合同",
        "Inheritance, loans, private contracts",
        "继承 遗产 借钱 借款 欠钱 合同 房租 租金 押金",
        2,
        "u3",
    ),
    (
        7,
        "求职、就学、个人服务",
        "Work, study and personal services",
        "找工作 求职 就业 上学 入学 辅导 理发 家政 托管",
        2,
        "u3",
    ),
    (8, "红白喜事", "Weddings and funerals", "婚礼 结婚 丧事 白事 红事 酒席 葬礼 办酒", 2, "u3"),
]


def rows() -> list[dict[str, Any]]:
    """The 24 lines as column values of ``ClassificationRule``."""
    listed = (("official", OFFICIAL), ("collaborative", COLLABORATIVE), ("family", FAMILY))
    return [
        {
            "category": category,
            "number": number,
            "name_zh": name_zh,
            "name_en": name_en,
            "keywords": keywords,
            "tier": tier,
            "urgency": urgency,
        }
        for category, lines in listed
        for number, name_zh, name_en, keywords, tier, urgency in lines
    ]


def install(model: Any) -> None:
    """Add the lines that are missing; what was edited stays as it is.

    ``model`` is ClassificationRule, or the historical one of a migration.
    """
    for row in rows():
        model._default_manager.get_or_create(category=row["category"], number=row["number"], defaults=row)
