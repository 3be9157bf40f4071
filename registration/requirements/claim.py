"""Rules on what is claimed: kind, amounts, terms, contracts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from registration.application import Application, Side
from registration.bundle import BundleModel
from registration.errors import BadAmountError
from registration.findings import Level
from registration.mortgage import Money, Mortgage, MortgageForm, RegistrationKind, parse_capital
from registration.requirements.rule import FORM_LAW, Hit, Rule


def check_kind(application: Application, _today: date) -> Iterator[Hit]:
    """An application has the kind of its own step; a bundle is several of them."""
    kind = application.kind
    if kind.is_bundle:
        yield Hit(
            f"“{kind.title_zh}”须逐项填写申请，再一并提交。",
            f"“{kind.title_en}” is several applications, each of its own kind, made as one.",
            "/kind",
        )


# What each kind states, beside the parties: the member, and what it is called.
_FACTS: Final = {
    "mortgage": ("抵押情况", "the mortgage"),
    "discharge": ("注销情况", "the mortgage to be discharged"),
    "change": ("变更情况", "what is changed"),
    "crystallisation": ("最高债权确定情况", "what was determined"),
    "transfer": ("抵押权转移情况", "how the mortgage passes"),
    "sale": ("买卖情况", "the sale"),
}
_STATES: Final = {
    RegistrationKind.FIRST: {"mortgage"},
    RegistrationKind.CONVERSION: {"mortgage"},
    RegistrationKind.MORTGAGE_NOTICE: {"mortgage"},
    RegistrationKind.CHANGE: {"change", "mortgage"},
    RegistrationKind.CRYSTALLISATION: {"crystallisation"},
    RegistrationKind.TRANSFER: {"transfer"},
    RegistrationKind.CANCELLATION: {"discharge"},
    RegistrationKind.PURCHASE_NOTICE: {"sale"},
    RegistrationKind.OWNERSHIP_TRANSFER: {"sale"},
}


_MAY_STATE: Final = {
    # The terms as they stand, where the register is older than the office's system and lacks them.
    RegistrationKind.CRYSTALLISATION: {"mortgage"},
    RegistrationKind.TRANSFER: {"mortgage"},
}


def check_shape(application: Application, _today: date) -> Iterator[Hit]:
    """Each kind states its own facts and no other kind's; a mortgage has mortgagors and debtors."""
    stated = _STATES.get(application.kind)
    if stated is None:
        return
    is_of_names = application.change is not None and application.change.is_of_names_alone
    for name, (zh, en) in _FACTS.items():
        is_there = getattr(application, name) is not None
        if name in stated and not is_there and not (name == "mortgage" and is_of_names):
            yield Hit(f"请填写{zh}。", f"State {en}.", f"/{name}")
        if is_there and name not in stated | _MAY_STATE.get(application.kind, set()):
            yield Hit(
                f"“{application.kind.title_zh}”不填写{zh}。",
                f"“{application.kind.title_en}” does not state {en}.",
                f"/{name}",
            )
    yield from _check_parties(application)


def _check_parties(application: Application) -> Iterator[Hit]:
    is_of_sale = "sale" in _STATES[application.kind]
    is_asked = Side.MORTGAGOR in application.sides or application.discharge is not None
    if not application.mortgagors and is_asked and not is_of_sale:
        yield Hit("请填写抵押人。", "State the mortgagors.", "/mortgagors")
    if application.mortgagors and is_of_sale:
        yield Hit(
            "买卖双方请填写在买卖情况中，此处不填写抵押人。",
            "Sellers and buyers stand in the sale; there are no mortgagors.",
            "/mortgagors",
        )
    if application.kind.sets_up_mortgage and not application.debtors:
        yield Hit("请填写债务人。", "State the debtors.", "/debtors")


def check_notice_named(application: Application, _today: date) -> Iterator[Hit]:
    """What rests on a priority notice names its certificate, unless both are made together."""
    kind, bundle = application.kind, application.bundle
    is_together = bundle is not None and bundle.model is BundleModel.PRESALE
    is_needed = kind is RegistrationKind.CONVERSION or (
        kind is RegistrationKind.MORTGAGE_NOTICE and not is_together
    )
    if is_needed and application.notice_no is None:
        yield Hit(
            "请填写所依据的预告登记的不动产登记证明号。",
            "State the certificate of the priority notice that this rests on.",
            "/notice_no",
        )


