// data-insert="text" data-into="id": becomes a button that writes this text into that field, where the cursor is.
function bind() {
  for (const word of document.querySelectorAll("span[data-insert]")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "link-button", textContent: word.textContent });
    Object.assign(button.dataset, word.dataset);
    word.replaceWith(button);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-insert]");
  const field = button && document.getElementById(button.dataset.into);
  if (!field) return;
  const { selectionStart: at, selectionEnd: end, value } = field;
  const space = at && !/\s$/.test(value.slice(0, at)) ? " " : "";
  field.setRangeText(space + button.dataset.insert, at, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
document.addEventListener("htmx:after:swap", bind);
bind();
