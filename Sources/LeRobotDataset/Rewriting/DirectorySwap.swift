import Glibc
import Platform
import RecordingTypes
import SystemPackage

/// A directory of the dataset and the one that shall take its place, at the same filesystem.
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
    func begin() throws { try DurableFiles.write([], to: live.appending(Self.mark)) }

    /// Takes the mark away again, half-written or whole, when the swap shall not be. Only before it was begun.
    func abandon() throws {
        let mark = live.appending(Self.mark)
        try DurableFiles.remove(DurableFiles.partial(of: mark))
        try DurableFiles.remove(mark)
    }

    /// Swaps, unless that has been done already. In one step where the filesystem has one; else for the time between
    /// two renames there is no directory at `live`.
    func perform(inOneStep: Bool = true) throws {
        if !DurableFiles.exists(live) { return try finishTwoSteps() }
        guard DurableFiles.exists(live.appending(Self.mark)) else { return }
        if inOneStep, try DurableFiles.exchange(live, staged) { return }
        try DurableFiles.rename(live, to: aside)
        FaultPoint.reached("consolidate.directory-aside")
        try finishTwoSteps()
    }

    private func finishTwoSteps() throws {
        try DurableFiles.rename(staged, to: live)
        if DurableFiles.exists(aside) { try DurableFiles.rename(aside, to: staged) }
    }

    private var aside: FilePath { FilePath(staged.string + ".old") }
}
