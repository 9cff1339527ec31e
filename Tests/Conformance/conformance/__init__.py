"""Holds Reel against LeRobot itself: what Reel records must be what LeRobot reads, row for row and picture for picture."""
