// 附件栏:选了种类才能选文件;拖放时变色;上传时显示进度。
const FORM = "[data-upload]";

function say(form, text) {
  const place = form.querySelector("[data-drop-text]");
  if (!place) return;
  form.dataset.said ??= place.textContent;
  place.textContent = text;
}

function progress(event) {
  const form = event.target.closest?.(FORM);
  const bar = form?.querySelector("progress");
  if (!bar || !event.detail.lengthComputable || event.detail.total < 1) return;
  const part = event.detail.loaded / event.detail.total;
  bar.hidden = false;
  bar.value = part;
  say(form, part < 1 ? `正在上传 ${Math.floor(part * 100)}%` : "传完了，正在检查和加密");
}

function again(event) {
  const form = event.target.closest?.(FORM);
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  input.value = "";
  form.querySelector("progress").hidden = true;
  say(form, "没有传成，请再选一次");
}

// 一次传几个的，名单换到别处，这一栏留着：收好了就回到原样，可以再传。
function rest(event) {
  const form = event.target.closest?.(FORM);
  if (!form || !event.detail.successful || event.detail.xhr.getResponseHeader("HX-Redirect")) return;
  form.reset();
  form.querySelector("progress").hidden = true;
  if (form.dataset.said) say(form, form.dataset.said);
}

export function watchUploads(root) {
  root.addEventListener("change", (event) => {
    const form = event.target.matches?.("select") && event.target.closest(FORM);
    if (form) form.querySelector("input[type=file]").disabled = !event.target.value;
  });
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    root.addEventListener(name, (event) => event.target.closest?.(".drop")?.classList.toggle("over", over));
  }
  root.addEventListener("htmx:afterRequest", rest);
  root.addEventListener("htmx:xhr:progress", progress);
  root.addEventListener("htmx:responseError", again);
  root.addEventListener("htmx:sendError", again);
  root.addEventListener("htmx:timeout", again);
}
