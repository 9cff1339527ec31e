import Encoding
import Foundation
import Platform
import RecordingTypes

/// What `reel bench` found, in words and with the settings that follow from it.
struct MachineReport {
    /// One encoder that was tried.
    struct Encoder {
        var settings: VideoEncoderSettings
        var trial: EncoderTrial?
        /// Why it cannot be used here.
        var refusal: String?
    }

    var load: RecordingLoad
    /// The cameras were opened, not assumed.
    var isMeasured: Bool
    var disk: DiskTrial
    var encoders: [Encoder]

    /// LeRobot's default, and others in the order in which they are preferred when that is too slow.
    static let candidates =
        [
            VideoEncoderSettings(), VideoEncoderSettings(kind: .h264, crf: 23, preset: "veryfast"),
            VideoEncoderSettings(kind: .h264, crf: 23, preset: "ultrafast"),
        ]
        + [VideoEncoderKind.h264NVENC, .hevcNVENC, .h264VAAPI, .h264QSV, .h264VideoToolbox, .hevcVideoToolbox].map {
            VideoEncoderSettings(kind: $0)
        }

    static func name(of settings: VideoEncoderSettings) -> String {
        [settings.kind.rawValue, settings.kind == .h264 ? settings.preset : nil].compactMap(\.self).joined(
            separator: " ")
    }

    /// Encoding may take this much less than all there is, since recording, and whatever else runs, goes first.
    private static let reserve = 1.25

    /// Seconds of encoding that a second of recording asks for.
    func effort(_ encoder: Encoder) -> Double? {
        encoder.trial.map { load.picturesPerSecond / max($0.picturesPerSecond, 1e-6) }
    }

    func keepsUp(_ encoder: Encoder) -> Bool { effort(encoder).map { $0 * Self.reserve <= 1 } ?? false }

    /// The flags for `reel record`.
    var suggestion: [String] {
        guard let first = encoders.first(where: { $0.trial != nil }) else { return [] }
        let chosen = encoders.first(where: keepsUp) ?? first
        var flags = ["--dataset.rgb_encoder.vcodec=\(chosen.settings.kind.rawValue)"]
        if chosen.settings.kind == .h264, let preset = chosen.settings.preset, let crf = chosen.settings.crf {
            flags += ["--dataset.rgb_encoder.preset=\(preset)", "--dataset.rgb_encoder.crf=\(Int(crf))"]
        }
        if keepsUp(chosen) { flags.append("--dataset.streaming_encoding=true") }
        return flags
    }

    // MARK: - Words

    var text: String {
        (cameraLines + [""] + diskLines + [""] + encoderLines + [""] + verdict).joined(separator: "\n")
    }

    private var cameraLines: [String] {
        guard isMeasured else {
            return ["No camera was named: reckoned with two of 640×480 at \(load.fps) pictures a second, not as JPEG."]
        }
        let titles = ["camera", "pictures", "a second", "in the spool"]
        let rows = load.cameras.map { camera -> [String] in
            [
                camera.name.printable, "\(camera.width)×\(camera.height)\(camera.isJPEG ? " JPEG" : "")",
                String(format: "%.1f", camera.picturesPerSecond),
                String(format: "%.0f kB each", camera.bytesPerPicture / 1e3),
            ]
        }
        let slow = load.cameras.filter { $0.picturesPerSecond < Double(load.fps) * 0.95 }.map { camera -> String in
            let rate = String(format: "%.1f", camera.picturesPerSecond)
            return
                "camera \(camera.name.printable) gives \(rate) pictures for \(load.fps) rows a second: some rows repeat one"
        }
        return ([titles] + rows).alignedLines + slow
    }

    private var diskLines: [String] {
        let (need, have) = (load.bytesPerSecond, disk.bytesPerSecond)
        let verdict =
            need * 2 <= have
            ? "enough" : need <= have ? "barely enough" : "too slow: takes will end when --reel.ring_mb is full"
        return [
            String(
                format: "disk: %.0f MB/s written and synced, slowest sync %.0f ms; recording asks for %.1f MB/s: ",
                have / 1e6, disk.slowestSync.milliseconds, need / 1e6) + verdict
        ]
    }

    private var encoderLines: [String] {
        let rows = encoders.compactMap { encoder -> [String]? in
            guard let trial = encoder.trial, let effort = effort(encoder) else { return nil }
            return [
                Self.name(of: encoder.settings), String(format: "%.0f", trial.picturesPerSecond),
                String(format: "%.2f", effort), keepsUp(encoder) ? "yes" : "no",
            ]
        }
        let refused = encoders.filter { $0.trial == nil }.map { Self.name(of: $0.settings) }
        let titles = ["encoder", "pictures/s", "seconds for each recorded", "keeps up"]
        let note = refused.isEmpty ? [] : ["not usable here: \(refused.joined(separator: ", "))"]
        return ([titles] + rows).alignedLines + note
    }

    private var verdict: [String] {
        guard let standard = encoders.first, let effort = effort(standard), !keepsUp(standard) else {
            return suggestionLines
        }
        return [
            "With \(Self.name(of: standard.settings)), LeRobot's default, ten minutes of recording take "
                + String(format: "%.0f", 10 * effort)
                + " minutes to encode. You never wait for it, but the last episodes come that much later."
        ] + suggestionLines
    }

    private var suggestionLines: [String] {
        suggestion.isEmpty ? ["No encoder can be used here."] : ["suggested: " + suggestion.joined(separator: " ")]
    }
}
