// 小处的方便:整行可点、复制编号、打开帮助、清空的条件不进网址、当前的栏目滚到看得见、拟的内容不盖掉人写的。
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

function showTab(root) {
  for (const tab of root.querySelectorAll(".tabs [aria-current]")) {
    const strip = tab.parentElement;
    strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
  }
}

// 手机上分栏横着排不下:正看的那一栏要露出来
function showTab(root) {
  for (const tab of root.querySelectorAll(".tabs [aria-current=page]")) {
    const bar = tab.parentElement;
    const over = tab.offsetLeft + tab.offsetWidth - bar.offsetLeft - bar.clientWidth;
    if (over > 0) bar.scrollLeft = over + 24;
  }
}

export function watchPage(root) {
  showTab(root);
  showTab(root);
  root.addEventListener("htmx:load", () => showTab(root));
  root.addEventListener("htmx:beforeSwap", (event) => {
    const field = event.detail.target.matches?.("[data-suggested]") && event.detail.target.querySelector("input");
    if (field && field.value !== field.defaultValue) event.detail.shouldSwap = false;
  });
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
    const empty = [...event.target.elements].filter((field) => field.name && !field.value && !field.disabled);
    for (const field of empty) field.disabled = true;
    setTimeout(() => {
      for (const field of empty) field.disabled = false;
    });
  });
}
