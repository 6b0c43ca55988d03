"""Errors as text: what happened, and advice that fits the cause."""

import pytest

from kistui import errors
from kistui.formatting import error_text
from kistui.formatting.balance_status import (
    balance_footer_lines,
    balance_placeholder_lines,
)
from kistui.formatting.cells import plain_lines
from kistui.i18n.translations import Translations
from kistui.models.load_state import Failed, Loaded
from tests.support import MORNING, load_app_translations, make_balance

KO, EN = load_app_translations("ko"), load_app_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])


@BOTH
def test_error_has_title_code_message_and_hint(t: Translations) -> None:
    error = errors.AccountRejectedError(code="OPSQ2000", text="ERROR : INPUT INVALID_CHECK_ACNO")
    for load_state in (
        Failed(error, MORNING, None),
        Failed(error, MORNING, Loaded(make_balance(), MORNING)),
    ):
        text = plain_lines(
            balance_footer_lines(load_state, None, t)
            if load_state.previous
            else balance_placeholder_lines(load_state, None, t)
        )
        assert "[OPSQ2000]" in text
        assert "INVALID_CHECK_ACNO" in text
        assert t("error.account_refused.title") in text
        assert t("error.account_refused.hint") in text


@BOTH
def test_the_advice_on_app_key_and_number_serves_an_account_of_the_environment(
    t: Translations,
) -> None:
    # The accounts page cannot change it.
    for error, variable in (
        (errors.AppSecretRejectedError(code="EGW00105", text=""), "KIS_APP_SECRET"),
        (errors.AccountRejectedError(code="OPSQ2000", text=""), "KIS_ACCOUNT"),
    ):
        assert variable in error_text.describe_error(error, t).hint


def test_wrong_key_length_is_translated() -> None:
    error = errors.InvalidCredentialError(
        what="app_secret", reason="wrong_length", length=9, expected=180
    )
    assert "앱시크릿: 180자여야 하는데 9자입니다" in error_text.describe_error(error, KO).message


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (errors.FileWriteError(path="x", reason="enospc"), "disk space"),
        (errors.FileWriteError(path="x", reason="erofs"), "XDG_STATE_HOME"),
        (errors.FileWriteError(path="x", reason="ebusy"), "Check the folder"),
        (errors.PassphraseRequiredError(), "Enter the passphrase"),
        (errors.PassphraseRequiredError(reason="no_terminal"), "in a terminal"),
        (errors.WrongPassphraseError(), "secrets.enc"),
        (errors.KeyringUnavailableError(reason="no_bus"), "D-Bus"),
        (errors.KeyringUnavailableError(reason="keyring_locked"), "Unlock"),
        (errors.SecretCommandError(program="x", reason="enoent"), "secret_command"),
        (errors.SecretCommandError(program="x", reason="no_answer"), "30 seconds"),
        (errors.SecretCommandError(program="x", reason="bad_output"), "secretkey"),
        (errors.CredentialImportError(path="x", reason="enoent"), "the path"),
        (errors.CredentialImportError(path="x", reason="no_keys"), "kis_devlp.yaml"),
        (errors.CredentialImportError(path="env", reason="no_variables"), "KIS_APP_SECRET"),
        (errors.CredentialImportError(path="x", reason="not_filled_in"), "Fill in"),
        (errors.InvalidCaFileError(name="SSL_CERT_FILE"), "path"),
        (errors.AppKeyRejectedError(), "KIS_PAPER=1"),
        (
            errors.ConfigError(
                path="x", where="default", reason="no_such_profile", name="a", known="b"
            ),
            "kistui profile use",
        ),
    ],
)
def test_the_advice_belongs_to_the_cause(error: errors.KistuiError, advice: str) -> None:
    assert advice in error_text.describe_error(error, EN).hint
