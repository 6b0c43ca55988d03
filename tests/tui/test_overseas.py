"""Overseas holdings beside domestic ones."""

import pytest
from textual.pilot import Pilot

from kistui.formatting.summary_boxes import summary_boxes
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, Loading, last_loaded
from kistui.models.markets import Market
from kistui.models.totals import latest_overseas
from kistui.simulator import Response, error_response
from tests.support import load_app_translations
from tests.tui.conftest import MakeApp, OpenApp, summary_lines
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import balance_screen, holdings_pane, holdings_table, simulator_of

PRESENT = "inquire-present-balance"


def balance(pilot: Pilot[None]) -> Balance:
    loaded = last_loaded(balance_screen(pilot).load_state)
    assert loaded is not None
    return loaded.value


def rows(pilot: Pilot[None]) -> tuple[str, ...]:
    return holdings_table(pilot).table_layout.row_keys


def boxes_of(pilot: Pilot[None]) -> int:
    """Return the number of boxes of the summary, without the overview of the holdings."""
    text = "\n".join(summary_lines(pilot))
    glances = {load_app_translations(lang)("holdings.all") for lang in ("ko", "en")}
    return text.count("╭") - sum(title in text for title in glances)


async def test_holdings_are_grouped_by_market_with_totals(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(160, 40)) as pilot:
        await pilot.press("2")
        await settle(pilot)
        groups = [key for key in rows(pilot) if key.startswith("market:")]
        assert groups == [f"market:{code}" for code in ("kr", "us", "hk", "cn", "jp", "vn")]
        text = screen_text(pilot)
        assert "미국 USD 5종목" in text
        assert "합계 22종목" in text
        assert "외화평가" in text


async def test_the_domestic_balance_shows_while_overseas_is_loading(make_app: MakeApp) -> None:
    app = make_app(overseas=True)
    app.simulator.script(PRESENT, Response(delay=0.5))
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_until(pilot, lambda: boxes_of(pilot) == 6)
        assert isinstance(balance(pilot).overseas, Loading)
        assert "해외 조회 중" in screen_text(pilot)


async def test_keys_step_through_markets(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        await pilot.press("2", "]", "]")
        assert holdings_pane(pilot).view_state.market is Market.US
        assert rows(pilot)[0] == "market:us"
        assert "합계 5/22" in screen_text(pilot)
        await pilot.press("[", "[")
        assert holdings_pane(pilot).view_state.market is None
        await pilot.press("m", "escape")
        assert holdings_pane(pilot).view_state.market is None


async def test_enter_after_a_search_puts_the_cursor_on_the_first_hit(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(160, 40)) as pilot:
        await pilot.press("2", "slash", *"00", "enter")
        await settle(pilot)
        table = holdings_table(pilot)
        assert table.table_layout.row_keys[0] == "market:kr"
        assert table.row_key == "005930"
        await pilot.press("enter")
        await settle(pilot)
        assert holdings_pane(pilot).detail_open


async def test_enter_on_a_market_line_toggles_the_market_filter(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        await pilot.press("2", "home", "enter")
        assert holdings_pane(pilot).view_state.market is Market.KR
        assert not holdings_pane(pilot).detail_open
        await pilot.press("home", "enter")
        assert holdings_pane(pilot).view_state.market is None


async def test_the_detail_counts_holdings_and_steps_over_market_lines(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 36)) as pilot:
        await pilot.press("2")
        await settle(pilot)
        table = holdings_table(pilot)
        table.move_to_key("market:us")
        await pilot.press("up", "enter")  # the last domestic holding
        await settle(pilot)
        assert "12/22" in screen_text(pilot)
        await pilot.press("right")
        await settle(pilot)
        assert str(table.row_key).startswith("us:")
        assert "13/22" in screen_text(pilot)
        await pilot.press("left")
        await settle(pilot)
        assert "12/22" in screen_text(pilot)
        await pilot.press(*["right"] * 12)
        await settle(pilot)
        assert "22/22" in screen_text(pilot)


async def test_the_detail_of_an_overseas_holding_shows_its_currency_and_won(
    open_app: OpenApp,
) -> None:
    async with open_app(overseas=True, size=(120, 80)) as pilot:
        await pilot.press("2", "]", "]", "home", "down", "enter")
        await settle(pilot)
        text = screen_text(pilot)
        for part in ("미국 · USD", "원화 평가금액 ", "적용 환율", "2/2건 미니스탁", "US88160R1014"):
            assert part in text
        await pilot.press("full_stop")
        await settle(pilot)
        assert "4045.32763" not in screen_text(pilot)
        assert "4,045.32763" not in screen_text(pilot)


async def test_the_summary_shows_overseas_totals_and_cash_with_rates(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 40), lang="en") as pilot:
        text = screen_text(pilot)
        for part in ("Overseas", "Foreign cash", "3,120.47", "/100", "First rate of the day"):
            assert part in text
        await pilot.press("full_stop")
        await settle(pilot)
        assert "3,120.47" not in screen_text(pilot)


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_the_overseas_summary_is_complete_at_every_size(open_app: OpenApp, lang: str) -> None:
    t = load_app_translations(lang)
    async with open_app(overseas=True, size=(60, 20), lang=lang) as pilot:
        for size in ((60, 20), (80, 24), (120, 36), (200, 50)):
            await pilot.resize_terminal(*size)
            await pilot.press("end")
            boxes = summary_boxes(balance(pilot), t, wide=size[0] >= 120)
            assert boxes_of(pilot) == len(boxes)
            text = "\n".join(summary_lines(pilot))
            assert {"overseas", "foreign_cash"} < {box.name for box in boxes}
            for box in boxes:
                for line in box.render(40):
                    assert all(cell.text.strip(" …") in text for cell in line)


