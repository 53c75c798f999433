"""Who plays in the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.actor import Role

YUAN = 100


@dataclass(frozen=True, slots=True)
class Bank:
    """An invented bank and its one product.

    ``alone_up_to_fen`` is up to which amount its policy decides without an officer; 0 is never.
    ``fee_bp`` is kept back from what is paid out, in basis points of it. ``ecny_account`` and
    ``transfer_account`` are the bank's at the stand-ins that move money.
    """

    key: str
    name: str
    name_zh: str
    licence: str
    product: str
    product_zh: str
    summary: str
    summary_zh: str
    min_amount_fen: int
    max_amount_fen: int
    terms_months: tuple[int, ...]
    annual_rate_bp: int
    ecny_account: str
    transfer_account: str
    alone_up_to_fen: int = 0
    fee_bp: int = 0
    cooling_off_days: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person; ``place`` is a bank's key, ``regulator``, ``operator`` or empty."""

    key: str
    real_name: str
    phone: str
    place: str = ""
    role: Role | None = None
    language: str = "en"
    about: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example"


BANKS = (
    Bank(
        key="lantern",
        ecny_account="BANKLANTERN00001",
        transfer_account="LANTERN000000001",
        name="Lantern Demo Bank",
        name_zh="灯笼演示银行",
        licence="DEMO-B-0001",
        product="Lantern Tax Credit Line",
        product_zh="灯笼税信贷",
        summary="Working capital for small firms, decided on tax records.",
        summary_zh="面向小微企业的流动资金贷款，依据税务记录审批。",
        min_amount_fen=50_000 * YUAN,
        max_amount_fen=3_000_000 * YUAN,
        terms_months=(6, 12, 24),
        annual_rate_bp=435,
    ),
    Bank(
        key="harbour",
        ecny_account="BANKHARBOUR00001",
        transfer_account="HARBOUR000000001",
        name="Harbour Demo Bank",
        name_zh="港湾演示银行",
        licence="DEMO-B-0002",
        product="Harbour Steady Loan",
        product_zh="港湾稳健贷",
        summary="Fixed instalments over one to three years.",
        summary_zh="一至三年期，等额还款。",
        min_amount_fen=100_000 * YUAN,
        max_amount_fen=5_000_000 * YUAN,
        terms_months=(12, 24, 36),
        annual_rate_bp=480,
        alone_up_to_fen=200_000 * YUAN,
        fee_bp=50,
        cooling_off_days=7,
    ),
)
REGULATOR = ("Demonstration Credit Regulator", "演示信贷监管局")
OPERATOR = ("TaxBridge operator (demonstration)", "税信桥运营方（演示）")

PEOPLE = (
    Person("sara", "Sara Demo", "+86 000 0000 0001", about="owner of a firm; connect it first"),
    Person("sam", "Sam Demo", "+86 000 0000 0002", about="clerk of the same firm"),
    Person("mallory", "Mallory Demo", "+86 000 0000 0003", about="owner of another firm"),
    Person("bo", "Bo Demo", "+86 000 0000 0011", "lantern", Role.BANK_OFFICER),
    Person("boss", "Boss Demo", "+86 000 0000 0012", "lantern", Role.BANK_APPROVER),
    Person("ben", "Ben Demo", "+86 000 0000 0013", "harbour", Role.BANK_OFFICER),
    Person("beth", "Beth Demo", "+86 000 0000 0014", "harbour", Role.BANK_APPROVER),
    Person("rita", "Rita Demo", "+86 000 0000 0021", "regulator", Role.REGULATOR),
    Person("ruth", "Ruth Demo", "+86 000 0000 0022", "regulator", Role.REGULATOR),
    Person("olga", "Olga Demo", "+86 000 0000 0031", "operator", Role.OPERATOR),
    Person("dora", "Dora Demo", "+86 000 0000 0032", "operator", Role.MODEL_DEVELOPER),
    Person("vera", "Vera Demo", "+86 000 0000 0033", "operator", Role.MODEL_VALIDATOR),
)
