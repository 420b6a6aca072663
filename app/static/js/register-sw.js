// The worker that shows the offline page; it waits until the page itself is done.
const whenIdle = window.requestIdleCallback ?? ((act) => setTimeout(act, 2000));

if ("serviceWorker" in navigator && window.isSecureContext) {
  window.addEventListener("load", () => {
    whenIdle(() => navigator.serviceWorker.register("/sw.js").catch(() => undefined));
  });
}
