// The dataset as a whole, and what in it wants another look.
import { dataset } from "./dataset.js";
import { duration, element } from "./elements.js";

const BARS = 24;

const table = (head, rows, attributes = {}) => element(
  "div", { class: "wide", tabindex: 0, role: "region", "aria-label": attributes.label },
  element("table", { class: attributes.class ?? null },
    element("thead", {}, element("tr", {}, ...head.map(text => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...rows.map(cells => element("tr", {}, ...cells.map(cell => element("td", {}, cell)))))));

const number = value => value === undefined ? "" : Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 0.001) ? value.toExponential(2) : value.toFixed(3);

export function statistics() {
  const { info, episodes } = dataset;
  const seconds = info.frames / info.fps;
  const cards = [
    [info.episodes, "episodes"], [info.frames, "frames"], [duration(seconds), "in all"],
    [info.outcomes.success, "success"], [info.outcomes.failure, "failure"], [episodes.findings.filter(found => found.length).length, "with findings"],
  ];
  return element(
    "div", {}, element("h2", {}, "Statistics"),
    element("div", { class: "cards" }, ...cards.map(([value, what]) => element("div", {}, element("b", {}, `${value}`), element("span", {}, what)))),
    ...lengths(episodes.length.map(frames => frames / info.fps)),
    element("h3", {}, "Tasks"),
    table(["task", "episodes"], Object.entries(info.tasks).map(([task, count]) => [task || "(empty)", `${count}`]), { label: "Tasks" }),
    element("h3", {}, "Cameras"),
    table(["camera", "size", "kept as"], info.cameras.map(camera => [camera.name, `${camera.width} × ${camera.height}`, camera.isVideo ? camera.codec ?? "video" : "images"]), { label: "Cameras" }),
    element("h3", {}, "Values"),
    table(["value", "min", "q01", "mean", "q99", "max", "std"], values(), { label: "Values" }));
}

function lengths(seconds) {
  if (!seconds.length) return [];
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
  const bars = new Array(BARS).fill(0);
  for (const length of seconds) bars[Math.min(BARS - 1, Math.floor((length - least) / (most - least || 1) * BARS))] += 1;
  const highest = Math.max(...bars);
  return [
    element("h3", {}, "Lengths of the episodes"),
    element(
      "div", { class: "bars", role: "img", "aria-label": `Lengths from ${duration(least)} to ${duration(most)}; most often ${duration(least + (bars.indexOf(highest) + 0.5) * (most - least) / BARS)}` },
      ...bars.map(count => {
        const bar = element("div", { title: `${count} episodes` });
        bar.style.height = `${count / highest * 100}%`;
        return bar;
      })),
    element("div", { class: "scale" }, element("span", {}, duration(least)), element("span", {}, duration(most))),
  ];
}

function values() {
  const all = dataset.episodes.statistics ?? {};
  return dataset.info.features.flatMap(({ feature, names }) => {
    const known = all[feature];
    if (!known) return [];
    return known.mean.map((_, place) => [
      known.mean.length === 1 ? feature : `${feature} ${names[place] ?? place}`,
      ...["min", "q01", "mean", "q99", "max", "std"].map(name => number(known[name]?.[place])),
    ]);
  });
}

export function findings() {
  const rows = dataset.episodes.findings.flatMap((found, episode) => found.map(({ name, words, row }) => ({ episode, name, words, row })));
  // The episodes with the most of them first.
  rows.sort((a, b) => dataset.episodes.findings[b.episode].length - dataset.episodes.findings[a.episode].length || a.episode - b.episode);
  if (!rows.length) return element("div", { class: "empty" }, element("p", {}, "Nothing in this dataset stands out."));
  return element(
    "div", {}, element("h2", {}, "Findings"),
    element("p", { class: "quiet" }, "What differs from the dataset's other episodes, and wants a look before a policy learns from it."),
    table(
      ["episode", "finding", "what there is to see"],
      rows.map(({ episode, name, words, row }) => [element("a", { href: `#episode=${episode}${row === null ? "" : `&row=${row}`}` }, `episode ${episode}`), name, words]),
      { class: "words", label: "Findings" }));
}
