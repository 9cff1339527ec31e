import Media
import Platform
import RecordingTypes
import Simulation
import Spool
import SystemPackage

/// What the spool holds of a take at the moment of a fault: the truth that recovery is held against.
struct RecordedTake {
    let number: Int
    let state: TakeState
    /// By row.
    var actions: [[Float]] = []
    /// By camera and row: what the picture says of itself.
    var codes: [String: [FrameCode?]] = [:]

    var rows: Int { actions.count }

    /// All takes of the spool by number.
    static func all(in spool: SpoolDirectory) throws -> [Int: RecordedTake] {
        guard File.exists(spool.path) else { return [:] }
        return try spool.takes().reduce(into: [:]) { takes, take in takes[take.number] = try RecordedTake(take) }
    }

    /// - Throws: `ReelError` when a whole row names a picture that is not there.
    init(_ take: Take) throws {
        (number, state) = (take.number, take.state)
        // A take that has just begun or is being removed has nothing that could be read.
        guard File.exists(take.infoPath), File.exists(take.rowsPath) else { return }
        let reader = try TakeReader(take: take)
        var rows: [TakeRow] = []
        while let row = try reader.next() { rows.append(row) }
        actions = rows.map(\.action)
        guard !rows.isEmpty else { return }
        for (position, camera) in reader.info.session.cameras.enumerated() {
            let pictures = try Self.codes(inFrames: take.framesPath(camera))
            codes[camera.name] = try rows.map { row in
                let index = row.frames[position].index
                guard pictures.indices.contains(index) else {
                    throw ReelError(
                        .damaged, "read take \(number)", cause: "row \(row.index) names a picture that is not there")
                }
                return pictures[index]
            }
        }
    }

    private static func codes(inFrames path: FilePath) throws -> [FrameCode?] {
        let reader = try FrameFileReader(path: path)
        var codes: [FrameCode?] = []
        while let picture = try reader.next() { codes.append(try code(of: picture.decode())) }
        return codes
    }

    static func code(of picture: Picture) throws -> FrameCode? {
        FrameCode.decode(rgb24: try picture.rgb24(), width: picture.width, height: picture.height)
    }
}
