"""Why a list of discharges is not taken, by reason: what happened and what to do."""

from collections.abc import Mapping
from typing import Final

from terminal.web.problem_words import Words

LIST_WORDS: Final[Mapping[str, Words]] = {
    "size": Words(
        422, "清单文件太大", "The list is too large",
        "一份清单不超过 2 MB、500 行；分成几份", "2 MB and 500 lines at most; split it"),
    "unpacked": Words(
        422, "表格里的内容太多", "The spreadsheet holds too much",
        "新建一个只有清单的表格：没有图片、没有别的工作表，最多 500 行",
        "Copy the list alone into a new file: no pictures, no other sheets, 500 lines at most"),
    "rows": Words(
        422, "清单超过 500 行", "The list has more than 500 lines",
        "分成几份，每份最多 500 行", "Split it into parts of at most 500 lines"),
    "to-sign": Words(
        422, "一张清单最多签 100 件", "One list to be signed holds 100 rows at most",
        "先签并提交 100 件，其余的再列下一张", "Sign and send 100, then the rest on the next list"),
    "empty": Words(
        422, "清单里没有内容", "The list has no lines",
        "表头下面每行写一件；内容要在第一个工作表里", "One case a line below the heading, on the first sheet"),
    "columns": Words(
        422, "清单缺少这些列", "The list lacks these columns",
        "第 1 行照模板写表头，一个字不改", "Write the heading in line 1 as in the template"),
    "formula": Words(
        422, "这些单元格里是公式", "These cells hold formulas",
        "选中整列，复制后“选择性粘贴 → 数值”，再存一次", "Copy the column, paste it as values, save again"),
    "number": Words(
        422, "这些单元格里的长号码已被表格改掉末几位", "The last digits of these numbers are lost already",
        "单元格先设为“文本”，再把号码重新输入一遍", "Format the cells as text, then type the numbers anew"),
    "error": Words(
        422, "这些单元格里是出错的结果（#REF! 之类）", "These cells show an error such as #REF!",
        "照原件改成文字或数字，再存一次", "Write the text or number itself, save again"),
    "old": Words(
        422, "这是旧版（.xls）或加了密码的表格", "This is an old spreadsheet (.xls) or one with a password",
        "去掉密码，另存为 XLSX", "Take the password off and save it as XLSX"),
    "type": Words(
        422, "这不是 XLSX 或 CSV 清单", "This is no list in XLSX or CSV",
        "用模板另存为 XLSX 或 CSV", "Save it as XLSX or CSV after the template"),
    "damaged": Words(
        422, "这个表格坏了，读不完整", "This spreadsheet is damaged and cannot be read whole",
        "用表格软件打开，另存为新的 XLSX；打不开就请对方重发",
        "Open it, save it as a new XLSX; or ask for it once more"),
    "timeout": Words(
        422, "这个表格太复杂，20 秒还没读完", "The spreadsheet could not be read within 20 seconds",
        "把清单复制到新表格，另存为 XLSX", "Copy the list alone into a new file and save it as XLSX"),
}  # fmt: skip
