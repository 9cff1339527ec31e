package import RecordingTypes
import Synchronization
package import SystemPackage

/// What went wrong in a session, each thing once, for the end of the report. Bounded: after `limit` problems further
/// ones are counted only.
package final class SessionProblems: SessionListener {
    static let limit = 1000

    private let root: FilePath
    private let kept = Mutex<(problems: [SessionProblem], more: Int)>(([], 0))

    /// - Parameter root: the dataset's folder, for commands to type.
    package init(root: FilePath) { self.root = root }

    package func hear(_ event: SessionEvent) {
        guard let problem = event.problem(root: root) else { return }
        kept.withLock { kept in
            // Of two lines about one cause the one that says more stays.
            let known = kept.problems.lastIndex { ($0.place, $0.cause) == (problem.place, problem.cause) }
            if let known {
                if problem.text.utf8.count > kept.problems[known].text.utf8.count {
                    kept.problems[known].text = problem.text
                }
            } else if kept.problems.count < Self.limit {
                kept.problems.append(problem)
            } else {
                kept.more += 1
            }
        }
    }

    /// What ended the session, then take by take, then what is left to do: a line each.
    package var lines: [String] {
        let (problems, more) = kept.withLock { $0 }
        let places = Set(problems.map(\.place)).sorted()
        return places.flatMap { place in lines(at: place, in: problems) }
            + (more > 0 ? ["\(more.counted("further problem is", "further problems are")) not listed"] : [])
    }

    /// Those of one place, in the order in which they came.
    package func lines(at place: SessionProblem.Place) -> [String] {
        lines(at: place, in: kept.withLock { $0.problems })
    }

    private func lines(at place: SessionProblem.Place, in problems: [SessionProblem]) -> [String] {
        problems.filter { $0.place == place }.map(\.text)
    }
}
