// 查看明文:内容到了就弹出;到时自动换回遮挡的写法;关上就清掉,页面里不留。
const BOX = "[data-plain]";

function hide(dialog) {
  const value = dialog.querySelector("[data-expire]");
  if (value) {
    value.textContent = value.dataset.masked;
    value.removeAttribute("data-expire");
  }
}

function shown(dialog) {
  const value = dialog.querySelector("[data-expire]");
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("select, input:not([type=hidden])")?.focus();
  if (!value) return;
  setTimeout(() => {
    if (value.isConnected) hide(dialog);
  }, Number(value.dataset.expire) * 1000);
}

export function watchPlain(root) {
  root.addEventListener("htmx:afterSwap", (event) => {
    const dialog = event.target.closest?.(BOX);
    if (dialog) shown(dialog);
  });
  root.addEventListener(
    "close",
    (event) => {
      if (event.target.matches?.(BOX)) event.target.replaceChildren();
    },
    true,
  );
}
