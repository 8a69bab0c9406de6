// 图:数据由页面给出(JSON 数据块),这里只画。SVG 绘制,可另存为 SVG、CSV。
import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { months } from "./chart_months.js";
import { csv, save } from "./export.js";

echarts.use([BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const FONT = "PingFang SC, Microsoft YaHei, Noto Sans SC, Noto Sans CJK SC, sans-serif";
const INK = "#1f2a37";
const FAINT = "#5b6675";
const LINE = "#e3e8ee";
const BANDS = {
  red: ["红色", "#cf2a1f"],
  orange: ["橙色", "#e8710c"],
  yellow: ["黄色", "#e3ab08"],
  blue: ["蓝色", "#2f6fe0"],
};
const NONE = ["未预警", "#b4bfcc"];
const PAIR = "#1f5fa8";
const whole = new Intl.NumberFormat("zh-CN");

const text = { fontFamily: FONT, fontSize: 12, color: FAINT };
const tooltip = {
  renderMode: "richText",
  trigger: "axis",
  axisPointer: { type: "shadow", shadowStyle: { color: "rgba(31,42,55,.05)" } },
  textStyle: { ...text, color: INK },
  backgroundColor: "#fff",
  borderColor: LINE,
  confine: true,
};

function histogram(data, narrow) {
  const label = { ...text, hideOverlap: true };
  return {
    grid: { left: 8, right: 12, top: 26, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip,
      formatter: ([item]) => {
        const row = data.rows[item.dataIndex];
        return `${row.name} 分\n${(BANDS[row.band] ?? NONE)[0]}  ${whole.format(row.value)} 户`;
      },
    },
    xAxis: {
      type: "category",
      data: data.rows.map((row) => row.name),
      axisLabel: { ...label, interval: narrow ? "auto" : 0, rotate: data.rows.length > 14 || narrow ? 45 : 0 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE } },
    },
    yAxis: {
      type: "value",
      name: data.unit,
      nameTextStyle: { ...text, align: "right" },
      axisLabel: { ...text, formatter: (value) => whole.format(value) },
      splitLine: { lineStyle: { color: LINE } },
      minInterval: 1,
    },
    series: [
      {
        type: "bar",
        barCategoryGap: "14%",
        data: data.rows.map((row) => ({
          value: row.value,
          itemStyle: { color: (BANDS[row.band] ?? NONE)[1], borderRadius: [3, 3, 0, 0] },
        })),
        label: {
          show: !narrow && data.rows.length <= 16,
          position: "top",
          ...text,
          formatter: ({ value }) => (value ? whole.format(value) : ""),
        },
      },
    ],
  };
}

function stacked(data) {
  const rows = [...data.rows].reverse();
  const names = Object.keys(BANDS);
  return {
    grid: { left: 4, right: 44, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip,
      formatter: ([item]) => {
        const row = rows[item.dataIndex];
        const parts = names.filter((band) => row[band]).map((band) => `${BANDS[band][0]}  ${whole.format(row[band])} 户`);
        return [`${row.name}  共 ${whole.format(row.total)} 户`, ...parts].join("\n");
      },
    },
    xAxis: { type: "value", show: false, max: "dataMax" },
    yAxis: {
      type: "category",
      data: rows.map((row) => row.name),
      axisLabel: { ...text, fontSize: 13, color: INK },
      axisTick: { show: false },
      axisLine: { show: false },
    },
    series: names.map((band, index) => ({
      type: "bar",
      stack: "all",
      name: BANDS[band][0],
      barMaxWidth: 18,
      itemStyle: { color: BANDS[band][1] },
      data: rows.map((row) => row[band]),
      label: {
        show: index === names.length - 1,
        position: "right",
        ...text,
        color: INK,
        formatter: ({ dataIndex }) => whole.format(rows[dataIndex].total),
      },
    })),
  };
}

function paired(data, narrow) {
  const base = histogram({ ...data, rows: data.rows.map((row) => ({ ...row, value: row.before })) }, narrow);
  return {
    ...base,
    tooltip: {
      ...tooltip,
      formatter: (items) => {
        const row = data.rows[items[0].dataIndex];
        const unit = data.unit ?? "户";
        return `${row.name}${data.suffix ?? " 分"}\n${data.names[0]}  ${whole.format(row.before)} ${unit}\n${data.names[1]}  ${whole.format(row.after)} ${unit}`;
      },
    },
    series: ["before", "after"].map((key, index) => ({
      type: "bar",
      name: data.names[index],
      barGap: "8%",
      barCategoryGap: "22%",
      itemStyle: { color: index ? PAIR : NONE[1], borderRadius: [3, 3, 0, 0] },
      data: data.rows.map((row) => row[key]),
    })),
  };
}

function draw(box) {
  const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const chart = echarts.init(box, null, { renderer: "svg" });
  const render = () => {
    const narrow = box.clientWidth < 520;
    const kinds = { histogram, paired, stacked, months: (rows, small) => months(rows, small, { text, tooltip, line: LINE, ink: INK, whole }) };
    const option = kinds[data.kind](data, narrow);
    chart.setOption({ animation: false, textStyle: { fontFamily: FONT }, aria: { enabled: false }, ...option }, true);
  };
  render();
  chart.on("click", ({ dataIndex }) => {
    const rows = data.kind === "stacked" ? [...data.rows].reverse() : data.rows;
    if (rows[dataIndex].url) window.location.assign(rows[dataIndex].url);
  });
  new ResizeObserver(() => {
    chart.resize();
    render();
  }).observe(box);
  const card = box.closest("[data-chart-card]");
  card?.querySelector("[data-save-svg]")?.addEventListener("click", () => {
    save(`${data.title}.svg`, "image/svg+xml", chart.renderToSVGString());
  });
  card?.querySelector("[data-save-csv]")?.addEventListener("click", () => {
    save(`${data.title}.csv`, "text/csv", csv([data.head, ...data.body]));
  });
}

document.querySelectorAll("[data-chart]").forEach(draw);
