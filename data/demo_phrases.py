"""Names and phrases of the demonstration client: all invented, each with its English wording."""

from __future__ import annotations

from typing import NamedTuple


class City(NamedTuple):
    """A city a customer sits in: its region, English name, centre in degrees and share of the region."""

    city: str
    city_en: str
    region: str
    longitude: float
    latitude: float
    weight: float


class Segment(NamedTuple):
    """A market segment, its industry name, and the trade's habits in it.

    ``price`` is the usual price in yuan per seat and month, ``payment_days`` the usual credit, ``tender`` the
    share of deals put out to tender, ``customers`` and ``prospects`` its share of ours, ``season`` twelve month factors.
    """

    segment: str
    segment_en: str
    industry: str
    industry_en: str
    price: int
    payment_days: int
    tender: float
    customers: float
    prospects: float
    season: tuple[float, ...]


REGIONS = {"华东": "East China", "华南": "South China", "华北": "North China"}

CITIES = (
    City("上海", "Shanghai", "华东", 121.47, 31.23, 0.34),
    City("杭州", "Hangzhou", "华东", 120.16, 30.27, 0.22),
    City("南京", "Nanjing", "华东", 118.80, 32.06, 0.16),
    City("苏州", "Suzhou", "华东", 120.60, 31.30, 0.12),
    City("合肥", "Hefei", "华东", 117.23, 31.82, 0.10),
    City("宁波", "Ningbo", "华东", 121.55, 29.87, 0.06),
    City("广州", "Guangzhou", "华南", 113.26, 23.13, 0.36),
    City("深圳", "Shenzhen", "华南", 114.06, 22.55, 0.34),
    City("佛山", "Foshan", "华南", 113.12, 23.02, 0.12),
    City("南宁", "Nanning", "华南", 108.37, 22.82, 0.10),
    City("海口", "Haikou", "华南", 110.33, 20.03, 0.08),
    City("北京", "Beijing", "华北", 116.41, 39.90, 0.50),
    City("天津", "Tianjin", "华北", 117.20, 39.13, 0.22),
    City("石家庄", "Shijiazhuang", "华北", 114.51, 38.04, 0.14),
    City("太原", "Taiyuan", "华北", 112.55, 37.87, 0.14),
)

SEGMENTS = (
    Segment("银行", "Banking", "金融", "Finance", 7400, 75, 0.8, 0.22, 0.26,
            (1.04, 0.94, 1.02, 1.0, 0.99, 1.01, 0.99, 0.99, 1.0, 0.98, 1.01, 1.03)),
    Segment("保险", "Insurance", "金融", "Finance", 6900, 60, 0.6, 0.16, 0.19,
            (1.12, 0.96, 1.05, 0.98, 0.97, 1.0, 0.98, 0.97, 0.99, 0.97, 0.99, 1.02)),
    Segment("电商", "E-commerce", "互联网", "Internet", 6100, 45, 0.25, 0.20, 0.23,
            (0.96, 0.82, 0.95, 0.94, 1.02, 1.2, 0.94, 0.93, 0.98, 1.05, 1.3, 1.12)),
    Segment("政务热线", "Government hotlines", "政务", "Government", 6500, 105, 0.95, 0.15, 0.06,
            (0.98, 0.93, 1.0, 1.0, 1.0, 1.02, 1.05, 1.04, 1.01, 0.98, 0.99, 1.0)),
    Segment("通信", "Telecom", "通信", "Telecom", 6300, 90, 0.85, 0.14, 0.13,
            (1.02, 0.97, 1.02, 1.0, 1.0, 0.99, 0.99, 1.0, 1.01, 0.99, 1.0, 1.01)),
    Segment("物流", "Logistics", "物流", "Logistics", 5800, 60, 0.35, 0.13, 0.13,
            (1.02, 0.8, 0.96, 0.96, 0.98, 1.05, 0.97, 0.96, 1.0, 1.03, 1.2, 1.12)),
)  # fmt: skip

