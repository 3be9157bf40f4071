"""Rules on what is claimed: kind, amounts, terms, contracts."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.errors import BadAmountError
from registration.findings import Level
from registration.mortgage import Money, Mortgage, MortgageForm, RegistrationKind, parse_capital
from registration.requirements.rule import FORM_LAW, Hit, Rule


def check_kind(application: Application, _today: date) -> Iterator[Hit]:
    """The channel must have been opened for the kind of registration."""
    kind = application.kind
    if not kind.is_open:
        yield Hit(
            f"本通道尚未开通“{kind.title_zh}”，请到登记机构窗口办理。",
            f"This channel does not take “{kind.title_en}” yet; please go to the office's window.",
            "/kind",
        )


def check_shape(application: Application, _today: date) -> Iterator[Hit]:
    """A first registration states a mortgage and debtors, a discharge the mortgage it ends."""
    if not application.mortgagors:
        yield Hit("请填写抵押人。", "State the mortgagors.", "/mortgagors")
    if application.kind is RegistrationKind.FIRST:
        if application.mortgage is None:
            yield Hit("请填写抵押情况。", "State the mortgage.", "/mortgage")
        if not application.debtors:
            yield Hit("请填写债务人。", "State the debtors.", "/debtors")
    if application.kind is RegistrationKind.CANCELLATION and application.discharge is None:
        yield Hit("请填写注销情况。", "State the mortgage to be discharged.", "/discharge")


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
