import Platform
import RecordingTypes
import SystemPackage

/// A directory of the dataset and the one that shall take its place.
///
/// The old directory is marked before, with a file that no reader looks for. So it can be told after a kill whether the
/// two have changed places: wherever the mark is, there is the old one.
struct DirectorySwap {
    /// Where readers look.
    let live: FilePath
    /// Where the new directory is prepared, and the old one goes.
    let staged: FilePath

    private static let mark = "being-replaced"

    /// Marks the old directory.
    func begin() throws { try AtomicFile.write([], to: live.appending(Self.mark)) }

    /// Takes the mark away again, half-written or whole, when the swap shall not be. Only before it was begun.
    func abandon() throws {
        let mark = live.appending(Self.mark)
        try File.remove(AtomicFile.partial(of: mark))
        try File.remove(mark)
    }

    /// How two directories change places, the best first; each is tried where the one before is refused.
    enum Way: Comparable {
        /// In one step.
        case exchange
        /// For the time between two renames there is no directory at `live`. NFS, exFAT.
        case twoRenames
        /// The old directory is emptied file by file. Directories of overlayfs' lower layers: files can be renamed there,
        /// directories cannot.
        case fileByFile
        /// So are the files of the new one copied. `.reel` on another filesystem, by a link or a mount.
        case copies
    }

    /// Swaps, unless that has been done already; what was cut short is finished.
    func perform(best way: Way = .exchange) throws {
        if !File.exists(live) { return try finishTwoSteps(best: way) }
        if File.exists(live.appending(Self.mark)) {
            if way == .exchange, try Directory.exchange(live, staged) { return }
            if try way >= .fileByFile || File.exists(aside) || !Directory.renameIfPossible(live, to: aside) {
                try Self.empty(live, into: aside)
            }
        } else {
            // Emptied already, but for itself and what somebody may have put there since: while the new directory is
            // not in its place, this is not done.
            guard File.exists(aside.appending(Self.mark)), File.exists(staged) else { return }
            try Self.empty(live, into: aside)
        }
        FaultPoint.reached("consolidate.directory-aside")
        try File.remove(live)
        try finishTwoSteps(best: way)
    }

    private func finishTwoSteps(best way: Way) throws {
        if try way == .copies || !Directory.renameIfPossible(staged, to: live) {
            // Whole beside its place before it is in it; only then is what was prepared given another name.
            let copy = AtomicFile.partial(of: live)
            try File.remove(copy)
            try Directory.copyTree(staged, to: copy)
            try Directory.syncTree(copy)
            try Directory.rename(copy, to: live)
            try Directory.rename(staged, to: FilePath(staged.string + ".copied"))
        }
        if File.exists(aside) { try Directory.rename(aside, to: staged) }
    }

    /// Moves all that is in a directory into another one, the mark last.
    private static func empty(_ directory: FilePath, into target: FilePath) throws {
        try Directory.create(target)
        for name in try Directory.names(in: directory) where name != mark {
            let (from, to) = (directory.appending(name), target.appending(name))
            if Directory.exists(from) {
                try empty(from, into: to)
                try File.remove(from)
            } else {
                try File.move(from, to: to)
                FaultPoint.reached("directory.file-aside")
            }
        }
        let mark = directory.appending(mark)
        if File.exists(mark) { try File.move(mark, to: target.appending(Self.mark)) }
    }

    private var aside: FilePath { FilePath(staged.string + ".old") }
}
