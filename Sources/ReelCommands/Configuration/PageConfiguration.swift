import RecordingTypes

/// Who may look at a session, and how: the page, and what `--display_data` shows elsewhere.
struct PageConfiguration: Equatable, Sendable {
    /// Whether there is a page.
    var isOn: Bool
    /// An address in digits, or a name of this machine.
    var host: String
    /// nil is the usual one, or the next that is free.
    var port: Int?
    /// Where else it is shown; nil for nowhere.
    var display: Display?

    struct Display: Equatable, Sendable {
        enum Mode: String, CaseIterable, Sendable { case rerun, foxglove }

        var mode: Mode
        /// Of Foxglove's server.
        var host: String?
        var port: Int?
        /// Pictures as JPEGs and not as pixels.
        var isCompressed: Bool
        /// A page that may look, beside those of this machine and Foxglove's own.
        var origin: String?
    }

    /// - Throws: `ReelError(.usage)` for what cannot be.
    init(_ values: FlagValues) throws {
        isOn = try values.boolean("reel.page")
        host = try values.text("reel.page_host")
        port = try values["reel.page_port"].integer(0...65535)
        guard let mode = Display.Mode(rawValue: try values.text("display_mode")) else {
            throw values["display_mode"].refusal(
                "it must be one of \(Display.Mode.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let (ip, port) = (try values["display_ip"].text(), try values["display_port"].integer(1...65535))
        let isCompressed = try values.boolean("display_compressed_images")
        let origin = try values["reel.display_origin"].text()
        guard try values.boolean("display_data") else { return }
        if mode == .rerun, ip != nil || port != nil {
            throw values[ip != nil ? "display_ip" : "display_port"].refusal(
                "a Rerun viewer elsewhere is reached by gRPC, which Reel does not speak",
                remedy: "Leave it out, or take --display_mode=foxglove.")
        }
        display = Display(
            mode: mode, host: ip, port: port,
            // As in LeRobot: over a network, pixels are too many.
            isCompressed: isCompressed || ip != nil && port != nil, origin: origin)
    }

    /// Whether anybody may look.
    var isWanted: Bool { isOn || display != nil }
}
