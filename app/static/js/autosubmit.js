// data-autosubmit on a form, switch, choice or select: a change is sent at once, and the button for it is not needed.
const SENT_AT_ONCE = 'input[type="checkbox"], input[type="radio"], select';

const formOf = (element) => (element instanceof HTMLFormElement ? element : element.form ?? element.closest("form"));

function bind() {
  for (const element of document.querySelectorAll("[data-autosubmit]")) {
    const buttons = formOf(element)?.querySelectorAll('button:not([type]), button[type="submit"]') ?? [];
    for (const button of buttons) button.hidden = true;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches(SENT_AT_ONCE) && event.target.closest("[data-autosubmit]")) {
    formOf(event.target)?.requestSubmit();
  }
});
document.addEventListener("htmx:after:swap", bind);
bind();
