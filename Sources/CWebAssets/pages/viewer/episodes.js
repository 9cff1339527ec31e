// The list of episodes: of ten thousand, only those are made that can be seen.
import { dataset, pictureAddress } from "./dataset.js";
import { isMarked } from "./edits.js";
import { duration, element } from "./elements.js";

const HEIGHT = 76;
const list = document.getElementById("list");
const rows = document.getElementById("rows");
const filters = document.getElementById("filters");
const [search, camera, outcome, finding] = ["search", "camera", "outcome", "finding"].map(id => document.getElementById(id));
let shown = [];
let current = null;

/** Builds the list anew, after the dataset has changed. */
export function update() {
  fill(camera, dataset.info.cameras.map(({ feature, name }) => [feature, name]));
  camera.hidden = dataset.info.cameras.length === 0;
  const names = [...new Set(dataset.episodes.findings.flat().map(({ name }) => name))].sort();
  fill(finding, [["", "with and without findings"], ["*", "with any finding"], ...names.map(name => [name, `finding: ${name}`])]);
  filter();
}

function fill(select, options) {
  const before = select.value;
  select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  if (options.some(([value]) => value === before)) select.value = before;
}

function filter() {
  const { length, task, tasks, outcome: outcomes, note, findings, excluded } = dataset.episodes;
  const words = search.value.trim().toLowerCase();
  shown = [];
  for (let number = 0; number < length.length; number++) {
    if (outcome.value === "excluded" ? !excluded[number] : outcome.value && (outcome.value === "none" ? outcomes[number] : outcomes[number] !== outcome.value)) continue;
    if (finding.value === "*" ? !findings[number].length : finding.value && !findings[number].some(({ name }) => name === finding.value)) continue;
    if (words && String(number) !== words && !(tasks[task[number]] ?? "").toLowerCase().includes(words) && !note[number].toLowerCase().includes(words)) continue;
    shown.push(number);
  }
  const all = length.length;
  document.getElementById("shown").textContent = shown.length === all ? `${all} episode${all === 1 ? "" : "s"}` : `${shown.length} of ${all} episodes`;
  rows.style.height = `${shown.length * HEIGHT}px`;
  rows.replaceChildren();
  draw();
}

function draw() {
  const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - 4);
  const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + 4);
  const there = new Map([...rows.children].map(item => [Number(item.dataset.place), item]));
  for (const [place, item] of there) if (place < first || place >= last) item.remove();
  for (let place = first; place < last; place++) if (!there.has(place)) rows.append(item(place));
}

function item(place) {
  const number = shown[place];
  const { length, task, tasks, outcome: outcomes, note, findings, excluded } = dataset.episodes;
  const found = findings[number];
  const picture = camera.value ? element("img", { alt: "", loading: "lazy", width: 88, height: 64, src: pictureAddress(number, camera.value, 0, 176) }) : element("span");
  const link = element(
    "a", { href: `#episode=${number}`, "data-episode": number, "aria-current": number === current ? "true" : null, tabindex: -1 }, picture,
    element(
      "div", {},
      element(
        "div", { class: "line" }, element("b", {}, `${number}`), element("span", { class: "quiet" }, duration(length[number] / dataset.info.fps)),
        outcomes[number] ? element("span", { class: `badge ${outcomes[number]}` }, outcomes[number] === "success" ? "✓ success" : "✗ failure") : null,
        excluded[number] ? element("span", { class: "badge" }, "excluded") : null,
        isMarked(number) ? element("span", { class: "badge failure" }, "to be deleted") : null,
        found.length ? element("span", { class: "badge look", title: found.map(({ words }) => words).join("\n") }, `! ${found[0].name}${found.length > 1 ? ` +${found.length - 1}` : ""}`) : null),
      element("div", { class: "quiet" }, note[number] || (tasks[task[number]] ?? ""))));
  const made = element("li", { "data-place": place, "aria-setsize": shown.length, "aria-posinset": place + 1 }, link);
  made.style.top = `${place * HEIGHT}px`;
  return made;
}

/** Marks an episode, and scrolls there when it cannot be seen. */
export function select(number) {
  current = number;
  for (const link of rows.querySelectorAll("a")) {
    link.toggleAttribute("aria-current", false);
    if (Number(link.dataset.episode) === number) link.setAttribute("aria-current", "true");
  }
  const place = shown.indexOf(number);
  if (place < 0) return;
  if (place * HEIGHT < list.scrollTop) list.scrollTop = place * HEIGHT;
  else if ((place + 1) * HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = (place + 1) * HEIGHT - list.clientHeight;
  draw();
}

/** The episode that the list shows before or after this one; undefined at its end. */
export function neighbour(number, step) {
  const place = shown.indexOf(number);
  return place < 0 ? shown[0] : shown[place + step];
}

list.addEventListener("scroll", draw, { passive: true });
new ResizeObserver(draw).observe(list);
list.addEventListener("keydown", event => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const next = step && current !== null ? neighbour(current, step) : undefined;
  if (next === undefined) return;
  location.hash = `episode=${next}`;
  event.preventDefault();
});
filters.addEventListener("input", filter);
filters.addEventListener("submit", event => event.preventDefault());
