// The web chat: one module, no build. What the server calls html is already escaped there.

const KEY = "troly06.chat";
const LONGEST_HISTORY = 200;
const WAIT_MS = 30000;
const LOST = "Mất kết nối. Câu hỏi của bạn vẫn còn ở đây.";
const PICTURE_SENT = "Ảnh mã QR";
const PICTURE_LOST = "Chưa gửi được ảnh. Bạn thử lại, hoặc gõ mã hồ sơ.";
const HIDDEN_ANSWER = "Kết quả cá nhân đã được ẩn";
const HIDDEN_TEXT = "Nội dung bạn nhập đã được ẩn";
const ICONS = {
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  up: "M7 11v9H3v-9zM7 11l4-8c2 0 3 1 2.500 3L13 9h6c1.500 0 2 1 1.800 2l-1.500 7c-.3 1.300-1 2-2.300 2H7",
  down: "M17 13V4h4v9zM17 13l-4 8c-2 0-3-1-2.500-3l.5-3H5c-1.500 0-2-1-1.800-2l1.500-7C5 4.700 5.700 4 7 4h10",
};

const $ = (id) => document.getElementById(id);
const log = $("log"), scroll = $("scroll"), box = $("text"), form = $("composer"), problem = $("problem");
let waiting = 0;
let memory = read();

function makeId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    if (kept && typeof kept.conversation === "string" && Array.isArray(kept.entries)) return kept;
  } catch { /* a full or forbidden storage: the chat works without history */ }
  return { conversation: makeId(), entries: [], lastId: 0 };
}

function save() {
  memory.entries = memory.entries.slice(-LONGEST_HISTORY);
  try { localStorage.setItem(KEY, JSON.stringify(memory)); } catch { /* as above */ }
}

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const date = (iso) => iso.split("-").reverse().join("/");

function isAtEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
}

function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
  $("newest").hidden = true;
}

// A long answer is shown from its first line; who reads further up keeps their place.
function reveal(node, wasAtEnd) {
  if (!wasAtEnd) { $("newest").hidden = false; return; }
  if (node.offsetHeight > scroll.clientHeight - 40) node.scrollIntoView({ block: "start" });
  else toEnd();
}

function drawCitizen(entry) {
  const node = make("p", { className: entry.hidden ? "said muted" : "said" }, entry.hidden ? HIDDEN_TEXT : entry.text);
  node.prepend(make("span", { className: "unseen" }, "Bạn: "));
  log.append(node);
  return node;
}

function drawSources(entry) {
  const list = make("ul");
  for (const source of entry.sources) {
    const until = source.effective_to ? ` đến ${date(source.effective_to)}` : "";
    const name = source.article ? `${source.document}, ${source.article}` : source.document;
    list.append(make("li", {}, name, make("span", { className: "when" }, `Hiệu lực từ ${date(source.effective_from)}${until}`)));
  }
  const details = make("details", {}, make("summary", {}, "Căn cứ pháp lý"), list);
  if (entry.checked_on) details.append(make("p", { className: "when" }, `Kiểm tra ngày ${date(entry.checked_on)}`));
  return details;
}

function drawFile(file) {
  const address = `/api/chat/files/${encodeURIComponent(file.id)}`;
  if (file.picture) return make("p", { className: "file" }, make("img", { src: address, alt: "Ảnh kèm tin", className: "sent-picture" }));
  const link = make("a", { href: address, download: file.name }, `Tải tệp: ${file.name}`);
  return make("p", { className: "file" }, link);
}

function drawTools(entry) {
  const copy = make("button", { type: "button", className: "quiet" }, icon("copy"), make("span", {}, "Sao chép"));
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(entry.text);
      copy.lastChild.textContent = "Đã chép";
    } catch { copy.lastChild.textContent = "Chưa chép được"; }
    setTimeout(() => { copy.lastChild.textContent = "Sao chép"; }, 2000);
  });
  const tools = make("div", { className: "tools" }, copy);
  const thumbs = [["up", "Hữu ích", true], ["down", "Chưa đúng ý", false]].map(([name, title, useful]) => {
    const thumb = make("button", { type: "button", className: "quiet", title, ariaLabel: title, ariaPressed: String(entry.useful === useful) }, icon(name));
    thumb.addEventListener("click", () => {
      if (entry.useful === useful) return;
      entry.useful = useful;
      thumbs.forEach((each) => { each.ariaPressed = String(each === thumb); });
      save();
      post("/api/chat/feedback", { answer_id: entry.answer_id ?? null, useful }).catch(() => {});
    });
    return thumb;
  });
  tools.append(...thumbs);
  return tools;
}

function drawAnswer(entry) {
  const node = make("article", { className: entry.pushed ? "answer pushed" : "answer", ariaLabel: "Trợ lý" });
  if (entry.pushed) node.append(make("p", { className: "label" }, "Tin nhắn từ Trợ lý 06"));
  const body = make("div", { className: "body" });
  if (entry.hidden) body.append(make("p", { className: "muted" }, HIDDEN_ANSWER));
  else body.innerHTML = entry.html;
  node.append(body);
  if (entry.file) node.append(drawFile(entry.file));
  if (entry.sources?.length) node.append(drawSources(entry));
  if (entry.buttons?.length) {
    const choices = make("div", { className: "choices" });
    for (const { title, payload } of entry.buttons) {
      const choice = make("button", { type: "button", className: "choice" }, title);
      choice.addEventListener("click", () => ask(title, payload));
      choices.append(choice);
    }
    node.append(choices);
  }
  if (entry.links?.length) {
    const links = make("div", { className: "choices" });
    for (const { title, url } of entry.links) {
      links.append(make("a", { className: "choice", href: url, target: "_blank", rel: "noopener noreferrer" }, title));
    }
    node.append(links);
  }
  if (!entry.hidden) node.append(drawTools(entry));
  log.append(node);
  return node;
}