# Customers are an invented place followed by a kind of business; no pair is a real firm.
PLACES = {
    "东岭": "Dongling", "云汀": "Yunting", "青岫": "Qingxiu", "澄溪": "Chengxi", "望渚": "Wangzhu",
    "霁野": "Jiye", "砚湖": "Yanhu", "禾渡": "Hedu", "远岫": "Yuanxiu", "临汐": "Linxi", "白渚": "Baizhu",
    "星垣": "Xingyuan", "景渊": "Jingyuan", "柏屿": "Boyu", "鸣涧": "Mingjian", "锦澜": "Jinlan",
    "曜川": "Yaochuan", "宁渚": "Ningzhu", "雁洲": "Yanzhou", "琅川": "Langchuan", "溪桐": "Xitong",
    "墨溪": "Moxi", "朔原": "Shuoyuan", "嘉屿": "Jiayu", "绛云": "Jiangyun", "璟山": "Jingshan",
    "槐川": "Huaichuan", "棠梨": "Tangli", "苇岸": "Wei'an", "晴屿": "Qingyu", "桐岭": "Tongling",
    "枫渡": "Fengdu", "烟汀": "Yanting", "雪岭": "Xueling", "晓渡": "Xiaodu", "蓝汀": "Lanting",
    "砾川": "Lichuan", "筠岭": "Yunling", "漪湖": "Yihu", "霖洲": "Linzhou", "兰渚": "Lanzhu",
    "月陂": "Yuebei", "潭映": "Tanying", "桑陌": "Sangmo", "屿安": "Yu'an", "映川": "Yingchuan",
    "穗野": "Suiye", "橙湾": "Chengwan", "渔浦": "Yupu", "榆塘": "Yutang", "菱渡": "Lingdu",
    "鹭汀": "Luting", "松涧": "Songjian", "竹渚": "Zhuzhu", "沁原": "Qinyuan", "岚屿": "Lanyu",
}  # fmt: skip

BUSINESSES = {
    "银行": {
        "银行信用卡中心": "Bank Credit Card Centre", "银行远程银行中心": "Bank Remote Banking Centre",
        "农商银行": "Rural Commercial Bank", "消费金融": "Consumer Finance", "村镇银行": "Village Bank",
    },
    "保险": {
        "人寿客户服务中心": "Life Customer Service Centre", "财产保险": "Property Insurance",
        "健康保险": "Health Insurance", "养老保险": "Pension Insurance", "互助保险社": "Mutual Insurance",
    },
    "电商": {
        "生鲜商城": "Fresh Food Mall", "母婴商城": "Mother & Baby Mall", "家居电商": "Home Furnishing Online",
        "跨境购": "Cross-border Shopping", "服饰电商": "Fashion Online",
    },
    "政务热线": {
        "新区12345热线分中心": "New District 12345 Hotline", "医保服务热线": "Medical Insurance Hotline",
        "公积金服务热线": "Housing Fund Hotline", "水务热线": "Water Services Hotline",
        "人社服务热线": "Labour Services Hotline",
    },
    "通信": {
        "通信在线服务公司": "Telecom Online Services", "广电网络": "Cable Network", "宽带": "Broadband",
        "移动转售": "Mobile Resale", "卫星通信": "Satellite Telecom",
    },
    "物流": {
        "快运": "Express Freight", "速递": "Courier", "冷链": "Cold Chain", "供应链": "Supply Chain",
        "同城配送": "City Delivery",
    },
}  # fmt: skip

# name, pinyin, role, team, region, city, hired, left, the colleague whose post was taken over, share of a post
Person = tuple[str, str, str, str, str, str, str, int, float]
EAST1, EAST2, SOUTH, NORTH = "华东一部", "华东二部", "华南部", "华北部"
TEAMS = {EAST1: "East Team 1", EAST2: "East Team 2", SOUTH: "South Team", NORTH: "North Team"}
TEAM_REGION = {EAST1: "华东", EAST2: "华东", SOUTH: "华南", NORTH: "华北"}

