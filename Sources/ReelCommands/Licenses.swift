import Platform
import RecordingTypes
import SystemPackage

/// `reel --licenses`: what the program is made of that is not its own.
enum Licenses {
    /// The notices of a package, which lie beside its program; where there are none, what to know.
    /// - Throws: `ReelError` when they cannot be read.
    static func text() throws -> String {
        let folder = try Program.ownPath().removingLastComponent()
        let places = ["THIRD-PARTY-NOTICES", "../THIRD-PARTY-NOTICES"].map { folder.pushing(FilePath($0)) }
        guard let notices = places.first(where: File.exists) else {
            return """
                Reel is under the Apache License 2.0. This program was built from source: it uses the libraries of this machine
                (FFmpeg, Arrow, libdeflate, libqrencode and the Swift runtime), under their own licenses.
                """
        }
        return String(decoding: try File.read(notices), as: UTF8.self)
    }
}
