// data-ticked on the form that boxes of a list belong to: its <output data-count> says how many are ticked.
function count(form) {
  const output = form.querySelector("[data-count]");
  const number = [...form.elements].filter((each) => each.checked).length;
  output.value = number ? output.dataset.count.replace("{number}", number) : "";
}

document.addEventListener("change", ({ target }) => {
  if (target.form?.matches("[data-ticked]")) count(target.form);
});
document.addEventListener("reset", ({ target }) => {
  if (target.matches("[data-ticked]")) setTimeout(count, 0, target);
});
addEventListener("pageshow", () => document.querySelectorAll("[data-ticked]").forEach(count)); // Back keeps boxes ticked.
