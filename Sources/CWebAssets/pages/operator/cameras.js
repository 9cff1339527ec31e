// The cameras' live pictures: of each the newest, how old it is, which row it became, and a ghost of an earlier scene over it.
import { element } from "./elements.js";

const WORDS = { late: "late", frozen: "frozen", black: "black", blurred: "blurred" };
// So many of the last rows are known by their pictures.
const KNOWN_ROWS = 300;
// A take has begun with one of so many rows.
const START_ROWS = 10;
// An older picture is no live one.
const OLD = 1000;

class Tile {
  constructor(camera, index, live) {
    Object.assign(this, { camera, index, live });
    this.canvas = element("canvas", { "data-camera": camera.name, role: "img", "aria-label": `camera ${camera.name}, live`, width: camera.width, height: camera.height });
    this.ghost = element("canvas", { class: "ghost", "aria-hidden": "true", hidden: true });
    this.badge = element("span", { class: "badge bad", hidden: true });
    this.age = element("span", { class: "age" });
    this.element = element(
      "figure", {}, element("div", { class: "picture" }, this.canvas, this.ghost),
      element("figcaption", {}, element("b", {}, camera.name), this.badge, this.age));
    this.rows = new Map();
    this.next = null;
    this.isBusy = false;
    this.isNewTake = false;
  }

  /** Draws a picture; of those that come meanwhile the newest is next. */
  async draw(picture) {
    this.next = picture;
    if (this.isBusy) return;
    this.isBusy = true;
    while (this.next) {
      const now = this.next;
      this.next = null;
      try {
        const bitmap = await createImageBitmap(new Blob([now.jpeg], { type: "image/jpeg" }));
        await new Promise(resolve => document.hidden ? resolve() : requestAnimationFrame(resolve));
        if (this.canvas.width !== bitmap.width) Object.assign(this.canvas, { width: bitmap.width, height: bitmap.height });
        this.canvas.getContext("2d").drawImage(bitmap, 0, 0);
        bitmap.close();
        this.shown = now;
        this.canvas.dataset.sequence = now.sequence;
        this.tellRow();
        this.tellAge();
        this.keepStart();
      } catch {
        // One that is damaged: the next one may be better.
      }
      this.live.got(this.index, now.count);
    }
    this.isBusy = false;
  }

  /** A row was taken that shows this picture. */
  note({ take, row }, sequence) {
    // A row that repeats it is another one's; a camera that is opened anew counts from 0 again.
    if (row < 0 || this.rows.get(sequence)?.take === take) return;
    this.rows.set(sequence, { take, row });
    if (this.rows.size > KNOWN_ROWS) this.rows.delete(this.rows.keys().next().value);
    this.tellRow();
    this.keepStart();
  }

  tellRow() {
    const found = this.rows.get(this.shown?.sequence);
    if (found) Object.assign(this.canvas.dataset, found);
    else {
      delete this.canvas.dataset.row;
      delete this.canvas.dataset.take;
    }
  }

  tellAge() {
    if (!this.shown || this.live.now === null) return;
    const age = Math.max(0, Math.round(this.live.now - this.shown.captured));
    this.canvas.dataset.age = age;
    this.age.textContent = age < 10000 ? `${age} ms` : `${Math.round(age / 1000)} s`;
    this.canvas.toggleAttribute("data-old", age > OLD);
  }

  tell(badge) {
    if (badge) this.canvas.dataset.badge = badge;
    else delete this.canvas.dataset.badge;
    this.badge.hidden = !badge;
    this.badge.textContent = WORDS[badge] ?? "";
  }

  /** The first picture of a take stays, for the ghost. */
  keepStart() {
    const found = this.rows.get(this.shown?.sequence);
    if (!found || found.take === this.start?.take || found.row > START_ROWS) return;
    const copy = new OffscreenCanvas(this.canvas.width, this.canvas.height);
    copy.getContext("2d").drawImage(this.canvas, 0, 0);
    this.start = { take: found.take, picture: copy };
  }

  show(ghost) {
    this.ghost.hidden = !ghost;
    if (!ghost) return;
    Object.assign(this.ghost, { width: ghost.width, height: ghost.height });
    this.ghost.getContext("2d").drawImage(ghost, 0, 0);
  }
}

export class Cameras {
  constructor(place, live) {
    Object.assign(this, { place, live, tiles: [], large: 0 });
    this.phone = matchMedia("(max-width: 760px)");
    this.phone.addEventListener("change", () => this.watch());
    setInterval(() => this.tiles.forEach(tile => tile.tellAge()), 100);
  }

  /** The session's cameras. */
  set(cameras) {
    this.tiles = cameras.map((camera, index) => new Tile(camera, index, this.live));
    this.place.replaceChildren(...this.tiles.map(tile => tile.element));
    this.place.style.setProperty("--columns", Math.min(cameras.length, cameras.length === 4 ? 2 : 3) || 1);
    this.place.style.setProperty("--small", Math.max(2, Math.min(3, cameras.length - 1)));
    for (const tile of this.tiles) {
      tile.element.addEventListener("click", () => {
        if (!this.phone.matches) return;
        this.large = tile === this.tiles[this.large] ? (this.large + 1) % this.tiles.length : tile.index;
        this.watch();
      });
    }
    this.watch();
  }

  /** Says what is wanted: nothing while nobody looks, on a phone one camera at half speed and the others slowly. */
  watch() {
    this.tiles.forEach((tile, index) => tile.element.classList.toggle("large", index === this.large));
    this.live.watch(this.tiles.map((_, index) => document.hidden ? 0 : !this.phone.matches ? 30 : index === this.large ? 15 : 5));
  }

  picture(picture) { this.tiles[picture.camera]?.draw(picture); }

  rows(rows) {
    for (const row of rows) row.pictures.forEach((sequence, camera) => this.tiles[camera]?.note(row, sequence));
  }

  status(cameras) { cameras.forEach(({ badge }, camera) => this.tiles[camera]?.tell(badge)); }

  /** Shows a scene over the live ones: "take", "first", "last", or none. Returns why it cannot, or null. */
  async ghost(which) {
    if (!which) return this.tiles.forEach(tile => tile.show(null)), null;
    if (which === "take") {
      for (const tile of this.tiles) tile.show(tile.start?.picture ?? null);
      return this.tiles.some(tile => tile.start) ? null : "no take has begun since this page was opened";
    }
    try {
      const dataset = await (await fetch("/api/dataset")).json();
      if (!dataset.episodes) return "the dataset has no episode yet";
      const episode = which === "first" ? 0 : dataset.episodes - 1;
      for (const tile of this.tiles) {
        const feature = dataset.cameras.find(({ name }) => name === tile.camera.name)?.feature;
        if (!feature) continue;
        const answer = await fetch(`/api/episodes/${episode}/cameras/${encodeURIComponent(feature)}/rows/0?w=640&g=${dataset.generation}`);
        if (!answer.ok) return (await answer.text()).trim();
        tile.show(await createImageBitmap(await answer.blob()));
      }
      return null;
    } catch {
      return "the dataset has no episode yet";
    }
  }
}
