"""Records LeRobot datasets through Reel.

`reel.LeRobotDataset` has the writing half of LeRobot's class; LeRobot itself is not needed. `reel.install()` puts Reel's writer in
the place of LeRobot's own, for programs that use LeRobot; so does the command `reel-with COMMAND`.
"""
from ._errors import ReelError, ReelValueError
from ._install import install
from ._version import VERSION as __version__
from .dataset import LeRobotDataset, VideoEncodingManager

__all__ = ["LeRobotDataset", "ReelError", "ReelValueError", "VideoEncodingManager", "__version__", "install"]
