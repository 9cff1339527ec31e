import Media
import Platform
import RecordingTypes
import SystemPackage

/// What the configuration asks of the machine; tests give their own.
struct Surroundings: Sendable {
    /// The value of an environment variable; nil when it is not set or empty.
    var variable: @Sendable (String) -> String?
    /// The local date and time as `YYYYMMDD_HHMMSS`.
    var stamp: @Sendable () -> String
    var exists: @Sendable (FilePath) -> Bool
    /// Whether it is a directory with nothing in it.
    var isEmptyDirectory: @Sendable (FilePath) -> Bool
    /// The text of a file.
    var read: @Sendable (FilePath) throws -> String
    /// Throws when the encoder cannot be had here; returns the settings with the encoder that will be used.
    var resolveEncoder: @Sendable (VideoEncoderSettings) throws -> VideoEncoderSettings

    /// The machine itself.
    static let machine = Surroundings(
        variable: { Program.variable($0) },
        stamp: { WallClock.localStamp },
        exists: { File.exists($0) },
        isEmptyDirectory: { path in Directory.exists(path) && (try? Directory.names(in: path))?.isEmpty == true },
        read: { String(decoding: try File.read($0), as: UTF8.self) },
        resolveEncoder: { try VideoCodec.checked($0) })
}
