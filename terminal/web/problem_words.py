"""What the teller reads when something cannot be done: title and remedy, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence of what happened and one of what to do."""

    status: int
    """HTTP status."""
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


WORDS: Final[Mapping[str, Words]] = {
    "BadRequestError": Words(
        422, "页面送来的内容不对", "The page sent something that is not taken",
        "请刷新页面再试", "Reload the page and try again"),
    "BadDateError": Words(
        422, "日期写得不对", "A date cannot be read",
        "写成 2026-09-28", "Write it as 2026-09-28"),
    "BadValueError": Words(
        422, "填写的内容不对", "A value cannot be read",
        "请对照证件或合同改正", "Compare it with the paper and correct it"),
    "BadIdNumberError": Words(
        422, "证件号码不对", "The document number fails its check",
        "请对照证件逐位核对号码", "Compare the number with the document, character by character"),
    "BadCreditCodeError": Words(
        422, "统一社会信用代码不对", "The credit code fails its check",
        "请对照营业执照核对 18 位代码", "Compare the 18 characters with the business licence"),
    "BadNameError": Words(
        422, "姓名或名称不对", "The name cannot be taken",
        "不能为空，不超过 100 个字符，不能有看不见的字符",
        "It must not be empty, over 100 characters or hold invisible ones"),
    "PaperError": Words(
        409, "文件画不出来", "The paper cannot be drawn",
        "有字印不出或内容太长；请核对姓名、坐落和担保范围",
        "A character cannot be printed or a text is too long; check names, location and scope"),
    "RegistrationError": Words(
        422, "内容不符合登记要求", "The content does not fit the registration",
        "请核对后改正", "Check it and correct it"),
    "CertsError": Words(
        409, "证书或签名没有通过验证", "A certificate or signature was not confirmed",
        "不要交给客户；请打开自检，按提示处理", "Hand nothing over; open the self-check"),
    "NotFoundError": Words(
        404, "没有找到", "Not found here",
        "可能已被删除或改名；请返回列表重新打开", "It may be gone; go back to the list and open it"),
    "ConflictError": Words(
        409, "这件刚在另一个窗口改过", "This case was just changed in another window",
        "已为您取来最新内容，请核对后再改", "Read the newest content, then change it again"),
    "ParcelGoneError": Words(
        409, "对方终端已经接手，或已取回", "The other counter has it now",
        "这件已不在本机；请返回列表", "It is no longer here; go back to the list"),
    "ParcelTooLargeError": Words(
        409, "页数太多，移交不了", "Too many pages to hand over",
        "合计上限 60 MB：请在本机办完，或删去多余的页",
        "60 MB at most: finish it here, or remove pages"),
    "BadParcelError": Words(
        409, "移交来的件打不开，没有收下", "What was handed over cannot be opened; nothing was kept",
        "请让对方取回后重新移交", "Ask the other counter to take it back and hand it over again"),
    "DraftClosedError": Words(
        409, "这件已提交，不能再改", "This case was submitted and takes no change",
        "到“收发件”看进度；登记中心要求补正后才能改",
        "See its progress in the tray; it opens again when the office asks for a correction"),
    "LockedError": Words(
        401, "柜台已锁定", "The counter is locked",
        "请输入 PIN", "Enter your PIN"),
    "AnothersDraftError": Words(
        403, "这份草稿是另一位柜员的", "This draft is another teller's",
        "请对方移交给您；对方不在时到“办理”页接手",
        "Let them hand it over to you; while they are away take it over on the work page"),
    "SlotTakenError": Words(
        409, "这个位置已经有别的证件", "This place holds another document",
        "要换人请选“换成这张证件”", "Choose to replace it if the person has changed"),
    "DuplicatePersonError": Words(
        409, "这个人已经在这件里", "This person is in the application already",
        "同一人不能占两个位置；请核对证件", "Nobody stands in two places; check the document"),
    "WrongPersonError": Words(
        409, "证件与这个位置的人不符", "The document belongs to somebody else",
        "请换成本人的证件", "Use the document of the person who belongs here"),
    "ChipValueError": Words(
        409, "来自芯片的值不能手改", "A value from the chip cannot be typed over",
        "内容有误请重新读卡", "Read the card again if it is wrong"),
    "ReasonMissingError": Words(
        422, "没有写明不读卡的原因", "The reason for typing is missing",
        "选“其他”时请用一句话写明原因", "With “other”, say why in a few words"),
    "NotAnotherPersonError": Words(
        409, "这一步不能由同一人来做", "The same person cannot do both",
        "请另一位同事核对后输入自己的工号和密码",
        "Let a colleague look and enter staff number and PIN"),
    "NotTheSameError": Words(
        409, "两次输入的号码不一致", "The two numbers differ",
        "请两人一起对照证件；录入错了就重新录入", "Compare both with the document; type it again if it is wrong"),
    "WrongPinError": Words(
        403, "工号或密码不对", "Staff number or PIN is wrong",
        "请核对后再输；连错 5 次会停用 10 分钟", "Try again; five wrong tries shut it for 10 minutes"),
    "PinShutError": Words(
        403, "密码连错多次，暂时停用", "The PIN was wrong too often and is shut for a while",
        "10 分钟后再试，或请别的同事来", "Try again in 10 minutes, or ask a colleague"),
    "SecondLookError": Words(
        409, "还没有经另一人复核", "A second person has not looked yet",
        "请另一位同事对照证件复核", "Let a colleague compare it with the document"),
    "BadMaterialError": Words(
        422, "这个文件不能收", "This file is not taken",
        "只收 PDF、JPEG、PNG；请重新扫描", "PDF, JPEG or PNG; scan it again"),
    "BadListError": Words(
        422, "这份清单读不了", "This list cannot be read",
        "按模板存为 XLSX 或 CSV：保留表头，最多 500 行；不用公式，证件号码的单元格设为文本",
        "Save it as XLSX or CSV after the template: its heading, 500 lines, no formulas, IDs as text"),
    "ScannerError": Words(
        409, "扫描仪出了问题", "The scanner has a problem",
        "看扫描仪上的提示，处理好再扫", "Look at the scanner's own display, then scan again"),
    "ScannerGoneError": Words(
        409, "扫描仪没有应答", "The scanner does not answer",
        "看电源和网线；中途断开的话，最后一张要重扫", "Check power and cable; the last sheet must be scanned again"),
    "ScannerProtocolError": Words(
        409, "这个地址上的不是 eSCL 扫描仪", "What answers there is no eSCL scanner",
        "请科技部核对设置里的 scanners", "Correct scanners in the settings"),
    "ScannerBusyError": Words(
        409, "扫描仪正被别人用着", "Somebody else is using the scanner",
        "等它停下再按一次", "Wait until it stops, then press again"),
    "ScannerFaultError": Words(
        409, "扫描仪报故障", "The scanner is out of order",
        "关机重开；仍不行换一台，或用拍照、文件", "Switch it off and on; otherwise use the camera or a file"),
    "ScannerOpenError": Words(
        409, "扫描仪的盖子没合上", "A lid of the scanner is open",
        "合上盖子再扫；已扫的页都在", "Close it and go on; the pages scanned so far are kept"),
    "FeederEmptyError": Words(
        409, "进纸器里没有纸", "The feeder is empty",
        "把纸放进进纸器再扫，或改用玻璃板", "Put the sheets in, or scan from the glass"),
    "PaperJamError": Words(
        409, "卡纸了，或一次进了两张", "Paper is stuck, or two sheets went in at once",
        "取出卡住的纸，从这一张起接着扫；已扫的页都在",
        "Take it out and go on from that sheet; the pages scanned so far are kept"),
    "ScanFolderError": Words(
        409, "扫描文件夹读不了", "The scanner's folder cannot be read",
        "请科技部看设置里的 scan_folder 和权限；收进来的页都在",
        "See scan_folder in the settings and its rights; pages taken in are kept"),
    "QuarantineError": Words(
        503, "现在打不开文件：本机内存或进程不够", "No file can be opened: this machine lacks memory",
        "关掉别的程序再试；仍不行请打科技部电话", "Close other programs and try again, or call service"),
    "InkRefusedError": Words(
        422, "签名没有收下", "The signature was not taken",
        "请本人在框里重新写一遍完整的名字", "Let the signer write the full name again"),
    "PaperChangedError": Words(
        409, "文件刚刚变了，签的不是这一份", "The paper has changed since it was shown",
        "请给签名人看新的文件，再签", "Show the new paper to the signer, then sign"),
    "NotCompleteError": Words(
        409, "这一步现在还不能办", "This step cannot be done yet",
        "请先改好下面列出的全部问题", "Put right everything listed first"),
    "InkWaitsError": Words(
        409, "有异地签回的签名还没核对", "Ink that was signed elsewhere waits to be checked",
        "先到签字一步核对：认可或不认可，再移交或作废",
        "Check it in the signing step, take it or refuse it; then hand the draft over or discard it"),
    "InvitationsEndError": Words(
        409, "要签的文件变了，异地签署的链接会作废", "The papers changed: links to sign elsewhere will end",
        "改回原样，链接照样有效；确实要改，就按新内容重画文件，再重新邀请",
        "Change it back and the links stay good; or draw the papers anew, and invite again"),
    "NotReadyError": Words(
        409, "前面还差一步", "Something is missing before this step",
        "请先补齐前面的内容", "Complete the steps before it"),
    "DeskError": Words(
        409, "现在不能这样做", "This cannot be done as things stand",
        "请核对这件的内容", "Check the case"),
    "OfficeUnreachableError": Words(
        503, "连不上登记中心", "No connection to the office",
        "已填的都存好了；线路恢复后再试，或先办下一步",
        "What was entered is kept; try again when the line is back, or go on"),
    "OfficeUntrustedError": Words(
        503, "对方不是我们的登记中心，或不认本机证书", "Whoever answers is not our office",
        "已停止发送；请打开自检并报科技部", "Sending stopped; open the self-check and call service"),
    "OfficeBusyError": Words(
        503, "登记中心忙", "The office asks to come later",
        "件已存好，会自动再试", "Your case is kept and is tried again by itself"),
    "OfficeRefusedError": Words(
        409, "登记中心没有接受", "The office refused this",
        "请看登记中心写的原因", "Read the office's reason"),
    "BadAnswerError": Words(
        409, "登记中心的答复没有通过验证", "An answer of the office was not confirmed",
        "没有采信；请打开自检并报科技部", "It was not believed; open the self-check and call service"),
    "LinkError": Words(
        503, "与登记中心的线路有问题", "The line to the office failed",
        "件已存好；请稍后再试", "Your case is kept; try again later"),
    "BoxFullError": Words(
        507, "磁盘满了，这一步没有存下", "The disk is full; this step was not kept",
        "请清出磁盘空间；此前确认过的都还在", "Make room; what was acknowledged before is safe"),
    "BoxError": Words(
        500, "本机存储出错，这一步没有存下", "The store of this counter failed",
        "请停止办理，打开自检并报科技部", "Stop, open the self-check and call service"),
    "MisconfiguredError": Words(
        409, "本机设置不对", "A setting of this counter is wrong",
        "请报科技部", "Call service"),
    "TerminalError": Words(
        409, "这一步没有做成", "This step was not done",
        "请再试一次；仍不行请报科技部", "Try again; if it recurs, call service"),
}  # fmt: skip
"""By class name: an error without an entry speaks with its parent's words."""