async def test_missing_overseas_consent_is_a_short_status(make_app: MakeApp) -> None:
    app = make_app(overseas=True)
    app.simulator.script(PRESENT, error_response("EGW00206"))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "해외주식 미신청" in screen_text(pilot)
        assert isinstance(balance(pilot).overseas, Loaded)
        assert boxes_of(pilot) == 6


async def test_an_overseas_failure_keeps_the_last_overseas_balance(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 36)) as pilot:
        before = latest_overseas(balance(pilot))
        simulator_of(pilot).script(PRESENT, error_response("EGW00204"))
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(balance(pilot).overseas, Failed))
        after = latest_overseas(balance(pilot))
        assert before is not None
        assert after is not None
        assert {holding.code for holding in after.open_holdings} == {
            holding.code for holding in before.open_holdings
        }
        assert "해외 조회 실패" in screen_text(pilot)
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(balance(pilot).overseas, Loaded))


@pytest.mark.parametrize(
    ("lang", "code", "slug"),
    [("ko", "EGW00203", "temporary"), ("en", "OPSQ2000", "account_refused")],
)
async def test_an_overseas_failure_is_said_to_its_end(
    open_app: OpenApp, lang: str, code: str, slug: str
) -> None:
    async with open_app(lang=lang, overseas=True) as pilot:
        simulator_of(pilot).script(PRESENT, *[error_response(code)] * 3)
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(balance(pilot).overseas, Failed))
        await settle(pilot)
        t = load_app_translations(lang)
        words = " ".join(screen_text(pilot).split())
        assert t("overseas.failed", title=t(f"error.{slug}.title")) in words
        assert t("overseas.as_of", time="10:32:07").strip(" ·") in words


async def test_escape_cancels_the_overseas_load_only(make_app: MakeApp) -> None:
    app = make_app(overseas=True)
    app.simulator.script(PRESENT, Response(delay=5))
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
        await pilot.press("escape")
        await settle(pilot)
        assert "해외 조회 중" not in screen_text(pilot)
        assert balance(pilot).open_holdings


async def test_a_refresh_keeps_cursor_and_market(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        await pilot.press("2", "]", "]", "home", "down", "down")
        at = holdings_table(pilot).row_key
        await pilot.press("r")
        await settle(pilot)
        assert holdings_pane(pilot).view_state.market is Market.US
        assert holdings_table(pilot).row_key == at