def check_round(application: Application, _today: date) -> Iterator[Hit]:
    """A correction names the case that it corrects; a first round names none."""
    if (application.round > 1) != bool(application.corrects):
        yield Hit(
            "补正轮次与所补正的业务号不符：补正须填写原业务号，首次申请不填。",
            "Round and corrected case do not fit: a correction names its case, a first round none.",
            "/corrects",
        )


def check_contracts(application: Application, _today: date) -> Iterator[Hit]:
    """Both contract numbers are there; one number twice means one contract."""
    mortgage = application.mortgage
    if mortgage is None:
        return
    if not mortgage.principal_contract_no.strip():
        yield Hit(
            "请填写主债权合同号。",
            "State the number of the principal contract.",
            "/mortgage/principal_contract_no",
        )
    if not mortgage.mortgage_contract_no.strip():
        yield Hit(
            "请填写抵押合同号；抵押条款在主债权合同中的，填写主债权合同号。",
            "State the number of the mortgage contract, or that of the principal contract it is in.",
            "/mortgage/mortgage_contract_no",
        )


def check_terms_told(application: Application, _today: date) -> Iterator[Hit]:
    """The scope of security and the answer on a transfer restriction are filled in."""
    mortgage = application.mortgage
    if mortgage is None:
        return
    if not mortgage.security_scope.strip():
        yield Hit("请填写担保范围。", "State the scope of security.", "/mortgage/security_scope")
    if mortgage.is_transfer_restricted is None:
        yield Hit(
            "请填写是否存在禁止或限制转让抵押不动产的约定。",
            "State whether an agreement forbids or limits a transfer of the property.",
            "/mortgage/is_transfer_restricted",
        )


_LONGEST_BEFORE: Final = timedelta(days=366)
"""A debt may run before its contract is signed, but hardly for more than a year."""


def _amount_pointer(mortgage: Mortgage) -> str:
    return (
        "/mortgage/amount_fen"
        if mortgage.form is MortgageForm.ORDINARY
        else "/mortgage/max_claim_fen"
    )


def _amount_zh(mortgage: Mortgage) -> str:
    return "债权数额" if mortgage.form is MortgageForm.ORDINARY else "最高债权额"


def check_amount(application: Application, _today: date) -> Iterator[Hit]:
    """The amount is above nought, and its words name the same number as its figures.

    The words are read as a number and never compared as text: they have many spellings.
    """
    mortgage = application.mortgage
    if mortgage is None:
        return
    secured = mortgage.secured
    if secured is None:
        # Without a highest claim a maximum-amount mortgage is R25's.
        if mortgage.form is MortgageForm.ORDINARY:
            yield Hit("请填写被担保债权数额。", "State the secured amount.", "/mortgage/amount_fen")
        return
    if secured.fen <= 0:
        yield Hit(
            f"{_amount_zh(mortgage)}必须大于零。",
            "The amount must be above nought.",
            _amount_pointer(mortgage),
        )
    elif mortgage.amount_words.strip():
        yield from _compare_words(mortgage, secured)


def _compare_words(mortgage: Mortgage, secured: Money) -> Iterator[Hit]:
    words = mortgage.amount_words.strip()
    try:
        meant = parse_capital(words)
    except BadAmountError:
        yield Hit(
            f"{_amount_zh(mortgage)}大写“{words}”无法识读，应为“{secured.capital}”。",
            f"The amount in words “{words}” cannot be read; {secured.yuan} is “{secured.capital}”.",
            "/mortgage/amount_words",
        )
        return
    if meant != secured:
        yield Hit(
            f"{_amount_zh(mortgage)}大小写不一致：{secured.yuan}／{words}。",
            f"The amount differs in figures and words: {secured.yuan} / {words} ({meant.yuan}).",
            "/mortgage/amount_words",
        )


def check_contract_amount(application: Application, _today: date) -> Iterator[Hit]:
    """The amount of the form is that of the contract, where the teller compared them."""
    mortgage = application.mortgage
    if mortgage is None or mortgage.secured is None or mortgage.contract_amount is None:
        return
    if mortgage.secured != mortgage.contract_amount:
        form, contract = mortgage.secured.yuan, mortgage.contract_amount.yuan
        yield Hit(
            f"申请书与合同记载的债权数额不一致：{form} 元／{contract} 元。",
            f"The amount differs between form and contract: {form} / {contract} yuan.",
            _amount_pointer(mortgage),
        )


