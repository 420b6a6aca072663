// data-pictures on a file input for pictures: each chosen one gets a row with a field for what it shows.
// The rows write into the text field beside them, a line for each, which is all that there is without scripts.
const EDGE = 112;

async function draw(canvas, file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.max(EDGE / picture.width, EDGE / picture.height);
    canvas.width = canvas.height = EDGE;
    canvas.getContext("2d").drawImage(picture, 0, 0, picture.width * scale, picture.height * scale);
    picture.close();
  } catch {
    // A kind that this browser can't read, such as HEIC; the portal can.
    const tile = document.createElement("span");
    tile.className = "thumb";
    tile.ariaHidden = "true";
    tile.textContent = file.name.split(".").pop().slice(0, 4).toUpperCase();
    canvas.replaceWith(tile);
  }
}

function row(file, label, told) {
  const item = document.createElement("li");
  const canvas = document.createElement("canvas");
  const body = document.createElement("label");
  const input = document.createElement("input");
  item.className = "row";
  canvas.className = "thumb";
  body.className = "row__body field";
  input.className = "input input--small";
  input.maxLength = 300;
  input.value = told;
  body.append(label.replace("{name}", file.name), input);
  item.append(canvas, body);
  draw(canvas, file);
  return item;
}

function list(input) {
  const place = input.closest("[hx-preserve]");
  const rows = place.querySelector("[data-pictures-list]");
  const words = place.querySelector("textarea");
  const told = words.value.split("\n");
  words.closest(".field").hidden = true;
  rows.replaceChildren(...[...input.files].map((file, at) => row(file, rows.dataset.label, told[at] ?? "")));
  rows.hidden = !input.files.length;
  rows.oninput = () => {
    words.value = [...rows.querySelectorAll("input")].map((each) => each.value.trim()).join("\n");
  };
}

const bind = () => document.querySelectorAll("[data-pictures]").forEach(list);

document.addEventListener("change", (event) => event.target.matches("[data-pictures]") && list(event.target));
bind();
