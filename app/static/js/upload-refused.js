// What the server answers where an upload does not go on: its sentence stands on the row; and if it asks something
// (data-upload-question), so does its question, whose buttons say where the upload goes on (data-upload-act="settle").
const FOR_GOOD = [403, 413, 422];

const tell = (target, name, detail) => target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

function turn(row, state, more) {
  row.dataset.state = state;
  tell(row, "upload:state", { state, ...more });
}

function reason(row, status, page) {
  const words = row.parentElement.dataset;
  const said = page.querySelector("[data-toast] span")?.textContent;
  if (said || status) return said ?? words.refused;
  const sent = row.querySelector("progress").value / 100;
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(sent);
  return words.broken.replace("{percent}", percent);
}

document.addEventListener("upload:refused", ({ target: row, detail: { answer } }) => {
  if (!row.isConnected) return; // cancelled
  const away = answer?.getHeader("HX-Redirect");
  if (away) return location.assign(away);
  const page = new DOMParser().parseFromString(answer?.getBody() ?? "", "text/html");
  const question = page.querySelector("[data-upload-question]");
  if (question) return turn(row, "asking", { question });
  const status = answer?.getStatus() ?? 0;
  const final = FOR_GOOD.includes(status);
  row.toggleAttribute("data-final", final);
  turn(row, "failed", { problem: reason(row, status, page), final });
});
