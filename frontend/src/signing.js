// 签名框:用手指、笔、鼠标写,可退一笔、重写;写够了才能交。坐标记成宽 1000、高 400,与屏幕大小无关。
const WIDTH = 1000;
const HEIGHT = 400;
const LEAST_POINTS = 12;
const LEAST_WIDTH = 60;
const STEP = 6; // 离上一点这么近的不记,笔迹小一些

function draw(pad) {
  const brush = pad.canvas.getContext("2d");
  brush.clearRect(0, 0, WIDTH, HEIGHT);
  brush.lineWidth = 8;
  brush.lineCap = "round";
  brush.lineJoin = "round";
  brush.strokeStyle = "#101820";
  for (const stroke of pad.strokes) {
    brush.beginPath();
    brush.moveTo(...stroke[0]);
    for (const point of stroke) brush.lineTo(...point);
    if (stroke.length === 1) brush.lineTo(stroke[0][0] + 1, stroke[0][1]);
    brush.stroke();
  }
}

function enough(strokes) {
  const points = strokes.flat();
  if (points.length < LEAST_POINTS) return false;
  const across = points.map(([x]) => x);
  return Math.max(...across) - Math.min(...across) >= LEAST_WIDTH;
}

function tell(pad) {
  const good = enough(pad.strokes);
  pad.field.value = pad.strokes.length ? JSON.stringify(pad.strokes) : "";
  const button = pad.form.querySelector("[data-pad-done]");
  const words = pad.form.querySelector("[data-pad-told]");
  if (button) button.disabled = !good;
  if (words) words.textContent = good ? "" : pad.strokes.length ? "请写完整" : "请在框里签名";
}

function spot(pad, event) {
  const box = pad.canvas.getBoundingClientRect();
  const across = Math.round(((event.clientX - box.left) / box.width) * WIDTH);
  const down = Math.round(((event.clientY - box.top) / box.height) * HEIGHT);
  return [Math.min(WIDTH, Math.max(0, across)), Math.min(HEIGHT, Math.max(0, down))];
}

function begin(pad, event) {
  if (event.button > 0) return;
  event.preventDefault();
  pad.canvas.setPointerCapture(event.pointerId);
  pad.now = [spot(pad, event)];
  pad.strokes.push(pad.now);
  draw(pad);
}

function move(pad, event) {
  if (!pad.now) return;
  for (const each of event.getCoalescedEvents?.() ?? [event]) {
    const point = spot(pad, each);
    const [x, y] = pad.now.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) >= STEP) pad.now.push(point);
  }
  draw(pad);
}

function end(pad) {
  pad.now = null;
  tell(pad);
}

function start(box) {
  const pad = {
    canvas: box.querySelector("canvas"),
    field: box.querySelector("input[name=strokes]"),
    form: box.closest("form"),
    strokes: [],
    now: null,
  };
  pad.canvas.addEventListener("pointerdown", (event) => begin(pad, event));
  pad.canvas.addEventListener("pointermove", (event) => move(pad, event));
  for (const name of ["pointerup", "pointercancel"]) pad.canvas.addEventListener(name, () => end(pad));
  box.querySelector("[data-pad-undo]").addEventListener("click", () => {
    pad.strokes.pop();
    draw(pad);
    tell(pad);
  });
  box.querySelector("[data-pad-clear]").addEventListener("click", () => {
    pad.strokes.length = 0;
    draw(pad);
    tell(pad);
  });
  tell(pad);
}

// 定位:只有按了按钮、浏览器又问过本人同意才取。
function place(button) {
  const told = button.form.querySelector("[data-position-told]");
  if (!navigator.geolocation) {
    told.textContent = "这个浏览器不能定位，不记也可以";
    return;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.form.elements.position.value = `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`;
      told.textContent = "已记下定位";
    },
    () => {
      told.textContent = "没有取到定位，不记也可以";
    },
  );
}

export function watchSigning(root) {
  for (const box of root.querySelectorAll("[data-pad]")) start(box);
  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-position]");
    if (button) place(button);
  });
}