function draw(entry) { return entry.who === "citizen" ? drawCitizen(entry) : drawAnswer(entry); }

function showChrome() {
  $("welcome").hidden = memory.entries.length > 0 || log.childElementCount > 0;
  $("clear").hidden = !$("welcome").hidden;
}

// A personal result is shown once and never kept; nor is what was typed to get it.
function keep(entry) {
  const kept = entry.private
    ? { who: "assistant", hidden: true, kind: entry.kind, pushed: entry.pushed, buttons: entry.buttons }
    : entry;
  memory.entries.push(kept);
  save();
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(WAIT_MS),
  });
  if (response.status === 204) return null;
  const value = await response.json();
  if (!response.ok) throw Object.assign(new Error("refused"), { sentence: value.error });
  return value;
}

async function ask(text, button) {
  const last = memory.entries.findLast((entry) => entry.who === "assistant");
  const secret = button === undefined && last?.kind === "form";
  const entry = secret ? { who: "citizen", hidden: true } : { who: "citizen", text };
  const node = drawCitizen({ who: "citizen", text });
  showChrome();
  toEnd();
  await deliver(node, entry, { text: button === undefined ? text : "", conversation: memory.conversation, button });
}

async function deliver(node, entry, message) {
  problem.textContent = "";
  $("typing").hidden = (waiting += 1) === 0;
  if (isAtEnd() || node === log.lastElementChild) toEnd();
  try {
    const answer = await post("/api/chat", message);
    const wasAtEnd = isAtEnd();
    $("typing").hidden = (waiting -= 1) === 0;
    keep(entry);
    // Nothing is said where the message went to staff: their answer comes through the stream.
    if (answer.text) {
      const said = { ...answer, who: "assistant" };
      keep(said);
      reveal(drawAnswer(said), wasAtEnd);
    }
    connect();
  } catch (error) {
    $("typing").hidden = (waiting -= 1) === 0;
    offerRetry(node, entry, message, error.sentence ?? LOST);
  }
  showChrome();
}

// The picture is sent, read there and forgotten; it is not kept here either.
async function sendPicture(file) {
  const node = drawCitizen({ who: "citizen", text: PICTURE_SENT });
  showChrome();
  toEnd();
  problem.textContent = "";
  $("typing").hidden = (waiting += 1) === 0;
  try {
    const path = `/api/chat/picture?conversation=${encodeURIComponent(memory.conversation)}`;
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": file.type },
      body: file,
      signal: AbortSignal.timeout(WAIT_MS),
    });
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error("refused"), { sentence: answer.error });
    keep({ who: "citizen", text: PICTURE_SENT });
    const said = { ...answer, who: "assistant" };
    keep(said);
    reveal(drawAnswer(said), isAtEnd());
    connect();
  } catch (error) {
    node.classList.add("lost");
    problem.textContent = error.sentence ?? PICTURE_LOST;
  } finally {
    $("typing").hidden = (waiting -= 1) === 0;
    box.focus();
  }
}

$("scan").hidden = false;
$("scan").addEventListener("click", () => $("picture").click());
$("picture").addEventListener("change", () => {
  const [file] = $("picture").files;
  $("picture").value = "";
  if (file) sendPicture(file);
});

function offerRetry(node, entry, message, sentence) {
  node.classList.add("lost");
  const again = make("button", { type: "button", className: "choice" }, "Gửi lại");
  const row = make("div", { className: "retry" }, make("span", {}, sentence), again);
  again.addEventListener("click", () => {
    row.remove();
    node.classList.remove("lost");
    log.append(node);
    box.focus();
    deliver(node, entry, message);
  });
  node.after(row);
  toEnd();
}

let source = null;
function connect() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource(`/api/chat/stream?conversation=${encodeURIComponent(memory.conversation)}`);
  source.addEventListener("message", (event) => {
    const pushed = JSON.parse(event.data);
    if (pushed.id > (memory.lastId ?? 0)) {
      memory.lastId = pushed.id;
      const wasAtEnd = isAtEnd();
      const entry = { ...pushed, who: "assistant", pushed: true };
      keep(entry);
      reveal(drawAnswer(entry), wasAtEnd);
      showChrome();
    }
    post("/api/chat/seen", { conversation: memory.conversation, id: pushed.id }).catch(() => {});
  });
}

function fit() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = (event.submitter?.name === "question" ? event.submitter.value : box.value).trim();
  if (!text) { box.focus(); return; }
  if (event.submitter?.name !== "question") { box.value = ""; fit(); }
  box.focus();
  ask(text);
});

box.addEventListener("input", fit);
box.addEventListener("keydown", (event) => {
  // isComposing: Enter that ends a word in a Vietnamese keyboard must not send.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

$("newest").addEventListener("click", () => { toEnd(); box.focus(); });
scroll.addEventListener("scroll", () => { if (isAtEnd()) $("newest").hidden = true; });
$("clear").addEventListener("click", () => {
  if (!confirm("Xóa cuộc trò chuyện trên máy này? Lời nhắc bạn đã đăng ký vẫn giữ nguyên.")) return;
  memory.entries = [];
  save();
  log.replaceChildren();
  problem.textContent = "";
  showChrome();
  box.focus();
});

memory.entries.forEach(draw);
showChrome();
save();
toEnd();
connect();
