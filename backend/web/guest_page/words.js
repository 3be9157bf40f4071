// What the page says, in two languages.

const WORDS = {
  title: ["异地签署", "Sign from elsewhere"],
  other: ["English", "中文"],
  skip: ["您收到银行的签署邀请。请准备好银行电话告知的签署码和您的身份证件。", "Your bank invites you to sign. Have the code that the bank told you on the phone, and your identity document, at hand."],
  code: ["签署码（8 位数字）", "Signing code (8 digits)"],
  "code-help": ["银行柜员在电话里告诉您；不会写在短信或链接里。", "The teller tells it on the phone; it never stands in a message or in the link."],
  number: ["您的证件号码", "Number of your identity document"],
  "number-help": ["与银行登记的证件一致：身份证号 18 位，末位可以是 X。", "Of the document that the bank has of you; a resident ID has 18 characters."],
  open: ["打开文件", "Open the papers"],
  opening: ["正在打开，约需几秒……", "Opening; this takes some seconds …"],
  bringing: ["正在取文件：{here} / {all} KB；断了会接着取。", "Bringing the papers: {here} of {all} KB; after a cut it goes on."],
  "need-code": ["请输入 8 位签署码", "Enter the code of 8 digits"],
  "need-number": ["请输入证件号码", "Enter your document number"],
  "no-link": ["这个链接不完整。请点开银行发来的原链接，或重新扫二维码。", "This link is incomplete. Open the bank's own link, or scan the QR code again."],
  unknown: ["登记中心没有这份邀请，请向银行要新的链接。", "The office does not know this invitation; ask the bank for a new link."],
  "old-browser": ["这个浏览器太旧，打不开加密的文件。请换一部手机或电脑。", "This browser is too old to open sealed papers. Use another phone or computer."],
  line: ["网络不通，请检查后再试；已写的签名都在。", "No connection. Check it and try again; what you wrote is kept."],
  busy: ["试得太密，请一分钟后再试。", "Too many requests; try again in a minute."],
  failed: ["登记中心暂时没有应答，请稍后再试。", "The office does not answer now; try again later."],
  "bad-papers": ["文件与银行所发的不符，不能签署。请电话告诉银行。", "The papers are not as the bank sent them. Do not sign; call the bank."],
  hello: ["{name}，您好", "{name}"],
  as: ["您以{role}的身份签署，共 {n} 份。", "You sign {n} papers as {role}."],
  who: ["邀请人：{bank} {teller}", "Invited by {bank}, {teller}"],
  until: ["请在 {at} 前签完。", "Please finish before {at}."],
  paper: ["第 {n} 份，共 {all} 份", "Paper {n} of {all}"],
  plainly: ["用大白话说", "In plain words"],
  read: ["请从头看到尾，看完才能签名。", "Read it to its end; then you can sign."],
  "read-done": ["已看到最后。", "You have seen it to the end."],
  page: ["{title} 第 {n} 页", "{title}, page {n}"],
  pages: ["文件", "The paper"],
  "first-read": ["看完文件才能签名", "Read the paper first"],
  larger: ["字放大／还原", "Larger, or as it was"],
  save: ["保存这份文件（PDF）", "Keep this paper (PDF)"],
  write: ["在框内签名", "Sign in the box"],
  pad: ["签名框：用手指或笔签名", "Signature box: sign with finger or pen"],
  "write-help": ["用手指签您的全名。横过来拿手机，框会更宽。", "Write your full name with a finger. Turned sideways, the phone gives more room."],
  clear: ["重写", "Clear"],
  next: ["签好了，看下一份", "Signed; next paper"],
  last: ["签好了", "Signed"],
  "too-little": ["笔迹太少或太快，请写全名。", "Too little ink, or too quick; write your full name."],
  check: ["确认并交回", "Check and send"],
  "check-say": ["您签了以下 {n} 份文件。交回以后不能再改；不愿意签就关掉这个页面，并告诉银行。", "You signed these {n} papers. Once sent, nothing can be changed; if you do not want to sign, close this page and tell the bank."],
  will: ["我已看完文件，签名是我本人自愿写的。", "I read the papers, and wrote the signatures myself of my own will."],
  "need-will": ["请先勾选上面一句", "Tick the sentence above first"],
  send: ["交回签名", "Send the signatures"],
  sending: ["正在交回……", "Sending …"],
  back: ["回去重看", "Back to the papers"],
  done: ["签名已交回", "The signatures are sent"],
  "done-say": ["银行柜员会与您电话或视频核对身份，核对之后签名才算数。这个链接已经失效，可以关掉页面。", "The teller makes sure by phone or video that it was you; only then do the signatures count. This link is used up; you can close the page."],
  "no-thanks": ["我不认识这份文件，或不想签", "I do not know this, or do not want to sign"],
  "no-say": ["没有交回任何东西。请打银行公开的客服电话说明；不要把签署码告诉别人。", "Nothing was sent. Call the bank on its public number, and tell nobody the code."],
  "role.mortgagor": ["抵押人", "mortgagor"],
  "role.debtor": ["债务人", "debtor"],
  "role.guardian": ["监护人", "guardian"],
  "role.seller": ["出卖人", "seller"],
  "role.buyer": ["买受人", "buyer"],
  "role.party_agent": ["代理人", "agent"],
  "role.former_agent": ["原抵押权人的代理人", "agent of the former mortgagee"],
};

let language = navigator.language?.startsWith("en") ? 1 : 0;

export const spoken = () => (language ? "en" : "zh-CN");
export const swap = () => (language = 1 - language);

/** Return a text; {name} is replaced. */
export const t = (key, values = {}) =>
  WORDS[key][language].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Return the text of a value that carries both languages. */
export const pick = (both) => (language && both.en) || both.zh;
