// The socket to the session: what comes, what is asked for, and a clock that both agree on.

/** Comes back by itself. The handlers are told of messages by their name. */
export class Live {
  constructor(handlers) {
    this.handlers = handlers;
    this.pause = 500;
    this.offset = null;
    this.bestTrip = Infinity;
    this.number = Math.floor(Math.random() * 2 ** 40) * 1024;
    this.waiting = new Map();
    this.isOver = false;
    this.connect();
    document.addEventListener("visibilitychange", () => {
      this.handlers.seen();
      // Phones cut connections of pages that nobody looks at.
      if (!document.hidden && this.socket.readyState > WebSocket.OPEN) this.connect();
    });
  }

  connect() {
    clearTimeout(this.timer);
    const socket = new WebSocket(`ws://${location.host}/live`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.pause = 500;
      this.bestTrip = Infinity;
      this.askTime(3);
      this.handlers.open();
    });
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.socket) return;
      if (typeof data === "string") this.hear(JSON.parse(data));
      else if (new DataView(data).getUint8(0) === 1) this.handlers.picture(picture(data));
      else this.handlers.rows(rows(data));
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket !== this.socket) return;
      if (code === 1001) this.isOver = true;
      this.handlers.lost(code === 1001);
      // Its process may come back, and another session may begin at the same address, but not for this page's token.
      this.timer = setTimeout(() => this.connect(), this.pause);
      this.pause = Math.min(5000, this.pause * 2);
    });
  }

  hear(message) {
    switch (message.t) {
      case "hello": return this.handlers.hello(message.description);
      case "clock": return this.noteTime(message);
      case "refused": return this.answer(message.id, message.why);
      case "status":
        for (const { id, refusal } of message.status.answers) this.answer(id, refusal);
        return this.handlers.status(message.status);
    }
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Which pictures are wanted, so many a second of each camera. */
  watch(pictures) { this.send({ t: "watch", pictures }); }

  got(camera, count) { this.send({ t: "got", camera, count }); }

  /** Asks for something. Resolves to null when it was done, to the reason when not. */
  ask(what, take, phase, text) {
    const id = this.number += 1;
    this.send({ t: "do", command: { id, what, take, phase, text } });
    return new Promise(resolve => {
      this.waiting.set(id, resolve);
      setTimeout(() => this.answer(id, "no answer came"), 3000);
    });
  }

  answer(id, refusal) {
    this.waiting.get(id)?.(refusal ?? null);
    this.waiting.delete(id);
  }

  // The clock of the machine that records, from the quickest exchange.

  askTime(times) {
    this.send({ t: "clock", sent: performance.now() });
    if (times > 1) setTimeout(() => this.askTime(times - 1), 200);
  }

  noteTime({ sent, now }) {
    const trip = performance.now() - sent;
    if (trip > this.bestTrip) return;
    this.bestTrip = trip;
    this.offset = now - (sent + trip / 2);
  }

  /** Milliseconds on the clock of the machine that records; null before it is known. */
  get now() { return this.offset === null ? null : performance.now() + this.offset; }
}

function picture(data) {
  const view = new DataView(data);
  return {
    camera: view.getUint8(1), width: view.getUint16(2, true), height: view.getUint16(4, true), count: view.getUint32(8, true),
    sequence: view.getUint32(12, true), captured: Number(view.getBigUint64(16, true)) / 1e6, sent: Number(view.getBigUint64(24, true)) / 1e6,
    jpeg: new Uint8Array(data, 32),
  };
}

function rows(data) {
  const view = new DataView(data);
  const [cameras, count, values] = [view.getUint8(1), view.getUint16(2, true), view.getUint16(4, true)];
  const found = [];
  let place = 6;
  for (let number = 0; number < count; number++) {
    const row = { time: view.getFloat64(place, true), row: view.getInt32(place + 8, true), take: view.getInt32(place + 12, true), isLate: view.getUint32(place + 16, true) === 1, pictures: [], values: [] };
    place += 20;
    for (let camera = 0; camera < cameras; camera++, place += 4) row.pictures.push(view.getUint32(place, true));
    for (let value = 0; value < values; value++, place += 4) row.values.push(view.getFloat32(place, true));
    found.push(row);
  }
  return found;
}