STATUS_WORDS: Final[Mapping[int, Words]] = {
    400: Words(400, "请求不完整", "The request is not understood", "请刷新页面再试", "Reload the page"),
    401: Words(
        401, "这个窗口没有打开的凭据", "This window holds no key to the counter",
        "请从桌面图标重新打开柜台程序", "Open the counter again from its icon"),
    403: Words(
        403, "只有柜台自己的页面能用", "Only the counter's own page may ask",
        "请从桌面图标重新打开柜台程序", "Open the counter again from its icon"),
    404: Words(404, "没有这个页面", "No such page", "请返回首页", "Go back to the first page"),
    405: Words(405, "不能这样访问", "No such act here", "请刷新页面再试", "Reload the page"),
    411: Words(411, "上传没有写明长度", "An upload must state its length", "请重新选择文件",
               "Choose the file again"),
    413: Words(
        413, "文件太大", "The file is too large",
        "每份不超过 10 MB；请降低扫描分辨率再扫", "At most 10 MB; scan it at a lower resolution"),
    415: Words(415, "内容类型不对", "The kind of content is not taken", "请刷新页面再试",
               "Reload the page"),
    421: Words(
        421, "地址不是本机柜台", "This is not the counter's address",
        "请从桌面图标重新打开柜台程序", "Open the counter again from its icon"),
}  # fmt: skip
