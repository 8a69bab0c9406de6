// 小处的方便:整行可点、复制编号、打开帮助、清空的条件不进网址。
function openRow(event) {
  const row = event.target.closest?.("[data-row]");
  if (!row || event.target.closest("a, button, summary, input, select, label")) return;
  if (window.getSelection()?.toString()) return;
  row.querySelector("[data-open]")?.click();
}

async function copy(button) {
  await navigator.clipboard?.writeText(button.dataset.copy);
  const before = button.getAttribute("aria-label");
  button.classList.add("copied");
  button.setAttribute("aria-label", "已复制");
  setTimeout(() => {
    button.classList.remove("copied");
    button.setAttribute("aria-label", before);
  }, 1500);
}

export function watchPage(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
    else if (event.target.closest?.("[data-print]")) window.print();
    else if (event.target.closest?.("[data-filters]")) {
      const toggle = event.target.closest("[data-filters]");
      const open = root.getElementById(toggle.getAttribute("aria-controls"))?.classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(Boolean(open)));
    } else if (event.target.closest?.("[data-help]")) root.querySelector("#help")?.showModal();
    else if (event.target.closest?.("[data-close]")) event.target.closest("dialog")?.close();
    else openRow(event);
  });
  root.addEventListener("htmx:configRequest", (event) => {
    const { parameters, verb } = event.detail;
    if (verb !== "get") return;
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  });
  root.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
}
