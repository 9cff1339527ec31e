"""The `lerobot-record` lines of LeRobot 0.6.1's own documents for the arms that Reel has, with a leader: each runs, with
simulated arms at its ports and simulated cameras, and nothing pushed."""
import contextlib
import os
import re
import signal
import subprocess

from ..reel import program
from ..report import require

CAMERA = "{type: opencv, index_or_path: 0, width: 640, height: 480, fps: 30}"
SO100 = ["--robot.type=so100_follower", "--robot.port=/dev/tty.usbmodem58760431541",
         f"--robot.cameras={{laptop: {CAMERA}}}", "--robot.id=black", "--teleop.type=so100_leader",
         "--teleop.port=/dev/tty.usbmodem58760431551", "--teleop.id=blue",
         "--dataset.repo_id=<my_username>/<my_dataset_name>", "--dataset.num_episodes=2",
         "--dataset.single_task=Grab the cube", "--dataset.streaming_encoding=true", "--dataset.encoder_threads=2"]
FILM = ["--dataset.rgb_encoder.vcodec=h264", "--dataset.rgb_encoder.preset=fast",
        '--dataset.rgb_encoder.extra_options={"tune": "film", "profile:v": "high", "bf": 2}']
SO101 = ["--robot.type=so101_follower", "--robot.port=/dev/tty.usbmodem585A0076841", "--robot.id=my_awesome_follower_arm",
         "--robot.cameras={ front: {type: opencv, index_or_path: 0, width: 1920, height: 1080, fps: 30}}",
         "--teleop.type=so101_leader", "--teleop.port=/dev/tty.usbmodem58760431551", "--teleop.id=my_awesome_leader_arm",
         "--display_data=true", "--dataset.repo_id=${HF_USER}/record-test", "--dataset.num_episodes=5",
         "--dataset.single_task=Grab the black cube", "--dataset.streaming_encoding=true"]
# By where they stand. What comes after a "#" inside of a line is a comment, also for the shell.
LINES = {
    "lerobot_record.py": [*SO100, "--display_data=true"],
    "lerobot_record.py, encoder": [*SO100, *FILM, "--display_data=true"],
    "video_encoding_parameters.mdx": [*SO100, *FILM, "--display_data=true"],
    "il_robots.mdx": SO101,
    "lerobot-dataset-v3.mdx": SO101,
    "il_robots.mdx, Foxglove": [*SO101, "--display_mode=foxglove"],
    "cheat-sheet.mdx": [
        "--robot.type=so101_follower", "--robot.port=/dev/ttyACM0", "--robot.id=my_follower_arm",
        "--robot.cameras={ top: {type: opencv, index_or_path: 1, width: 640, height: 480, fps: 30}, "
        "wrist: {type: opencv, index_or_path: 0, width: 640, height: 480, fps: 30} }",
        "--teleop.type=so101_leader", "--teleop.port=/dev/ttyACM1", "--teleop.id=my_leader_arm",
        "--dataset.repo_id=${HF_USER}/so101_dataset_test", "--dataset.num_episodes=30",
        "--dataset.single_task=put the red brick in a bowl", "--dataset.streaming_encoding=true", "--display_data=true"],
    "AGENT_GUIDE.md": [
        "--robot.type=so101_follower", "--robot.port=<FOLLOWER_PORT>", "--robot.id=my_follower",
        "--teleop.type=so101_leader", "--teleop.port=<LEADER_PORT>", "--teleop.id=my_leader",
        f"--robot.cameras={{ front: {CAMERA}}}", "--dataset.repo_id=${HF_USER}/my_task",
        "--dataset.single_task=<describe the task in one sentence>", "--dataset.num_episodes=50",
        "--dataset.episode_time_s=30", "--dataset.reset_time_s=10", "--display_data=true"],
    "lerobot_record.py, two arms": [
        "--robot.type=bi_so_follower", "--robot.left_arm_config.port=/dev/tty.usbmodem5A460822851",
        "--robot.right_arm_config.port=/dev/tty.usbmodem5A460814411", "--robot.id=bimanual_follower",
        '--robot.left_arm_config.cameras={ wrist: {"type": "opencv", "index_or_path": 1, "width": 640, "height": 480, "fps": 30}, '
        'top: {"type": "opencv", "index_or_path": 3, "width": 640, "height": 480, "fps": 30}, }',
        '--robot.right_arm_config.cameras={ wrist: {"type": "opencv", "index_or_path": 2, "width": 640, "height": 480, "fps": 30}, '
        'front: {"type": "opencv", "index_or_path": 4, "width": 640, "height": 480, "fps": 30}, }',
        "--teleop.type=bi_so_leader", "--teleop.left_arm_config.port=/dev/tty.usbmodem5A460852721",
        "--teleop.right_arm_config.port=/dev/tty.usbmodem5A460819811", "--teleop.id=bimanual_leader", "--display_data=true",
        "--dataset.repo_id=${HF_USER}/bimanual-so-handover-cube", "--dataset.num_episodes=25",
        "--dataset.single_task=Grab and handover the red cube to the other arm", "--dataset.streaming_encoding=true",
        "--dataset.encoder_threads=2"],
}
PLACES = {"robot": ("follower", "robots/so_follower"), "teleop": ("leader", "teleoperators/so_leader")}


