"""Overseas inquire-balance: exchanges, currencies, paging and the blank row."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.simulator.support import (
    OVERSEAS_BALANCE_PATH,
    OVERSEAS_PRESENT_BALANCE_PATH,
    QUERIES,
    ClientResponse,
    SimulatorHarness,
    cursor_params,
)

ROW = [
    "cano", "acnt_prdt_cd", "prdt_type_cd", "ovrs_pdno", "ovrs_item_name", "frcr_evlu_pfls_amt",
    "evlu_pfls_rt", "pchs_avg_pric", "ovrs_cblc_qty", "ord_psbl_qty", "frcr_pchs_amt1",
    "ovrs_stck_evlu_amt", "now_pric2", "tr_crcy_cd", "ovrs_excg_cd", "loan_type_cd", "loan_dt",
    "expd_dt",
]  # fmt: skip
TOTALS = [
    "frcr_pchs_amt1", "ovrs_rlzt_pfls_amt", "ovrs_tot_pfls", "rlzt_erng_rt", "tot_evlu_pfls_amt",
    "tot_pftrt", "frcr_buy_amt_smtl1", "ovrs_rlzt_pfls_amt2", "frcr_buy_amt_smtl2",
]  # fmt: skip
FILLER = {
    "cano": "", "acnt_prdt_cd": "", "prdt_type_cd": "", "ovrs_pdno": "", "ovrs_item_name": "",
    "frcr_evlu_pfls_amt": "0.000000", "evlu_pfls_rt": "0.00", "pchs_avg_pric": "0.0000",
    "ovrs_cblc_qty": "0", "ord_psbl_qty": "0", "frcr_pchs_amt1": "0.00000",
    "ovrs_stck_evlu_amt": "0.00000000", "now_pric2": "0.000000", "tr_crcy_cd": "",
    "ovrs_excg_cd": "", "loan_type_cd": "", "loan_dt": "", "expd_dt": "",
}  # fmt: skip
CURRENCY = {
    "NASD": "USD", "NYSE": "USD", "AMEX": "USD", "SEHK": "HKD", "TKSE": "JPY", "VNSE": "VND",
    "HASE": "VND", "SHAA": "CNY", "SZAA": "CNY",
}  # fmt: skip

Row = dict[str, str]


def request_balance(
    harness: SimulatorHarness, token: str, exchange: str, currency: str = "USD", **parameters: str
) -> ClientResponse:
    query = {"OVRS_EXCG_CD": exchange, "TR_CRCY_CD": currency, "CTX_AREA_FK200": "",
             "CTX_AREA_NK200": "", **parameters}  # fmt: skip
    return harness.request_for_account(
        "general", token, OVERSEAS_BALANCE_PATH, query, tr_cont="N" if parameters else ""
    )


def iter_pages(
    harness: SimulatorHarness, token: str, exchange: str, currency: str = "USD"
) -> Iterator[ClientResponse]:
    response = request_balance(harness, token, exchange, currency)
    yield response
    while response.headers["tr_cont"] in {"M", "F"}:
        keys = cursor_params(response, 200)
        response = request_balance(harness, token, exchange, currency, **keys)
        yield response


def listed_codes(response: ClientResponse) -> list[tuple[str, str]]:
    rows = response.json["output1"]
    return [(row["ovrs_pdno"], row["ovrs_excg_cd"]) for row in rows if row["ovrs_pdno"]]


def check_totals(rows: list[Row], totals: Row) -> None:
    assert list(totals) == TOTALS
    cost = valuation = Decimal(0)
    for row in rows:
        assert list(row) == ROW
        assert all(isinstance(value, str) for value in row.values())
        paid, value = Decimal(row["frcr_pchs_amt1"]), Decimal(row["ovrs_stck_evlu_amt"])
        assert Decimal(row["frcr_evlu_pfls_amt"]) == value - paid
        assert value == Decimal(row["now_pric2"]) * int(row["ovrs_cblc_qty"])
        average = Decimal(row["pchs_avg_pric"]) * int(row["ovrs_cblc_qty"])
        assert abs(average - paid) <= int(row["ovrs_cblc_qty"]) * Decimal("0.00005")
        assert abs(Decimal(row["evlu_pfls_rt"]) - 100 * (value - paid) / paid) <= Decimal("0.005")
        cost += paid
        valuation += value
    assert Decimal(totals["frcr_pchs_amt1"]) == cost
    assert Decimal(totals["ovrs_tot_pfls"]) == valuation - cost
    assert Decimal(totals["tot_evlu_pfls_amt"]) == valuation


@pytest.mark.parametrize("environment", ["real", "paper"])
@pytest.mark.parametrize("scene", ["ordinary", "overseas"])
@pytest.mark.parametrize("exchange", CURRENCY)
def test_the_figures_of_every_exchange_add_up(scene: str, environment: str, exchange: str) -> None:
    with SimulatorHarness(scene=scene, environment=environment) as harness:
        token = harness.issue_token()
        for seconds in (1, 40_000):
            harness.clock.advance(seconds=seconds)
            rows: list[Row] = []
            totals = []
            for page in iter_pages(harness, token, exchange, CURRENCY[exchange]):
                rows += [row for row in page.json["output1"] if row["ovrs_pdno"]]
                totals.append(page.json["output2"])
                harness.clock.advance(seconds=7)
            check_totals(rows, totals[-1])
            assert all(total == totals[0] for total in totals)
            assert {row["tr_crcy_cd"] for row in rows} <= {CURRENCY[exchange]}
            assert bool(rows) == (scene == "overseas" or exchange not in {"HASE", "SZAA"})


def test_nasd_on_real_returns_all_us_exchanges() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        all_us, nasdaq, new_york, amex = (
            listed_codes(request_balance(harness, token, code))
            for code in ("NASD", "NAS", "NYSE", "AMEX")
        )
    assert new_york == [("KO", "NYSE")]
    assert amex == [("SPY", "AMEX")]
    assert nasdaq == [("TSLA", "NASD"), ("AAPL", "NASD")]
    assert sorted(all_us) == sorted(nasdaq + new_york + amex)


def test_paper_has_each_us_exchange_on_its_own_and_no_nas() -> None:
    with SimulatorHarness(environment="paper") as harness:
        token = harness.issue_token()
        assert listed_codes(request_balance(harness, token, "NASD")) == [
            ("TSLA", "NASD"),
            ("AAPL", "NASD"),
        ]
        assert listed_codes(request_balance(harness, token, "NYSE")) == [("KO", "NYSE")]
        assert request_balance(harness, token, "NAS").error == (200, "OPSQ2001")


def test_paper_gives_everything_for_two_blanks_and_real_refuses_them() -> None:
    with SimulatorHarness(environment="paper") as harness:
        response = request_balance(harness, harness.issue_token(), "", "")
    assert {code for _, code in listed_codes(response)} == {
        "NASD", "NYSE", "AMEX", "SEHK", "TKSE", "VNSE", "SHAA"
    }  # fmt: skip
    with SimulatorHarness() as harness:
        assert request_balance(harness, harness.issue_token(), "", "").error == (200, "OPSQ2001")


@pytest.mark.parametrize(
    ("exchange", "currency", "name"),
    [
        ("NASD", "KRW", "TR_CRCY_CD"),
        ("NASD", "", "TR_CRCY_CD"),
        ("NAS", "HKD", "TR_CRCY_CD"),
        ("TKSE", "USD", "TR_CRCY_CD"),
        ("SHAA", "HKD", "TR_CRCY_CD"),
        ("LSE", "USD", "OVRS_EXCG_CD"),
        ("nasd", "USD", "OVRS_EXCG_CD"),
    ],
)
def test_a_wrong_exchange_or_pair_is_refused(exchange: str, currency: str, name: str) -> None:
    with SimulatorHarness() as harness:
        response = request_balance(harness, harness.issue_token(), exchange, currency)
    assert response.error == (200, "OPSQ2001")
    assert response.json["msg1"].strip() == f"ERROR : INPUT INVALID_CHECK_{name}"


@pytest.mark.parametrize("currency", ["CNY", "USD"])
def test_hong_kong_has_three_currencies(currency: str) -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        assert request_balance(harness, token, "SEHK", currency).code == "KIOK0560"
        assert listed_codes(request_balance(harness, token, "SEHK", "HKD")) == [("00700", "SEHK")]


def test_real_ends_the_last_page_with_a_blank_row() -> None:
    with SimulatorHarness(scene="overseas") as harness:
        read = list(iter_pages(harness, harness.issue_token(), "NASD"))
    assert [len(page.json["output1"]) for page in read] == [100, 100, 35]
    assert [page.json["output1"].count(FILLER) for page in read] == [0, 0, 1]
    assert list(read[-1].json["output1"][-1].items()) == list(FILLER.items())
    assert [page.headers["tr_cont"] for page in read] == ["M", "M", "D"]
    assert [page.code for page in read] == ["KIOK0500", "KIOK0500", "KIOK0460"]


def test_an_empty_account_has_the_blank_row_on_real_only() -> None:
    with SimulatorHarness(scene="empty") as harness:
        response = request_balance(harness, harness.issue_token(), "NASD")
        assert (response.json["rt_cd"], response.code) == ("0", "KIOK0560")
        assert response.json["output1"] == [FILLER]
        assert {Decimal(value) for value in response.json["output2"].values()} == {Decimal(0)}
    with SimulatorHarness(scene="empty", environment="paper") as harness:
        response = request_balance(harness, harness.issue_token(), "NASD")
        assert (response.json["rt_cd"], response.code) == ("0", "70070000")
        assert response.json["output1"] == []
        assert isinstance(response.json["output2"], dict)


def test_cursors_are_200_wide_and_ignored_when_altered() -> None:
    with SimulatorHarness(scene="overseas") as harness:
        token = harness.issue_token()
        first_page = request_balance(harness, token, "NASD")
        keys = cursor_params(first_page, 200)
        assert keys["CTX_AREA_FK200"] == "50001234^01^NASD^USD^".ljust(200)
        assert len(keys["CTX_AREA_NK200"]) == 200
        assert listed_codes(request_balance(harness, token, "NASD", **keys)) != listed_codes(
            first_page
        )
        stripped = {name: value.rstrip() for name, value in keys.items()}
        assert listed_codes(request_balance(harness, token, "NASD", **stripped)) == listed_codes(
            first_page
        )
        only = listed_codes(request_balance(harness, token, "NAS", **keys))
        assert only == listed_codes(request_balance(harness, token, "NAS"))
        last_page = list(iter_pages(harness, token, "NASD"))[-1]
        assert last_page.json["ctx_area_nk200"] == " " * 200


def test_the_options_set_the_page_size_and_the_scene_the_tr_cont() -> None:
    with SimulatorHarness(scene="other-letters", page_size=2) as harness:
        read = list(iter_pages(harness, harness.issue_token(), "NASD"))
    assert [page.headers["tr_cont"] for page in read] == ["F", "E"]
    assert [len(listed_codes(page)) for page in read] == [2, 2]


def test_fractional_and_sold_out_positions_are_omitted() -> None:
    with SimulatorHarness() as harness:
        codes = [
            code
            for code, _ in listed_codes(request_balance(harness, harness.issue_token(), "NASD"))
        ]
    assert codes.count("TSLA") == 1
    assert "NVDA" not in codes
    assert "BRK/B" not in codes


def test_prices_change_every_three_seconds() -> None:
    with SimulatorHarness() as harness:
        harness.clock.advance(hours=16)  # New York is open
        token = harness.issue_token()
        harness.clock.advance(seconds=-int(harness.clock.now.timestamp()) % 3)
        prices = []
        for _ in range(40):
            response = request_balance(harness, token, "NASD").json
            harness.clock.advance(seconds=2)
            assert request_balance(harness, token, "NASD").json == response
            harness.clock.advance(seconds=1)
            prices.append(Decimal(response["output1"][0]["now_pric2"]))
    assert len(set(prices)) > 3
    assert max(abs(after - before) for before, after in pairwise(prices)) <= prices[0] / 100


def test_overseas_rows_have_hostile_names_too() -> None:
    with SimulatorHarness(scene="hostile") as harness:
        rows = request_balance(harness, harness.issue_token(), "NASD").json["output1"]
    assert any("\x1b[2J" in row["ovrs_item_name"] for row in rows)


@pytest.mark.parametrize("exchange", CURRENCY)
def test_without_consent_real_refuses_and_paper_shows_nothing(exchange: str) -> None:
    with SimulatorHarness(scene="no-consent") as harness:
        token = harness.issue_token()
        assert request_balance(harness, token, exchange, CURRENCY[exchange]).error == (
            500,
            "EGW00206",
        )
        assert harness.request_balance(token).code == "KIOK0510"
    with SimulatorHarness(scene="no-consent", environment="paper") as harness:
        response = request_balance(harness, harness.issue_token(), exchange, CURRENCY[exchange])
    assert (response.status, response.json["rt_cd"], response.code) == (200, "0", "70070000")
    assert response.json["output1"] == []


def test_consent_for_the_us_only_refuses_the_other_markets() -> None:
    with SimulatorHarness(scene="us-consent") as harness:
        token = harness.issue_token()
        assert len(listed_codes(request_balance(harness, token, "NASD"))) == 4
        assert len(listed_codes(request_balance(harness, token, "NAS"))) == 2
        for exchange in ("SEHK", "TKSE", "VNSE", "SHAA"):
            response = request_balance(harness, token, exchange, CURRENCY[exchange])
            assert response.error == (500, "EGW00206")


def test_an_isa_has_no_overseas_consent_and_gets_no_rows() -> None:
    paths = (OVERSEAS_BALANCE_PATH, OVERSEAS_PRESENT_BALANCE_PATH)
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        balance, present = (
            harness.request_for_account("isa", token, path, QUERIES[path]) for path in paths
        )
    assert (balance.code, balance.json["output1"]) == ("KIOK0560", [])
    assert (present.code, present.json["output1"], present.json["output2"]) == ("KIOK0560", [], [])
