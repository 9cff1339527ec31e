// The viewer: which view is shown, and what keys do. The address says where one is: #episode=3&row=40, #findings, #statistics.
import { dataset, episode as fetchEpisode, refresh, rows as fetchRows } from "./dataset.js";
import { duration, element } from "./elements.js";
import * as edits from "./edits.js";
import * as list from "./episodes.js";
import { Player } from "./player.js";
import { Plots } from "./plots.js";
import { findings, statistics } from "./statistics.js";

const main = document.getElementById("main");
const trouble = document.getElementById("trouble");
const help = document.getElementById("help");
let player = null;
let turn = 0;
let said = null;

function place() {
  const words = new URLSearchParams(location.hash.slice(1));
  const view = ["findings", "statistics"].find(name => words.has(name)) ?? "episodes";
  return { view, episode: Number(words.get("episode") ?? 0), row: Number(words.get("row") ?? 0) };
}

async function show() {
  // What is asked for before anything is known is shown once it is.
  if (!dataset.info) return;
  const { view, episode, row } = place();
  document.body.dataset.view = view;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    if (tab.dataset.tab === view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  if (view === "episodes" && player?.episode.episode === episode && player.generation === dataset.info.generation) return player.go(row);
  player?.stop();
  player = null;
  turn += 1;
  if (view !== "episodes") return main.replaceChildren(view === "findings" ? findings() : statistics());
  if (!dataset.info.episodes) {
    return main.replaceChildren(element("div", { class: "empty" }, element("p", {}, dataset.info.isRecording ? "The first episode is being recorded." : "This dataset has no episode yet.")));
  }
  await open(Math.min(episode, dataset.info.episodes - 1), row, turn);
}

async function open(number, row, mine) {
  // At once: whoever scrolls the list while an episode is fetched is not taken back to it afterwards.
  list.select(number);
  const [episode, rows] = await Promise.all([fetchEpisode(number), fetchRows(number)]);
  if (mine !== turn) return;
  const plots = new Plots(rows, picked => player.go(picked));
  player = new Player(episode, rows, row => plots.put(row));
  player.generation = dataset.info.generation;
  const step = (by, text) => {
    const next = list.neighbour(number, by);
    const button = element("button", { type: "button", disabled: next === undefined }, text);
    button.addEventListener("click", () => go(next));
    return button;
  };
  said = element("div", {}, ...words(number));
  main.replaceChildren(
    element(
      "div", { class: "title" }, element("h2", {}, `Episode ${number}`),
      element("p", { class: "quiet" }, `${episode.length} rows, ${duration(episode.length / dataset.info.fps)}`),
      element("p", {}, episode.tasks.join("; ")),
      element("span", { class: "steps" }, step(-1, "← before"), step(1, "after →"))),
    said,
    player.element, plots.element);
  plots.draw();
  await player.go(row);
}

/** What is said of an episode, and the buttons to say it. */
function words(number) {
  const { note, findings: found } = dataset.episodes;
  return [
    dataset.info.mayChange ? edits.controls(number) : null,
    element(
      "ul", { class: "notes", hidden: !found[number].length && !note[number] },
      ...(note[number] ? [element("li", {}, `“${note[number]}”`)] : []),
      ...found[number].map(({ words, row }) => element("li", { class: "badge look" }, row === null ? words : element("a", { href: `#episode=${number}&row=${row}` }, words)))),
  ].filter(Boolean);
}

/** What is said, or marked, is another thing now. */
function relabel() {
  list.update();
  edits.showMarks();
  // Its number may be none any more; then another one is opened in a moment.
  if (!player || player.episode.episode >= dataset.info.episodes) return;
  const focused = document.activeElement?.dataset?.edit;
  said.replaceChildren(...words(player.episode.episode));
  list.select(player.episode.episode);
  if (focused) said.querySelector(`[data-edit=${focused}]`)?.focus();
}

function go(number) { if (number !== undefined) location.hash = `episode=${number}`; }

function head() {
  const { info } = dataset;
  document.title = `${info.name} · Reel`;
  document.getElementById("name").textContent = info.name;
  document.getElementById("name").title = info.root;
  document.getElementById("facts").textContent = `${info.episodes} episodes · ${duration(info.frames / info.fps)} · ${info.fps} fps${info.robot ? ` · ${info.robot}` : ""}`;
  const count = dataset.episodes.findings.filter(found => found.length).length;
  document.getElementById("findings-count").textContent = count ? `${count}` : "";
  const session = document.getElementById("session");
  session.hidden = !info.isRecording && !info.waiting;
  session.textContent = [info.isRecording ? "recording" : null, info.waiting ? `${info.waiting} take${info.waiting === 1 ? "" : "s"} to be encoded` : null].filter(Boolean).join(" · ");
  if (info.problems.length) tell(`Cannot be read: ${info.problems.join("; ")}`);
}

function tell(text, isGood = false) {
  trouble.classList.toggle("words-done", isGood);
  trouble.hidden = !text;
  trouble.textContent = text ?? "";
}

async function look() {
  try {
    const before = dataset.info;
    const isNew = await refresh();
    if (trouble.dataset.lost) {
      delete trouble.dataset.lost;
      tell(null);
    }
    head();
    if (!isNew) return;
    if (isNew === "labels") return relabel();
    list.update();
    edits.showMarks();
    // Numbers may mean other episodes now, but where there are only more of them.
    const isLonger = before && dataset.info.numbering === before.numbering;
    if (player && isLonger) player.generation = dataset.info.generation;
    await show();
  } catch (error) {
    trouble.dataset.lost = "yes";
    tell(error instanceof TypeError ? "Reel does not answer: is reel view still running?" : error.message);
  }
}

window.addEventListener("hashchange", () => show().catch(error => tell(error.message)));
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input[type=search], select, dialog")) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") return help.showModal();
  if (!player) return;
  const second = event.shiftKey ? dataset.info.fps : 1;
  const action = {
    " ": () => player.toggle(), ArrowLeft: () => player.go(player.row - second), ArrowRight: () => player.go(player.row + second),
    Home: () => player.go(0), End: () => player.go(player.count - 1),
    ...(dataset.info.mayChange ? {
      s: () => said.querySelector("[data-edit=success]").click(), f: () => said.querySelector("[data-edit=failure]").click(),
      n: () => edits.write(player.episode.episode), x: () => said.querySelector("[data-edit=exclude]").click(), d: () => edits.mark(player.episode.episode),
    } : {}),
    "[": () => go(list.neighbour(player.episode.episode, -1)), "]": () => go(list.neighbour(player.episode.episode, 1)),
  }[event.key];
  // A button that has the focus does what it says.
  if (!action || (event.key === " " && event.target.closest("button, a"))) return;
  event.preventDefault();
  action();
});
document.getElementById("help-close").addEventListener("click", () => help.close());

edits.begin(async () => {
  await look();
  relabel();
}, tell);
await look();
setInterval(look, 2000);