def check(name, directory):
    flags = LINES[name]
    values = dict(flag[2:].split("=", 1) for flag in flags)
    directory.mkdir(parents=True)
    ports = {}
    with contextlib.ExitStack() as stack:
        for key in values:
            match = re.fullmatch(r"(robot|teleop)\.(?:(left|right)_arm_config\.)?port", key)
            if not match:
                continue
            side, arm = match.groups()
            kind, place = PLACES[side]
            identity = values[f"{side}.id"] + (f"_{arm}" if arm else "")
            ports[key] = str(directory / key)
            process = subprocess.Popen(
                [program(), "simulate-arm", "--kind", kind, "--link", ports[key], "--calibration",
                 str(directory / "calibration" / place / f"{identity}.json")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
            stack.callback(process.wait, 10)
            stack.callback(process.send_signal, signal.SIGINT)
            require(process.stdout.readline().startswith(b"/dev/"), f"{key}: no port")
        command = [program(), "record", *(changed(flag, ports) for flag in flags)]
        command += ["--dataset.push_to_hub=false", f"--dataset.root={directory / 'dataset'}", "--dataset.num_episodes=1",
                    "--dataset.episode_time_s=1", "--dataset.reset_time_s=0", "--play_sounds=false"]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
            env={**os.environ, "HF_LEROBOT_CALIBRATION": str(directory / "calibration"), "HF_LEROBOT_HOME": str(directory)})
    require(done.returncode == 0, f"it ended with {done.returncode}: {done.stdout[-500:]}")
    require("page: http://" in done.stdout, "there is no page")
    require("has no effect" not in done.stdout, done.stdout[:500])
    rows = re.search(r"^ +0 +(\d+) ", done.stdout, re.MULTILINE)
    require(rows and int(rows[1]) == 30, f"no episode of 30 rows: {done.stdout[-500:]}")


def changed(flag, ports):
    """The line's own, but for what is not here: ports, webcams and a user's name. Small pictures, for a small machine."""
    key = flag[2:].split("=", 1)[0]
    if key in ports:
        return f"--{key}={ports[key]}"
    if key.endswith("cameras"):
        flag = re.sub(r'"?type"?: "?opencv"?, "?index_or_path"?: \d+', "type: sim, view: front", flag)
        flag = re.sub(r'"?width"?: \d+, "?height"?: \d+', "width: 160, height: 120", flag)
    return flag.replace("${HF_USER}", "me").replace("<my_username>/<my_dataset_name>", "me/cube")
