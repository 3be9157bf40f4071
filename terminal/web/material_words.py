"""Why a file or an act on its pages is not taken, by reason: what happened and what to do."""

from collections.abc import Mapping
from typing import Final

from terminal.web.problem_words import Words

MATERIAL_WORDS: Final[Mapping[str, Words]] = {
    "type": Words(
        422, "这不是 PDF、JPEG 或 PNG", "This is no PDF, JPEG or PNG",
        "用扫描软件另存为 PDF 再放进来", "Save it as PDF with the scanner's software, then add it"),
    "damaged": Words(
        422, "这个文件坏了，读不完整", "This file is damaged and cannot be read whole",
        "重新扫描，或请对方再发一次", "Scan it again, or ask for it once more"),
    "encrypted": Words(
        422, "这份 PDF 要密码才能打开", "This PDF needs a password",
        "请客户去掉密码另存一份；或打印出来再扫", "Ask for a copy without the password, or print and scan it"),
    "pages": Words(
        422, "页数不对：一个文件最多 200 页", "A file may have 200 pages at most",
        "分成几个文件，只放要交的页", "Split it and add what belongs here"),
    "size": Words(
        422, "文件或页面太大", "The file or its page is too large",
        "每个文件不超过 40 MB，页面不超过 A0；用 200 到 300 dpi 重扫",
        "40 MB a file, A0 a page; scan at 200 to 300 dpi"),
    "page": Words(
        404, "没有这一页", "There is no such page",
        "刷新页面再看", "Reload the page"),
    "small": Words(
        422, "裁得太小了", "Too little is left",
        "把裁切框放大一些，或选“整页”", "Make the frame larger, or choose the whole page"),
    "timeout": Words(
        422, "这个文件太复杂，20 秒还没打开", "The file could not be opened within 20 seconds",
        "打印出来再扫，不要放原文件", "Print and scan it instead of this file"),
    "crashed": Words(
        422, "打开这个文件的程序中途停了", "The program that opens files stopped over this one",
        "再放一次；还是不行就重新扫描", "Add it once more; if it stops again, scan it anew"),
    "active": Words(
        422, "这份电子签名文件带脚本或附件，不能原样转交", "This signed document carries scripts or attachments",
        "请出具单位重新导出不带附件的 PDF", "Ask its issuer for one without them"),
    "twice": Words(
        409, "这个文件已经放进来了", "This file is here already",
        "在页面条里能看到它；要换材料就把页拖过去", "See the strip of pages; move them if they belong elsewhere"),
    "many": Words(
        422, "一件最多 300 页", "A case may have 300 pages at most",
        "删去不用交的页", "Delete pages that are not needed"),
    "bound": Words(
        409, "这份文件带电子签名，要整份原样转交", "This document bears a digital signature and travels whole",
        "不能转、裁、拆开或只删几页；可以整份删去", "It cannot be turned, cut or parted; it can be deleted whole"),
}  # fmt: skip
