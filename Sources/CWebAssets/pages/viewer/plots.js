// What the robot said and was asked, over time, with one cursor for all.
import { dataset } from "./dataset.js";
import { COLOURS, LOOK } from "./charts.js";
import { element } from "./elements.js";

/** One chart a feature. `onPick` is told the row that somebody clicked at. */
export class Plots {
  constructor(rows, onPick) {
    this.rows = rows;
    this.onPick = onPick;
    this.charts = [];
    this.element = element("div", {});
    for (const column of rows.columns) this.add(column);
  }

  add(column) {
    const { rows } = this;
    const names = Array.from({ length: column.width }, (_, place) => column.names[place] ?? (column.width === 1 ? column.feature : `${place}`));
    const place = element("div", {});
    const cursor = element("div", { class: "cursor" });
    const values = names.map(() => element("span", {}));
    const legends = names.map((name, series) => {
      const line = element("i");
      line.style.background = COLOURS[series % COLOURS.length];
      const made = element("button", { type: "button", class: "legend", "aria-pressed": "true" }, line, `${name} `, values[series]);
      made.addEventListener("click", () => {
        const isOn = made.getAttribute("aria-pressed") !== "true";
        made.setAttribute("aria-pressed", isOn);
        chart.graph.setVisibility(series, isOn);
      });
      return made;
    });
    this.element.append(element(
      "section", { class: "plot", "data-feature": column.feature, "aria-label": `plot of ${column.feature}` },
      element("header", {}, element("h3", {}, column.feature), ...legends), element("div", { class: "chart", "aria-hidden": "true" }, place, cursor)));
    const chart = { column, place, cursor, values, labels: names.map((name, series) => `${series} ${name}`) };
    this.charts.push(chart);
  }

  /** Draws them; they must be in the page by then. */
  draw() {
    const { rows } = this;
    for (const chart of this.charts) {
      const { column } = chart;
      const data = Array.from(rows.times, (time, row) => [time, ...column.values.subarray(row * column.width, (row + 1) * column.width)]);
      chart.graph = new Dygraph(chart.place, data, {
        ...LOOK, labels: ["s", ...chart.labels], axisLabelWidth: 46, showLabelsOnHighlight: false,
        underlayCallback: (canvas, area, graph) => this.shade(canvas, area, graph),
        clickCallback: (_, time) => this.onPick(Math.round(time * dataset.info.fps)),
        zoomCallback: (from, to) => this.zoom(chart, [from, to]), drawCallback: () => this.put(this.row ?? 0),
      });
    }
  }

  /** Late rows. */
  shade(canvas, area, graph) {
    if (!this.rows.late) return;
    const width = 1 / dataset.info.fps;
    canvas.fillStyle = "#e5484d55";
    this.rows.late.forEach((isLate, row) => {
      if (!isLate) return;
      const left = graph.toDomXCoord(this.rows.times[row] - width / 2);
      canvas.fillRect(left, area.y, Math.max(1, graph.toDomXCoord(this.rows.times[row] + width / 2) - left), area.h);
    });
  }

  zoom(from, dateWindow) {
    const [first, last] = from.graph.xAxisExtremes();
    const isAll = dateWindow[0] <= first && dateWindow[1] >= last;
    for (const { graph } of this.charts) if (graph !== from.graph) graph.updateOptions({ dateWindow: isAll ? null : dateWindow });
  }

  /** Puts the cursor to a row, and the numbers of the row into the legend. */
  put(row) {
    this.row = row;
    for (const { column, cursor, graph, values } of this.charts) {
      if (!graph) continue;
      const [place, area] = [graph.toDomXCoord(this.rows.times[row]), graph.getArea()];
      cursor.hidden = place < area.x || place > area.x + area.w;
      cursor.style.left = `${place}px`;
      values.forEach((value, series) => {
        const number = column.values[row * column.width + series];
        value.textContent = Math.abs(number) >= 1000 ? number.toFixed(0) : number.toFixed(2);
      });
    }
  }
}
