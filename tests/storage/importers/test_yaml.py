"""`kis_devlp.yaml`: both pairs, and no tag or alias of YAML is executed."""

from pathlib import Path

import pytest

from kistui.errors import CredentialImportError, InvalidVariableError
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.text import Secret
from kistui.storage.importers import import_from_file
from tests.storage.importers.samples import KEY, OTHER, OTHER_SECRET, SECRET, YAML, write


def test_the_official_samples_yaml_gives_both_pairs(tmp_path: Path) -> None:
    real, paper = import_from_file(write(tmp_path, "kis_devlp.yaml", YAML))
    assert (real.environment, paper.environment) == (Environment.REAL, Environment.PAPER)
    assert (real.app_key_suffix, paper.app_key_suffix) == ("ab12", "cd34")
    assert real.credentials == Credentials(Secret(KEY), Secret(SECRET))
    assert paper.credentials == Credentials(Secret(OTHER), Secret(OTHER_SECRET))
    assert paper.account == AccountNumber("50071234", "01")
    assert real.source == "kis_devlp.yaml"


@pytest.mark.parametrize(
    ("number", "product", "restored"),
    [
        ("01234567", "01", ("01234567", "01")),  # octal to a loader of YAML
        ("1234567", "1", ("01234567", "01")),
        ("'01234567'", "'22'", ("01234567", "22")),
        ("50071234", "29", ("50071234", "29")),
        ("12345678-22", "01", ("12345678", "22")),
        ("12345678", "03", None),  # 03 and 08 are of the futures account
        ("12345678", "x", None),
        ("12345678", "", None),
        ("0", "01", None),
        ("", "01", None),
        ("\uacc4\uc88c", "01", None),
        ("[1]", "01", None),
    ],
)
def test_integers_that_lost_their_zero_get_it_back(
    tmp_path: Path, number: str, product: str, restored: tuple[str, str] | None
) -> None:
    text = YAML.replace("01234567", number).replace("my_prod: 01", f"my_prod: {product}")
    real, _ = import_from_file(write(tmp_path, "kis_devlp.yaml", text))
    assert real.account == (AccountNumber(*restored) if restored else None)


@pytest.mark.parametrize("empty", ['"\uc571\ud0a4"', '""', "", "[x]", "{a: b}"])
def test_a_pair_not_filled_in_is_passed_over(tmp_path: Path, empty: str) -> None:
    text = YAML.replace(f'"{KEY}"', empty)
    (paper,) = import_from_file(write(tmp_path, "kis_devlp.yaml", text))
    assert paper.environment is Environment.PAPER
    with pytest.raises(CredentialImportError, match="not_filled_in"):
        import_from_file(write(tmp_path, "kis_devlp.yaml", text.replace(OTHER, empty)))


def test_an_alias_is_refused_before_anything_is_built_of_it(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}]\n"
        for old, new in zip("abcdefghijkl", "bcdefghijklm", strict=True)
    )
    for text in (bomb + YAML, YAML + bomb, YAML + "<<: *m\n"):
        with pytest.raises(CredentialImportError, match="aliases"):
            import_from_file(write(tmp_path, "kis_devlp.yaml", text))


def test_a_tag_constructs_no_object(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    text = f'x: !!python/object/apply:os.system ["touch {marker}"]\n' + YAML
    assert len(import_from_file(write(tmp_path, "kis_devlp.yaml", text))) == 2
    assert not marker.exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (YAML + "x: " + "y" * 64 * 1024, "too_large"),
        (YAML + "x: " + "[" * 9 + "]" * 9, "too_deep"),
        (YAML + "\tx: [", "bad_yaml"),
        (YAML + "x: \x07", "bad_yaml"),
        ("- my_app\n- x\n", "no_keys"),
        ("# my_app\n", "no_keys"),
    ],
)
def test_a_strange_yaml_says_why_it_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(CredentialImportError, match=reason):
        import_from_file(write(tmp_path, "kis_devlp.yaml", text))


def test_a_product_code_that_is_not_understood_is_named(tmp_path: Path) -> None:
    text = YAML.replace("my_prod: 01", "my_prod: 03")
    real, _ = import_from_file(write(tmp_path, "kis_devlp.yaml", text))
    assert isinstance(real.error, InvalidVariableError)
    assert real.error.details["name"] == "my_prod"


def test_the_account_names_of_kiss_csharp_sample_are_known(tmp_path: Path) -> None:
    text = YAML.replace("my_acct_stock", "my_acct").replace("my_paper_stock", "paper_acct")
    real, paper = import_from_file(write(tmp_path, "kis_devlp.yaml", text))
    assert real.account == AccountNumber("01234567", "01")
    assert paper.account == AccountNumber("50071234", "01")


LEGACY = f"""#keys
APP_KEY: "{KEY}"
APP_SECRET: "{SECRET}"
CANO: "12345678"
ACNT_PRDT_CD: "22"
#URL_BASE: "https://openapi.koreainvestment.com:9443"
URL_BASE: "https://openapivts.koreainvestment.com:29443"
DISCORD_WEBHOOK_URL: ""
"""


def test_the_older_samples_yaml_gives_its_pair(tmp_path: Path) -> None:
    (credentials,) = import_from_file(write(tmp_path, "config.yaml", LEGACY))
    assert credentials.credentials == Credentials(Secret(KEY), Secret(SECRET))
    assert (credentials.environment, credentials.source) == (Environment.PAPER, "config.yaml")
    assert credentials.account == AccountNumber("12345678", "22")


def test_the_older_samples_yaml_does_not_guess_a_product_code(tmp_path: Path) -> None:
    text = LEGACY.replace('ACNT_PRDT_CD: "22"', "")
    (credentials,) = import_from_file(write(tmp_path, "config.yaml", text))
    assert credentials.account is None
    assert credentials.error is not None
    template = LEGACY.replace(KEY, "\uc571\ud0a4")
    with pytest.raises(CredentialImportError, match="not_filled_in"):
        import_from_file(write(tmp_path, "config.yaml", template))
