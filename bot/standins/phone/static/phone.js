// The phone: asks every second what is on it, and shows what is new. Texts are set as text, never as HTML.
const EVERY_MS = 1000;
const NAMES = ["zalo", "zalo_bot", "telegram"];
const problem = document.getElementById("problem");
const drawn = {};

const make = (name, className, text) => {
  const element = document.createElement(name);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};

const post = async (messenger, deed, body = {}) => {
  try {
    const answer = await fetch(`/phone/${messenger}/${deed}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    problem.textContent = answer.ok ? "" : "Chưa gửi được. Thử lại sau ít giây.";
    return answer.ok;
  } catch {
    problem.textContent = "Máy giả lập không trả lời. Lệnh make run còn chạy không?";
    return false;
  } finally {
    await look();
  }
};

const makeLink = (title, url) => {
  const link = make("a", "", title);
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
};

// Addresses in a text can be opened, as on a phone.
const drawText = (bubble, text) => {
  for (const piece of text.split(/(https?:\/\/[^\s]+)/)) {
    bubble.append(/^https?:/.test(piece) ? makeLink(piece, piece) : document.createTextNode(piece));
  }
};

const drawButtons = (messenger, message) => {
  const choices = make("div", "choices");
  for (const button of message.buttons) {
    if (button.url) {
      choices.append(makeLink(button.title, button.url));
      continue;
    }
    const key = make("button", "", button.title);
    key.type = "button";
    key.addEventListener("click", () => button.deed ? post(messenger, button.deed) : post(messenger, "press", {
      title: button.title, payload: button.payload, message_id: message.message_id,
    }));
    choices.append(key);
  }
  return choices;
};

const draw = (messenger, message) => {
  if (message.from === "nobody") return make("p", "note", message.text);
  if (message.from === "them") return make("div", "said", message.text);
  const bubble = make("div", `answer ${message.kind}`);
  if (message.kind === "template") bubble.append(make("span", "label", "Mẫu tin"));
  if (message.text) drawText(bubble, message.text);
  if (message.buttons && message.buttons.length) bubble.append(drawButtons(messenger, message));
  return bubble;
};

const show = (messenger, state) => {
  const phone = document.getElementById(messenger);
  phone.hidden = false;
  const log = phone.querySelector(".log");
  const known = drawn[messenger] ?? (drawn[messenger] = new Set());
  const fresh = state.messages.filter((message) => !known.has(message.id));
  if (!known.size && !fresh.length && !log.childElementCount) log.append(make("p", "empty", "Chưa có tin. Nhắn thử một câu."));
  if (fresh.length) {
    log.querySelector(".empty")?.remove();
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    for (const message of fresh) {
      known.add(message.id);
      log.append(draw(messenger, message));
    }
    if (atEnd) log.scrollTop = log.scrollHeight;
  }
  if (messenger === "zalo") {
    const silent = state.silent_days === null ? "chưa nhắn gì" : state.silent_days >= 7 ? "im lặng quá 7 ngày" : "nhắn thường được";
    phone.querySelector("[data-state]").textContent = `${state.follows ? "Đang quan tâm" : "Không quan tâm"}, ${silent}.`;
    phone.querySelector('[data-deed="follow"]').hidden = state.follows;
    phone.querySelector('[data-deed="leave"]').hidden = !state.follows;
  }
};

const look = async () => {
  try {
    const state = await (await fetch("/phone")).json();
    const shown = NAMES.filter((name) => state[name]);
    for (const name of shown) show(name, state[name]);
    document.getElementById("off").hidden = shown.length > 0;
    for (const tab of document.querySelectorAll("[data-tab]")) tab.hidden = !state[tab.dataset.tab];
    if (problem.textContent.startsWith("Máy giả lập")) problem.textContent = "";
  } catch {
    problem.textContent = "Máy giả lập không trả lời. Lệnh make run còn chạy không?";
  }
};

for (const tab of document.querySelectorAll("[data-tab]")) {
  tab.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-tab]")) other.setAttribute("aria-pressed", String(other === tab));
    for (const phone of document.querySelectorAll(".phone")) phone.classList.toggle("shown", phone.id === tab.dataset.tab);
    const log = document.querySelector(".phone.shown .log");
    log.scrollTop = log.scrollHeight;
  });
}
for (const deed of document.querySelectorAll("[data-deed]")) {
  deed.addEventListener("click", () => post(deed.closest(".phone").id, deed.dataset.deed));
}
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (text && await post(form.closest(".phone").id, "write", { text })) form.reset();
  });
}
await look();
setInterval(look, EVERY_MS);
