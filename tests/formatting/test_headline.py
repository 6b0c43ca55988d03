"""The headline as text: on one line where it fits, and short in the title bar."""

import pytest

from kistui import i18n
from kistui.formatting import status
from kistui.formatting.cells import Cell, Role, display_width, plain_text
from kistui.formatting.headline import headline_lines, short_headline
from kistui.i18n.translations import Translations
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.totals import Headline, ScopedAmount

KO, EN = i18n.load_translations("ko"), i18n.load_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])
HEADLINE = Headline(
    total_value=ScopedAmount(96_635_979, 74_718_611),
    day_change=ScopedAmount(394_238, None),
    previous_total_value=ScopedAmount(96_241_741, None),
    profit_loss=ScopedAmount(7_752_958, 2_791_936),
    purchase_amount=ScopedAmount(68_459_542, 66_627_025),
)


@BOTH
def test_the_headline_is_one_line_at_80_columns(t: Translations) -> None:
    (line,) = headline_lines(HEADLINE, t, 76, amounts_hidden=False)
    text = plain_text(line)
    for part in ("171,354,590", "394,238 +0.41%", "10,544,894 +7.81%"):
        assert part in text
    assert t("headline.narrow_domestic_day_change") in text
    assert display_width(text) <= 76


@BOTH
@pytest.mark.parametrize("width", [76, 100, 160])
def test_the_total_has_its_name_at_every_usual_width(t: Translations, width: int) -> None:
    first_line, *_ = headline_lines(HEADLINE, t, width, amounts_hidden=False)
    assert plain_text(first_line).startswith(t("headline.narrow_total_value"))


@BOTH
def test_narrow_lines_lose_nothing(t: Translations) -> None:
    for width in range(38, 120):
        lines = headline_lines(HEADLINE, t, width, amounts_hidden=False)
        assert all(display_width(plain_text(line)) <= width for line in lines)
        text = " ".join(map(plain_text, lines))
        assert all(part in text for part in ("171,354,590", "394,238", "+7.81%"))


@BOTH
def test_hidden_amounts_leave_the_rates(t: Translations) -> None:
    lines = (
        *headline_lines(HEADLINE, t, 76, amounts_hidden=True),
        short_headline(HEADLINE, t, amounts_hidden=True),
    )
    text = " ".join(map(plain_text, lines))
    assert "•••" in text
    assert "+0.41%" in text
    assert not any(amount in text for amount in ("171", "394,238", "10,544"))


def test_the_title_bar_has_the_short_headline_where_there_is_room() -> None:
    profile = Profile("main", Environment.REAL, AccountNumber.parse("50071234-01"))
    short = short_headline(HEADLINE, KO, amounts_hidden=False)
    assert plain_text(short) == "171,354,590원  국내 전일대비 +0.41%*"
    for width, is_shown in ((120, True), (80, False)):
        line = status.title_bar(
            profile, Cell("토큰 24시간"), Cell("조회 10:32:07 KST", Role.DIM), KO, width,
            headline=short,
        )  # fmt: skip
        text = plain_text(line)
        assert ("171,354,590" in text) is is_shown
        assert "조회 10:32:07 KST" in text
        assert display_width(text) <= width
    assert short_headline(Headline(), KO, amounts_hidden=False) == ()


@BOTH
def test_rates_that_kis_does_not_send_are_marked(t: Translations) -> None:
    (line,) = headline_lines(HEADLINE, t, 120, amounts_hidden=False)
    assert "+0.41%*" in plain_text(line)
    assert "+7.81%*" in plain_text(line)
    assert t("headline.domestic_day_change") in plain_text(line)


def test_the_days_change_has_another_name_than_the_profit_on_shares_held() -> None:
    for t in (KO, EN):
        name = t("headline.day_change")
        assert name == t("summary_group.yesterday") == t("accounts.asset_change")
        assert name != t("column.day_profit")
        assert t("accounts.total_value") == t("headline.total_value")
        assert t("accounts.total_value") != t("summary_label.total_value")
