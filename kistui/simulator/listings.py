"""Items: a few that everyone knows, and as many made-up ones as a scene wants."""

from kistui.simulator.prices import Instrument, deterministic_random, round_to_tick

SAMSUNG = Instrument("005930", "삼성전자", 88_500, drift_bias=1)
HYNIX = Instrument("000660", "SK하이닉스", 412_000)
NAVER = Instrument("035420", "NAVER", 236_500)
HYUNDAI = Instrument("005380", "현대차", 221_000)
KODEX_200 = Instrument("069500", "KODEX 200", 47_850)
TIGER_SP500 = Instrument("360750", "TIGER 미국S&P500", 24_300)
KEPCO = Instrument("015760", "한국전력", 38_900)
KAKAO = Instrument("035720", "카카오", 61_300, drift_bias=-1)
CELLTRION = Instrument("068270", "셀트리온", 171_600)
LG_ENERGY = Instrument("373220", "LG에너지솔루션", 402_500)
KB = Instrument("105560", "KB금융", 118_200)
POSCO = Instrument("005490", "POSCO홀딩스", 301_500)
SAMSUNG_ELECTRO = Instrument("009150", "삼성전기", 141_900)
BONDS = Instrument("148070", "KIWOOM 국고채10년", 108_900)
MONEY_MARKET = Instrument("459580", "KODEX CD금리액티브(합성)", 107_200)
NASDAQ_100 = Instrument("133690", "TIGER 미국나스닥100", 131_600)

_NAME_PREFIXES = (
    "한빛", "대성", "미래", "동원", "가온", "누리", "세종", "금강", "태백", "한라", "신우", "삼정",
    "우성", "다온", "이룸", "HB", "NK", "에이치엘", "인터", "글로벌",
)  # fmt: skip
_NAME_INDUSTRIES = (
    "전자", "화학", "바이오", "홀딩스", "건설", "제약", "테크", "소프트", "에너지", "중공업",
    "식품", "머티리얼즈", "반도체", "로보틱스", "엔터테인먼트", "파마", "스틸", "증권", "물산",
    "시스템즈",
)  # fmt: skip
_NAME_SUFFIXES = ("", "", "", "", "", "우", "2우B", "지주")
_ETF_BRANDS = ("HANBIT", "NURI", "GAON", "SEJONG", "DAON")
_ETF_THEMES = (
    "미국나스닥100", "코스닥150레버리지", "국고채10년", "미국배당다우존스", "글로벌AI반도체TOP10",
    "미국테크TOP10타겟커버드콜액티브", "CD금리투자KIS", "단기통안채", "2차전지소재Fn",
    "유로스탁스50",
)  # fmt: skip
_ETF_SUFFIXES = ("", "", "(H)", "(합성 H)", " TR", "혼합50액티브파생형(합성 H)")

_ALL_ETF_BRANDS = ("KODEX", "TIGER", "KIWOOM", *_ETF_BRANDS)


def is_etf_name(name: str) -> bool:
    """Whether a name is that of an ETF."""
    return name.startswith(_ALL_ETF_BRANDS)


def generate_instrument(index: int, seed: int) -> Instrument:
    """The item of that number: its code is of no other number and of no item above."""
    close = round_to_tick(
        (10 + deterministic_random(90, seed, index, "digits"))
        * 10 ** (2 + deterministic_random(3, seed, index, "size"))
    )
    return Instrument(_code(index), _name(index, seed), close)


def _code(index: int) -> str:
    """Six digits in 6xxxx0, which no item above has; some with a letter or an ETN's Q."""
    if index % 23 == 11:
        return f"Q{500_000 + index}"
    if index % 17 == 5:
        return f"{index % 10_000:04d}K{index // 10_000}"
    return f"{600_000 + index * 10 % 100_000:06d}"


def _name(index: int, seed: int) -> str:
    parts: tuple[tuple[str, ...], ...] = (_NAME_PREFIXES, _NAME_INDUSTRIES, _NAME_SUFFIXES)
    if deterministic_random(4, seed, index, "fund") == 0:
        parts = (_ETF_BRANDS, (" ",), _ETF_THEMES, _ETF_SUFFIXES)
    chosen = [
        part[deterministic_random(len(part), seed, index, place)]
        for place, part in enumerate(parts)
    ]
    return "".join(chosen)
