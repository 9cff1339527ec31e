"""The operator's page of a session: what it shows is what is recorded, what it asks for is done once and of the take that it
names, and whatever becomes of it the recording does not notice."""
import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.parse

from conformance.frame_code import decode_cells
from conformance.report import require
from faults import program

from . import server
from .chromium import CELL_MEANS, Chromium
from .viewer import PICTURES, browser

CAMERAS = ("{front: {type: sim, view: front, width: 320, height: 240, fps: 30}, "
           "top: {type: sim, view: top, width: 320, height: 240, fps: 30}}")


class Live:
    """A session with its page, as long as the block."""

    def __init__(self, root, *flags, episodes=20, seconds=60, reset=60, cameras=CAMERAS, command=None):
        self.root = root
        self.log = root.parent / f"{root.name}.log"
        words = command or program.record_command(
            root, episodes=episodes, seconds=seconds, cameras=cameras, more=[f"--dataset.reset_time_s={reset}", *flags])
        # Of two flags of one name the last one counts.
        self.process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log.open("w"), text=True,
            env=program.environment(SSH_CONNECTION=None))
        line = self.process.stdout.readline().strip()
        require(line.startswith("page: http://"), f"no page: {line} {self.log.read_text()[-400:]}")
        self.address = line[len("page: "):]
        self.base, _, self.token = self.address.partition("/?t=")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for _ in range(2):
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(10)
        self.process.kill()
        self.process.wait(10)

    def end(self, expected=0):
        """Lets it end by itself."""
        status = self.process.wait(60)
        require(status == expected, f"the session ended with {status}: {self.log.read_text()[-600:]}")

    def workers(self):
        """Numbers of its page processes."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid), "-f", "page-worker"], capture_output=True, text=True)
        return [int(number) for number in found.stdout.split()]

    def takes(self):
        """State by take number, of those in the spool."""
        places = (self.root / ".reel" / "takes").glob("*.*")
        return {int(place.name.split(".")[0]): place.name.split(".")[1] for place in places}


def check(report, directory):
    def run(name, body, *arguments):
        report.run(name, body, directory / name.split(":")[0].replace(" ", "-").replace("'", ""), *arguments)

    run("live pictures are the rows that the page says, and say their age", pictures)
    run("each button changes the take", buttons)
    run("a command for what is over is refused, also from two pages at once", stale)
    run("a verdict is told before the scene is put in order", verdict)
    run("the page process is killed: the session does not notice, and the page comes back", killed)
    run("the recorder is killed: the page process goes too", orphaned)
    run("who never reads costs nobody anything", deaf)
    run("a phone sees less and can do all", phone)
    run("an earlier scene lies over the live one", ghost)
    run("a camera that gives nothing new is late, and a session that stands still is told", silent)
    run("teleoperate shows the same page", teleoperate)
    run("nobody comes in without the token, from another page, or ninth", closed)


def opened(page, live):
    page.open(live.address)
    page.wait("the page", "return document.body.dataset.connection === 'open'")


def phase(page, name, take=None, seconds=20):
    page.wait(f"phase {name} of take {take}", "return document.body.dataset.phase === arguments[0] && (arguments[1] === null || document.body.dataset.take === `${arguments[1]}`)", name, take, seconds=seconds)


def press(page, command):
    page.find(f"button[data-command={command}]")[0].click()


def said(page, words):
    page.wait(f"“{words}”", "return document.querySelector('#said').textContent.includes(arguments[0])", words)


# What is drawn at one moment: the means of the code's cells and what the page says of it, without anything in between.
DRAWN = CELL_MEANS + """
return [...document.querySelectorAll('canvas[data-camera]')].map(c => ({means: cellMeans(c), ...c.dataset, camera: c.dataset.camera}));
"""


def pictures(root):
    with Live(root) as live, browser() as page:
        opened(page, live)
        phase(page, "recording", 1)
        known = {"front": 0, "top": 0}
        ages = []
        end = time.monotonic() + 20
        while min(known.values()) < 25 and time.monotonic() < end:
            status_row = int(page.run("return document.body.dataset.row"))
            for drawn in page.run(DRAWN):
                code = decode_cells(drawn["means"])
                require(code is not None, f"{drawn['camera']}: a picture without a code")
                ages.append(int(drawn["age"]))
                if "row" not in drawn:
                    continue
                require(code == (int(drawn["take"]), int(drawn["row"])), f"{drawn['camera']}: the page says row {drawn['row']}, and draws {code}")
                require(abs(code[1] - status_row) < 30, f"the status says row {status_row}, and row {code[1]} is drawn")
                known[drawn["camera"]] += 1
            time.sleep(0.05)
        require(min(known.values()) >= 25, f"too few pictures came: {known}")
        require(not page.complaints(), f"the console complains: {page.complaints()}")
        page.accessible("recording")
        ages.sort()
        return f"{sum(known.values())} pictures, age in the page {ages[len(ages) // 2]} ms at the median"


def buttons(root):
    with Live(root) as live, browser() as page:
        opened(page, live)
        phase(page, "recording", 1)
        page.wait("some rows", "return Number(document.body.dataset.row) > 20")
        press(page, "success")
        page.wait("the mark", "return document.querySelector('[data-command=success]').getAttribute('aria-pressed') === 'true'")
        press(page, "next")
        phase(page, "resetting", 1)
        press(page, "note")
        page.find("#note-text")[0].send_keys("the cube slipped")
        page.find("#note button[value=keep]")[0].click()
        said(page, "Noted")
        press(page, "next")
        phase(page, "recording", 2)
        # Once more: take 2 is nothing, and take 3 is the same episode.
        episode = page.run("return document.body.dataset.episode")
        page.wait("some rows", "return Number(document.body.dataset.row) > 20")
        press(page, "again")
        phase(page, "resetting", 2)
        press(page, "next")
        phase(page, "recording", 3)
        require(page.run("return document.body.dataset.episode") == episode, "another episode is recorded")
        press(page, "failure")
        page.wait("some rows", "return Number(document.body.dataset.row) > 20")
        press(page, "next")
        phase(page, "resetting", 3)
        press(page, "undo")
        said(page, "Dropped")
        # By keys, as at the terminal.
        page.press("ARROW_RIGHT")
        phase(page, "recording", 4)
        page.wait("some rows", "return Number(document.body.dataset.row) > 20")
        press(page, "stop")
        live.end()
        page.wait("the end", "return document.body.dataset.phase === 'over'")
        page.accessible("over")
    view = server.View(root)
    with view:
        episodes = json.loads(view.get("/api/episodes")[2])
    require(episodes["outcome"] == ["success", ""], f"outcomes are {episodes['outcome']}")
    require(episodes["note"] == ["the cube slipped", ""], f"notes are {episodes['note']}")
    return "7 buttons, 4 takes, 2 episodes"


# Asks as a page would, with a take and phase of the test's choosing. Gives back the refusal.
ASK = """
const [what, take, phase, done] = arguments;
const socket = new WebSocket(`ws://${location.host}/live`), id = Math.floor(Math.random() * 2 ** 40);
socket.onopen = () => socket.send(JSON.stringify({t: 'do', command: {id, what, take, phase}}));
socket.onmessage = ({data}) => {
  if (typeof data !== 'string') return;
  const answer = JSON.parse(data).status?.answers.find(answer => answer.id === id);
  if (answer) { socket.close(); done(answer.refusal ?? ''); }
};
"""


def stale(root):
    with Live(root) as live, browser() as one, browser() as two:
        opened(one, live)
        opened(two, live)
        phase(one, "recording", 1)
        phase(two, "recording", 1)
        one.wait("some rows", "return Number(document.body.dataset.row) > 20")
        ask = lambda *words: one.driver.execute_async_script(ASK, *words)
        require("over" in ask("next", 0, "recording"), "a take that never was is ended")
        require("over" in ask("next", 1, "resetting"), "a phase that is not there is ended")
        require(ask("next", 1, "finishing") != "", "what cannot be ended is ended")
        # Two people press for the same take: the second one ends nothing.
        require(ask("next", 1, "recording") == "", "the take is not ended")
        phase(one, "resetting", 1)
        require("over" in ask("next", 1, "recording"), "a second press ended the reset")
        require("over" in ask("success", 1, "recording"), "a take that is over is marked")
        time.sleep(0.5)
        phase(two, "resetting", 1)
        require(one.run("return document.body.dataset.take") == two.run("return document.body.dataset.take"), "two pages say two things")
        return "5 refused, 1 done"


def verdict(root):
    # The third take is much shorter than the two before it.
    with Live(root, seconds=3, reset=60) as live, browser() as page:
        opened(page, live)
        for take in (1, 2, 3):
            phase(page, "resetting", take)
            page.wait("the verdict", "return document.querySelector('#verdict').textContent.includes(`take ${arguments[0]}`)", take)
            words = page.run("return document.querySelector('#verdict').textContent")
            # A machine that is busy with a browser may be late, which is then said.
            require("good" in words or "late" in words or "repeated" in words, f"take {take}: {words}")
            press(page, "next")
        phase(page, "recording", 4)
        page.wait("a few rows", "return Number(document.body.dataset.row) > 3")
        press(page, "next")
        phase(page, "resetting", 4)
        page.wait("the verdict", "return document.querySelector('#verdict').textContent.includes('short')")
        page.accessible("reset")
        return page.run("return document.querySelector('#verdict').textContent")


def killed(root):
    with Live(root, episodes=1, seconds=12, reset=0) as live, browser() as page:
        opened(page, live)
        phase(page, "recording", 1)
        for _ in range(2):
            before = live.workers()
            require(len(before) == 1, f"page processes: {before}")
            os.kill(before[0], signal.SIGKILL)
            page.wait("that it says so", "return !document.querySelector('#trouble').hidden")
            page.wait("the page again", "return document.body.dataset.connection === 'open' && document.querySelector('#trouble').hidden", seconds=15)
            require(live.workers() != before, "it is the same process")
            row = page.run("return document.body.dataset.row")
            page.wait("rows", "return document.body.dataset.row !== arguments[0]", row)
        live.end()
        require("it is started again" in live.log.read_text(), "it is not told")
        episode = json.loads((root / "meta" / "info.json").read_text())
        require(episode["total_frames"] == 12 * 30, f"{episode['total_frames']} rows")
    return "killed twice, 360 of 360 rows"


def orphaned(root):
    with Live(root) as live, browser() as page:
        opened(page, live)
        [worker] = live.workers()
        live.process.kill()
        server.wait("its end", lambda: not os.path.exists(f"/proc/{worker}"), 5)
        page.wait("that it says so", "return !document.querySelector('#trouble').hidden")
    # Also when that happened before it could look: the number is in its settings, and nobody's parent has it any more.
    settings = json.dumps({"host": "127.0.0.1", "port": 0, "alternatives": 0, "token": "x", "recorder": live.process.pid})
    board = os.memfd_create("no board")
    done = subprocess.run([program.program(), "page-worker"], stdin=board, capture_output=True, timeout=20, env=program.environment(REEL_PAGE=settings))
    require(done.returncode != 0 or not done.stdout, f"{done}")


def socket_to(live, path="/live", **headers):
    """A raw WebSocket, with its answer's head."""
    host = urllib.parse.urlparse(live.base).netloc
    raw = socket.create_connection(host.split(":"), timeout=10)
    fields = {
        "Host": host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Origin": live.base,
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Cookie": f"reel-{host.split(':')[1]}={live.token}", **headers}
    lines = [f"GET {path} HTTP/1.1"] + [f"{name}: {value}" for name, value in fields.items() if value is not None]
    raw.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = b""
    while b"\r\n\r\n" not in head:
        more = raw.recv(1)
        if not more:
            break
        head += more
    return raw, head.decode()


def frame(text):
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    return bytes([0x81]) + length + b"\0\0\0\0" + data


def memory(number):
    return int(next(line for line in open(f"/proc/{number}/status") if line.startswith("VmRSS")).split()[1])


def deaf(root):
    with Live(root) as live, browser() as page:
        opened(page, live)
        phase(page, "recording", 1)
        time.sleep(1)
        [worker] = live.workers()
        before = memory(worker)
        deaf = []
        for _ in range(3):
            raw, head = socket_to(live)
            require(" 101 " in head, head)
            raw.sendall(frame(json.dumps({"t": "watch", "pictures": [30, 30]})))
            deaf.append(raw)
        count = lambda: page.run("return Number(document.querySelector('canvas[data-camera=front]').dataset.sequence)")
        first, begun = count(), time.monotonic()
        time.sleep(14)
        rate = (count() - first) / (time.monotonic() - begun)
        grown = memory(worker) - before
        require(rate > 25, f"the page that reads gets {rate:.1f} pictures a second")
        require(grown < 30_000, f"the page process has {grown} KB more")
        # They took two pictures each, and are sent away: none of these was drawn.
        gone = 0
        for raw in deaf:
            raw.settimeout(5)
            with contextlib.suppress(OSError):
                while raw.recv(1 << 16):
                    pass
                gone += 1
        require(gone == 3, f"{gone} of 3 were sent away")
        return f"{rate:.0f} rows a second pass in the page that reads, {grown} KB more"


def phone(root):
    with Live(root) as live, browser((390, 844)) as page:
        opened(page, live)
        phase(page, "recording", 1)
        page.wait("pictures", "return [...document.querySelectorAll('canvas[data-camera]')].every(c => c.dataset.sequence)")
        page.accessible("a phone")
        wide = page.run("return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.id || e.tagName).join()")
        require(not wide, f"wider than the phone: {wide}")
        small = page.run("return [...document.querySelectorAll('#controls button')].filter(b => b.getBoundingClientRect().height < 60).map(b => b.dataset.command).join()")
        require(not small, f"too small for a thumb: {small}")
        require(page.run("return document.querySelector('[data-command=next]').getBoundingClientRect().bottom <= innerHeight"), "Next is not on the screen")
        page.picture(PICTURES / "page-phone.png")
        page.wait("some rows", "return Number(document.body.dataset.row) > 20")
        press(page, "next")
        phase(page, "resetting", 1)


def ghost(root):
    with Live(root, seconds=2) as live, browser() as page:
        opened(page, live)
        phase(page, "resetting", 1)
        press(page, "next")
        phase(page, "resetting", 2)
        choose = "const g = document.querySelector('#ghost'); g.value = arguments[0]; g.dispatchEvent(new Event('change'))"
        page.run(choose, "take")
        page.wait("the ghost", "return !document.querySelector('canvas.ghost').hidden")
        start = page.code("canvas.ghost")
        require(start is not None and start[0] == 2 and start[1] <= 10, f"the ghost is {start}")
        server.wait("an episode", lambda: json.loads((root / "meta" / "info.json").read_text())["total_episodes"] > 0)
        deadline = time.monotonic() + 15
        while (code := page.code("canvas.ghost")) != (1, 0):
            require(time.monotonic() < deadline, f"the ghost is {code}; {page.run('return document.querySelector(`#said`).textContent')}")
            page.run(choose, "first")
            time.sleep(0.5)
        page.accessible("a ghost")
        return f"row {start[1]} of the take before, row {code[1]} of the dataset's first episode"


def silent(root):
    with Live(root, cameras=CAMERAS.replace("view: top,", 'view: top, faults: "stall@1:60",')) as live, browser() as page:
        opened(page, live)
        page.wait("that top is late", "return document.querySelector('canvas[data-camera=top]').dataset.badge === 'late'")
        page.wait("front without a blame, and top with one", "return !document.querySelector('canvas[data-camera=front]').dataset.badge && document.querySelector('canvas[data-camera=top]').dataset.badge === 'late'", seconds=5)
        phase(page, "waiting", 1)
        require("top" in page.run("return document.querySelector('#word').textContent"), "it is not said what is waited for")
        page.accessible("waiting")
        os.kill(live.process.pid, signal.SIGSTOP)
        try:
            page.wait("no news", "return document.querySelector('#trouble').textContent.startsWith('No news for')")
            page.wait("an old picture", "return document.querySelector('canvas[data-camera]').hasAttribute('data-old')")
            age = int(page.run("return document.querySelector('canvas[data-camera]').dataset.age"))
        finally:
            os.kill(live.process.pid, signal.SIGCONT)
        page.wait("news", "return document.querySelector('#trouble').hidden")
        return f"{age} ms old"


def teleoperate(root):
    words = [program.program(), "teleoperate", *program.SIMULATED, f"--robot.cameras={CAMERAS}", "--fps=30"]
    with Live(root, command=words) as live, browser() as page:
        opened(page, live)
        phase(page, "teleoperating")
        page.wait("pictures", "return [...document.querySelectorAll('canvas[data-camera]')].length === 2 && [...document.querySelectorAll('canvas[data-camera]')].every(c => c.dataset.sequence)")
        require(page.run("return document.querySelector('#controls').hidden"), "it has buttons")
        page.accessible("teleoperate")
        require(not page.complaints(), "the console complains")


def closed(root):
    with Live(root) as live:
        def status(**headers):
            raw, head = socket_to(live, **headers)
            raw.close()
            return head.split(" ")[1] if head else "closed"

        require(status() == "101", "who may is not let in")
        require(status(Cookie=None) == "401", "who has no token is let in")
        require(status(Origin="http://evil.example") == "403", "a page from elsewhere is let in")
        require(status(Origin=None) == "403", "a cookie alone is let in")
        require(status(Host="evil.example") == "421", "another name is let in")
        require(status(path="/nothing") == "404", "there is a socket everywhere")
        time.sleep(0.3)
        open_ones = [socket_to(live)[0] for _ in range(8)]
        require(status() == "503", "a ninth is let in")
        for raw in open_ones:
            raw.close()
        server.wait("room again", lambda: status() == "101", 10)
        # What is no message of the page ends the socket, and nothing else.
        for bad in (frame("{}"), frame("nonsense"), bytes([0x81, 2]) + b"{}", frame(json.dumps({"t": "do", "command": {"id": 1}})),
                    bytes([0x81, 0xFF]) + (1 << 40).to_bytes(8, "big") + b"\0\0\0\0"):
            raw, head = socket_to(live)
            raw.sendall(bad)
            raw.settimeout(5)
            with contextlib.suppress(OSError):
                while raw.recv(1 << 16):
                    pass
            raw.close()
        require(len(live.workers()) == 1, "the page process is gone")
        require(status() == "101", "nobody is let in any more")


def documents(report, directory):
    """Pictures for the documents, with what a real session looks like."""
    def body():
        with Live(directory / "documents", "--dataset.streaming_encoding=true", episodes=50, seconds=9, reset=60, cameras=server.CAMERAS) as live, browser() as page:
            opened(page, live)
            phase(page, "resetting", 1)
            press(page, "next")
            phase(page, "recording", 2)
            page.wait("rows", "return Number(document.body.dataset.row) > 120")
            page.picture(PICTURES / "page.png")
            phase(page, "resetting", 2)
            page.wait("the verdict", "return document.querySelector('#verdict').textContent")
            page.picture(PICTURES / "page-reset.png")
            press(page, "stop")
    report.run("pictures of the page for the documents", body)
