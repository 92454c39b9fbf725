// Draws every <div class="chart-plot" data-chart="id"> from the JSON in the element with that id.
"use strict";

(() => {
  const COLOURS = ["#1b4f8f", "#c2762b", "#2f7d6b", "#7a5aa6", "#8a8f98", "#b04a5a"];

  function option(spec) {
    const names = { type: "category", data: spec.labels, axisTick: { show: false }, axisLabel: { color: "#55616f" } };
    const numbers = {
      type: "value",
      name: spec.unit,
      nameTextStyle: { color: "#55616f", align: spec.kind.startsWith("h") ? "left" : "right" },
      axisLabel: { color: "#55616f", hideOverlap: true },
      // What is counted has no fifths.
      minInterval: spec.digits ? 0 : 1,
      splitLine: { lineStyle: { color: "#e6eaef" } },
    };
    const lying = spec.kind === "hbar" || spec.kind === "hstack";
    if (lying) names.inverse = true;
    return {
      animation: false,
      color: COLOURS,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: lying ? 48 : 16, top: 36, bottom: 8, containLabel: true },
      legend: { show: spec.series.length > 1, top: 0, right: 0 },
      // Text drawn on the canvas: the HTML tooltip would need inline styles.
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: lying ? "shadow" : "line" } },
      xAxis: lying ? numbers : names,
      yAxis: lying ? names : numbers,
      series: spec.series.map((one) => ({
        name: one.name,
        data: one.values,
        type: spec.kind === "line" ? "line" : "bar",
        stack: spec.kind.endsWith("stack") ? "all" : undefined,
        barMaxWidth: 28,
        symbolSize: 6,
        label: { show: lying && spec.series.length === 1, position: "right", color: "#1c2530" },
      })),
    };
  }

  // Districts are coloured by their values; units that are no district are points of the same colours.
  function mapOption(spec) {
    const values = spec.series[0].values;
    const of = (label, i) => ({ name: label, value: values[i] });
    const data = spec.labels.map(of).filter((one) => one.value !== null);
    const told = (point) => {
      const at = spec.labels.indexOf(point.name);
      const value = at < 0 ? null : values[at];
      return `${point.name}：${value === null ? "没有登记" : `${value.toLocaleString("zh-CN")} ${spec.unit}`}`;
    };
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      tooltip: { trigger: "item", renderMode: "richText", formatter: told },
      visualMap: {
        left: 4, bottom: 4, min: 0, max: Math.max(1, ...data.map((one) => one.value)), text: ["多", "少"], itemHeight: 90,
        inRange: { color: ["#e8eef6", "#8fb0d6", "#1b4f8f"] }, textStyle: { color: "#55616f" },
      },
      geo: {
        map: spec.map, left: 8, right: 8, top: 8, bottom: 8, selectedMode: false,
        itemStyle: { areaColor: "#f4f6f8", borderColor: "#9aa5b4" }, emphasis: { label: { show: true } },
      },
      series: [
        { type: "map", geoIndex: 0, data: data.filter((one) => !(one.name in spec.marks)) },
        {
          type: "scatter", coordinateSystem: "geo", symbol: "pin", symbolSize: 26, itemStyle: { borderColor: "#fff" },
          label: { show: true, position: "right", formatter: "{b}", color: "#1c2530" },
          encode: { value: 2 },
          data: data.filter((one) => one.name in spec.marks)
            .map((one) => ({ name: one.name, value: [...spec.marks[one.name], one.value] })),
        },
      ],
    };
  }

  function draw(plot) {
    const spec = JSON.parse(document.getElementById(plot.dataset.chart).textContent);
    // A lying bar for each name needs its own room; three of them do not need that of forty.
    if (spec.kind.startsWith("h")) plot.style.height = `${80 + 30 * spec.labels.length}px`;
    const chart = window.echarts.init(plot, null, { renderer: "canvas" });
    if (spec.map) window.echarts.registerMap(spec.map, window.zhihengMaps[spec.map]);
    chart.setOption(spec.map ? mapOption(spec) : option(spec));
    if (spec.links) {
      chart.on("click", (point) => {
        const link = spec.links[spec.map ? spec.labels.indexOf(point.name) : point.dataIndex];
        if (link) window.location.assign(link);
      });
    }
    new ResizeObserver(() => chart.resize()).observe(plot);
  }

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  // Scripts with maps stand behind this one, and have run when the document is told to be there.
  if (document.readyState === "complete") drawAll();
  else document.addEventListener("DOMContentLoaded", drawAll);

  for (const button of document.querySelectorAll("[data-fullscreen]")) {
    button.hidden = !document.fullscreenEnabled;
    button.addEventListener("click", () => document.getElementById(button.dataset.fullscreen).requestFullscreen());
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
