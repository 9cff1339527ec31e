package import SystemPackage

/// `<dataset>/.reel/`: all that lies in a dataset's folder and is not the dataset. Every name in it is here; the takes that
/// wait are `Spool`'s (docs/spool-format.md), changes of the dataset that are being prepared are `LeRobotDataset`'s.
package struct WorkDirectory: Hashable, Sendable {
    /// What stands in it.
    package enum Name: String, CaseIterable, Sendable {
        /// One directory a take.
        case takes
        /// One directory a take, for the encoder.
        case encoded
        /// Robot, features, fps, cameras, encoder settings of the newest session.
        case session = "session.json"
        /// Held by the process that records.
        case lock
        /// Held by the process that encodes.
        case encoderLock = "encoder.lock"
        /// What the recorder's encoder process said last.
        case encoderLog = "encoder.log"
        /// What the page process said last.
        case pageLog = "page.log"
        /// Space that is kept for finishing a take on a full disk.
        case reserve
        /// An episode's files, until they are moved in.
        case publishing
        /// The take that was published last, until whoever waits for that knows.
        case published = "published.json"
        /// Joined files, until they are put in place.
        case consolidating
        /// A dataset without some of its episodes, until it is put in place.
        case editing
    }

    package let path: FilePath

    /// That of the dataset in `root`, whether it is there or not.
    package init(root: FilePath) { path = root.appending(".reel") }

    package subscript(_ name: Name) -> FilePath { path.appending(name.rawValue) }
}
