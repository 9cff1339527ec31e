import Platform
package import RecordingTypes
package import SystemPackage

/// One attempt at an episode: a directory of its own, with all that is needed to encode it.
///
///     .reel/takes/000007.recorded/     number and state
///         take.json                    what it is and how it ended (`TakeInfo`)
///         rows.arrows                  one row a tick (`TakeRow`)
///         front.nut                    the frames of the camera front
///     .reel/encoded/000007/            what the encoder makes of it; stays where it is when the take moves on
///
/// A value: it knows the state the take had when it was looked up. The one process that records moves takes on.
package struct Take: Hashable, Sendable {
    package let number: Int
    package private(set) var state: TakeState
    /// `.reel`, or whatever directory holds `takes`.
    let spool: FilePath

    init(number: Int, state: TakeState, spool: FilePath) {
        self.number = number
        self.state = state
        self.spool = spool
    }

    /// The take in this directory, which may have been copied here from another machine; it must be named as in a spool.
    package init?(path: FilePath) {
        let path = path.lexicallyNormalized()
        guard let name = path.lastComponent?.string, let (number, state) = Self.parse(name) else { return nil }
        self.init(number: number, state: state, spool: path.removingLastComponent().removingLastComponent())
        guard self.path == path else { return nil }
    }

    /// The take's directory: changes when the take moves on, and files opened before stay open.
    package var path: FilePath { spool.appending("takes").appending("\(paddedNumber).\(state.rawValue)") }

    package var infoPath: FilePath { path.appending("take.json") }

    package var rowsPath: FilePath { path.appending("rows.arrows") }

    /// The frame file of a camera of the session.
    package func framesPath(_ camera: SessionDescription.CameraDescription) -> FilePath {
        path.appending(Self.framesName(camera))
    }

    static func framesName(_ camera: SessionDescription.CameraDescription) -> String { "\(camera.file).nut" }

    /// Where the encoder works on this take. Not made here; removed with the take.
    package var encodedPath: FilePath { spool.appending("encoded").appending(paddedNumber) }

    private var paddedNumber: String {
        let digits = String(number)
        return String(repeating: "0", count: max(6 - digits.count, 0)) + digits
    }

    /// What take.json says.
    /// - Throws: `ReelError` naming the file: `.unavailable` also when the take has moved on meanwhile, `.damaged`,
    ///   `.mismatch` when a newer Reel wrote it.
    package func info() throws -> TakeInfo {
        let info = try SpoolJSON.read(TakeInfo.self, from: infoPath)
        if let problem = info.session.spoolProblem ?? info.end?.problem {
            throw ReelError(.damaged, "read the spool", subject: infoPath.string, cause: problem)
        }
        return info
    }

    /// Changes take.json in one step.
    /// - Throws: As `info`, and when it cannot be written; then it is as it was.
    package func update(_ change: (inout TakeInfo) -> Void) throws {
        var info = try info()
        change(&info)
        try SpoolJSON.write(info, to: infoPath)
    }

    /// Moves the take on: a rename, and a sync of the directory above.
    /// - Throws: `ReelError`. The take is where this value says: where it was, or moved and not synced.
    package mutating func move(to state: TakeState) throws {
        guard state != self.state else { return }
        var moved = self
        moved.state = state
        FaultPoint.reached("spool.take-moving")
        try Directory.renameUnsynced(path, to: moved.path)
        self = moved
        try Directory.sync(path.removingLastComponent())
        FaultPoint.reached("spool.take-moved")
    }

    /// Removes the take, and what was encoded of it. From the first step on it is discarded, so that a removal that is
    /// cut off is finished by the next one and never leaves half a take that counts.
    /// - Throws: `ReelError` naming what could not be removed.
    package mutating func remove() throws {
        try move(to: .discarded)
        try File.remove(encodedPath)
        FaultPoint.reached("spool.encoded-removed")
        for name in try Directory.names(in: path) {
            try File.remove(path.appending(name))
            FaultPoint.reached("spool.file-removed")
        }
        try File.remove(path)
        try Directory.sync(path.removingLastComponent())
        FaultPoint.reached("spool.take-removed")
    }

    /// "000007.recorded": number and state; nil for any other name.
    static func parse(_ name: String) -> (number: Int, state: TakeState)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Self.number(String(parts[0])),
            let state = TakeState(rawValue: String(parts[1]))
        else { return nil }
        let take = Take(number: number, state: state, spool: "")
        return take.path.lastComponent?.string == name ? (number, state) : nil
    }

    /// What the digits of a take's directory say; nil where there is something else, and where nobody can count on from.
    static func number(_ digits: String) -> Int? {
        guard digits.utf8.count <= 18, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(digits)
    }
}
