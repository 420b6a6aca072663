// data-typed="name" on a text field: what is typed there survives swaps, reloads and detours until it is sent.
// Fields of the same name share it, on whatever page they are.
const PREFIX = "typed:";

function kept(act) {
  try {
    return act(window.sessionStorage);
  } catch {
    return null; // Storage may be switched off, or full.
  }
}

function bind() {
  for (const field of document.querySelectorAll("[data-typed]")) {
    const text = kept((storage) => storage.getItem(PREFIX + field.dataset.typed));
    if (text === null || text === field.value || field.value !== field.defaultValue) continue;
    field.value = text;
    field.closest("details")?.setAttribute("open", "");
  }
}

document.addEventListener("input", ({ target }) => {
  const name = target.dataset.typed;
  if (name) kept((storage) => storage.setItem(PREFIX + name, target.value));
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!ctx.response || ctx.response.status >= 400) return;
  const sent = new Set(ctx.request.body?.values?.() ?? []);
  for (const field of document.querySelectorAll("[data-typed]")) {
    if (sent.has(field.value)) kept((storage) => storage.removeItem(PREFIX + field.dataset.typed));
  }
});
document.addEventListener("htmx:after:swap", bind);
bind();
