"""The cash page: content, calls, and failures of a part."""

import json
from pathlib import Path

from textual.pilot import Pilot

from kistui.formatting.cells import plain_text
from kistui.i18n import load_translations
from kistui.simulator import error_response
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.cash import CashPane, CashScreen
from tests.support import FakeClock
from tests.tui.conftest import OpenApp, app_of
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import export_page, open_page

KO = load_translations("ko")
PAGE_CALLS = ["inquire-psbl-order", "foreign-margin", "inquire-account-balance"]


def calls(pilot: Pilot[None]) -> list[str]:
    """Return the last parts of the paths that were asked for, without those of tokens."""
    return [
        request.path.rpartition("/")[2]
        for request in app_of(pilot).simulator.requests
        if "/uapi/" in request.path
    ]


def pane_text(pilot: Pilot[None]) -> str:
    """Return all lines of the page, also those out of sight."""
    lines = pilot.app.screen.query_one(CashPane).lines
    return "\n".join(plain_text(line) for line in lines)


async def test_the_page_makes_its_calls_and_a_refresh_those_of_the_balance(
    open_app: OpenApp,
) -> None:
    async with open_app(overseas=True) as pilot:
        before = calls(pilot)
        assert not {*before} & {*PAGE_CALLS}
        text = await open_page(pilot, "9")
        assert isinstance(pilot.app.screen, CashScreen)
        assert calls(pilot)[len(before) :] == PAGE_CALLS
        for words in (
            "18,204,330", "D+2 예수금 11/25(수)", "20,423,479", "매수가능 (미수 없이)",
            "매수가능 (미수 포함)", "출금가능금액", "3,120.47", "CNY 없음", "유형별",
            "국내주식", "외 8개 없음", "서로 다릅니다",
        ):  # fmt: skip
            assert words in text
        opened = len(calls(pilot))
        await pilot.press("r")
        await settle(pilot)
        assert sorted(calls(pilot)[opened:]) == sorted(
            [*PAGE_CALLS, "inquire-balance", "inquire-present-balance"]
        )
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, BalanceScreen)


async def test_the_assets_are_divided_by_a_key_or_together_and_copied(
    open_app: OpenApp,
) -> None:
    async with open_app(overseas=True) as pilot:
        await open_page(pilot, "9")
        before = len(calls(pilot))
        for title, words in (
            ("통화별", ("KRW", "USD")),
            ("시장별", ("미국", "현금")),
            ("계좌별", ("demo", "100.0%")),
            ("유형별", ("해외주식",)),
        ):
            await pilot.press("v")
            await settle(pilot)
            text = screen_text(pilot)
            assert f"자산 구성 · {title} · 합계" in text
            assert all(word in text for word in words)
        assert len(calls(pilot)) == before
        await pilot.press("equals_sign")
        lines = pilot.app.clipboard.splitlines()
        assert "예수금\t18,204,330" in lines
        assert any(line.startswith("USD\t3,120.47\t") for line in lines)
        assert any(line.startswith("국내주식\t") for line in lines)
        await pilot.resize_terminal(120, 40)
        text = screen_text(pilot)
        for title in ("유형별", "통화별", "시장별"):
            assert f"자산 구성 · {title} · 합계" in text
        assert "계좌별" not in text


