// 把前端打成三个文件:app.css、app.js、charts.js,另把用到的图标汇成 icons.svg,文书排版用的字体放进 fonts/。产物在 dist/,不入库。
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { icons } from "./src/icons.mjs";

const out = "dist";

async function sprite() {
  const symbols = await Promise.all(
    icons.map(async (name) => {
      const svg = await readFile(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
      const body = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").trim();
      const look = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"';
      return `<symbol id="${name}" ${look} stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
    }),
  );
  await writeFile(`${out}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

// 文书用的宋体、黑体,各取常规与加粗;页面不用它们,不必送到浏览器。
async function fonts() {
  const faces = ["400Regular", "700Bold"].flatMap((face) => [
    `noto-serif-sc/${face}/NotoSerifSC_${face}.ttf`,
    `noto-sans-sc/${face}/NotoSansSC_${face}.ttf`,
  ]);
  await mkdir(`${out}/fonts`, { recursive: true });
  await Promise.all(
    faces.map((face) => copyFile(`node_modules/@expo-google-fonts/${face}`, `${out}/fonts/${face.split("/").at(-1)}`)),
  );
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([
  sprite(),
  fonts(),
  build({
    entryPoints: { app: "src/app.js", charts: "src/charts.js", style: "src/app.css" },
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome100", "firefox100", "safari15"],
    legalComments: "none",
    loader: { ".svg": "dataurl" },
    logLevel: "warning",
  }),
]);
