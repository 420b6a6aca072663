// data-typed="name:stamp" on a text field: what is typed and not sent yet survives swaps, reloads and detours.
// Another stamp under the same name says that the server has it: then what was kept is forgotten.
const PREFIX = "typed:";

function kept(act) {
  try {
    return act(window.sessionStorage);
  } catch {
    return null; // Storage may be switched off or full.
  }
}

function forgetOthers(name, key) {
  kept((storage) => Object.keys(storage)
    .filter((each) => each.startsWith(`${PREFIX}${name}:`) && each !== key)
    .forEach((each) => storage.removeItem(each)));
}

function bind() {
  for (const field of document.querySelectorAll("[data-typed]")) {
    const key = PREFIX + field.dataset.typed;
    forgetOthers(field.dataset.typed.split(":")[0], key);
    const text = kept((storage) => storage.getItem(key));
    if (text === null || text === field.value || field.value !== field.defaultValue) continue;
    field.value = text;
    field.closest("details")?.setAttribute("open", "");
  }
}

document.addEventListener("input", ({ target }) => {
  if (!target.dataset.typed) return;
  kept((storage) => storage.setItem(PREFIX + target.dataset.typed, target.value));
});
document.addEventListener("htmx:after:swap", bind);
bind();
