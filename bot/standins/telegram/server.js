// A stand-in for Telegram's Bot API: npm telegram-test-api 4.2.1 (MIT) with what python-telegram-bot 22.8 needs
// and what a test wants to see. Everything goes through the package's own route table. PORT=9000 node server.js
// KEEPS_S: how long messages are kept, in seconds.
'use strict';
const TelegramServer = require('telegram-test-api');
const { routes } = require('telegram-test-api/lib/routes');
const { readHtml } = require('./html');

const now = () => Math.floor(Date.now() / 1000);
const asObject = (value) => (typeof value === 'string' ? JSON.parse(value) : value);
const BOT = {
  id: 666, is_bot: true, first_name: 'Trợ lý 06', username: 'troly06_bot',
  can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false,
};
const WEBHOOK_TRIES = 25;
const WEBHOOK_PAUSE_MS = 200;
const LONGEST_TEXT = 4096;
const LONGEST_CAPTION = 1024;
const LONGEST_PAYLOAD = 64;

const faults = []; // {method, times, code, description, parameters, chat_id?, delay_ms?}
const calls = []; // {method, body, at}: everything the bot asked of Telegram
const counts = {}; // method -> how often the bot asked for it
const polls = {}; // token -> ends the poll that is waiting

const fail = (res, code, description, parameters) =>
  res.status(code).json({ ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) });

// A callback query lacks chat_instance and parts of its message; a message carries botToken; an update that a
// test wrote itself goes out as it is.
const formatUpdate = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  if (update.raw) return { update_id: update.updateId, ...update.raw };
  const out = formatUpdate.call(TelegramServer, update);
  if (out.callback_query) {
    const query = out.callback_query;
    query.chat_instance = query.chat_instance || '1';
    if (query.message) query.message = { message_id: 1, date: now(), from: BOT, ...query.message };
  }
  if (out.message) {
    out.message = { ...out.message };
    delete out.message.botToken;
  }
  return out;
};

// Webhooks: the secret header, several tries, and never an unhandled rejection (which ended the process).
class Server extends TelegramServer {
  async addUserUpdate(update) {
    const webhook = this.webhooks[update.botToken];
    if (!webhook) return super.addUserUpdate(update);
    const body = JSON.stringify(TelegramServer.formatUpdate(update));
    this.updateId += 1;
    const headers = { 'content-type': 'application/json' };
    if (webhook.secret_token) headers['X-Telegram-Bot-Api-Secret-Token'] = webhook.secret_token;
    const attempt = async (left) => {
      try {
        const answer = await fetch(webhook.url, { method: 'POST', headers, body });
        if (answer.ok) {
          webhook.delivered = (webhook.delivered || 0) + 1;
          return;
        }
        webhook.last_error_message = `Wrong response from the webhook: ${answer.status}`;
      } catch (error) {
        webhook.last_error_message = String(error.message);
      }
      webhook.last_error_date = now();
      if (left > 0) setTimeout(() => attempt(left - 1), WEBHOOK_PAUSE_MS);
    };
    attempt(WEBHOOK_TRIES);
    return undefined;
  }
}

// The package answers with a date in milliseconds and no sender.
const asMessage = (stored) => {
  const { message } = stored;
  const markup = message.reply_markup;
  return {
    message_id: stored.messageId,
    date: Math.floor(stored.time / 1000),
    from: BOT,
    chat: { id: Number(message.chat_id), type: Number(message.chat_id) < 0 ? 'group' : 'private', first_name: 'Dân' },
    text: message.visible,
    ...(markup && markup.inline_keyboard ? { reply_markup: markup } : {}),
  };
};

// What Telegram refuses with 400; also reads the HTML into the text that a person sees.
const refuse = (body) => {
  if (!body.chat_id) return 'Bad Request: chat_id is empty';
  if (body.text === undefined) return 'Bad Request: message text is empty';
  let visible = String(body.text);
  if (String(body.parse_mode || '').toUpperCase() === 'HTML') {
    try {
      visible = readHtml(visible);
    } catch (error) {
      return `Bad Request: can't parse entities: ${error.message}`;
    }
  }
  if (!visible.trim()) return 'Bad Request: message text is empty';
  if (visible.length > LONGEST_TEXT) return 'Bad Request: message is too long';
  const markup = body.reply_markup ? asObject(body.reply_markup) : null;
  for (const row of (markup && markup.inline_keyboard) || []) {
    for (const button of row) {
      if (button.callback_data && Buffer.byteLength(button.callback_data) > LONGEST_PAYLOAD) {
        return 'Bad Request: BUTTON_DATA_INVALID';
      }
    }
  }
  body.visible = visible;
  return null;
};

