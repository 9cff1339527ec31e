// What the robot said and was asked in the last ten seconds.
import { COLOURS, LOOK } from "./charts.js";
import { element } from "./elements.js";

const SECONDS = 10;

class Strip {
  constructor(title, names, first) {
    Object.assign(this, { names, first });
    this.chart = element("div", { class: "chart", "aria-hidden": "true" });
    this.element = element(
      "section", { class: "strip", "aria-label": title }, element("h2", {}, title), this.chart,
      element("ul", { tabindex: 0, "aria-label": `values of ${title}` }, ...names.map((name, index) => {
        const line = element("i");
        line.style.background = COLOURS[index % COLOURS.length];
        return element("li", {}, line, name.replace(/\.pos$/, ""));
      })));
  }

  draw(rows, now) {
    if (!rows.length || !this.chart.clientHeight) return;
    const data = rows.map(({ time, values }) => [time - now, ...values.slice(this.first, this.first + this.names.length)]);
    const late = rows.filter(row => row.isLate).map(({ time }) => time - now);
    this.late = late;
    if (this.graph) return this.graph.updateOptions({ file: data });
    this.graph = new Dygraph(this.chart, data, {
      ...LOOK, labels: ["s", ...this.names.map((name, index) => `${index} ${name}`)], axisLabelWidth: 34, axisLabelFontSize: 11, interactionModel: {}, dateWindow: [-SECONDS, 0],
      underlayCallback: (canvas, area, graph) => {
        canvas.fillStyle = "#e5484d88";
        for (const time of this.late ?? []) canvas.fillRect(graph.toDomXCoord(time), area.y, 2, area.h);
      },
    });
  }
}

export class Strips {
  constructor(place) { Object.assign(this, { place, strips: [], rows: [] }); }

  set(observation, action) {
    this.rows = [];
    this.strips = [];
    if (observation.length) this.strips.push(new Strip("observed", observation, 0));
    if (action.length) this.strips.push(new Strip("asked", action, observation.length));
    this.place.replaceChildren(...this.strips.map(strip => strip.element));
  }

  add(rows) {
    this.rows.push(...rows);
    const now = this.rows.at(-1)?.time ?? 0;
    while (this.rows.length && this.rows[0].time < now - SECONDS) this.rows.shift();
    if (document.hidden) return;
    for (const strip of this.strips) strip.draw(this.rows, now);
  }
}
