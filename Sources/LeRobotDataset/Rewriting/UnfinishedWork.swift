import Platform
package import SystemPackage

/// A change of a dataset that was cut short. Finding it changes nothing; `finish` brings it to its end.
package struct UnfinishedWork: Hashable, Sendable {
    /// What was being done, in the order in which it is finished.
    package enum Kind: String, CaseIterable, Codable, Sendable {
        case consolidating, deleting, publishing
    }

    package let kind: Kind
    /// Everything new is whole and will be put in place. Else nothing of the dataset has changed yet, and what had been
    /// prepared is removed.
    package let isDecided: Bool
    private let root: FilePath

    /// All that was cut short in the dataset in `root`. Reads names only.
    package static func find(in root: FilePath) -> [UnfinishedWork] {
        Kind.allCases.compactMap { kind in
            guard File.exists(DatasetTransaction.directory(kind, in: root)) else { return nil }
            return UnfinishedWork(kind: kind, isDecided: DatasetTransaction.isRecorded(kind, in: root), root: root)
        }
    }

    /// Does what is left to do, or takes back what had only been prepared. The caller holds the spool's lock.
    /// - Throws: `ReelError`: mismatch when another program has changed the dataset since, damaged when the note on the
    ///   work cannot be read, or naming a file that cannot be moved. It can be tried again.
    package func finish() throws { try DatasetTransaction.finish(kind, in: root) }

    /// Finishes all that was cut short in the dataset in `root`.
    /// - Throws: As `finish`.
    package static func finishAll(in root: FilePath) throws {
        for work in find(in: root) { try work.finish() }
    }
}

extension UnfinishedWork.Kind {
    /// Where it is prepared.
    var directory: WorkDirectory.Name {
        switch self {
        case .consolidating: .consolidating
        case .deleting: .editing
        case .publishing: .publishing
        }
    }

    /// The parts of which it puts whole new directories in place, in the order in which that is done.
    var swappedParts: [DatasetPart] {
        switch self {
        case .consolidating: [.captureTimes, .data, .episodes]
        case .deleting: [.captureTimes, .data, .videos, .episodes]
        case .publishing: []
        }
    }
}

extension UnfinishedWork.Kind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .consolidating: "consolidating"
        case .deleting: "deleting episodes"
        case .publishing: "publishing an episode"
        }
    }
}
