// Draws the tables of figures as charts. The numbers are read from the table beside, so both always say the same.
(() => {
  const charts = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const format = new Intl.NumberFormat("vi-VN");

  function read(table) {
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows];
    return {
      names: rows.map((row) => row.cells[0].textContent),
      series: heads
        .map((head, at) => ({ head, at }))
        .filter(({ head }) => "drawn" in head.dataset)
        .map(({ head, at }) => ({
          name: head.textContent,
          data: rows.map((row) => (row.cells[at].dataset.value === undefined ? null : Number(row.cells[at].dataset.value))),
        })),
    };
  }

  function describe(kind, { names, series }, width) {
    const text = { color: getComputedStyle(document.body).color, fontFamily: colour("--tblr-font-sans-serif"), fontSize: 13 };
    const line = { lineStyle: { color: colour("--console-chart-line") } };
    const bars = kind === "bars";
    const category = {
      type: "category", data: names, inverse: bars, axisTick: { show: false }, axisLine: line,
      axisLabel: bars ? { ...text, width: Math.min(340, width * 0.4), overflow: "truncate" } : { ...text, formatter: (day) => day.slice(0, 5), hideOverlap: true },
    };
    const value = { type: "value", minInterval: 1, splitLine: line, axisLabel: { ...text, formatter: (number) => format.format(number), hideOverlap: true } };
    return {
      animation: false,
      textStyle: text,
      grid: { left: 8, right: bars ? 48 : 12, top: 12, bottom: 4, containLabel: true },
      xAxis: bars ? value : category,
      yAxis: bars ? category : value,
      series: series.map(({ name, data }, at) => ({
        name,
        data,
        type: kind === "line" ? "line" : "bar",
        stack: kind === "stacked" ? "all" : undefined,
        barMaxWidth: 32,
        symbolSize: 6,
        itemStyle: { color: colour(`--console-chart-${at + 1}`) },
        lineStyle: { color: colour(`--console-chart-${at + 1}`), type: at === 0 ? "solid" : "dashed" },
        label: bars ? { ...text, show: true, position: "right", formatter: ({ value: number }) => format.format(number) } : undefined,
        emphasis: { disabled: true },
      })),
    };
  }

  // What the pointer is on is said in a line below: no window that hides the chart.
  function say(chart, place, data, kind) {
    const said = place.nextElementSibling;
    chart.getZr().on("mousemove", ({ offsetX, offsetY }) => {
      const at = chart.convertFromPixel("grid", [offsetX, offsetY])?.[kind === "bars" ? 1 : 0];
      if (at === undefined || data.names[at] === undefined) return;
      const values = data.series
        .filter(({ data: numbers }) => numbers[at] !== null)
        .map(({ name, data: numbers }) => `${name} ${format.format(numbers[at])}${place.dataset.unit}`);
      said.textContent = `${data.names[at]}: ${values.join(", ")}`;
    });
  }

  for (const place of document.querySelectorAll("[data-chart]")) {
    const data = read(document.getElementById(place.dataset.table));
    const kind = place.dataset.chart;
    if (kind === "bars") place.classList.add(data.names.length > 5 ? "console-chart-tall" : "console-chart-low");
    const chart = echarts.init(place, null, { renderer: "canvas" });
    const draw = () => chart.setOption(describe(kind, data, place.clientWidth), true);
    draw();
    say(chart, place, data, kind);
    charts.push({ chart, draw });
  }
  addEventListener("resize", () => charts.forEach(({ chart, draw }) => { chart.resize(); draw(); }));
  document.fonts.ready.then(() => charts.forEach(({ draw }) => draw()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => requestAnimationFrame(() => charts.forEach(({ draw }) => draw())));
})();
