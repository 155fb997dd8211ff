// What the pages gain with scripts; without them everything still works.
(() => {
  // A message about what just happened is read and seen first.
  document.querySelector("[data-focus]")?.focus();

  // On a phone the menu is wider than the screen: show where we are.
  document.querySelector(".console-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

  // A reply is sent without leaving the keyboard; where it is put in by htmx too.
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.("textarea[data-send]");
    if (!box || event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    box.form.requestSubmit(box.form.querySelector("button[value=reply]"));
  });

  // A talk is read from its end.
  const toEnd = () => {
    const talk = document.querySelector(".console-talk");
    if (talk) talk.scrollTop = talk.scrollHeight;
  };
  toEnd();
  document.addEventListener("htmx:afterSwap", toEnd);

  // Unsaved text is not left behind by a slip.
  const form = document.querySelector("form[data-unsaved]");
  if (!form) return;
  let unsaved = form.dataset.unsaved === "yes";
  form.addEventListener("input", () => { unsaved = true; });
  form.addEventListener("submit", () => { unsaved = false; });
  addEventListener("beforeunload", (leaving) => {
    if (unsaved) leaving.preventDefault();
  });
})();