async def test_raw_fields_have_no_absurd_values_and_amounts_are_hidden(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        await open_page(pilot, "9")
        await pilot.press("f3")
        text = pane_text(pilot)
        for key in ("nrcvb_buy_amt", "frcr_gnrl_ord_psbl_amt", "whol_weit_rt", "nass_tot_amt"):
            assert key in text
        assert "ord_psbl_frcr_amt_wcrc" not in text
        assert KO("raw_fields.rows") in text
        await pilot.pause()
        assert f"F3 {KO('key_label.raw_back')}" in screen_text(pilot)
        await pilot.press("escape", "full_stop")
        for keys in ((), ("v",), ("f3",)):
            await pilot.press(*keys)
            text = pane_text(pilot)
            for amount in ("18,204,330", "20,423,479", "3,120.47", "18204330", "3120.47"):
                assert amount not in text
            assert "•••" in text
        await pilot.press("f3", "v", "v", "v")
        assert "44." in pane_text(pilot)


async def test_a_call_that_fails_is_named_and_the_rest_shown(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        app_of(pilot).simulator.script("inquire-psbl-order", error_response("OPSQ2001"))
        text = await open_page(pilot, "9")
        assert "매수가능금액 조회 실패" in text
        assert "18,204,330" in text
        assert "국내주식" in text
        assert pilot.app.screen.query_one(CashPane).dimmed
        await pilot.press("r")
        await settle(pilot)
        assert "조회 실패" not in screen_text(pilot)
        assert not pilot.app.screen.query_one(CashPane).dimmed


async def test_figures_keep_their_time_when_a_refresh_fails(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app(overseas=True, lang="en") as pilot:
        before = await open_page(pilot, "9")
        assert "Buying power · Foreign cash · Assets by class 10:32:07" in " ".join(before.split())
        simulator = app_of(pilot).simulator
        simulator.script("inquire-psbl-order", error_response("OPSQ2001"))
        clock.advance(minutes=1)
        await pilot.press("r")
        await settle(pilot)
        text = " ".join(pane_text(pilot).split())
        assert "Buying power 10:32:07" in text
        assert "Foreign cash · Assets by class 10:33:07" in text
        simulator.set_scene("down")
        clock.advance(minutes=1)
        await pilot.press("r")
        await settle(pilot)
        assert "10:34:07" not in screen_text(pilot)


async def test_without_the_overseas_part_the_domestic_one_is_named(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        simulator = app_of(pilot).simulator
        simulator.script("inquire-present-balance", *[error_response("OPSQ2001")] * 2)
        await pilot.press("r")
        await settle(pilot)
        await open_page(pilot, "9")
        await pilot.press("v")
        text = screen_text(pilot)
        assert "18,204,330" in text
        assert "해외 조회 실패" in text


async def test_an_account_type_that_kis_does_not_serve_is_explained(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        app_of(pilot).simulator.script("inquire-account-balance", error_response("APAC0489"))
        text = await open_page(pilot, "9")
        assert "이 계좌 유형에는 제공하지 않습니다" in text
        assert "자산 구성 · 유형별*" in text
        assert "국내주식" in text


async def test_before_the_open_the_classes_are_unknown_and_not_zero(open_app: OpenApp) -> None:
    async with open_app("off-hours", overseas=True) as pilot:
        text = await open_page(pilot, "9")
        assert KO("allocation.classes_unknown") in text
        assert "국내주식" not in text


async def test_a_page_without_a_balance_asks_for_it(open_app: OpenApp) -> None:
    async with open_app("wrong-account") as pilot:
        simulator = app_of(pilot).simulator
        simulator.set_scene("ordinary")
        text = await open_page(pilot, "9")
        assert "inquire-balance" in calls(pilot)
        assert "18,204,330" in text


async def test_esc_stops_the_read_and_keeps_what_arrived(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        simulator = app_of(pilot).simulator
        simulator.set_scene("slow")
        await pilot.press("9")
        await wait_until(pilot, lambda: "inquire-psbl-order" in calls(pilot))
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CashScreen)
        assert KO("read_status.stopped") in screen_text(pilot)


async def test_the_cash_is_exported(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(overseas=True) as pilot:
        await open_page(pilot, "9")
        csv = await export_page(pilot, tmp_path / "cash.csv", "csv")
        document = json.loads(await export_page(pilot, tmp_path / "cash.json"))
    assert csv.startswith("currency,deposit,")
    assert document["state"] == "complete"
    assert document["allocation"]["by"] == "class"
