// 闲置到时：盖住页面内容，请人重新登录。几个窗口合起来算，在哪个窗口操作都作数。
const KEY = "jiuzhu-last-act";
const CHECK = 5000;

function touch() {
  try {
    localStorage.setItem(KEY, String(Date.now()));
  } catch {
    // 浏览器不让存时，只按本窗口算
  }
}

function lastAct(opened) {
  try {
    return Math.max(opened, Number(localStorage.getItem(KEY)) || 0);
  } catch {
    return opened;
  }
}

function cover(signin) {
  const dialog = document.createElement("dialog");
  dialog.className = "idle";
  const title = document.createElement("h2");
  title.textContent = "登录已失效";
  const text = document.createElement("p");
  text.textContent = "您有一段时间没有操作，为防旁人使用，已自动退出。";
  const link = document.createElement("a");
  link.className = "btn btn-primary";
  link.textContent = "重新登录";
  link.href = `${signin}?why=idle&next=${encodeURIComponent(location.pathname + location.search)}`;
  dialog.append(title, text, link);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
}

// 只有到服务器的操作才算数，页面自己定时刷新的不算：服务器也是这样算的
export function watchIdle(root) {
  const { idle, signin } = root.body.dataset;
  if (!idle) return;
  let opened = Date.now();
  touch();
  root.addEventListener("htmx:configRequest", ({ detail }) => {
    if (!detail.triggeringEvent) detail.headers["X-Background"] = "1"; // 定时刷新、载入时自取的，没有事件
    else {
      opened = Date.now();
      touch();
    }
  });
  const timer = setInterval(() => {
    if (Date.now() - lastAct(opened) < Number(idle) * 1000) return;
    clearInterval(timer);
    cover(signin);
  }, CHECK);
}
