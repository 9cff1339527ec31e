import Platform
import RecordingTypes
package import SystemPackage

/// A change of a dataset that was cut short. Finding it changes nothing; `finish` brings it to its end.
package struct UnfinishedWork: Hashable, Sendable {
    /// What was being done, in the order in which it is finished.
    package enum Kind: CaseIterable, Sendable {
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
            let directory = kind.directory(in: root)
            guard File.exists(directory) else { return nil }
            return UnfinishedWork(
                kind: kind, isDecided: File.exists(directory.appending(PublishRecord.name)), root: root)
        }
    }

    /// Does what is left to do, or takes back what had only been prepared. The caller holds the spool's lock.
    /// - Throws: `ReelError`: mismatch when another program has changed the dataset since, damaged when the note on the
    ///   work cannot be read, or naming a file that cannot be moved. It can be tried again.
    package func finish() throws {
        switch kind {
        case .consolidating: try ConsolidationRecord.finishInterrupted(in: root)
        case .deleting: try EditRecord.finishInterrupted(in: root)
        case .publishing: try Publishing.finishInterrupted(in: root)
        }
    }

    /// Finishes all that was cut short in the dataset in `root`.
    /// - Throws: As `finish`.
    package static func finishAll(in root: FilePath) throws {
        for work in find(in: root) { try work.finish() }
    }
}

extension UnfinishedWork.Kind {
    /// Where its files are prepared.
    func directory(in root: FilePath) -> FilePath {
        switch self {
        case .consolidating: ConsolidationRecord.directory(in: root)
        case .deleting: EditRecord.directory(in: root)
        case .publishing: Publishing.directory(in: root)
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
