// data-menu on a <details>: a click elsewhere, Escape and leaving it by keyboard close it.
const open = () => document.querySelectorAll("[data-menu][open]");

// It opens towards the middle: a button that has come to stand at the start of its line would open out of the page.
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches("[data-menu][open]")) return;
  delete target.dataset.start;
  const list = target.querySelector(":scope > :not(summary)");
  if (list && list.getBoundingClientRect().left < 0) target.dataset.start = "";
}, true);

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector("summary")?.focus();
  }
});
