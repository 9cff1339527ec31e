import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// What is still to be done to make a take an episode: files that are whole and synced, and where each goes. Once it is
/// on the disk the episode will be published, whatever happens to this process; moving a file again is harmless.
struct PublishRecord {
    var episode: PublishedEpisode
    var moves: [Move]

    struct Move {
        var kind: Kind
        /// Relative to the dataset where it lies inside.
        var from: FilePath
        /// Relative to the dataset.
        var to: FilePath
    }

    /// In the order in which they are moved. LeRobot reads info.json, tasks, episodes, statistics and data in this
    /// order, and takes the number of episodes from info.json. As each file comes before those that count on it, a
    /// reader that opens the dataset between two of them finds all that it was told of, and at most one episode more.
    enum Kind: String, CaseIterable {
        case video, data, captureTimes, tasks, episodes, statistics, info
    }

    /// Its file in the directory where publishing prepares its files.
    static let name = "record.json"

    /// Moves what has not been moved yet, in order.
    /// - Throws: `ReelError` naming the file that could not be moved; then the rest is still to be done.
    func perform(in root: FilePath) throws {
        for kind in Kind.allCases {
            for move in moves where move.kind == kind {
                let from = root.pushing(move.from)
                let to = root.pushing(move.to)
                if DurableFiles.exists(from) {
                    try File.move(from, to: to)
                } else if !DurableFiles.exists(to) {
                    throw ReelError(
                        .damaged, "finish publishing episode \(episode.index)", subject: to.string,
                        cause: "the file is neither there nor at \(from)")
                }
                kind.reached()
            }
        }
    }

    var json: JSONValue {
        .object([
            "published": episode.json,
            "moves": .array(
                moves.map {
                    .object([
                        "kind": .string($0.kind.rawValue), "from": .string($0.from.string), "to": .string($0.to.string),
                    ])
                }),
        ])
    }

    init(episode: PublishedEpisode, moves: [Move]) {
        self.episode = episode
        self.moves = moves
    }

    /// Reads the file.
    /// - Throws: `ReelError` (damaged) when it is no such file.
    init(path: FilePath) throws {
        let json = try JSONReader.read(DurableFiles.read(path), subject: path.string)
        guard let object = json.object, let published = object["published"], let moves = object["moves"]?.array else {
            throw ReelError(.damaged, "read the note on publishing", subject: path.string, cause: "members are missing")
        }
        self.init(
            episode: try PublishedEpisode(published, subject: path.string),
            moves: try moves.map { move in
                guard let move = move.object, let kind = move["kind"]?.string.flatMap(Kind.init),
                    let from = move["from"]?.string, let to = move["to"]?.string
                else {
                    throw ReelError(
                        .damaged, "read the note on publishing", subject: path.string, cause: "a move makes no sense")
                }
                return Move(kind: kind, from: FilePath(from), to: FilePath(to))
            })
    }
}

extension PublishRecord.Kind {
    fileprivate func reached() {
        switch self {
        case .video: FaultPoint.reached("publish.video-moved")
        case .data: FaultPoint.reached("publish.data-moved")
        case .captureTimes: FaultPoint.reached("publish.capture-times-moved")
        case .tasks: FaultPoint.reached("publish.tasks-moved")
        case .episodes: FaultPoint.reached("publish.episodes-moved")
        case .statistics: FaultPoint.reached("publish.statistics-moved")
        case .info: FaultPoint.reached("publish.info-moved")
        }
    }
}
