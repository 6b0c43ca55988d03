"""Domestic instruments, well-known and generated, and their prices.

A price moves smoothly around the previous close and depends only on seed and time. All numbers are
integers, so that every machine computes the same won.
"""

from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

PRICE_HOLD_SECONDS = 3
"""Seconds for which prices do not change."""

DRIFT_BIAS = 20_000
"""Millionths by which a bias moves a price: more than the waves can offset."""

# Period in seconds, amplitude in millionths of the previous close.
DAY_WAVE = (6 * 3600, 22_000)
SHORT_WAVES = ((600, 8_000), (45, 2_500))


class Instrument(NamedTuple):
    """A listed instrument; `previous_close` is in won, `drift_bias` 1 to rise or -1 to fall."""

    code: str
    name: str
    previous_close: int
    drift_bias: int = 0

    @property
    def long_code(self) -> str:
        """The code in the 12 characters of some TRs: `00000A005930`, of an ETN `00000Q500011`."""
        prefix = "" if self.code.startswith("Q") else "A"
        return f"{prefix}{self.code}".rjust(12, "0")


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


def price_tick_time(instant: datetime) -> int:
    """Return the epoch second of the last price change."""
    return int(instant.timestamp()) // PRICE_HOLD_SECONDS * PRICE_HOLD_SECONDS


def price_drift(code: str, seed: int, seconds: int, bias: int = 0) -> int:
    """Return the distance from the previous close at an epoch second, in millionths."""
    waves = SHORT_WAVES if bias else (DAY_WAVE, *SHORT_WAVES)
    return bias * DRIFT_BIAS + sum(
        random_wave(f"{seed}/{code}", seconds, period, reach) for period, reach in waves
    )


def tick_size(won: int) -> int:
    """Return KRX's price step at a price in won."""
    steps = ((2_000, 1), (5_000, 5), (20_000, 10), (50_000, 50), (200_000, 100), (500_000, 500))
    return next((step for below, step in steps if won < below), 1_000)


def round_to_tick(won: int) -> int:
    """Return the nearest price on a KRX tick."""
    step = tick_size(won)
    return (won + step // 2) // step * step


def deterministic_random(upper_bound: int, *seed_parts: object) -> int:
    """Return a number in `range(upper_bound)` that depends only on `seed_parts`."""
    digest = blake2b("/".join(map(str, seed_parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % upper_bound


def random_wave(name: str, time: int, period: int, reach: int) -> int:
    """Return a curve through random points a period apart, joined smoothly; time has any unit."""
    index, within = divmod(time, period)
    start, end = (
        deterministic_random(2 * reach + 1, name, period, index + offset) - reach
        for offset in (0, 1)
    )
    return start + (end - start) * within**2 * (3 * period - 2 * within) // period**3


def is_etf_name(name: str) -> bool:
    """Return whether the name is an ETF's."""
    return name.startswith(_ALL_ETF_BRANDS)


def generate_instrument(index: int, seed: int) -> Instrument:
    """Return the generated instrument with this index; its code is unique."""
    close = round_to_tick(
        (10 + deterministic_random(90, seed, index, "digits"))
        * 10 ** (2 + deterministic_random(3, seed, index, "size"))
    )
    return Instrument(_code(index), _name(index, seed), close)


def _code(index: int) -> str:
    """Return 6xxxx0, which no well-known instrument has, or a code with a letter or an ETN's Q."""
    if index % 23 == 11:
        return f"Q{500_000 + index}"
    if index % 17 == 5:
        return f"{index % 10_000:04d}K{index // 10_000}"
    return f"{600_000 + index * 10 % 100_000:06d}"


def _name(index: int, seed: int) -> str:
    parts: tuple[tuple[str, ...], ...] = (_NAME_PREFIXES, _NAME_INDUSTRIES, _NAME_SUFFIXES)
    if deterministic_random(4, seed, index, "fund") == 0:
        parts = (_ETF_BRANDS, (" ",), _ETF_THEMES, _ETF_SUFFIXES)
    words = [
        part[deterministic_random(len(part), seed, index, position)]
        for position, part in enumerate(parts)
    ]
    return "".join(words)