PEOPLE: tuple[Person, ...] = (
    ("顾承远", "Gu Chengyuan", "sales_manager", EAST1, "上海", "2015-03-02", "", 0, 1.0),
    ("黎敬之", "Li Jingzhi", "sales_manager", SOUTH, "广州", "2016-07-11", "", 0, 1.0),
    ("尹长风", "Yin Changfeng", "sales_manager", NORTH, "北京", "2017-04-17", "", 0, 1.0),
    ("沈若溪", "Shen Ruoxi", "account_manager", EAST1, "上海", "2018-05-07", "", 0, 1.0),
    ("陆一鸣", "Lu Yiming", "account_manager", EAST1, "上海", "2019-03-18", "", 0, 1.0),
    ("方晓棠", "Fang Xiaotang", "account_manager", EAST1, "南京", "2021-06-21", "", 0, 1.0),
    ("许知行", "Xu Zhixing", "account_manager", EAST1, "苏州", "2026-04-01", "", 31, 1.0),
    ("魏明轩", "Wei Mingxuan", "product_manager", EAST1, "上海", "2019-09-02", "", 0, 1.0),
    ("蒋思彤", "Jiang Sitong", "product_manager", EAST1, "上海", "2022-02-14", "", 0, 1.0),
    ("袁立诚", "Yuan Licheng", "delivery_manager", EAST1, "上海", "2017-10-09", "", 0, 1.0),
    ("贺文静", "He Wenjing", "delivery_manager", EAST1, "南京", "2020-08-03", "", 0, 1.0),
    ("曹嘉宁", "Cao Jianing", "account_manager", EAST2, "杭州", "2018-11-05", "", 0, 1.0),
    ("董雨桐", "Dong Yutong", "account_manager", EAST2, "杭州", "2020-04-13", "", 0, 1.0),
    ("范子墨", "Fan Zimo", "account_manager", EAST2, "合肥", "2026-07-06", "", 12, 1.0),
    ("邵君浩", "Shao Junhao", "product_manager", EAST2, "杭州", "2021-03-01", "", 0, 1.0),
    ("孟书瑶", "Meng Shuyao", "delivery_manager", EAST2, "杭州", "2019-05-20", "", 0, 1.0),
    ("梁启航", "Liang Qihang", "account_manager", SOUTH, "深圳", "2017-08-14", "", 0, 1.0),
    ("冯佩珊", "Feng Peishan", "account_manager", SOUTH, "广州", "2020-10-12", "", 0, 1.0),
    ("叶俊杰", "Ye Junjie", "account_manager", SOUTH, "广州", "2022-05-09", "", 0, 1.0),
    ("罗海珊", "Luo Haishan", "account_product_manager", SOUTH, "南宁", "2019-12-02", "", 0, 1.0),
    ("钟毅", "Zhong Yi", "product_manager", SOUTH, "深圳", "2025-09-01", "", 32, 1.0),
    ("邓咏诗", "Deng Yongshi", "delivery_manager", SOUTH, "广州", "2018-06-25", "", 0, 1.0),
    ("温家豪", "Wen Jiahao", "delivery_manager", SOUTH, "深圳", "2023-03-13", "", 0, 1.0),
    ("韩立夏", "Han Lixia", "account_manager", NORTH, "北京", "2018-02-26", "", 0, 1.0),
    ("白景行", "Bai Jingxing", "account_manager", NORTH, "天津", "2021-09-13", "", 0, 0.5),
    ("秦暮雪", "Qin Muxue", "account_product_manager", NORTH, "北京", "2019-07-15", "", 0, 1.0),
    ("杜若飞", "Du Ruofei", "product_manager", NORTH, "北京", "2020-11-16", "", 0, 1.0),
    ("乔安然", "Qiao Anran", "product_manager", NORTH, "北京", "2023-08-07", "", 0, 1.0),
    ("石磊", "Shi Lei", "delivery_manager", NORTH, "北京", "2016-09-19", "", 0, 1.0),
    ("任雪芬", "Ren Xuefen", "delivery_manager", NORTH, "天津", "2022-10-10", "", 0, 1.0),
    ("章柏年", "Zhang Bonian", "account_manager", EAST1, "苏州", "2017-05-15", "2026-03-31", 0, 1.0),
    ("庄晓峰", "Zhuang Xiaofeng", "product_manager", SOUTH, "深圳", "2020-03-16", "2025-08-31", 0, 1.0),
)

