// data-upload on a form: with scripts its files go to upload.js, and the buttons of their rows (data-upload-act), too.
// data-upload-list: the page that is fetched again when all is there; data-upload-then: the page that is gone to instead.
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
  if (button) tell(button.closest("#uploads > *"), "upload:act", { act: button.dataset.uploadAct });
});
