"""The flags of lerobot-record, read off the installed LeRobot itself.

Reel's Swift tests hold its table of flags against Tests/ReelCommandsTests/Configuration/lerobot-record.json; the check
here holds that file against LeRobot. `python -m conformance.flags` writes it anew.
"""
import json
from pathlib import Path

RECORD = Path(__file__).parents[2] / "ReelCommandsTests" / "Configuration" / "lerobot-record.json"
ARMS = (("so101_follower", "so101_leader"), ("bi_so_follower", "bi_so_leader"))


def as_written(default):
    """A default as it would be written on the command line; None for none."""
    if default is None:
        return None
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, dict):
        return "{" + ", ".join(f"{key}: {value}" for key, value in default.items()) + "}"
    return str(default)


def read_flags():
    """All flags with so100, so101 and bi_so arms, their defaults, and the types of robots and teleoperators."""
    import lerobot
    from draccus.wrappers import DataclassWrapper
    from draccus.wrappers.suppressing_argparse import SuppressingArgumentParser
    from lerobot.configs import parser
    from lerobot.scripts.lerobot_record import RecordConfig

    defaults, types = {}, {}
    for robot, teleoperator in ARMS:
        arguments = SuppressingArgumentParser(add_help=False)
        arguments.add_argument("--config_path", type=str)
        chosen = [f"--robot.type={robot}", f"--teleop.type={teleoperator}"]
        parser._register_scoped_actions(DataclassWrapper(RecordConfig), arguments, chosen)
        for action in arguments._actions:
            name = action.option_strings[0].removeprefix("--")
            defaults[name] = as_written(action.default)
            if action.choices:
                types[name] = list(action.choices)
    return {"lerobot": lerobot.__version__, "types": types, "flags": dict(sorted(defaults.items()))}


if __name__ == "__main__":
    RECORD.write_text(json.dumps(read_flags(), indent=2) + "\n")
    print(RECORD)