# Shares of visits by purpose: existing customers, then prospects.
PURPOSES = {
    "existing": (
        ("月度服务回顾", "Monthly service review", 0.30), ("季度经营回顾", "Quarterly business review", 0.16),
        ("考核结果沟通", "Discuss assessment results", 0.14), ("续签沟通", "Discuss renewal", 0.12),
        ("扩席需求沟通", "Discuss more seats", 0.10), ("投诉处理复盘", "Review of complaints", 0.08),
        ("对账与回款", "Reconcile and collect", 0.10),
    ),
    "prospect": (
        ("首次拜访", "First visit", 0.18), ("需求调研", "Find out needs", 0.24), ("方案汇报", "Present proposal", 0.20),
        ("试点方案沟通", "Discuss a pilot", 0.12), ("招标信息跟进", "Follow up a tender", 0.14),
        ("报价沟通", "Discuss price", 0.12),
    ),
}  # fmt: skip
PURPOSES["lost"] = PURPOSES["prospect"]

OUTCOMES = {
    "existing": (
        ("服务稳定，客户认可", "Service steady, customer content", 0.42), ("提出改进要求", "Asked for improvements", 0.26),
        ("有扩席意向", "May add seats", 0.12), ("续签条件待内部审批", "Renewal terms await approval", 0.12),
        ("对考核扣款有异议", "Disputes the penalty", 0.08),
    ),
    "prospect": (
        ("需求未明确", "Needs not yet clear", 0.34), ("同意安排方案汇报", "Agreed to a presentation", 0.24),
        ("愿意试点", "Willing to pilot", 0.10), ("等待招标计划", "Waiting for the tender plan", 0.20),
        ("暂无预算", "No budget for now", 0.12),
    ),
}  # fmt: skip
OUTCOMES["lost"] = OUTCOMES["prospect"]

KINDS = (
    ("visit", 0.78), ("demo", 0.06), ("site_tour", 0.05), ("seminar", 0.04), ("help", 0.04), ("trial", 0.03),
)  # fmt: skip

OBJECTIONS = (
    ("价格偏高", "Price too high", "按产能给出阶梯报价", "Offered prices by volume"),
    ("担心人员流失", "Fears staff turnover", "提供留存率与储备名单", "Showed retention and reserves"),
    ("数据安全顾虑", "Worried about data security", "安排职场安全参观", "Arranged a secure-site tour"),
    ("已有供应商", "Has a supplier", "建议小规模试点对比", "Proposed a small pilot to compare"),
)

NEXT_STEPS = (
    ("提交改进方案", "Submit improvement plan"),
    ("发送报价单", "Send a quotation"),
    ("安排职场参观", "Arrange a site tour"),
    ("补充案例资料", "Send case material"),
    ("确认续签时间", "Confirm renewal date"),
    ("提交质检报告", "Submit quality report"),
)

PROMISES = (
    ("提供节假日加班排班方案", "Give a roster for the holidays"),
    ("更换投诉较多的坐席", "Replace agents with many complaints"),
    ("开放质检录音查询", "Open the quality recordings"),
    ("按新口径重出月报", "Redo the monthly report by the new definition"),
    ("安排技术对接人", "Name a technical contact"),
    ("给出扩席报价", "Quote for more seats"),
    ("补培训记录", "Hand in the training records"),
    ("核对上月考核扣款", "Check last month's penalties"),
)
CHANGES = (
    ("客户推迟了上线", "Customer put off the start"),
    ("需要总部审批", "Head office has to approve"),
    ("需求口径有变", "The request itself changed"),
)

COMPETITORS = (
    ("同渡服务", "Tongdu Services", 0.34),
    ("蓝屿客服", "Lanyu Contact", 0.26),
    ("新垣外包", "Xinyuan Outsourcing", 0.22),
    ("客户自建", "Customer in-house", 0.18),
)
LOST_REASONS = (
    ("报价高于对手", "Priced above rivals", 0.36),
    ("技术分不足", "Technical score too low", 0.18),
    ("原供应商续约", "Incumbent renewed", 0.22),
    ("项目取消或缓办", "Project cancelled or delayed", 0.14),
    ("属地职场不符合要求", "No site in the city asked for", 0.10),
)

# The article's steps of the sales process, with the usual chance of winning a deal that stands there.
STAGES = (
    ("需求挖掘", "Find needs", 0.12, 0.40),
    ("建立信任", "Build trust", 0.25, 0.35),
    ("达成交易", "Close the deal", 0.45, 0.25),
)
STAGE_WON, STAGE_WON_EN = "交付实施", "Deliver"
