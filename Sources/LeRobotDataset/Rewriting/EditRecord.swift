import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// What is still to be done to put an edited dataset in place of the one that was. Once it is on the disk it will be
/// done, whatever happens to this process.
struct EditRecord {
    /// The dataset's number of episodes before and after; any other means that another program has been here.
    var before: Int
    var after: Int
    /// Directories of which new ones are prepared, in the order in which they are swapped.
    var directories: [Directory]

    enum Directory: String, CaseIterable {
        case captureTimes = "meta/reel"
        case data
        case videos
        case episodes = "meta/episodes"

        func swap(in root: FilePath) -> DirectorySwap {
            DirectorySwap(
                live: root.appending(rawValue), staged: EditRecord.directory(in: root).appending(rawValue))
        }
    }

    /// Files that are replaced after the directories: what they say counts when all else is there.
    private static let files = ["meta/stats.json", "meta/info.json"]

    /// Where the edited dataset is prepared: on the dataset's filesystem, where no reader looks; a dataset's own layout.
    static func directory(in root: FilePath) -> FilePath { root.appending(".reel/editing") }

    private static let recordName = "record.json"

    private static func path(in root: FilePath) -> FilePath { directory(in: root).appending(recordName) }

    /// Puts it on the disk. All that is prepared must have been synced.
    func write(in root: FilePath) throws {
        for directory in directories { try directory.swap(in: root).begin() }
        FaultPoint.reached("edit.marked")
        try DurableFiles.write(JSONText.indented(json), to: Self.path(in: root))
        FaultPoint.reached("edit.recorded")
    }

    /// Does what has not been done yet. A reader that opens the dataset in the moment that this takes may find old and
    /// new side by side; after a kill, the next command of Reel's ends that.
    /// - Throws: `ReelError` naming the file; then the rest is still to be done.
    func perform(in root: FilePath) throws {
        for directory in Directory.allCases where directories.contains(directory) {
            try directory.swap(in: root).perform()
            directory.reached()
        }
        for name in Self.files {
            let staged = Self.directory(in: root).appending(name)
            if DurableFiles.exists(staged) { try File.move(staged, to: root.appending(name)) }
            FaultPoint.reached("edit.file-replaced")
        }
        let directory = Self.directory(in: root)
        // The record goes last: while it is there, the next command knows that episodes have been numbered anew.
        for name in try DurableFiles.names(in: directory) where name != Self.recordName {
            try DurableFiles.remove(directory.appending(name))
        }
        FaultPoint.reached("edit.old-removed")
        try DurableFiles.remove(directory)
        FaultPoint.reached("edit.cleaned")
    }

    /// Finishes an edit that was interrupted, or takes back what had only been prepared.
    static func finishInterrupted(in root: FilePath) throws {
        let directory = directory(in: root)
        guard DurableFiles.exists(directory) else { return }
        guard DurableFiles.exists(path(in: root)) else { return try abandon(in: root) }
        let record = try EditRecord(path: path(in: root))
        let total = try DatasetInfo(path: DatasetLayout.info(in: root)).totalEpisodes
        guard total == record.before || total == record.after else {
            throw ReelError(
                .mismatch, "finish deleting episodes", subject: root.string,
                cause: "the dataset has \(total) episodes, not \(record.before): another program has changed it",
                remedy: "What was prepared is in \(directory); look at `reel check` before removing it.")
        }
        try record.perform(in: root)
    }

    /// Removes what was prepared.
    static func abandon(in root: FilePath) throws {
        for directory in Directory.allCases where DurableFiles.exists(root.appending(directory.rawValue)) {
            try directory.swap(in: root).abandon()
        }
        try DurableFiles.remove(directory(in: root))
    }

    private var json: JSONValue {
        .object([
            "before": .integer(before), "after": .integer(after),
            "directories": .array(directories.map { .string($0.rawValue) }),
        ])
    }

    init(before: Int, after: Int, directories: [Directory]) {
        self.before = before
        self.after = after
        self.directories = directories
    }

    private init(path: FilePath) throws {
        let object = try JSONReader.read(DurableFiles.read(path), subject: path.string).object
        func damaged(_ cause: String) -> ReelError {
            ReelError(.damaged, "read the note on editing", subject: path.string, cause: cause)
        }
        guard let object, let before = object["before"]?.integer, let after = object["after"]?.integer,
            let names = object["directories"]?.array
        else { throw damaged("members are missing") }
        self.init(
            before: before, after: after,
            directories: try names.map { name in
                guard let directory = name.string.flatMap(Directory.init) else {
                    throw damaged("\(JSONText.line(name)) is no directory that is swapped")
                }
                return directory
            })
    }
}

extension EditRecord.Directory {
    fileprivate func reached() {
        switch self {
        case .captureTimes: FaultPoint.reached("edit.capture-times-swapped")
        case .data: FaultPoint.reached("edit.data-swapped")
        case .videos: FaultPoint.reached("edit.videos-swapped")
        case .episodes: FaultPoint.reached("edit.episodes-swapped")
        }
    }
}
