"""Each fault in the CLI: one sentence in each language, and the expected exit code."""

import json

import pytest

from kistui.cli import main
from tests.faults.expectations import Reaction
from tests.faults.fault_table import (
    CODE_CASES,
    FAULT_CASES,
    TOKEN_PATH,
    FaultCase,
    group_faults,
)
from tests.faults.harness import FaultHarness

Out = pytest.CaptureFixture[str]

WHOLE_BALANCE = ("balance", "--format", "json")
DOMESTIC_BALANCE = (*WHOLE_BALANCE, "--market", "kr")


# The other codes of an error have its message; test_session gives the error of each.
GROUPS = group_faults(fault for fault in FAULT_CASES if fault.in_app or fault not in CODE_CASES)


@pytest.mark.parametrize("group", GROUPS)
def test_faults_are_reported_in_one_sentence_with_their_exit_code(
    harness: FaultHarness, group: str, capsys: Out
) -> None:
    """Run the faults one after another in one user's folders, so that none may leave a trace."""
    harness.set_timeouts(GROUPS[group][0])
    _read(DOMESTIC_BALANCE, capsys)
    for fault in GROUPS[group]:
        _check_fault_and_recovery(harness, fault, capsys)
    assert harness.redirect_target.requests == []


def _check_fault_and_recovery(harness: FaultHarness, fault: FaultCase, capsys: Out) -> None:
    expectation = fault.expectation
    # Overseas requests meet none of the faults, and are nine of ten.
    command = WHOLE_BALANCE if fault.in_app else DOMESTIC_BALANCE
    # The rows that run in the app have each error, and so its message in each language.
    for lang in ("ko", "en") if fault.in_app else ("ko",):
        if fault.reaction is Reaction.RENEW_TOKEN:
            harness.clock.advance(hours=25)
            _read(DOMESTIC_BALANCE, capsys)
        harness.start_fault(fault)
        code = main([*command, "--lang", lang])
        output = capsys.readouterr()
        assert code == (expectation.exit_code if expectation else 0), output.err
        assert harness.request_count(fault.path_suffix) == fault.max_requests
        if expectation:
            title = expectation.korean_title if lang == "ko" else expectation.english_title
            assert output.out == ""
            assert f"kistui: {title}" in output.err
            assert len(output.err) < 2500
        else:
            assert json.loads(output.out)["state"] == "fresh"
        _assert_clean(harness, output.out + output.err)
    before = harness.simulator.count_requests(TOKEN_PATH)
    _read(command, capsys)
    assert harness.simulator.count_requests(TOKEN_PATH) - before <= 1


def _read(command: tuple[str, ...], capsys: Out) -> None:
    assert main(list(command)) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["state"], body["computed"]["reconciled"]) == ("fresh", True)


def _assert_clean(harness: FaultHarness, text: str) -> None:
    assert "Traceback" not in text
    assert "Esc" not in text, "a key of the screens"
    assert all(char.isprintable() or char == "\n" for char in text)
    number = harness.simulator.account_number.partition("-")[0]
    for secret in (harness.simulator.app_key, harness.simulator.app_secret, number, "eyJ"):
        assert secret not in text
