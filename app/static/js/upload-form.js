// data-upload on a form: with scripts its files go up in pieces (upload-send.js), each with a row in #uploads.
// data-upload-act on a button of such a row: what is to be done; with data-address, the upload goes there.
const tell = (target, name, detail) => target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

document.addEventListener("submit", (event) => {
  const form = event.target;
  const input = form.querySelector('input[type="file"]');
  if (!form.matches("[data-upload]") || !window.tus?.isSupported || !input.files.length) return;
  event.preventDefault();
  const files = [...input.files];
  form.removeAttribute("aria-busy");
  input.value = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
  tell(form, "upload:files", { files });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("#uploads [data-upload-act]");
  if (!button) return;
  const row = button.closest("#uploads > *");
  const { uploadAct: act, address } = button.dataset;
  tell(row, "upload:act", { act, address, note: row.querySelector("[name=note]")?.value ?? "" });
});
