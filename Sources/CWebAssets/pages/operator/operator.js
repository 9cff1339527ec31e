// The operator's page: phase, pictures, verdict and buttons of the session that goes on.
import { Cameras } from "./cameras.js";
import { element } from "./elements.js";
import { Live } from "./live.js";
import { Strips } from "./strips.js";

const at = id => document.getElementById(id);
const PHASES = {
  connecting: ["…", "CONNECTING"], recording: ["●", "RECORDING"], resetting: ["○", "RESET"], waiting: ["✕", "WAITING"],
  finishing: ["◔", "ENCODING"], over: ["■", "DONE"], teleoperating: ["●", "LIVE"],
};
const KEYS = { ArrowRight: "next", n: "next", ArrowLeft: "again", r: "again", q: "stop", Escape: "stop", s: "success", f: "failure", u: "undo", m: "note" };
const SAID = { next: "Goes on.", again: "Once more.", stop: "The session ends.", undo: "Dropped, where that is still possible.", success: "Marked a success.", failure: "Marked a failure.", note: "Noted." };
// On a touchscreen these are held down for so long: a thumb is quick.
const HELD = new Set(["again", "undo", "stop"]);
const HOLD = 600;
const LITTLE_DISK = 15;

let description = null;
let status = null;
let heardAt = 0;
let noteTake = null;

const live = new Live({
  open: () => cameras.watch(),
  seen: () => cameras.watch(),
  hello(said) {
    // A page of another Reel does not understand this one.
    if (description && description.version !== said.version) return location.reload();
    description = said;
    document.title = `${said.recording?.repoID ?? "Reel"} · live`;
    at("task").textContent = said.recording?.task ?? "";
    at("view").hidden = !said.recording;
    at("controls").hidden = at("verdict").hidden = at("ghosts").hidden = !said.recording;
    cameras.set(said.cameras);
    strips.set(said.observation, said.action);
    if (at("ghost").value) ghost();
  },
  status(said) {
    const isOther = status?.phase !== said.phase || status?.take !== said.take;
    status = said;
    heardAt = performance.now();
    document.body.dataset.connection = "open";
    show(isOther);
  },
  picture: picture => cameras.picture(picture),
  rows(rows) {
    cameras.rows(rows);
    strips.add(rows);
  },
  lost(isOver) {
    document.body.dataset.connection = "lost";
    if (isOver && status) {
      status = { ...status, phase: "over" };
      show(true);
    }
    tick();
  },
});
const cameras = new Cameras(at("cameras"), live);
const strips = new Strips(at("plots"));

// MARK: What is shown

function show(isOther) {
  const { body } = document;
  Object.assign(body.dataset, { phase: status.phase, take: status.take, episode: status.episode, row: status.row });
  if (isOther) {
    const [sign, word] = PHASES[status.phase];
    at("sign").textContent = sign;
    at("word").textContent = status.phase === "waiting" && status.missing ? `WAITING for ${status.missing}` : word;
    for (const button of document.querySelectorAll("#controls button")) button.disabled = !["recording", "resetting", "waiting"].includes(status.phase);
    if (["recording", "resetting"].includes(status.phase) && at("ghost").value === "take") ghost();
  }
  at("count").textContent = status.episodeCount && status.episode ? `episode ${status.episode} / ${status.episodeCount}` : "";
  for (const outcome of ["success", "failure"]) {
    document.querySelector(`[data-command=${outcome}]`).setAttribute("aria-pressed", status.outcome === outcome);
  }
  cameras.status(status.cameras);
  verdict();
  facts();
  const notes = at("notes");
  if (notes.dataset.last !== `${status.notes.at(-1)?.id}`) {
    notes.dataset.last = `${status.notes.at(-1)?.id}`;
    notes.replaceChildren(...status.notes.map(({ text }) => element("li", {}, text)));
  }
  tick();
}

function verdict() {
  const { verdict, phase, take } = status;
  const place = at("verdict");
  // The last take's, until the one after it is judged; while that is recorded, only what is wrong.
  const isShown = verdict && (verdict.findings.length || phase === "resetting" && verdict.take === take);
  const text = !isShown ? "" : verdict.findings.length ? `✗ take ${verdict.take}: ${verdict.findings.join("; ")}` : `✓ take ${verdict.take} is good`;
  if (place.textContent === text) return;
  place.textContent = text;
  place.dataset.level = verdict?.findings.length ? "look" : "good";
}

