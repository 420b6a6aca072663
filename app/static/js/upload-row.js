// Rows of uploads under way (#uploads): "upload:new" makes one, and "upload:state" says how it stands; here it is drawn.
const UNITS = ["B", "KB", "MB", "GB", "TB"];
const paces = new WeakMap();

const part = (row, name) => row.querySelector(`[data-part="${name}"]`);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

function figures(sent, size) {
  const power = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), UNITS.length - 1);
  const unit = 1000 ** power;
  const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: size / unit < 10 ? 1 : 0 });
  return { done: format.format(sent / unit), size: `${format.format(size / unit)}\u00a0${UNITS[power]}` };
}

function timeLeft(row, sent, size, words) {
  const pace = paces.get(row);
  const passed = pace ? Date.now() - pace.at : 0;
  if (!pace) paces.set(row, { at: Date.now(), sent });
  if (passed < 2000 || sent <= pace.sent) return "";
  const minutes = ((size - sent) * passed) / (sent - pace.sent) / 60_000;
  if (minutes < 1) return words.seconds;
  if (minutes < 1.5) return words.minute;
  if (minutes < 90) return filled(words.minutes, { number: Math.round(minutes) });
  return filled(words.hours, { number: Math.round(minutes / 60) });
}

function draw(row, { state, sent, size, problem, final, question }) {
  const words = row.parentElement.dataset;
  if (size) {
    part(row, "bar").value = (sent / size) * 100;
    part(row, "amount").textContent = filled(words.amount, figures(sent, size));
  }
  const failed = state === "failed" || state === "again";
  const stands = failed || state === "asking";
  if (state !== "running") paces.delete(row);
  part(row, "left").textContent = state !== "running" ? words[state] ?? "" :
    size && sent === size ? words.checking : timeLeft(row, sent, size, words);
  part(row, "problem").hidden = !failed;
  part(row, "reason").textContent = failed ? problem ?? words[state] ?? "" : "";
  part(row, "question").replaceChildren(...question ? [question] : []);
  part(row, "bar").hidden = part(row, "standing").hidden = stands;
  part(row, "end").hidden = !failed || final;
  part(row, "end").querySelector('[data-upload-act="choose"]').hidden = state !== "again";
  part(row, "end").querySelector('[data-upload-act="resume"]').hidden = state === "again";
  row.querySelector('.row__act [data-upload-act="pause"]').hidden = stands || state === "paused" || state === "done";
  row.querySelector('.row__act [data-upload-act="resume"]').hidden = state !== "paused";
  row.querySelector('.row__act [data-upload-act="cancel"]').hidden = state === "done";
}

document.addEventListener("upload:new", ({ target: list, detail }) => {
  const row = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
  row.id = `upload-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  part(row, "name").id = `${row.id}-name`;
  part(row, "name").textContent = row.dataset.name = detail.name;
  part(row, "kind").textContent = /\.(\w{1,5})$/.exec(detail.name)?.[1].toUpperCase() ?? "";
  part(row, "bar").setAttribute("aria-labelledby", `${row.id}-name`);
  for (const button of row.querySelectorAll(".row__act button")) {
    const words = list.dataset[`label${button.dataset.uploadAct.replace(/^./, (first) => first.toUpperCase())}`];
    button.setAttribute("aria-label", filled(words, detail));
  }
  list.append(row);
  list.hidden = false;
  detail.row = row;
});
document.addEventListener("upload:state", ({ target: row, detail }) => draw(row, detail));
