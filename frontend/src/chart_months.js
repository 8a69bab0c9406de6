// 按月的并排柱:至多四条;颜色避开红橙黄蓝,那只用于预警级别。
const COLOURS = ["#9aa8b8", "#1c4a7d", "#17693f", "#6b4f8a"];

export function months(data, narrow, { text, tooltip, line, ink, whole }) {
  return {
    color: COLOURS,
    grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { ...text, color: ink } },
    tooltip: {
      ...tooltip,
      formatter: (items) =>
        [data.rows[items[0].dataIndex].name, ...items.map((item) => `${item.seriesName}  ${whole.format(item.value)} ${data.unit}`)].join("\n"),
    },
    xAxis: {
      type: "category",
      data: data.rows.map((row) => row.name),
      axisLabel: { ...text, hideOverlap: true, rotate: narrow && data.rows.length > 4 ? 45 : 0 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: line } },
    },
    yAxis: {
      type: "value",
      axisLabel: { ...text, formatter: (value) => whole.format(value) },
      splitLine: { lineStyle: { color: line } },
      minInterval: 1,
    },
    series: data.names.map((name, index) => ({
      type: "bar",
      name,
      barMaxWidth: 34,
      itemStyle: { borderRadius: [3, 3, 0, 0] },
      data: data.rows.map((row) => row.values[index]),
      label: { show: !narrow && data.rows.length <= 6, position: "top", ...text, formatter: ({ value }) => (value ? whole.format(value) : "") },
    })),
  };
}
