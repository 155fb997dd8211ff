// Telegram's HTML: a few tags, four named entities, everything else is refused with 400.
'use strict';
const TAGS = new Set(['b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'a', 'code', 'pre',
  'tg-spoiler', 'span', 'blockquote']);
const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"' };

// Return the text that a person sees; throws with Telegram's words where the markup is broken.
const readHtml = (html) => {
  const open = [];
  let visible = '';
  let at = 0;
  while (at < html.length) {
    const char = html[at];
    if (char === '<') {
      const tag = /^<(\/?)([a-zA-Z0-9-]+)((?:\s+[a-z-]+="[^"<>]*")*)\s*>/.exec(html.slice(at));
      if (!tag) throw new Error(`Unsupported start tag at byte offset ${at}`);
      const name = tag[2].toLowerCase();
      if (!TAGS.has(name)) throw new Error(`Unsupported start tag "${name}" at byte offset ${at}`);
      if (tag[1]) {
        const expected = open.pop();
        if (expected !== name) throw new Error(`Unmatched end tag at byte offset ${at}, expected "</${expected}>"`);
      } else open.push(name);
      at += tag[0].length;
    } else if (char === '&') {
      const entity = /^&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/.exec(html.slice(at));
      if (entity) {
        const code = entity[2] ? Number(entity[2]) : parseInt(entity[3], 16);
        visible += entity[1] ? ENTITIES[entity[1]] : String.fromCodePoint(code);
        at += entity[0].length;
      } else {
        visible += char;
        at += 1;
      }
    } else {
      visible += char;
      at += 1;
    }
  }
  if (open.length) throw new Error(`Can't find end tag corresponding to start tag "${open.pop()}"`);
  return visible;
};

module.exports = { readHtml };
