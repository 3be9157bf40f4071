"""The language that counter and office share: what is meant, never who said it.

Glossary (English identifier: Chinese term).

application: 申请, what the branch asks for · case: 收件/业务, an application the office has received ·
entry: 登簿记载, an approved case in the register · registration certificate: 不动产登记证明, issued
for an entry · package: 密封包, the sealed parcel · unit: 不动产单元 · mortgage: 抵押权 ·
mortgagor: 抵押人 · mortgagee: 抵押权人 · debtor: 债务人 · agent: 代理人 · guardian: 监护人 ·
maximum-amount mortgage: 最高额抵押 · determination period: 债权确定期间 · security scope: 担保范围 ·
transfer restriction: 禁止或限制转让约定 · rank: 顺位 · first registration: 首次登记 · discharge or
cancellation: 注销登记 · change: 变更登记 · crystallisation: 最高额抵押权确定登记 · transfer: 转移登记 ·
priority notice: 预告登记 · conversion: 预告登记转抵押权登记 · transfer of ownership: 所有权转移登记 ·
bundle: 一并申请 · transfer under mortgage: 带押过户 · seller, buyer: 出卖人, 买受人 ·
dissent: 异议登记 · seizure: 查封登记 ·
right of habitation: 居住权 · material: 材料 · inquiry record: 询问笔录 · power of attorney: 授权委托书 ·
finding: 检查结果 · receipt: 收件回执 · acceptance: 受理 · correction request: 补正通知 ·
non-acceptance: 不予受理 · refusal: 不予登记 · withdrawal: 撤回 · first/second review: 初审/复审 ·
approval: 核定 · teller: 柜员 · branch: 网点 · office: 登记机构.
"""
