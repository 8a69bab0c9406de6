// 单键操作:[data-keys] 里按下 data-key 所写的键,就点那个按钮;↑↓ 在 [data-choice] 之间移动。
const AREA = "[data-keys]";

function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function move(area, step) {
  const choices = [...area.querySelectorAll("[data-choice]")];
  if (!choices.length) return false;
  const now = choices.indexOf(document.activeElement);
  const next = choices[now === -1 ? (step > 0 ? 0 : choices.length - 1) : Math.min(choices.length - 1, Math.max(0, now + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

export function watchHotkeys(root) {
  root.addEventListener("keydown", (event) => {
    const area = root.querySelector(AREA);
    if (!area || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (typing(event.target) || root.querySelector("dialog[open]")) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (move(area, step)) event.preventDefault();
      return;
    }
    const key = event.key.toLowerCase();
    const button = /^[0-9a-z]$/.test(key) && area.querySelector(`[data-key="${key}"]`);
    if (!button || area.querySelector(".htmx-request")) return;
    event.preventDefault();
    button.click();
  });
  root.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.matches?.(AREA)) root.querySelector(AREA)?.focus({ preventScroll: true });
  });
}
