"""What is held against LeRobot, a file each."""
