import Platform
import RecordingTypes
import SystemPackage

/// A symbolic link to a pseudo-terminal, so that a simulated arm has a name that does not change.
struct PortLink {
    private let path: FilePath
    private let target: String

    /// Makes it; one that is there already is replaced.
    /// - Throws: `ReelError` when it cannot be made, or something else has the name.
    init(at path: FilePath, to target: String) throws {
        self.path = path
        self.target = target
        if SymbolicLink.target(of: path) != nil { File.discard(path) }
        try SymbolicLink.create(path, to: target)
    }

    /// Removes it, if it is still this one.
    func remove() {
        if SymbolicLink.target(of: path) == target { File.discard(path) }
    }
}
