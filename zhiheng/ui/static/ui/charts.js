// Draws every <div class="chart-plot" data-chart="id"> from the JSON in the element with that id.
"use strict";

(() => {
  const COLOURS = ["#1b4f8f", "#c2762b", "#2f7d6b", "#7a5aa6", "#8a8f98", "#b04a5a"];

  function option(spec) {
    const names = { type: "category", data: spec.labels, axisTick: { show: false }, axisLabel: { color: "#55616f" } };
    const numbers = {
      type: "value",
      name: spec.unit,
      nameTextStyle: { color: "#55616f", align: spec.kind === "hbar" ? "left" : "right" },
      axisLabel: { color: "#55616f" },
      // What is counted has no fifths.
      minInterval: spec.digits ? 0 : 1,
      splitLine: { lineStyle: { color: "#e6eaef" } },
    };
    const lying = spec.kind === "hbar";
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
        stack: spec.kind === "stack" ? "all" : undefined,
        barMaxWidth: 28,
        symbolSize: 6,
        label: { show: lying && spec.series.length === 1, position: "right", color: "#1c2530" },
      })),
    };
  }

  for (const plot of document.querySelectorAll("[data-chart]")) {
    const spec = JSON.parse(document.getElementById(plot.dataset.chart).textContent);
    // A lying bar for each name needs its own room; three of them do not need that of forty.
    if (spec.kind === "hbar") plot.style.height = `${80 + 30 * spec.labels.length}px`;
    const chart = window.echarts.init(plot, null, { renderer: "canvas" });
    chart.setOption(option(spec));
    if (spec.links) {
      chart.on("click", (point) => {
        if (spec.links[point.dataIndex]) window.location.assign(spec.links[point.dataIndex]);
      });
    }
    new ResizeObserver(() => chart.resize()).observe(plot);
  }
})();
