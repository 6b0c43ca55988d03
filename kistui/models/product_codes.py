"""What KIS's API serves of an account, by the product code at the end of its number."""

from enum import Enum

from kistui.errors import PaperPensionError, UnsupportedProductError
from kistui.models.account import Environment

# 종합계좌, and the 중개형 ISA.
GENERAL_ACCOUNT = "01"
# 퇴직연금 IRP: calls of its own, on real alone.
RETIREMENT_PENSION = "29"
# Futures, funds and DC pensions: none of the calls a viewer may make serves them.
UNSUPPORTED_PRODUCTS = frozenset({"03", "08", "19", "21", "55"})


class BalanceApi(Enum):
    """The calls that give an account's balance."""

    DOMESTIC = "domestic"
    PENSION = "pension"


def balance_api_for(product_code: str, environment: Environment) -> BalanceApi:
    """Which calls to make; raises NotOffered or PensionOnPaper before one is made in vain."""
    if product_code in UNSUPPORTED_PRODUCTS:
        raise UnsupportedProductError(product=product_code)
    if product_code != RETIREMENT_PENSION:
        return BalanceApi.DOMESTIC
    if environment is Environment.PAPER:
        raise PaperPensionError(product=product_code)
    return BalanceApi.PENSION


def supports_overseas(product_code: str) -> bool:
    """Whether shares abroad may be in it: in no kind of pension."""
    return product_code == GENERAL_ACCOUNT
