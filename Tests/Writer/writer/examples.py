"""The C++ client of examples/: compiled, run, read by LeRobot."""
import os
import shutil
import subprocess
import time

from conformance.report import require

from .__main__ import PROJECT

SOURCE = PROJECT / "examples" / "writer-client" / "client.cpp"


def check(report, directory):
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if not compiler:
        return report.skip("the client in C++", "there is no C++ compiler")
    report.run("the client in C++ records, LeRobot reads", cpp, directory, compiler)


def cpp(directory, compiler):
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    client, socket, root = directory / "client", directory / "reel.sock", directory / "cpp"
    subprocess.run([compiler, "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", SOURCE, "-o", client], check=True)
    server = subprocess.Popen([os.environ["REEL_PROGRAM"], "writer", "--socket", socket], stderr=subprocess.PIPE, text=True)
    try:
        end = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < end:
            time.sleep(0.02)
        require(oct(socket.stat().st_mode)[-3:] == "600", "others may connect")
        done = subprocess.run([client, socket, root], capture_output=True, text=True, timeout=60)
        require(done.returncode == 0, done.stderr)
        again = subprocess.run([client, socket, root], capture_output=True, text=True, timeout=60)
        require(again.returncode == 1 and "there already" in again.stderr, f"a second one: {again.stderr}")
    finally:
        server.terminate()
        words = server.communicate(timeout=10)[1]
    require(not socket.exists(), f"the socket is left; {words}")
    dataset = LeRobotDataset("me/cpp", root=root)
    require(len(dataset) == 60 and dataset.meta.robot_type == "cpp_arm", f"{dataset}")
    for index in range(60):
        item = dataset[index]
        episode, frame = divmod(index, 30)
        require(item["observation.state"].tolist() == [frame, episode], f"row {index}: {item['observation.state']}")
        red, green = (float(item["observation.images.front"][channel].mean() * 255) for channel in (0, 1))
        require(abs(red - 8 * frame) < 6 and abs(green - 100 * episode) < 6, f"row {index} shows {red:.0f} and {green:.0f}")
    lines = sum(1 for line in SOURCE.read_text().splitlines() if line.strip() and not line.strip().startswith("//"))
    return f"{lines} lines"
