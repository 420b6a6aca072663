// Some uploads run at once, the others wait for their turn. When none is left, what has arrived is shown.
// A form's data-upload-list is the page that is fetched again then; data-upload-then the page that is gone to instead.
const AT_ONCE = 3;

const list = () => document.getElementById("uploads");
const rows = (...states) => [...list()?.children ?? []].filter((row) => states.includes(row.dataset.state));

function goOn() {
  const free = Math.max(AT_ONCE - rows("running", "retrying").length, 0);
  for (const row of rows("waiting").slice(0, free)) {
    row.dispatchEvent(new CustomEvent("upload:act", { bubbles: true, detail: { act: "start" } }));
  }
  const done = rows("done");
  if (done.length && !rows("waiting", "running", "retrying").length) show(done);
}

function show(done) {
  const [{ dataset: { then, list: again } }] = done;
  const address = new URL(then || again, location);
  for (const row of done) address.searchParams.append("arrived", row.dataset.arrived);
  if (then) return location.assign(address);
  done.forEach((row) => row.remove());
  const rest = [...list().children]; // what is paused, asks or has failed stays
  htmx.ajax("GET", address.href, { target: "#files", swap: "outerHTML" }).then(() => {
    list().append(...rest);
    list().hidden = !rest.length;
  });
}

document.addEventListener("upload:state", ({ detail }) => {
  if (!detail.sent) queueMicrotask(goOn); // when the row is drawn
});
document.addEventListener("upload:gone", ({ target: row }) => {
  row.remove();
  list().hidden = !list().children.length;
  goOn();
});
window.addEventListener("offline", () => {
  for (const row of rows("running", "retrying")) {
    row.dispatchEvent(new CustomEvent("upload:act", { bubbles: true, detail: { act: "interrupt" } }));
  }
});
window.addEventListener("online", () => {
  for (const row of rows("failed")) {
    if (!row.hasAttribute("data-final")) row.dispatchEvent(new CustomEvent("upload:act", { bubbles: true, detail: { act: "resume" } }));
  }
});
