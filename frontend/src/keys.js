// 键盘:↑↓ 选行,Enter 打开,/ 搜索,? 帮助,Esc 离开输入框。
const ROWS = "[data-row]";

function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function move(root, step) {
  const rows = [...root.querySelectorAll(ROWS)];
  if (!rows.length) return;
  const now = rows.indexOf(root.activeElement?.closest?.(ROWS));
  const next = rows[Math.min(rows.length - 1, Math.max(0, now === -1 ? (step > 0 ? 0 : rows.length - 1) : now + step))];
  next.querySelector("[data-open]")?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function help(root) {
  const dialog = root.querySelector("#help");
  if (dialog?.open) dialog.close();
  else dialog?.showModal();
}

export function watchKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (typing(event.target)) return;
    const actions = {
      ArrowDown: () => move(root, 1),
      ArrowUp: () => move(root, -1),
      "/": () => root.querySelector("[data-search]")?.focus(),
      "?": () => help(root),
    };
    const action = actions[event.key];
    if (!action || (event.key.startsWith("Arrow") && !root.querySelector(ROWS))) return;
    event.preventDefault();
    action();
  });
}
