import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// What is still to be done to put consolidated files in place. Once it is on the disk it will be done, whatever happens
/// to this process.
struct ConsolidationRecord {
    /// The dataset's when it was made; another number means that another program has been here.
    var totalEpisodes: Int
    /// Joined videos: prepared file, and the first of the files that it holds, which it replaces. As it begins with the
    /// same pictures, it may stand there before the table of episodes knows: the old table is still right.
    var videos: [(from: FilePath, to: FilePath)]
    /// Directories of which new ones are prepared, in the order in which they are swapped.
    var directories: [Directory]
    /// Videos that no row of the new table names.
    var obsolete: [FilePath]

    enum Directory: String, CaseIterable {
        case captureTimes, data, episodes

        func live(in root: FilePath) -> FilePath {
            switch self {
            case .captureTimes: root.appending("meta/reel")
            case .data: root.appending("data")
            case .episodes: root.appending("meta/episodes")
            }
        }

        func swap(in root: FilePath) -> DirectorySwap {
            DirectorySwap(
                live: live(in: root), staged: ConsolidationRecord.directory(in: root).appending(rawValue))
        }
    }

    /// Where files are prepared: on the dataset's filesystem, where no reader looks.
    static func directory(in root: FilePath) -> FilePath { root.appending(".reel/consolidating") }

    private static func path(in root: FilePath) -> FilePath { directory(in: root).appending("record.json") }

    /// Puts it on the disk. All that it names must have been synced.
    func write(in root: FilePath) throws {
        for directory in directories { try directory.swap(in: root).begin() }
        FaultPoint.reached("consolidate.marked")
        try DurableFiles.write(JSONText.indented(json), to: Self.path(in: root))
        FaultPoint.reached("consolidate.recorded")
    }

    /// Does what has not been done yet.
    ///
    /// LeRobot finds rows by their position and pictures by the table of episodes, so each state in between is a dataset
    /// that it reads rightly. Only a reader that is opening the dataset just now (from listing its directories until it
    /// has read them) may be told that a file is missing. A reader that opened it before keeps its old table, and open
    /// videos: it gets an error for what is gone, never a wrong picture, and has to open the dataset again.
    /// - Throws: `ReelError` naming the file; then the rest is still to be done.
    func perform(in root: FilePath) throws {
        for video in videos where DurableFiles.exists(root.pushing(video.from)) {
            try File.move(root.pushing(video.from), to: root.pushing(video.to))
            FaultPoint.reached("consolidate.video-moved")
        }
        for directory in Directory.allCases where directories.contains(directory) {
            try directory.swap(in: root).perform()
            directory.reached()
        }
        for path in obsolete {
            try DurableFiles.remove(root.pushing(path))
            FaultPoint.reached("consolidate.video-removed")
        }
        try DurableFiles.remove(Self.directory(in: root))
        FaultPoint.reached("consolidate.cleaned")
    }

    /// Finishes a consolidation that was interrupted, or takes back what had only been prepared.
    static func finishInterrupted(in root: FilePath) throws {
        let directory = directory(in: root)
        guard DurableFiles.exists(directory) else { return }
        guard DurableFiles.exists(path(in: root)) else { return try abandon(in: root) }
        let record = try ConsolidationRecord(path: path(in: root))
        let total = try DatasetInfo(path: DatasetLayout.info(in: root)).totalEpisodes
        guard total == record.totalEpisodes else {
            throw ReelError(
                .mismatch, "finish consolidating", subject: root.string,
                cause: "the dataset has \(total) episodes, not \(record.totalEpisodes): another program has changed it",
                remedy: "What was prepared is in \(directory); look at `reel check` before removing it.")
        }
        try record.perform(in: root)
    }

    /// Removes what was prepared.
    static func abandon(in root: FilePath) throws {
        for directory in Directory.allCases where DurableFiles.exists(directory.live(in: root)) {
            try directory.swap(in: root).abandon()
        }
        try DurableFiles.remove(directory(in: root))
    }

    private var json: JSONValue {
        .object([
            "total_episodes": .integer(totalEpisodes),
            "videos": .array(
                videos.map { .object(["from": .string($0.from.string), "to": .string($0.to.string)]) }),
            "directories": .array(directories.map { .string($0.rawValue) }),
            "obsolete": .array(obsolete.map { .string($0.string) }),
        ])
    }

    init(
        totalEpisodes: Int, videos: [(from: FilePath, to: FilePath)], directories: [Directory], obsolete: [FilePath]
    ) {
        self.totalEpisodes = totalEpisodes
        self.videos = videos
        self.directories = directories
        self.obsolete = obsolete
    }

    private init(path: FilePath) throws {
        let object = try JSONReader.read(DurableFiles.read(path), subject: path.string).object
        func damaged(_ cause: String) -> ReelError {
            ReelError(.damaged, "read the note on consolidating", subject: path.string, cause: cause)
        }
        guard let object, let total = object["total_episodes"]?.integer, let videos = object["videos"]?.array,
            let directories = object["directories"]?.array, let obsolete = object["obsolete"]?.array
        else { throw damaged("members are missing") }
        self.init(
            totalEpisodes: total,
            videos: try videos.map { video in
                guard let from = video.object?["from"]?.string, let to = video.object?["to"]?.string else {
                    throw damaged("a video makes no sense")
                }
                return (FilePath(from), FilePath(to))
            },
            directories: try directories.map { name in
                guard let directory = name.string.flatMap(Directory.init) else {
                    throw damaged("\(JSONText.line(name)) is no directory that is swapped")
                }
                return directory
            },
            obsolete: try obsolete.map { name in
                guard let path = name.string else { throw damaged("\(JSONText.line(name)) is no file") }
                return FilePath(path)
            })
    }
}

extension ConsolidationRecord.Directory {
    fileprivate func reached() {
        switch self {
        case .captureTimes: FaultPoint.reached("consolidate.capture-times-swapped")
        case .data: FaultPoint.reached("consolidate.data-swapped")
        case .episodes: FaultPoint.reached("consolidate.episodes-swapped")
        }
    }
}
