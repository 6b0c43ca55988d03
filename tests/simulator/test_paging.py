"""Paging: page sizes, cursors and message codes."""

import pytest

from tests.simulator.support import ClientResponse, SimulatorHarness, cursor_params


def codes_of(pages: list[ClientResponse]) -> list[str]:
    return [row["pdno"] for page in pages for row in page.json["output1"]]


@pytest.mark.parametrize(
    ("environment", "rows", "sizes"),
    [
        ("real", 49, [49]),
        ("real", 50, [50]),
        ("real", 51, [50, 1]),
        ("real", 500, [50] * 10),
        ("paper", 20, [20]),
        ("paper", 21, [20, 1]),
        ("paper", 41, [20, 20, 1]),
    ],
)
@pytest.mark.parametrize("scene", ["ordinary", "many", "credit"])
def test_pages_are_50_rows_on_real_and_20_on_paper(
    scene: str, environment: str, rows: int, sizes: list[int]
) -> None:
    with SimulatorHarness(environment=environment, scene=scene, holdings=rows) as harness:
        pages = list(harness.iter_pages(harness.issue_token()))
    assert [len(page.json["output1"]) for page in pages] == sizes
    assert [page.headers["tr_cont"] for page in pages] == ["M"] * (len(sizes) - 1) + ["D"]
    if scene != "credit":
        assert len(set(codes_of(pages))) == rows


def test_message_codes_differ_for_more_last_and_only_pages() -> None:
    with SimulatorHarness(holdings=101) as harness:
        codes = [page.code for page in harness.iter_pages(harness.issue_token())]
    assert codes == ["KIOK0500", "KIOK0500", "KIOK0460"]
    with SimulatorHarness() as harness:
        assert harness.request_balance(harness.issue_token()).code == "KIOK0510"


def test_paper_has_one_message_code_for_every_page() -> None:
    with SimulatorHarness(environment="paper", holdings=41) as harness:
        assert {page.code for page in harness.iter_pages(harness.issue_token())} == {"20310000"}


def test_cursors_are_100_wide_and_blank_on_the_last_page() -> None:
    with SimulatorHarness(holdings=51) as harness:
        first_page, last_page = (page.json for page in harness.iter_pages(harness.issue_token()))
    assert first_page["ctx_area_fk100"] == "50001234^01^N^N^01^01^N^".ljust(100)
    assert len(first_page["ctx_area_nk100"]) == 100
    assert first_page["ctx_area_nk100"].strip()
    assert last_page["ctx_area_nk100"] == " " * 100


def test_messages_are_padded_to_80_bytes_of_euc_kr() -> None:
    for environment in ("real", "paper"):
        for options in ({}, {"holdings": 0}, {"holdings": 51}, {"scene": "wrong-account"}):
            with SimulatorHarness(environment=environment, **options) as harness:
                message = harness.request_balance(harness.issue_token()).json["msg1"]
            assert len(message.encode("euc-kr")) == 80
            assert message.strip()


def test_every_page_has_the_same_summary_though_time_passes() -> None:
    with SimulatorHarness(scene="many") as harness:
        summaries = []
        for page in harness.iter_pages(harness.issue_token()):
            summaries.append(page.json["output2"])
            harness.clock.advance(seconds=7)
    assert all(len(summary) == 1 for summary in summaries)
    assert all(summary == summaries[0] for summary in summaries)


@pytest.mark.parametrize("tr_cont", ["", "M", "n"])
def test_a_continuation_with_another_tr_cont_restarts(tr_cont: str) -> None:
    with SimulatorHarness(holdings=120) as harness:
        token = harness.issue_token()
        first_page = harness.request_balance(token)
        restarted = harness.request_next_page(token, first_page, tr_cont=tr_cont)
    assert restarted.json == first_page.json


def test_a_continuation_without_tr_cont_continues() -> None:
    with SimulatorHarness(holdings=120) as harness:
        token = harness.issue_token()
        first_page = harness.request_balance(token)
        assert (
            harness.request_balance(token, cursor_params(first_page)).json
            == harness.request_next_page(token, first_page).json
        )


@pytest.mark.parametrize("key", ["CTX_AREA_FK100", "CTX_AREA_NK100"])
def test_an_altered_cursor_restarts(key: str) -> None:
    with SimulatorHarness(holdings=120) as harness:
        token = harness.issue_token()
        first_page = harness.request_balance(token)
        right = cursor_params(first_page)
        assert (
            harness.request_balance(token, right, tr_cont="N").json["output1"]
            != first_page.json["output1"]
        )
        for invalid_key in (right[key].rstrip(), right[key].replace("0", "1", 1), "", "^" * 100):
            restarted = harness.request_balance(token, {**right, key: invalid_key}, tr_cont="N")
            assert restarted.json["output1"] == first_page.json["output1"]


def test_tr_cont_n_without_a_cursor_returns_the_first_page() -> None:
    with SimulatorHarness(holdings=120) as harness:
        assert harness.request_balance(harness.issue_token(), tr_cont="N").code == "KIOK0500"


def test_the_page_size_is_an_option() -> None:
    with SimulatorHarness(page_size=5) as harness:
        assert len(list(harness.iter_pages(harness.issue_token()))) == 3


def test_an_empty_real_account_has_cash_and_the_empty_code() -> None:
    with SimulatorHarness(scene="empty") as harness:
        response = harness.request_balance(harness.issue_token())
    assert (response.json["rt_cd"], response.code) == ("0", "KIOK0560")
    assert response.json["output1"] == []
    assert int(response.json["output2"][0]["dnca_tot_amt"]) > 0
    assert response.headers["tr_cont"] == "D"


def test_an_empty_paper_account_has_the_paper_empty_code() -> None:
    with SimulatorHarness(scene="empty", environment="paper") as harness:
        response = harness.request_balance(harness.issue_token())
    assert (response.json["rt_cd"], response.code) == ("0", "70070000")
    assert response.json["output1"] == []
    assert len(response.json["output2"]) == 1


def test_response_headers_are_named_as_kis_writes_them_and_dated_by_the_clock() -> None:
    with SimulatorHarness() as harness:
        headers = harness.request_balance(harness.issue_token()).headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["tr_id"] == "TTTC8434R"
    assert len(headers["gt_uid"]) == 32
    assert headers["Date"] == "Mon, 23 Nov 2026 01:32:07 GMT"
