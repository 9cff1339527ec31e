// What is changed: said of an episode, left out of training, or deleted. Each change names the dataset that the page shows; when that
// is another one by now, it is refused.
import { dataset, get } from "./dataset.js";
import { element } from "./elements.js";

const bar = document.getElementById("marked");
const dialog = document.getElementById("confirm");
let onChange = () => {};
let say = () => {};
/** Episodes that are marked for deletion. Their numbers are those of one generation. */
let marks = new Set();
let generation = null;

/** `changed` is called when the dataset is another one, `tell` with what there is to say. */
export function begin(changed, tell) { [onChange, say] = [changed, tell]; }

/** `seen` is the dataset whose numbers are meant. */
async function send(path, method, body, seen = dataset.info.generation) {
  const options = { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ generation: seen, ...body }) };
  return (await get(path, options)).json();
}

/** Says something of an episode: { outcome }, { note } or { excluded }. */
export async function label(episode, what, seen) {
  try {
    dataset.episodes = await send(`/api/episodes/${episode}`, "PATCH", what, seen);
    onChange();
  } catch (error) {
    say(`Not changed: ${error.message}`);
  }
}

/** The buttons of one episode. */
export function controls(episode) {
  const { outcome, note, excluded } = dataset.episodes;
  const button = (name, text, isPressed, action) => {
    const made = element("button", { type: "button", "data-edit": name, "aria-pressed": String(isPressed) }, text);
    made.addEventListener("click", action);
    return made;
  };
  const toggle = value => () => label(episode, { outcome: outcome[episode] === value ? "" : value });
  return element(
    "div", { class: "edits", role: "group", "aria-label": "What this episode is" },
    button("success", "✓ success", outcome[episode] === "success", toggle("success")),
    button("failure", "✗ failure", outcome[episode] === "failure", toggle("failure")),
    button("note", note[episode] ? "✎ change note" : "✎ note", false, () => write(episode)),
    button("exclude", excluded[episode] ? "excluded from training" : "exclude from training", excluded[episode], () => label(episode, { excluded: !excluded[episode] })),
    button("delete", isMarked(episode) ? "marked for deletion" : "mark for deletion", isMarked(episode), () => mark(episode)));
}

// MARK: A note

const note = document.getElementById("note");
const noteText = document.getElementById("note-text");

export function write(episode) {
  noteText.value = dataset.episodes.note[episode];
  Object.assign(note.dataset, { episode, generation: dataset.info.generation });
  note.showModal();
}
note.addEventListener("close", () => {
  if (note.returnValue === "keep") label(Number(note.dataset.episode), { note: noteText.value.trim() }, note.dataset.generation);
  note.returnValue = "";
});

// MARK: Deletion

export function isMarked(episode) { return generation === dataset.info.generation && marks.has(episode); }

/** Marks an episode, or takes the mark back. */
export function mark(episode) {
  if (generation !== dataset.info.generation) [generation, marks] = [dataset.info.generation, new Set()];
  if (!marks.delete(episode)) marks.add(episode);
  onChange();
}

/** Shows what is marked. Marks on a dataset that has changed mean other episodes, and are gone. */
export function showMarks() {
  if (generation !== dataset.info.generation) marks = new Set();
  bar.hidden = !marks.size;
  document.getElementById("marked-count").textContent = `${marks.size} of ${dataset.info.episodes} episodes marked for deletion`;
}

const many = () => marks.size > 5 || marks.size > dataset.info.episodes / 10;

document.getElementById("unmark").addEventListener("click", () => {
  marks = new Set();
  onChange();
});
document.getElementById("delete").addEventListener("click", () => {
  const numbers = [...marks].sort((a, b) => a - b);
  document.getElementById("confirm-what").textContent = `Episode${numbers.length === 1 ? "" : "s"} ${numbers.join(", ")} will be gone for good, and those behind get lower numbers. Excluding from training would keep them.`;
  document.getElementById("confirm-typed").hidden = !many();
  document.getElementById("confirm-label").textContent = `Type ${numbers.length} to delete as many:`;
  document.getElementById("confirm-number").value = "";
  dialog.showModal();
});
dialog.addEventListener("close", async () => {
  const isMeant = dialog.returnValue === "delete" && (!many() || document.getElementById("confirm-number").value.trim() === String(marks.size));
  if (dialog.returnValue === "delete" && !isMeant) say("Nothing is deleted: the number was another one.");
  dialog.returnValue = "";
  if (!isMeant) return;
  try {
    bar.dataset.busy = "yes";
    const { left, command } = await send("/api/delete", "POST", { episodes: [...marks].sort((a, b) => a - b) }, generation);
    marks = new Set();
    await onChange();
    say(`Deleted; ${left} episode${left === 1 ? " is" : "s are"} left. The same from a terminal: ${command}`, true);
  } catch (error) {
    say(`Nothing is deleted: ${error.message}`);
  } finally {
    delete bar.dataset.busy;
  }
});
