// Files go up in pieces by tus-js-client, some at once, and go on after every break; upload-row.js shows how they stand.
const CHUNK = 8 * 1024 * 1024; // passes through proxies that limit what they take at once
const DELAYS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
const AT_ONCE = 3;
const uploads = new Map(); // row: its upload, form, state
const arrived = [];

const list = () => document.getElementById("uploads");
const headers = () => ({
  "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
  "HX-Request": "true", // refusals come as one sentence, in the reader's language
  "HX-Request-Type": "partial",
});
const inState = (state) => [...uploads.values()].filter((each) => each.state === state);

function turn(row, state, more = {}) {
  if (!uploads.has(row)) return; // cancelled
  Object.assign(uploads.get(row), { state, ...more });
  row.dispatchEvent(new CustomEvent("upload:state", { bubbles: true, detail: uploads.get(row) }));
}

function goOn() {
  const free = Math.max(AT_ONCE - inState("running").length - inState("retrying").length, 0);
  for (const each of inState("waiting").slice(0, free)) {
    turn(each.row, "running");
    each.upload.start();
  }
  const busy = inState("waiting").length + inState("running").length + inState("retrying").length;
  if (!busy && arrived.length) finish(uploads.get(arrived[0]).form);
}

function finish(form) {
  if (form.dataset.uploadThen) return location.assign(form.dataset.uploadThen);
  const address = new URL(form.dataset.uploadList, location);
  for (const row of arrived.splice(0)) {
    address.searchParams.append("arrived", uploads.get(row).upload.url.split("/").pop());
    uploads.delete(row);
    row.remove();
  }
  const rest = [...list().children]; // what is paused or has failed stays
  htmx.ajax("GET", address.href, { target: "#files", swap: "outerHTML" }).then(() => {
    list().append(...rest);
    list().hidden = !rest.length;
  });
}

function failed(row, error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  const away = error.originalResponse?.getHeader("HX-Redirect");
  if (away) return location.assign(away);
  const page = new DOMParser().parseFromString(error.originalResponse?.getBody() ?? "", "text/html");
  const { sent = 0, size = 1 } = uploads.get(row) ?? {};
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(sent / size);
  const problem = page.querySelector("[data-toast] span")?.textContent ??
    (status ? list().dataset.refused : list().dataset.broken.replace("{percent}", percent));
  turn(row, "failed", { problem, final: [403, 413, 422].includes(status) });
  goOn();
}

function begin(form, file) {
  const detail = { name: file.name };
  list().dispatchEvent(new CustomEvent("upload:new", { bubbles: true, detail }));
  const { row } = detail;
  const upload = new tus.Upload(file, {
    endpoint: new URL(form.dataset.upload, location).href,
    chunkSize: CHUNK,
    retryDelays: DELAYS,
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, note: form.elements.note?.value ?? "" },
    headers: headers(),
    onShouldRetry(error) {
      const status = error.originalResponse?.getStatus() ?? 0;
      const again = (status === 0 && navigator.onLine) || status >= 500 || status === 409 || status === 423;
      if (again) turn(row, "retrying");
      return again;
    },
    onProgress: (sent, size) => turn(row, "running", { sent, size }),
    onError: (error) => failed(row, error),
    onSuccess: () => { arrived.push(row); turn(row, "done"); goOn(); },
  });
  uploads.set(row, { row, form, upload, sent: 0, size: file.size });
  turn(row, "waiting");
  upload.findPreviousUploads().then(([earlier]) => {
    if (earlier) upload.resumeFromPreviousUpload(earlier);
    goOn();
  });
}

document.addEventListener("upload:files", ({ target: form, detail }) => detail.files.forEach((file) => begin(form, file)));
document.addEventListener("upload:act", ({ target: row, detail: { act } }) => {
  const upload = uploads.get(row)?.upload;
  if (upload && act === "resume") turn(row, "waiting");
  if (upload && act === "pause") upload.abort().then(() => turn(row, "paused")).then(goOn);
  if (upload && act === "cancel") {
    upload.abort(true).catch(() => {}); // what stays on the server runs out there
    uploads.delete(row);
    row.remove();
    list().hidden = !list().children.length;
  }
  goOn();
});
window.addEventListener("offline", () => {
  for (const each of [...inState("running"), ...inState("retrying")]) each.upload.abort().then(() => failed(each.row, {}));
});
window.addEventListener("online", () => {
  for (const each of inState("failed")) if (!each.final) turn(each.row, "waiting");
  goOn();
});
