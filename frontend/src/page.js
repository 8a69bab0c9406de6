// 小处的方便:整行可点、复制编号、打开帮助、清空的条件不进网址、当前的栏目滚到看得见、拟的内容不盖掉人写的、双击只交一次。
const RESEND_AFTER = 8000;

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

// 双击会交两次,页面显示的是第二次的结果(“已有这个账号”),第一次的结果就看不到了。
function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (Date.now() - Number(form.dataset.sentAt ?? 0) < RESEND_AFTER) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sentAt = String(Date.now());
}

function sendAgain(forms) {
  for (const form of forms) delete form.dataset.sentAt;
}

// 边办边发的页,网址是提交用的;办好之后换成结果的,刷新、收藏都是结果。
function keepAddress(root) {
  const found = root.querySelector("[data-address]");
  if (found) window.history.replaceState(null, "", found.dataset.address);
}

export function watchPage(root) {
  root.addEventListener("submit", sendOnce, true);
  root.addEventListener("htmx:afterRequest", (event) => sendAgain([event.detail.elt]));
  window.addEventListener("pageshow", () => sendAgain(root.forms));
  showTab(root);
  keepAddress(root);
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
