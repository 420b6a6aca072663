// data-drop on the input of a drop zone: what was chosen is named, and a file that is dragged over it has a place to land.
// data-drop="send" sends what was chosen at once; the button of the form is not needed then.
const zoneOf = (target) => target.closest?.(".drop:has([data-drop])");

function bind() {
  for (const input of document.querySelectorAll('[data-drop="send"]')) {
    for (const button of input.form?.querySelectorAll("button") ?? []) button.hidden = true;
  }
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("[data-drop]")) return;
  const title = zoneOf(input).querySelector("b");
  title.dataset.empty ??= title.textContent;
  title.textContent = [...input.files].map((file) => file.name).join(", ") || title.dataset.empty;
  if (input.dataset.drop !== "send" || !input.files.length) return;
  input.form.setAttribute("aria-busy", "true");
  input.form.requestSubmit();
});

for (const name of ["dragenter", "dragover", "dragleave", "dragend", "drop"]) {
  document.addEventListener(name, (event) => {
    zoneOf(event.target)?.toggleAttribute("data-over", name === "dragenter" || name === "dragover");
  });
}
document.addEventListener("htmx:after:swap", bind);
bind();
