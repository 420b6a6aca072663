// A form that is on its way shows it on its button and does not go twice.
// data-busy="off": for forms that stay on the page, such as downloads. Forms that save themselves send what came last.
const busy = new Map();

const isLeftAlone = (form) =>
  form.dataset.busy === "off" || form.method === "dialog" || form.target === "_blank" ||
  form.matches("[data-autosubmit], :has([data-autosubmit])");

function begin(form, button) {
  busy.set(form, button);
  button?.setAttribute("aria-busy", "true");
}

function end(form) {
  busy.get(form)?.removeAttribute("aria-busy");
  busy.delete(form);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (isLeftAlone(form)) return;
  if (busy.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else {
    begin(form, event.submitter);
  }
}, { capture: true });

document.addEventListener("htmx:finally:request", (event) => {
  const source = event.detail.ctx.sourceElement;
  [...busy.keys()].filter((form) => form.contains(source) || !form.isConnected).forEach(end);
});
window.addEventListener("pageshow", () => [...busy.keys()].forEach(end));
