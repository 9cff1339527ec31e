import RecordingTypes
import SystemPackage

/// Which dataset, and where: the name, the stamp, the directory.
struct DatasetTarget {
    let values: FlagValues
    let home: LeRobotHome
    let resumes: Bool

    /// The dataset's name. A new one gets `_YYYYMMDD_HHMMSS`, unless `no_stamp`.
    /// - Throws: `ReelError(.usage)`.
    func repoID() throws -> String {
        let value = values["dataset.repo_id"]
        let name = try value.text() ?? ""
        guard !name.isEmpty else {
            throw ReelError(
                .usage, "record", cause: "--dataset.repo_id is missing", remedy: "Give the dataset a name: user/name.")
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
            throw value.refusal("it must be a name, or user/name")
        }
        let isStamped = try !values.boolean("dataset.no_stamp")
        if resumes { return name }
        if name.split(separator: "/", maxSplits: 1).last?.hasPrefix("eval_") == true {
            throw value.refusal(
                "names that begin with eval_ are for evaluating policies",
                remedy: "Take another name; for a policy take lerobot-rollout.")
        }
        return isStamped ? "\(name)_\(home.surroundings.stamp())" : name
    }

    /// The dataset's directory.
    /// - Throws: `ReelError(.usage)` when a new one exists already, or one to resume does not.
    func root(repoID: String) throws -> FilePath {
        let given = try values["dataset.root"].text()
        if resumes {
            guard let given, !given.isEmpty else {
                throw ReelError(
                    .usage, "resume", cause: "--dataset.root is missing",
                    remedy: "Give the directory of the dataset that gets more episodes.")
            }
            let root = try home.expanded(given)
            guard home.surroundings.exists(root.appending("meta").appending("info.json")) else {
                throw ReelError(
                    .usage, "resume", subject: root.string, cause: "no dataset is there (meta/info.json is missing)",
                    remedy: "Without --resume a new one is made.")
            }
            return root
        }
        let root =
            if let given, !given.isEmpty { try home.expanded(given) } else {
                try home.directory().pushing(FilePath(repoID))
            }
        if home.surroundings.exists(root) {
            throw ReelError(
                .usage, "make a new dataset", subject: root.string, cause: "it exists already",
                remedy: "Add episodes to it with --resume=true, or give another --dataset.root.")
        }
        return root
    }
}
