"""`reel view` in a browser: every picture is the row's, whoever wrote the dataset and whoever decodes it."""
import contextlib
import http.client
import json
import re
import shutil
import tempfile
from pathlib import Path

from conformance.report import require
from faults import program

from . import server
from .chromium import CELL_MEANS, Chromium, decode_cells

PICTURES = program.PROJECT / "docs"
# Draws each frame that the browser says it shows, and notes which row the player says that is.
WATCH = CELL_MEANS + """
window.seen = [];
const video = document.querySelector('video[data-camera=front]'), player = document.querySelector('.player');
const look = (_, {mediaTime}) => {
  // Until the player has come to its row, its picture covers the video.
  if (video.parentNode.dataset.shows === 'video') window.seen.push([Number(player.dataset.row), cellMeans(video), mediaTime]);
  video.requestVideoFrameCallback(look);
};
video.requestVideoFrameCallback(look);
"""
# Rows by which a busy browser's callbacks may lag behind what it draws.
MOST_BEHIND = 5
# A browser without AV1.
NO_CODECS = "HTMLMediaElement.prototype.canPlayType = () => '';"


def check(report, directory, lerobot):
    """Everything of the viewer, on datasets of three kinds."""
    av1, h264 = directory / "av1", directory / "h264"
    report.run("datasets: recorded as AV1", server.record, av1, program.AV1)
    report.run("datasets: recorded as H.264", server.record, h264, program.H264)
    images = directory / "images"
    report.run("datasets: recorded as images", server.record, images, program.H264, ["--dataset.video=false"])
    by_lerobot = directory / "by-lerobot"
    if lerobot:
        report.run(
            "datasets: recorded by LeRobot", server.with_lerobot, lerobot,
            "import sys; from conformance.self_test import make_dataset; make_dataset(sys.argv[1], 'by-lerobot')", directory)
        shutil.rmtree(by_lerobot / "meta" / "reel", ignore_errors=True)
    many = directory / "many"
    if lerobot:
        report.run("datasets: ten thousand episodes", server.with_lerobot, lerobot,
                   "import sys; from browser.many import make; make(sys.argv[1])", many)
    # By episode: its rows, and the take in the code of its pictures. The short one was the first take of its session.
    recorded = [(90, 1), (90, 2), (90, 3), (90, 4), (33, 1)]
    for name, root, episodes in (("AV1", av1, recorded), ("H.264", h264, recorded), ("images", images, recorded),
                                 ("LeRobot's own", by_lerobot, [(40, 1), (40, 2), (40, 3)])):
        if root.exists():
            with server.View(root) as view, browser() as page:
                report.run(f"{name}: each row's picture, at the borders of episodes too", exact, page, view, episodes)
                if name != "images":
                    report.run(f"{name}: played, each frame is the row that the player says", played, page, view, episodes)
    with server.View(av1) as view:
        with browser(script=NO_CODECS) as page:
            report.run("a browser without AV1 plays pictures", without_codec, page, view)
        with browser() as page:
            report.run("keys", keys, page, view)
            report.run("the list is filtered", filtered, page, view)
            report.run("findings lead to their episode", findings, page, view)
            report.run("accessible: every view", accessible, page, view)
            report.run("pictures for the documents", documents, page, view)
            report.run("nothing to complain about in the console", quiet, page)
        with browser((390, 844)) as page:
            report.run("a phone", phone, page, view)
        report.run("without the token nobody sees anything", closed, view)
    report.run("edits: said, left out, deleted at once", edits, av1, directory / "edited", lerobot)
    report.run("a session records into what is shown", while_recording, directory / "growing")
    report.run("Reel is gone, and comes back", gone, av1)
    if many.exists():
        with server.View(many) as view, browser() as page:
            report.run("ten thousand episodes", ten_thousand, page, view)


@contextlib.contextmanager
def browser(size=(1440, 900), script=None):
    with tempfile.TemporaryDirectory(prefix="reel-browser-", ignore_cleanup_errors=True) as directory:
        with Chromium(directory, size, script) as page:
            yield page


