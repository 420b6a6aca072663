// data-copy on a button: puts that text on the clipboard; data-copied is what the button then says for a moment.
// The button is hidden until we know that there is a clipboard.
const SECONDS = 3;

function bind() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const label = button?.querySelector("[data-label]");
  if (!label || button.dataset.before) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  button.dataset.before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => {
    label.textContent = button.dataset.before;
    delete button.dataset.before;
  }, SECONDS * 1000);
});
document.addEventListener("htmx:after:swap", bind);
bind();