const addControl = (app, srv) => {
  const ok = (res, result = true) => res.json({ ok: true, result });
  app.post('/__control/fault', (req, res) => { faults.push({ times: 1, code: 500, ...req.body }); ok(res); });
  app.post('/__control/reset', (_req, res) => {
    faults.length = 0;
    calls.length = 0;
    srv.storage.botMessages = [];
    srv.storage.userMessages = [];
    ok(res);
  });
  app.get('/__control/calls/:method', (req, res) => ok(res, calls.filter((c) => c.method === req.params.method)));
  // What rang and what was written, as [second, chat]: the lists that the package itself keeps.
  const list = (messages, chatOf) => messages.map((each) => [each.time / 1000, String(chatOf(each.message))]);
  app.get('/count', (_req, res) => res.json(counts));
  app.get('/ledger', (_req, res) => res.json(list(srv.storage.botMessages, (message) => message.chat_id)));
  app.get('/written', (_req, res) => res.json(list(
    srv.storage.userMessages.filter((each) => each.message.chat), (message) => message.chat.id)));
  app.get('/__control/webhook/:token', (req, res) => ok(res, srv.webhooks[req.params.token] || null));
  app.post('/__control/update', async (req, res) => {
    const { botToken, update } = req.body;
    const fields = srv.getCommonFields(botToken);
    const updateId = update.update_id === undefined ? fields.updateId : update.update_id;
    await srv.addUserUpdate({ ...fields, updateId, message: {}, raw: update });
    srv.emit('AddedUserMessage');
    ok(res, updateId);
  });
  app.use('/bot:token/:method', (req, res, next) => {
    const body = req.body || {};
    calls.push({ method: req.params.method, body, at: Date.now() });
    counts[req.params.method] = (counts[req.params.method] || 0) + 1;
    const fault = faults.find((f) => f.times > 0 && f.method === req.params.method
      && (f.chat_id === undefined || String(f.chat_id) === String(body.chat_id)));
    if (!fault) return next();
    fault.times -= 1;
    const answer = () => (fault.code === 0 ? res.destroy() : fault.code === 200 ? next()
      : fail(res, fault.code, fault.description || 'injected', fault.parameters));
    return fault.delay_ms ? setTimeout(answer, fault.delay_ms) : answer();
  });
};

