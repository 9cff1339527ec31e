"""What Reel costs and how fast it is, measured beside LeRobot on the same pictures in the same run."""
