import ArgumentParser

/// The session.
struct SessionOptions: FlagGroup {
    @Option(flag: "resume") var resume: String?
    @Option(flag: "play_sounds") var playSounds: String?
    @OptionGroup var display: DisplayOptions

    var given: [(name: String, value: String?)] {
        [("resume", resume), ("play_sounds", playSounds)] + display.given
    }
}
