// What the pages gain with scripts; without them everything still works.
(() => {
  // A message about what just happened is read and seen first.
  document.querySelector("[data-focus]")?.focus();

  // On a phone the menu is wider than the screen: show where we are.
  document.querySelector(".console-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

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
