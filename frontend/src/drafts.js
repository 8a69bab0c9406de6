// 草稿:写到一半登录过期或误关,回来还在。只存在这个窗口里,证件号、电话、照片不存,交上去就清掉。
const SKIPPED = new Set(["csrfmiddlewaretoken", "id_number", "phone", "photos"]);

function key(form) {
  return `jiuzhu-draft-${form.dataset.draft}`;
}

function save(form) {
  const entries = [...new FormData(form)].filter(([name, value]) => !SKIPPED.has(name) && typeof value === "string");
  try {
    sessionStorage.setItem(key(form), JSON.stringify(entries));
  } catch {
    // 浏览器不让存时,照常填写
  }
}

function put(form, name, values) {
  for (const field of form.elements) {
    if (field.name !== name) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (!field.value || field.type === "hidden") field.value = values[0];
  }
}

function restore(form) {
  if (form.querySelector("[role=alert]")) return; // 刚交过没办成,页面上已是最新的
  let entries;
  try {
    entries = JSON.parse(sessionStorage.getItem(key(form)) || "[]");
  } catch {
    return;
  }
  const found = new Map();
  for (const [name, value] of entries) found.set(name, [...(found.get(name) || []), value]);
  for (const [name, values] of found) put(form, name, values);
}

export function watchDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    restore(form);
    form.addEventListener("input", () => save(form));
  }
  if (root.querySelector(".notice-done")) {
    // 办成了,回到别的页:草稿不再需要
    const waiting = Object.keys(sessionStorage).filter((name) => name.startsWith("jiuzhu-draft-"));
    const here = [...root.querySelectorAll("form[data-draft]")].map(key);
    for (const name of waiting) if (!here.includes(name)) sessionStorage.removeItem(name);
  }
}