def check_term(application: Application, _today: date) -> Iterator[Hit]:
    """A term has both ends and runs forward; an open determination period needs none.

    A maximum-amount mortgage without a period is R25's alone.
    """
    mortgage = application.mortgage
    if mortgage is None:
        return
    if mortgage.start is None or mortgage.end is None:
        if mortgage.form is MortgageForm.ORDINARY:
            yield Hit(
                "债务履行期限填写有误：请填写起止日期。",
                "The term of the debt needs its first and its last day.",
                "/mortgage/start" if mortgage.start is None else "/mortgage/end",
            )
    elif mortgage.end <= mortgage.start:
        what = "债务履行期限" if mortgage.form is MortgageForm.ORDINARY else "债权确定期间"
        yield Hit(
            f"{what}填写有误：止日 {mortgage.end} 须晚于起日 {mortgage.start}。",
            f"The term ends on {mortgage.end}, which is not after its start, {mortgage.start}.",
            "/mortgage/end",
        )
    if mortgage.form is MortgageForm.ORDINARY and _is_long_before(mortgage):
        yield Hit(
            f"债务履行期限填写有误：起日 {mortgage.start} 早于合同签订日 {mortgage.contract_date} 一年以上。",
            f"The term starts more than a year before the contract of {mortgage.contract_date}.",
            "/mortgage/start",
        )


def _is_long_before(mortgage: Mortgage) -> bool:
    if mortgage.start is None or mortgage.contract_date is None:
        return False
    return mortgage.contract_date - mortgage.start > _LONGEST_BEFORE


def check_maximum(application: Application, _today: date) -> Iterator[Hit]:
    """A maximum-amount mortgage names its highest claim and a period, or that none was agreed."""
    mortgage = application.mortgage
    if mortgage is None or mortgage.form is not MortgageForm.MAXIMUM:
        return
    if mortgage.max_claim is None:
        yield Hit("请明确最高债权额。", "State the highest claim.", "/mortgage/max_claim_fen")
    has_period = mortgage.start is not None and mortgage.end is not None
    if not has_period and not mortgage.is_period_open:
        yield Hit(
            "请明确债权确定期间；当事人没有约定的，勾选“未约定”。",
            "State the determination period, or mark that none was agreed.",
            "/mortgage/is_period_open",
        )
    elif mortgage.is_period_open and (mortgage.start or mortgage.end):
        yield Hit(
            "债权确定期间既填写了日期，又勾选了“未约定”，请保留其一。",
            "The determination period is dated and marked as not agreed; keep one of the two.",
            "/mortgage/is_period_open",
        )


RULES: Final = (
    Rule(
        id="KIND", level=Level.NOT_ACCEPTED, basis="《不动产登记暂行条例》第十七条", look=check_kind
    ),
    Rule(id="FORMAT", level=Level.CORRECT, basis=FORM_LAW, look=check_shape),
    Rule(
        id="R37",
        level=Level.CORRECT,
        basis="《民法典》第二百二十一条；《不动产登记暂行条例实施细则》第七十八条",
        look=check_notice_named,
    ),
    Rule(id="FORMAT", level=Level.CORRECT, basis=FORM_LAW, look=check_round),
    Rule(id="FORMAT", level=Level.CORRECT, basis="《民法典》第四百条第二款", look=check_contracts),
    Rule(id="R21", level=Level.CORRECT, basis="自然资发〔2021〕54号", look=check_terms_told),
    Rule(id="R22", level=Level.CORRECT, basis="《民法典》第四百条第二款第一项", look=check_amount),
    Rule(
        id="R23",
        level=Level.CORRECT,
        basis="《不动产登记暂行条例》第十八条第二项",
        look=check_contract_amount,
    ),
    Rule(id="R24", level=Level.CORRECT, basis="《民法典》第四百条第二款第二项", look=check_term),
    Rule(
        id="R25",
        level=Level.CORRECT,
        basis="《民法典》第四百二十条、第四百二十三条",
        look=check_maximum,
    ),
)
