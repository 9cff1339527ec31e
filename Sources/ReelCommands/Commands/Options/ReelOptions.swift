import ArgumentParser

/// What LeRobot does not have.
struct ReelOptions: FlagGroup {
    @Option(flag: "reel.ring_mb") var ringMb: String?
    @Option(flag: "reel.spool_pictures") var spoolPictures: String?
    @Option(flag: "reel.reconnect_s") var reconnectS: String?
    @Option(flag: "robot.reconnect_s") var robotReconnectS: String?
    @Option(flag: "reel.consolidate") var consolidate: String?
    @Option(flag: "reel.report") var report: String?
    @Option(flag: "config_path") var configPath: String?

    var given: [(name: String, value: String?)] {
        [
            ("reel.ring_mb", ringMb),
            ("reel.spool_pictures", spoolPictures),
            ("reel.reconnect_s", reconnectS),
            ("robot.reconnect_s", robotReconnectS),
            ("reel.consolidate", consolidate),
            ("reel.report", report),
            ("config_path", configPath),
        ]
    }
}
