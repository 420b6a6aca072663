// One file on its way up: sent by tus-js-client in pieces, and going on after every break. Its row in #uploads stands for it:
// "upload:act" events tell it what to do, "upload:state" events tell how it stands; data-state says so at any time.
const CHUNK = 8 * 1024 * 1024; // passes through proxies that limit what they take at once
const DELAYS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
const uploads = new WeakMap(); // row: its upload

const tell = (target, name, detail) => target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
const headers = () => ({
  "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
  "HX-Request": "true", // what is refused or asked comes in the reader's language
  "HX-Request-Type": "partial",
});

function turn(row, state, more = {}) {
  if (!row.isConnected) return; // cancelled
  row.dataset.state = state;
  tell(row, "upload:state", { state, ...more });
}

function isWorthRetrying(error) { // 507: the disk is full, and will be in a minute
  const status = error.originalResponse?.getStatus() ?? 0;
  const isBegun = error.originalRequest?.getMethod() !== "POST";
  return (status === 0 && navigator.onLine) || (status >= 500 && status !== 507) || (isBegun && (status === 409 || status === 423));
}

function begin(form, file) {
  const detail = { name: file.name };
  tell(document.getElementById("uploads"), "upload:new", detail);
  const { row } = detail;
  const endpoint = new URL(form.dataset.upload, location).href;
  row.dataset.then = form.dataset.uploadThen ?? "";
  row.dataset.list = form.dataset.uploadList ?? "";
  const upload = new tus.Upload(file, {
    endpoint,
    chunkSize: CHUNK,
    retryDelays: DELAYS,
    removeFingerprintOnSuccess: true,
    // As it would be by itself, but the same whatever is chosen where the name is taken.
    fingerprint: async () => ["tus-br", file.name, file.type, file.size, file.lastModified, endpoint].join("-"),
    metadata: { filename: file.name, note: form.elements.note?.value ?? "" },
    headers: headers(),
    onShouldRetry(error) {
      const again = isWorthRetrying(error);
      if (again) turn(row, "retrying");
      return again;
    },
    onProgress: (sent, size) => turn(row, "running", { sent, size }),
    onError: (error) => tell(row, "upload:refused", { answer: error.originalResponse }),
    onSuccess() {
      row.dataset.arrived = upload.url.split("/").pop();
      turn(row, "done");
    },
  });
  uploads.set(row, upload);
  upload.findPreviousUploads().then(([earlier]) => {
    if (earlier) upload.resumeFromPreviousUpload(earlier);
    turn(row, "waiting");
  });
}

const ACTS = {
  start(row, upload) { turn(row, "running"); upload.start(); },
  resume(row) { turn(row, "waiting"); },
  pause(row, upload) { upload.abort().then(() => turn(row, "paused")); },
  interrupt(row, upload) { upload.abort().then(() => tell(row, "upload:refused", {})); },
  settle(row, upload, { address, note }) {
    upload.options.endpoint = address;
    upload.options.metadata.note = note;
    turn(row, "waiting");
  },
  cancel(row, upload) {
    upload.abort(true).catch(() => {}); // what stays on the server runs out there
    tell(row, "upload:gone");
  },
};

document.addEventListener("upload:files", ({ target: form, detail }) => detail.files.forEach((file) => begin(form, file)));
document.addEventListener("upload:act", ({ target: row, detail }) => {
  if (uploads.has(row)) ACTS[detail.act]?.(row, uploads.get(row), detail);
});
