"""The fields of the profile form."""

from kistui import i18n
from kistui.formatting.profile_validation import validate_account

EN = i18n.load_translations("en")


def test_every_product_code_with_a_text_is_named() -> None:
    codes = [name for name in EN.sections["product"] if name != "other"]
    for code in codes:
        _, cell = validate_account(f"12345678-{code}", EN)
        assert cell.text == f"{code} {EN(f'product.{code}')}"
    assert "55" in codes
    assert validate_account("12345678-99", EN)[1].text == f"99 {EN('product.other')}"
