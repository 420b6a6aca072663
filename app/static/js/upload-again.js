// Uploads that an earlier visit left unfinished: named again, so that their files can be chosen once more.
const headers = () => ({
  "Tus-Resumable": "1.0.0",
  "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
  "HX-Request": "true",
});

async function isWaiting(earlier) {
  const answer = await fetch(earlier.uploadUrl, { method: "HEAD", headers: headers() });
  return answer.ok && answer.headers.get("Upload-Offset") !== answer.headers.get("Upload-Length");
}

function offer(form, earlier) {
  const storage = tus.defaultOptions.urlStorage;
  const detail = { name: earlier.metadata.filename };
  document.getElementById("uploads").dispatchEvent(new CustomEvent("upload:new", { bubbles: true, detail }));
  const { row } = detail;
  row.dataset.again = "";
  row.dispatchEvent(new CustomEvent("upload:state", { bubbles: true, detail: { state: "again" } }));
  row.addEventListener("upload:act", ({ detail: { act } }) => {
    if (act === "choose") form.querySelector('input[type="file"]').click();
    if (act !== "cancel") return;
    tus.Upload.terminate(earlier.uploadUrl, { ...tus.defaultOptions, headers: headers() }).catch(() => {});
    storage.removeUpload(earlier.urlStorageKey);
    forget(row);
  });
}

function forget(row) {
  const list = row.parentElement;
  row.remove();
  list.hidden = !list.children.length;
}

async function look() {
  const form = document.querySelector("[data-upload]");
  if (!form || !window.tus?.isSupported) return;
  const storage = tus.defaultOptions.urlStorage;
  const endpoint = new URL(form.dataset.upload, location).href;
  for (const earlier of await storage.findAllUploads()) {
    if (!earlier.urlStorageKey.includes(`-${endpoint}::`)) continue;
    if (await isWaiting(earlier)) offer(form, earlier);
    else storage.removeUpload(earlier.urlStorageKey);
  }
}

document.addEventListener("upload:new", ({ target: list, detail }) => {
  for (const row of list.querySelectorAll("[data-again]")) if (row.dataset.name === detail.name) forget(row);
});
document.addEventListener("DOMContentLoaded", () => look().catch(() => {})); // away from the network, there is nothing to offer
