// data-tabs: the current tab is in sight, also where the browser does not know scroll-initial-target.
function bind() {
  for (const tabs of document.querySelectorAll("[data-tabs]")) {
    const current = tabs.querySelector("[aria-current]");
    if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
  }
}

document.addEventListener("htmx:after:swap", bind);
bind();
