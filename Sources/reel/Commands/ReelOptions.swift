import ArgumentParser

/// What LeRobot does not have.
struct ReelOptions: FlagGroup {
    @Option(flag: "reel.ring_mb") var ringMb: String?
    @Option(flag: "reel.consolidate") var consolidate: String?
    @Option(flag: "config_path") var configPath: String?

    var given: [(name: String, value: String?)] {
        [
            ("reel.ring_mb", ringMb),
            ("reel.consolidate", consolidate),
            ("config_path", configPath),
        ]
    }
}
