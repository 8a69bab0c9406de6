// 名单里勾选几行一起办:全选本页、数勾了几个、按 x 勾选当前行。
function boxes(form) {
  return [...form.querySelectorAll("[data-pick]")];
}

function count(form) {
  const all = boxes(form);
  const picked = all.filter((box) => box.checked).length;
  for (const told of form.querySelectorAll("[data-picked]")) told.textContent = picked ? `（${picked} 个）` : "";
  const whole = form.querySelector("[data-pick-all]");
  if (whole) {
    whole.checked = all.length > 0 && picked === all.length;
    whole.indeterminate = picked > 0 && picked < all.length;
    whole.disabled = all.length === 0;
  }
}

export function watchPicks(root) {
  root.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches?.("[data-pick], [data-pick-all]") || !box.form) return;
    if (box.matches("[data-pick-all]")) for (const each of boxes(box.form)) each.checked = box.checked;
    count(box.form);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (/^(TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.matches?.("input:not([type=checkbox])")) return;
    const box = event.target.closest?.("[data-row]")?.querySelector("[data-pick]");
    if (box) box.click();
  });
}
