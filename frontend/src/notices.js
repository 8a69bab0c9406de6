// 局部刷新失败时,在页面顶部说明发生了什么;已显示的内容保持不动。
const UNREACHABLE = "没有连上服务器，页面上的内容还是刚才的。请检查网络后再试。";
const FAILED = "这一步没有完成，页面上的内容还是刚才的。请稍后再试。";

function show(root, text) {
  const place = root.querySelector("#notices");
  if (!place) return;
  const box = document.createElement("div");
  box.className = "notice notice-bad";
  box.setAttribute("role", "alert");
  box.textContent = text;
  place.replaceChildren(box);
}

export function watchNotices(root) {
  root.addEventListener("htmx:sendError", () => show(root, UNREACHABLE));
  root.addEventListener("htmx:timeout", () => show(root, UNREACHABLE));
  root.addEventListener("htmx:responseError", (event) => {
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText || "", "text/html");
    show(root, answer.querySelector("[data-message]")?.textContent.trim() || FAILED);
  });
  // 人点了什么、办成了，先前的话才收起；页面自己取来的小块不算，否则刚说的“已登记”还没看见就没了
  root.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.requestConfig?.triggeringEvent && event.detail.xhr.status < 400) root.querySelector("#notices")?.replaceChildren();
  });
}
