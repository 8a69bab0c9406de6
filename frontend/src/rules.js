// 写规则的帮手:打几个字,列出可用的事实、参数、函数,上下键选,回车填入;点建议的名称,换掉写错的。
// 试算页:拖区间时,滑块与数字同步。
const MOST = 10;
const WORD = /[\p{L}\p{N}_]+$/u;

function known() {
  const block = document.getElementById("rule-names");
  return block ? JSON.parse(block.textContent) : [];
}

function matches(names, word) {
  const found = names.filter((row) => row.name.includes(word) && row.name !== word);
  return found.sort((a, b) => a.name.indexOf(word) - b.name.indexOf(word) || a.name.length - b.name.length).slice(0, MOST);
}

function typed(box) {
  return box.value.slice(0, box.selectionStart).match(WORD)?.[0] ?? "";
}

function put(box, from, to, text) {
  box.setRangeText(text, from, to, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

function helpWith(box, names) {
  const holder = document.createElement("div");
  holder.className = "rule-box";
  const list = document.createElement("ul");
  list.className = "rule-list";
  list.id = `${box.id}-names`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "可用的名称");
  list.hidden = true;
  box.after(holder);
  holder.append(list);
  box.setAttribute("aria-controls", list.id);
  let rows = [];
  let at = -1;

  const hide = () => {
    list.hidden = true;
    at = -1;
  };
  const mark = (place) => {
    at = place;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const choose = (place) => {
    const word = typed(box);
    put(box, box.selectionStart - word.length, box.selectionStart, rows[place].name);
    hide();
  };
  const show = () => {
    const word = typed(box);
    rows = word.length > 0 && !/^\d/.test(word) ? matches(names, word) : [];
    list.replaceChildren(
      ...rows.map((row, index) => {
        const item = document.createElement("li");
        const more = document.createElement("small");
        item.setAttribute("role", "option");
        item.append(row.name, more);
        more.textContent = [row.level, row.unit || row.kind, row.meaning].filter(Boolean).join(" · ");
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(index);
        });
        return item;
      }),
    );
    list.hidden = rows.length === 0;
    at = -1;
  };

  box.addEventListener("input", (event) => event.isTrusted && show());
  box.addEventListener("blur", hide);
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") mark((at + 1) % rows.length);
    else if (event.key === "ArrowUp") mark((at - 1 + rows.length) % rows.length);
    else if (event.key === "Escape") hide();
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) choose(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function replace(button) {
  const box = document.querySelector("textarea[data-rule]");
  const from = box?.value.indexOf(button.dataset.ruleReplace) ?? -1;
  if (from >= 0) put(box, from, from + button.dataset.ruleReplace.length, button.dataset.with);
}

export function watchRules(root) {
  const boxes = root.querySelectorAll("textarea[data-rule]");
  const names = boxes.length ? known() : [];
  boxes.forEach((box) => helpWith(box, names));
  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-rule-replace]");
    if (button) replace(button);
  });
  root.addEventListener("input", (event) => {
    const other = event.target.dataset?.pair && root.getElementById(event.target.dataset.pair);
    if (other && other.value !== event.target.value) other.value = event.target.value;
  });
}