def show(page, episode, row=0):
    """Goes to a row, and waits until each camera shows it."""
    page.go(f"episode={episode}&row={row}")
    page.wait(
        f"row {row} of episode {episode}",
        "return document.querySelector(`.player[data-episode='${arguments[0]}']`) && "
        "[...document.querySelectorAll('.player canvas[data-camera]')].every(c => c.dataset.row === `${arguments[1]}` && "
        "c.parentNode.dataset.shows === 'pictures')", episode, row)


def exact(page, view, episodes):
    page.open(view.address)
    page.wait("the page", "return document.querySelector('.player')")
    looked = 0
    for episode, (length, take) in enumerate(episodes):
        for row in (0, 1, 2, length // 2, length - 2, length - 1):
            show(page, episode, row)
            for camera in ("front", "top"):
                code = page.code(f"canvas[data-camera={camera}]")
                require(code == (take, row), f"episode {episode}, row {row}, {camera}: the picture is {code}")
                looked += 1
    return f"{looked} pictures"


def played(page, view, episodes):
    page.open(view.address)
    page.wait("the page", "return document.querySelector('.player')")
    frames = 0
    # The middle ones have others before and after them in the same file.
    for episode in (0, 1, len(episodes) - 1):
        length, take = episodes[episode]
        show(page, episode, max(0, length - 30))
        page.run(WATCH)
        page.run("document.querySelector('.play').click()")
        page.wait("the last row", "return document.querySelector('.player').dataset.state === 'paused' && "
                  "document.querySelector('.player').dataset.row === `${arguments[0]}`", length - 1)
        show(page, episode, length - 1)
        seen = page.run("return window.seen")
        require(len(seen) >= 3, f"episode {episode}: {len(seen)} frames were shown")
        cameras = json.loads(view.get(f"/api/episodes/{episode}")[2])["cameras"]
        begin = next(camera["from"] for camera in cameras if camera["name"] == "front")
        for row, means, time in seen:
            code = decode_cells(means)
            require(code is not None, f"episode {episode}: a frame without a code")
            require(code[0] == take, f"episode {episode}: a frame of take {code[0]}")
            shown = round((time - begin) * server.FPS)
            # The player hears of the same frame just before or just after.
            require(abs(row - shown) <= MOST_BEHIND, f"episode {episode}: row {row} is told, the browser says row {shown}")
            # What is drawn now may be a frame that came since the browser said so, or on a busy machine still the one before.
            require(-1 <= code[1] - shown <= MOST_BEHIND, f"episode {episode}: the browser says row {shown}, and draws row {code[1]}")
        order = [decode_cells(means)[1] for _, means, _ in seen]
        require(order == sorted(order), f"episode {episode}: frames went back: {order}")
        frames += len(seen)
    return f"{frames} frames"


def without_codec(page, view):
    page.open(view.address)
    page.wait("the page", "return document.querySelector('.player')")
    require(page.run("return document.querySelector('.player').dataset.mode") == "pictures", "it is not noticed")
    said = page.run("return document.querySelector('.player > p').textContent")
    require("AV1" in said, f"it is not told: {said}")
    show(page, 1, 60)
    page.run("document.querySelector('.play').click()")
    page.wait("the end", "return document.querySelector('.player').dataset.state === 'paused' && document.querySelector('.player').dataset.row === '89'")
    show(page, 1, 89)
    require(page.code("canvas[data-camera=front]") == (2, 89), "the last picture is another one")
    return said


def keys(page, view):
    page.open(view.address)
    show(page, 1, 10)

    def at(episode, row):
        page.wait(f"episode {episode}, row {row}", "const p = document.querySelector('.player'); return p?.dataset.episode === `${arguments[0]}` && p.dataset.row === `${arguments[1]}`", episode, row)

    for key, episode, row in (("ARROW_RIGHT", 1, 11), ("ARROW_LEFT", 1, 10), ("END", 1, 89), ("HOME", 1, 0), ("]", 2, 0), ("[", 1, 0)):
        page.press(key)
        at(episode, row)
    page.press(" ")
    page.wait("playing", "return document.querySelector('.player').dataset.state === 'playing'")
    page.press(" ")
    page.wait("a pause", "return document.querySelector('.player').dataset.state === 'paused'")
    page.press("?")
    page.wait("the list of keys", "return document.querySelector('#help').open")
    page.accessible("the list of keys")
    page.press("ESCAPE")


def filtered(page, view):
    page.open(view.address)
    page.wait("the list", "return document.querySelectorAll('#rows a[data-episode]').length === 5")
    page.find("#search")[0].send_keys("3")
    page.wait("one episode", "return [...document.querySelectorAll('#rows a')].map(a => a.dataset.episode).join() === '3'")
    page.find("#search")[0].clear()
    page.run("const s = document.querySelector('#finding'); s.value = 'short'; s.dispatchEvent(new Event('input', {bubbles: true}))")
    page.wait("the short one", "return [...document.querySelectorAll('#rows a')].map(a => a.dataset.episode).join() === '4'")


def findings(page, view):
    page.open(view.address)
    page.wait("the page", "return document.querySelector('.player')")
    page.go("findings")
    page.wait("the table", "return document.querySelector('main table a')")
    words = page.run("return document.querySelector('main tbody').textContent")
    require("short: 1.1 s, usual are 3.0 s" in words, f"the short episode is not found: {words}")
    page.run("[...document.querySelectorAll('main table a')].find(a => a.closest('tr').textContent.includes('short')).click()")
    page.wait("the episode", "return document.querySelector('.player')?.dataset.episode === '4'")
    return re.sub(r"\s+", " ", words)


def accessible(page, view):
    page.open(view.address)
    for hash_ in ("episode=4", "findings", "statistics"):
        page.go(hash_)
        page.wait(hash_, "return document.body.dataset.view === arguments[0] && document.querySelector('main h2')", hash_.split("=")[0] if "=" not in hash_ else "episodes")
        page.accessible(hash_)


def documents(page, view):
    page.open(view.address)
    show(page, 1, 52)
    page.picture(view_pictures() / "viewer.png")
    page.go("statistics")
    page.wait("statistics", "return document.querySelector('.bars')")
    page.picture(view_pictures() / "viewer-statistics.png")
    page.go("findings")
    page.wait("findings", "return document.querySelector('main table a')")
    page.picture(view_pictures() / "viewer-findings.png")


def phone(page, view):
    page.open(view.address)
    page.wait("the page", "return document.querySelector('.player')")
    show(page, 0, 40)
    width = page.run("return document.documentElement.scrollWidth")
    require(width <= 390, f"the page is {width} wide on a screen of 390")
    page.accessible("a phone")
    page.picture(view_pictures() / "viewer-phone.png")


def view_pictures():
    """Where `make browser` leaves what it saw; docs/ has copies of some."""
    return program.PROJECT / ".build" / "browser"


def quiet(page):
    complaints = [line for line in page.complaints() if "favicon" not in line]
    require(not complaints, "; ".join(complaints)[:600])


def edits(av1, root, lerobot):
    shutil.copytree(av1, root)
    with server.View(root) as view, browser() as page:
        page.open(view.address)
        show(page, 2)
        pressed = lambda name: page.wait(f"{name} pressed", "return document.querySelector(`[data-edit=${arguments[0]}]`).getAttribute('aria-pressed') === 'true'", name)
        page.press("s")
        pressed("success")
        page.press("f")
        pressed("failure")
        page.press("n")
        page.find("#note-text")[0].send_keys("dropped <b>twice</b>")
        page.find("#note button[value=keep]")[0].click()
        page.wait("the note", "return document.querySelector('.notes').textContent.includes('dropped <b>twice</b>')")
        page.press("x")
        pressed("exclude")
        page.accessible("an edited episode")
        # Another program says something; the open page hears of it.
        program.run("edit", root, "--episode", "4", "--outcome", "success", "--note", "from the terminal", statuses=(0,))
        page.wait("what the other said", "return [...document.querySelectorAll('#rows a')].some(a => a.dataset.episode === '4' && a.textContent.includes('✓ success'))")
        page.open(view.address)
        show(page, 2)
        pressed("failure")
        pressed("exclude")
        info = program.run("info", root, statuses=(0,)).output
        for words in ("1 failure, 1 success", "note on episode 2: dropped <b>twice</b>", "excluded: 2; without them: --dataset.episodes=[0,1,3,4]"):
            require(words in info, f"reel info does not say {words!r}: {info}")

        def ask(method, path, body, **headers):
            connection = http.client.HTTPConnection(view.base.removeprefix("http://"))
            connection.request(method, path, json.dumps(body), {"Authorization": f"Bearer {view.token}", "Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

        generation = json.loads(view.get("/api/dataset")[2])["generation"]
        for status, method, path, body in (
            (412, "PATCH", "/api/episodes/0", {"generation": "old", "outcome": "success"}), (412, "POST", "/api/delete", {"generation": "old", "episodes": [0]}),
            (400, "PATCH", "/api/episodes/0", {"generation": generation, "outcome": "maybe"}), (404, "PATCH", "/api/episodes/9", {"generation": generation, "excluded": True}),
            (400, "POST", "/api/delete", {"generation": generation, "episodes": []}), (400, "POST", "/api/delete", {"generation": generation, "episodes": [9]}),
            (400, "POST", "/api/delete", {"generation": generation, "episodes": [0, 1, 2, 3, 4]}), (400, "POST", "/api/delete", ["no"]),
        ):
            found = ask(method, path, body)
            require(found[0] == status, f"{method} {path} {body}: {found}, not {status}")
        require(ask("POST", "/api/delete", {"generation": generation, "episodes": [0]}, Origin="http://evil.example")[0] == 403, "another page may delete")

        # While a session records nothing is changed, and it is said why.
        with_session = program.Session.start(root, episodes=1, seconds=4, cameras=server.CAMERAS, codec=program.AV1, more=["--resume=true"])
        server.wait("the recording", lambda: json.loads(view.get("/api/dataset")[2])["isRecording"])
        page.press("s")
        page.wait("the refusal", "return document.querySelector('#trouble').textContent.startsWith('Not changed:')")
        refused = ask("POST", "/api/delete", {"generation": json.loads(view.get("/api/dataset")[2])["generation"], "episodes": [0]})
        require(refused[0] == 423, f"{refused}")
        require(with_session.wait(120) == 0, with_session.last_words())
        page.wait("the new episode", "return document.querySelectorAll('#rows a').length === 6")

        # Deletion: two are marked, the number of them is typed (two of six are many), and all is done in one rewrite.
        for episode in (1, 3):
            show(page, episode)
            page.press("d")
        page.wait("the marks", "return document.querySelector('#marked-count').textContent.startsWith('2 of 6')")
        page.accessible("marked episodes")
        page.find("#delete")[0].click()
        page.accessible("the question")
        page.find("#confirm-number")[0].send_keys("7")
        page.find("#confirm button[value=delete]")[0].click()
        page.wait("that nothing is deleted", "return document.querySelector('#trouble').textContent.startsWith('Nothing is deleted')")
        page.find("#delete")[0].click()
        page.find("#confirm-number")[0].send_keys("2")
        page.find("#confirm button[value=delete]")[0].click()
        page.wait("the deletion", "return document.querySelectorAll('#rows a').length === 4", seconds=60)
        page.wait("the command", "return document.querySelector('#trouble').textContent.includes('--delete-episode 1 --delete-episode 3')")
        require(page.run("return document.querySelector('#marked').hidden"), "the marks are still there")
        episodes = json.loads(view.get("/api/episodes")[2])
        require(episodes["outcome"] == ["", "failure", "success", ""], f"what was said went to other episodes: {episodes['outcome']}")
        require(episodes["excluded"] == [False, True, False, False], f"{episodes['excluded']}")
        # Takes 1, 3 and the short one, and the one that came last.
        for episode, take in enumerate((1, 3)):
            show(page, episode, 5)
            require(page.code("canvas[data-camera=front]") == (take, 5), f"episode {episode} is {page.code('canvas[data-camera=front]')}")
    program.run("check", root, statuses=(0,))
    if lerobot:
        server.with_lerobot(lerobot, "import sys; from lerobot.datasets.lerobot_dataset import LeRobotDataset as D; d = D('me/x', root=sys.argv[1]); assert d.num_episodes == 4; d[0], d[len(d) - 1]", root)
    return "said of 2, 2 of 6 deleted"


def closed(view):
    for path in ("/", "/api/dataset", "/api/episodes/0/rows", "/assets/viewer.js"):
        for headers in ({}, {"Authorization": "Bearer 0"}, {"Cookie": f"reel-{view.base.rpartition(':')[2]}=0"}):
            connection = http.client.HTTPConnection(view.base.removeprefix("http://"))
            connection.request("GET", path, headers=headers)
            status = connection.getresponse().status
            require(status == 401, f"{path} with {headers}: {status}")
    status, headers, _ = view.get("/api/dataset")
    require(status == 200 and not any(name.lower().startswith("access-control") for name in headers), f"{status} {headers}")
    require(view.get("/api/dataset", Origin="http://evil.example")[0] == 403, "a page from elsewhere is let in")
    require(view.get("/api/dataset", Host="evil.example")[0] == 421, "another name is let in")


def while_recording(root):
    """The list grows under the eyes of who looks, and the selection stays."""
    session = program.Session.start(root, episodes=1, seconds=1.5, cameras=server.CAMERAS)
    require(session.wait(60) == 0, session.last_words())
    with server.View(root) as view, browser() as page:
        page.open(view.address)
        show(page, 0, 30)
        session = program.Session.start(root, episodes=3, seconds=2, cameras=server.CAMERAS, more=["--resume=true"])
        page.wait("what is said of the session", "return !document.querySelector('#session').hidden && document.querySelector('#session').textContent.includes('recording')", seconds=40)
        require(session.wait(90) == 0, session.last_words())
        page.wait("four episodes", "return document.querySelectorAll('#rows a[data-episode]').length === 4", seconds=30)
        place = page.run("const p = document.querySelector('.player'); return [p.dataset.episode, p.dataset.row]")
        require(place == ["0", "30"], f"the selection went to {place}")
        show(page, 3, 10)
        # The third take of the second session.
        code = page.code("canvas[data-camera=top]")
        require(code == (3, 10), f"row 10 of episode 3 shows {code}")


def gone(root):
    view = server.View(root)
    with browser() as page:
        page.open(view.address)
        page.wait("the page", "return document.querySelector('.player')")
        view.process.kill()
        view.process.wait()
        said = page.wait("what is said of it", "const t = document.querySelector('#trouble'); return !t.hidden && t.textContent", seconds=20)
        require("reel view" in said, said)
    return said


def ten_thousand(page, view):
    page.open(view.address)
    page.wait("the list", "return document.querySelectorAll('#rows a[data-episode]').length > 3", seconds=60)
    made = page.run("return document.querySelectorAll('#rows a').length")
    require(made < 60, f"{made} rows were made for a window of some")
    page.run("document.querySelector('#list').scrollTop = 1e9")
    page.wait("the last one", "return document.querySelector('#rows a[data-episode=\"9999\"]')")
    page.find("#search")[0].send_keys("7777")
    page.wait("one of them", "return [...document.querySelectorAll('#rows a')].map(a => a.dataset.episode).join() === '7777'")
    status, _, body = view.get("/api/episodes")
    require(status == 200 and len(json.loads(body)["length"]) == 10_000, "not all are told")
    return f"{len(body) / 1e6:.1f} MB of list"