function facts() {
  const all = [];
  const add = (text, isBad) => all.push(element("li", isBad ? { class: "bad" } : {}, text));
  const goesOn = ["recording", "resetting", "teleoperating"].includes(status.phase);
  if (goesOn) add(`${status.rate.toFixed(1)} of ${description.fps} fps`);
  if (status.phase === "recording" || status.lateTicks) add(`${status.lateTicks} late`, status.lateTicks > 0);
  if (status.diskMinutes !== undefined) add(`${status.diskMinutes} min of disk`, status.diskMinutes < LITTLE_DISK);
  if (status.takesWaiting) add(`${status.takesWaiting} to encode`);
  if (status.toEncode) add(`encoded ${Math.floor(100 * status.encoded / status.toEncode)} %`);
  if (status.takesSetAside) add(`${status.takesSetAside} set aside`, true);
  if (status.encoder !== "works") add(status.encoder === "hasStopped" ? "the encoder has stopped" : "the encoder was restarted", status.encoder === "hasStopped");
  if (status.busRetries) add(`motors asked again ${status.busRetries}×`);
  at("facts").replaceChildren(...all);
}

/** What goes on between two messages: time, and that none come. */
function tick() {
  const silence = performance.now() - heardAt;
  const isOver = status?.phase === "over";
  const trouble = isOver ? null : document.body.dataset.connection === "lost" ? "No connection to Reel. Recording goes on without this page." : silence > 2000 ? `No news for ${Math.floor(silence / 1000)} s.` : null;
  at("trouble").hidden = !trouble;
  if (trouble && at("trouble").textContent !== trouble) at("trouble").textContent = trouble;
  const left = status?.phase === "waiting" ? status.missingLeft : status?.left;
  const isTimed = ["recording", "resetting", "waiting"].includes(status?.phase) && !trouble;
  at("seconds").textContent = isTimed ? `${Math.max(0, Math.ceil((left - silence) / 1000))}` : "";
}
setInterval(tick, 100);

// MARK: What is asked for

function say(text, isRefused = false) {
  at("said").textContent = text;
  at("said").toggleAttribute("data-refused", isRefused);
  clearTimeout(say.timer);
  say.timer = setTimeout(() => at("said").textContent = "", 5000);
}

async function ask(what, text, { take, phase } = status) {
  const refusal = await live.ask(what, take, phase, text);
  if (what === "types") return;
  say(refusal ? `Not done: ${refusal}.` : SAID[what], refusal !== null);
}

function command(what) {
  if (!status || document.querySelector(`[data-command=${what}]`).disabled) return;
  if (what !== "note") return ask(what);
  noteTake = { take: status.take, phase: status.phase };
  at("note-text").value = "";
  at("note").showModal();
  ask("types", "", noteTake);
}

for (const button of document.querySelectorAll("#controls button")) {
  const what = button.dataset.command;
  let timer = null;
  let isHeld = false;
  const let_go = () => {
    clearTimeout(timer);
    timer = null;
    button.classList.remove("held");
  };
  button.addEventListener("pointerdown", event => {
    isHeld = event.pointerType === "touch" && HELD.has(what);
    if (!isHeld || button.disabled) return;
    button.classList.add("held");
    timer = setTimeout(() => {
      let_go();
      navigator.vibrate?.(40);
      command(what);
    }, HOLD);
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) {
    button.addEventListener(name, () => {
      if (timer !== null) say(`Hold it down: ${what}.`);
      let_go();
    });
  }
  button.addEventListener("contextmenu", event => event.preventDefault());
  button.addEventListener("click", () => {
    if (!isHeld) command(what);
    isHeld = false;
  });
}

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest("input, select, dialog")) return;
  const what = KEYS[event.key];
  if (!what || at("controls").hidden) return;
  event.preventDefault();
  command(what);
});

// MARK: A note

at("note-text").addEventListener("input", () => {
  clearTimeout(at("note-text").timer);
  at("note-text").timer = setTimeout(() => { if (at("note").open) ask("types", at("note-text").value, noteTake); }, 300);
});
at("note").addEventListener("close", () => {
  const isKept = at("note").returnValue === "keep";
  at("note").returnValue = "";
  // A note may be on the take that is just over: its reset has begun meanwhile.
  const aim = status.take === noteTake.take ? status : noteTake;
  if (isKept) ask("note", at("note-text").value, aim);
  else ask("types", undefined, aim);
});

// MARK: The ghost

async function ghost() {
  const which = at("ghost").value;
  at("strength").disabled = !which;
  const refusal = await cameras.ghost(which);
  if (refusal) say(`No ghost: ${refusal}.`, true);
}
at("ghost").addEventListener("change", ghost);
at("strength").addEventListener("input", () => at("cameras").style.setProperty("--strength", at("strength").value / 100));
