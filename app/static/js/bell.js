// #bell: asked for again every minute while the page is looked at. It brings what has come to this very page, too,
// and says where the person is, so that no mail tells them what they have before them. Nothing is said of who is away.
const MINUTE = 60_000;
const AWAY = 5 * MINUTE;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"];
let active = Date.now();
let asked = Date.now();
let noted = 0;

const isHere = () => Date.now() - active < AWAY && !document.querySelector(".banner");

async function ask() {
  const bell = document.getElementById("bell");
  if (!bell || document.visibilityState !== "visible" || !navigator.onLine) return;
  asked = Date.now();
  const at = isHere() ? `?at=${encodeURIComponent(location.pathname)}` : "";
  const answer = await fetch(`/bell${at}`, { headers: at ? {} : { "Foyer-Idle": "1" } });
  if (!answer.ok || answer.redirected) return;
  const part = document.createElement("template");
  part.innerHTML = await answer.text();
  const toast = part.content.querySelector("[data-toast]");
  const next = part.content.querySelector("#bell");
  if (next && next.outerHTML !== bell.outerHTML) bell.replaceWith(next);
  if (toast) show(toast);
  if (at && (toast || Date.now() - noted > 2 * MINUTE)) await note(Boolean(toast));
}

function show(toast) {
  for (const button of toast.querySelectorAll("[data-dismiss]")) button.hidden = false;
  document.getElementById("toasts").append(toast);
}

async function note(shown) {
  noted = Date.now();
  const body = new URLSearchParams({ at: location.pathname, ...(shown && { shown: "1" }) });
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  await fetch("/presences", { method: "POST", body, headers: { "X-CSRFToken": token } });
}

const quietly = () => ask().catch(() => undefined);

for (const sign of SIGNS_OF_LIFE) addEventListener(sign, () => { active = Date.now(); }, { passive: true, capture: true });
document.addEventListener("visibilitychange", () => { if (Date.now() - asked > MINUTE) quietly(); });
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-reload]")) return;
  event.preventDefault();
  location.reload();
});
setInterval(quietly, MINUTE);
