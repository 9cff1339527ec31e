// One controller for all cameras of an episode. While it plays, the browser decodes the videos; when it stands, each camera
// shows exactly the picture of the row, which the server decodes. Browsers do not promise that a seek ends on a frame.
import { dataset, get, pictureAddress, videoAddress } from "./dataset.js";
import { element } from "./elements.js";

const CODECS = { av1: "av01.0.04M.08", h264: "avc1.42E01E", hevc: "hvc1.1.6.L93.B0", vp9: "vp09.00.10.08" };
// Pictures a second where the browser cannot play the videos.
const PICTURE_RATE = 10;
// So many rows before its end, an episode goes on in exact pictures: a video does not stop at a frame when it is told to, and the
// next one may be another episode's.
const LAST_ROWS = 8;

/** A camera's tile: a video to play, and a canvas for exact pictures over it. */
class Camera {
  constructor(episode, camera, isVideo) {
    Object.assign(this, { episode, feature: camera.feature, name: camera.name, from: camera.from ?? 0, isVideo });
    this.canvas = element("canvas", { "data-camera": this.name, role: "img", "aria-label": `camera ${this.name}` });
    this.video = isVideo ? element("video", { "data-camera": this.name, preload: "metadata", tabindex: -1, "aria-label": `camera ${this.name}, video`, playsinline: true }) : null;
    this.age = element("span", { class: "age" });
    this.badge = element("span", { class: "badge look", hidden: true }, "repeated");
    this.picture = element("div", { class: "picture", "data-shows": "pictures" }, this.video, this.canvas);
    this.tile = element("figure", {}, this.picture, element("figcaption", {}, element("b", {}, this.name), this.badge, this.age));
    if (this.video) {
      this.video.muted = true;
      this.video.src = videoAddress(camera.feature, camera.file);
    }
    this.wanted = null;
    this.isBusy = false;
  }

  /** Shows the exact picture of a row; of rows that are asked for meanwhile the last one is next. */
  async show(row, width) {
    this.wanted = { row, width };
    if (this.isBusy) return;
    this.isBusy = true;
    while (this.wanted) {
      const { row, width } = this.wanted;
      this.wanted = null;
      try {
        const response = await get(pictureAddress(this.episode, this.feature, row, width));
        const bitmap = await createImageBitmap(await response.blob());
        Object.assign(this.canvas, { width: bitmap.width, height: bitmap.height });
        this.picture.style.aspectRatio = `${bitmap.width} / ${bitmap.height}`;
        this.canvas.getContext("2d").drawImage(bitmap, 0, 0);
        bitmap.close();
        this.canvas.dataset.row = row;
        this.canvas.setAttribute("aria-label", `camera ${this.name}, row ${row}`);
        if (!this.wanted) this.picture.dataset.shows = "pictures";
      } catch (error) {
        this.canvas.dataset.error = error.message;
        this.age.textContent = error.message;
      }
    }
    this.isBusy = false;
  }

  /** Puts the video to a row, in the middle of the time in which it is shown. */
  seek(row) {
    return new Promise(resolve => {
      this.video.addEventListener("seeked", resolve, { once: true });
      this.video.currentTime = this.from + (row + 0.5) / dataset.info.fps;
    });
  }

  /** Shows the video as soon as it has come to a row: until then the browser may still present a frame from before the seek. */
  reveal(row, isOver) {
    this.video.requestVideoFrameCallback((_, { mediaTime }) => {
      if (isOver()) return;
      if (this.rowAt(mediaTime) < row - 1) this.reveal(row, isOver);
      else this.picture.dataset.shows = "video";
    });
  }

  /** The row that the video shows at a time of its own. */
  rowAt(time) { return Math.round((time - this.from) * dataset.info.fps); }
}

export class Player {
  /** `onRow` is told each row that is shown. */
  constructor(episode, rows, onRow) {
    Object.assign(this, { episode, rows, onRow, count: episode.length, row: 0, speed: 1, isPlaying: false, turn: 0 });
    const isVideo = Object.fromEntries(dataset.info.cameras.map(camera => [camera.feature, camera.isVideo]));
    this.cameras = episode.cameras.map(camera => new Camera(episode.episode, camera, isVideo[camera.feature]));
    this.note = element("p", { class: "quiet", hidden: true });
    this.play = element("button", { type: "button", class: "play" }, "Play");
    this.rate = element("select", { "aria-label": "Speed" }, ...["0.25", "0.5", "1", "2", "4"].map(speed => element("option", { value: speed, selected: speed === "1" }, `${speed}×`)));
    this.range = element("input", { type: "range", min: 0, max: Math.max(0, this.count - 1), value: 0, step: 1, "aria-label": "Row" });
    this.marks = element("canvas", { height: 5, "aria-hidden": "true" });
    this.place = element("span", { class: "place" });
    this.element = element(
      "section", { "data-episode": episode.episode, "data-row": 0, "data-state": "paused", "aria-label": "Player", class: "player" },
      element("div", { class: "cameras" }, ...this.cameras.map(camera => camera.tile)), this.note,
      element("div", { class: "transport" }, this.play, this.rate, element("div", { class: "scrub" }, this.range, this.marks), this.place));
    this.play.addEventListener("click", () => this.toggle());
    this.rate.addEventListener("change", () => {
      this.speed = Number(this.rate.value);
      if (this.isPlaying) this.start();
    });
    this.range.addEventListener("input", () => this.go(Number(this.range.value), 320));
    this.range.addEventListener("change", () => this.go(Number(this.range.value)));
    for (const camera of this.cameras) camera.video?.addEventListener("error", () => this.withoutVideos("This browser cannot play these videos"));
    const codec = dataset.info.cameras.find(camera => camera.isVideo)?.codec;
    if (!this.cameras.every(camera => camera.isVideo)) this.usesPictures = true;
    else if (CODECS[codec] && !document.createElement("video").canPlayType(`video/mp4; codecs="${CODECS[codec]}"`)) this.withoutVideos(`This browser has no ${codec.toUpperCase()}`);
    this.element.dataset.mode = this.usesPictures ? "pictures" : "video";
    requestAnimationFrame(() => this.drawMarks());
  }