const addApi = (app, srv) => {
  const ok = (res, result = true) => res.json({ ok: true, result });
  const api = (name, answer) => app.all(`/bot:token/${name}`, async (req, res) => {
    try {
      await answer({ ...req.query, ...req.body }, req.params.token, res);
    } catch (error) {
      fail(res, 500, String(error));
    }
  });
  api('getMe', (_body, _token, res) => ok(res, BOT));
  // Long polling with confirmation by offset; a second poller ends the first one with 409, as Telegram does.
  api('getUpdates', async (body, token, res) => {
    if (srv.webhooks[token]) {
      return fail(res, 409, "Conflict: can't use getUpdates method while webhook is active");
    }
    if (polls[token]) polls[token]();
    let ended = false;
    let wake = () => {};
    const end = () => { ended = true; wake(); };
    polls[token] = end;
    const gone = () => res.destroyed || res.writableEnded || res.socket === null;
    res.on('close', () => wake());
    const offset = Number(body.offset || 0);
    const until = Date.now() + Number(body.timeout || 0) * 1000;
    srv.storage.userMessages.forEach((u) => { if (u.botToken === token && u.updateId < offset) u.isRead = true; });
    const take = () => srv.storage.userMessages
      .filter((u) => u.botToken === token && !u.isRead && u.updateId >= offset)
      .slice(0, Number(body.limit || 100)).map((u) => TelegramServer.formatUpdate(u));
    let list = take();
    while (!list.length && Date.now() < until && !ended && !gone()) {
      await new Promise((resolve) => {
        const events = ['AddedUserMessage', 'AddedUserCommand', 'AddedUserCallbackQuery'];
        const finish = () => { clearTimeout(timer); events.forEach((e) => srv.off(e, finish)); resolve(); };
        const timer = setTimeout(finish, Math.max(1, Math.min(1000, until - Date.now())));
        wake = finish;
        events.forEach((e) => srv.on(e, finish));
      });
      list = take();
    }
    if (polls[token] === end) delete polls[token];
    if (ended) return fail(res, 409, 'Conflict: terminated by other getUpdates request');
    return ok(res, list);
  });
  api('sendMessage', (body, token, res) => {
    const refusal = refuse(body);
    if (refusal) return fail(res, 400, refusal);
    srv.addBotMessage(body, token);
    return ok(res, asMessage(srv.storage.botMessages[srv.storage.botMessages.length - 1]));
  });
  // A file comes in parts, which the body parsers leave alone. A person sees its name and size.
  app.post('/bot:token/sendDocument', async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const raw = Buffer.concat(chunks).toString('latin1');
    const chat = raw.match(/name="chat_id"(?:\r\n[^\r\n]+)*\r\n\r\n(-?\d+)\r\n/);
    const file = raw.match(/filename="([^"]*)"(?:\r\n[^\r\n]+)*\r\n\r\n([^]*?)\r\n--/);
    if (!chat || !file) return fail(res, 400, 'Bad Request: there is no document in the request');
    const text = `📎 ${Buffer.from(file[1], 'latin1').toString('utf8')}, ${file[2].length} byte`;
    srv.addBotMessage({ chat_id: chat[1], text, visible: text }, req.params.token);
    return ok(res, asMessage(srv.storage.botMessages[srv.storage.botMessages.length - 1]));
  });
  // A picture comes in parts the first time, by its id afterwards. A person sees that there is one, and its words.
  app.post('/bot:token/sendPhoto', async (req, res) => {
    let body = { ...req.body };
    if (String(req.headers['content-type']).startsWith('multipart/')) {
      const chunks = [];
      for await (const chunk of req) chunks.push(chunk);
      const headers = { 'content-type': req.headers['content-type'] };
      body = Object.fromEntries(await new Response(Buffer.concat(chunks), { headers }).formData());
    }
    if (!body.photo) return fail(res, 400, 'Bad Request: there is no photo in the request');
    body.text = body.caption || 'Ảnh';
    const refusal = refuse(body);
    if (refusal) return fail(res, 400, refusal);
    if (body.visible.length > LONGEST_CAPTION) return fail(res, 400, 'Bad Request: message caption is too long');
    const id = body.photo.size === undefined ? String(body.photo) : `photo-${srv.messageId}`;
    const { chat_id: chat, visible } = body;
    const markup = body.reply_markup ? asObject(body.reply_markup) : undefined;
    const shown = { chat_id: chat, text: body.text, visible: `🖼 Ảnh\n${visible}`, reply_markup: markup };
    srv.addBotMessage(shown, req.params.token);
    const sent = asMessage(srv.storage.botMessages[srv.storage.botMessages.length - 1]);
    return ok(res, { ...sent, photo: [{ file_id: id, file_unique_id: id, width: 1, height: 1 }] });
  });
  for (const name of ['answerCallbackQuery', 'sendChatAction', 'setMyCommands', 'setMyDescription',
    'setMyShortDescription', 'setChatMenuButton', 'deleteMessage', 'leaveChat']) {
    api(name, (_body, _token, res) => ok(res));
  }
  api('setWebhook', (body, token, res) => {
    if (body.url) srv.setWebhook({ ...body }, token); else srv.deleteWebhook(token);
    ok(res);
  });
  api('deleteWebhook', (_body, token, res) => { srv.deleteWebhook(token); ok(res); });
  api('getWebhookInfo', (_body, token, res) => {
    const webhook = srv.webhooks[token] || {};
    ok(res, { url: webhook.url || '', has_custom_certificate: false, pending_update_count: 0 });
  });
};

routes.unshift(addControl, addApi);
const srv = new Server({
  port: Number(process.env.PORT || 9000), host: '127.0.0.1', storeTimeout: Number(process.env.KEEPS_S || 3600),
});
// Telegram never numbers two updates alike. The package begins with 1 each time it starts, and an assistant that
// remembers what it received would take the first messages after a restart for repeated ones.
srv.updateId = now();
srv.setMaxListeners(0);
srv.start();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
