"""Each fault through the command line: a sentence in both languages, the exit code promised."""

import json
from functools import cache

import pytest

from kistui import i18n
from kistui.cli import main
from tests.faults.desk import Desk
from tests.faults.promises import Reaction
from tests.faults.table import CODES, FAULTS, TOKEN, Fault, label

Out = pytest.CaptureFixture[str]
BALANCE_JSON = ("balance", "--format", "json")


@pytest.fixture(autouse=True)
def _words_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To read the words anew for every command would be half of the time."""
    monkeypatch.setattr(i18n, "load_translations", LOAD)


LOAD = cache(i18n.load_translations)


@pytest.mark.parametrize("fault", FAULTS, ids=label)
def test_a_fault_is_a_sentence_and_an_exit_code(desk: Desk, fault: Fault, capsys: Out) -> None:
    desk.prepare(fault)
    promise = fault.promise
    # A code that means what another does is said in the same words.
    for lang in ("ko",) if fault in CODES and not fault.seen else ("ko", "en"):
        if fault.reaction is Reaction.RENEW or (fault.at != TOKEN and lang == "ko"):
            desk.clock.advance(hours=25)
            _read(desk, capsys)
        desk.begin(fault)
        code = main([*BALANCE_JSON, "--lang", lang])
        told = capsys.readouterr()
        assert code == (promise.exit_code if promise else 0), told.err
        assert desk.asked(fault.at) == fault.most_asks
        if promise:
            title = promise.korean if lang == "ko" else promise.english
            assert told.out == ""
            assert f"kistui: {title}" in told.err
            assert len(told.err) < 2500
        else:
            assert json.loads(told.out)["state"] == "fresh"
        _is_clean(desk, told.out + told.err)
    before = desk.simulator.count(TOKEN)
    _read(desk, capsys)
    assert desk.simulator.count(TOKEN) - before <= 1
    assert desk.elsewhere.requests == []


def _read(desk: Desk, capsys: Out) -> None:
    assert main(list(BALANCE_JSON)) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["computed"]["reconciled"]) == ("fresh", True)


def _is_clean(desk: Desk, text: str) -> None:
    assert "Traceback" not in text
    assert "Esc" not in text, "a key of the screens"
    assert all(char.isprintable() or char == "\n" for char in text)
    number = desk.simulator.account.partition("-")[0]
    for secret in (desk.simulator.app_key, desk.simulator.app_secret, number, "eyJ"):
        assert secret not in text
