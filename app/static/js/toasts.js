// data-toast: goes away by itself after a while, unless somebody is reading it. data-toast="stay" waits for its button.
// data-dismiss: the button that closes the toast it is in; hidden where there is no script.
const SECONDS = 8;
const timed = new WeakSet();

const isRead = (toast) => toast.matches(":hover, :focus-within");

function leaveLater(toast) {
  if (timed.has(toast)) return;
  timed.add(toast);
  const timer = setInterval(() => {
    if (isRead(toast)) return;
    clearInterval(timer);
    toast.remove();
  }, SECONDS * 1000);
}

function bind() {
  document.querySelectorAll("[data-dismiss][hidden]").forEach((button) => { button.hidden = false; });
  document.querySelectorAll('[data-toast]:not([data-toast="stay"])').forEach(leaveLater);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove();
});
document.addEventListener("htmx:after:swap", bind);
bind();