  withoutVideos(reason) {
    this.usesPictures = true;
    this.element.dataset.mode = "pictures";
    this.note.hidden = false;
    this.note.textContent = `${reason}: pictures from Reel, ${PICTURE_RATE} a second.`;
    if (this.isPlaying) this.start();
  }

  /** Late rows and repeated pictures, as marks below the slider. */
  drawMarks() {
    const { marks, rows, count } = this;
    marks.width = marks.clientWidth || 600;
    const drawing = marks.getContext("2d");
    const style = getComputedStyle(this.element);
    const mark = (isMarked, colour) => {
      drawing.fillStyle = style.getPropertyValue(colour);
      for (let row = 0; row < count; row++) if (isMarked(row)) drawing.fillRect(row / count * marks.width, 0, Math.max(1, marks.width / count), 5);
    };
    mark(row => Object.values(rows.cameras).some(camera => camera.repeated[row]), "--look");
    if (rows.late) mark(row => rows.late[row], "--bad");
  }

  tell(row) {
    this.row = row;
    const { fps } = dataset.info;
    this.element.dataset.row = row;
    this.range.value = row;
    this.place.textContent = `row ${row} of ${this.count} · ${(row / fps).toFixed(2)} s`;
    for (const camera of this.cameras) {
      const times = this.rows.cameras[camera.name];
      if (!camera.canvas.dataset.error) camera.age.textContent = times ? `${times.age[row].toFixed(0)} ms old` : "";
      camera.badge.hidden = !times?.repeated[row];
    }
    this.onRow(row);
  }

  /** Shows a row, standing still. */
  go(row, width) {
    this.stop();
    const target = Math.min(this.count - 1, Math.max(0, row));
    this.tell(target);
    return Promise.all(this.cameras.map(camera => camera.show(target, width)));
  }

  toggle() { this.isPlaying ? this.go(this.row) : this.start(); }

  set(isPlaying) {
    this.isPlaying = isPlaying;
    this.play.textContent = isPlaying ? "Pause" : "Play";
    this.element.dataset.state = isPlaying ? "playing" : "paused";
  }

  stop() {
    this.turn += 1;
    for (const { video } of this.cameras) video?.pause();
    this.set(false);
  }

  start() {
    if (this.row >= this.count - 1) this.row = 0;
    this.stop();
    this.set(true);
    if (this.usesPictures || this.row >= this.lastRows) this.playPictures(this.turn);
    else this.playVideos(this.turn);
  }

  /** The row from which on there are pictures instead of videos. */
  get lastRows() { return this.count - LAST_ROWS * Math.max(1, this.speed); }

  /** Pictures that the server makes: all of the last rows, else some of them. */
  async playPictures(turn) {
    const [begun, first] = [performance.now(), this.row];
    while (turn === this.turn) {
      const row = first + Math.floor((performance.now() - begun) / 1000 * dataset.info.fps * this.speed);
      if (row >= this.count - 1) return this.go(this.count - 1);
      this.tell(row);
      const rate = this.usesPictures ? PICTURE_RATE : dataset.info.fps;
      const next = new Promise(resolve => setTimeout(resolve, 1000 / rate));
      await Promise.all([next, ...this.cameras.map(camera => camera.show(row, 640))]);
    }
  }

  async playVideos(turn) {
    await Promise.all(this.cameras.map(camera => camera.seek(this.row)));
    if (turn !== this.turn) return;
    const [leader, ...others] = this.cameras;
    for (const camera of this.cameras) {
      camera.video.playbackRate = this.speed;
      camera.reveal(this.row, () => turn !== this.turn);
    }
    try {
      await Promise.all(this.cameras.map(({ video }) => video.play()));
    } catch (error) {
      if (turn === this.turn) this.withoutVideos("This browser does not play these videos");
      return;
    }
    const shown = (_, { mediaTime }) => {
      if (turn !== this.turn) return;
      const row = leader.rowAt(mediaTime);
      // It only goes on; what is behind was presented before the seek.
      if (row >= this.row) this.tell(Math.min(this.count - 1, row));
      if (row >= this.lastRows) {
        for (const { video } of this.cameras) video.pause();
        return this.playPictures(turn);
      }
      for (const other of others) this.follow(leader, other);
      leader.video.requestVideoFrameCallback(shown);
    };
    leader.video.requestVideoFrameCallback(shown);
  }

  /** Keeps another camera at the leader's row. */
  follow(leader, other) {
    const behind = (leader.video.currentTime - leader.from - (other.video.currentTime - other.from)) * dataset.info.fps;
    if (Math.abs(behind) > 5) other.video.currentTime += behind / dataset.info.fps;
    other.video.playbackRate = this.speed * (behind > 1 ? 1.05 : behind < -1 ? 0.95 : 1);
  }
}
