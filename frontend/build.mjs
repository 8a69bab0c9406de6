// 把前端打成三个文件:app.css、app.js、charts.js,另把用到的图标汇成 icons.svg。产物在 dist/,不入库。
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
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

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([
  sprite(),
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
