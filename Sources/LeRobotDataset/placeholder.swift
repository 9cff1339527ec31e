// LeRobotDataset
