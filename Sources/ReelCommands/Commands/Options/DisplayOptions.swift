import ArgumentParser

/// The live view, which Reel does not have yet.
struct DisplayOptions: FlagGroup {
    @Option(flag: "display_data") var displayData: String?
    @Option(flag: "display_mode") var displayMode: String?
    @Option(flag: "display_ip") var displayIp: String?
    @Option(flag: "display_port") var displayPort: String?
    @Option(flag: "display_compressed_images") var displayCompressedImages: String?

    var given: [(name: String, value: String?)] {
        [
            ("display_data", displayData),
            ("display_mode", displayMode),
            ("display_ip", displayIp),
            ("display_port", displayPort),
            ("display_compressed_images", displayCompressedImages),
        ]
    }
}
