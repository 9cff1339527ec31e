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

    /// The dataset's directory, and whether a dataset is there that gets more episodes: an empty directory is as good as
    /// none, also where one was to be resumed.
    /// - Throws: `ReelError(.usage)` when a new one exists already, or one to resume does not.
    func root(repoID: String) throws -> (path: FilePath, isThere: Bool) {
        let given = try values["dataset.root"].text()
        if resumes {
            guard let given, !given.isEmpty else {
                throw ReelError(
                    .usage, "resume", cause: "--dataset.root is missing",
                    remedy: "Give the directory of the dataset that gets more episodes.")
            }
            let root = try path(given)
            if home.surroundings.isEmptyDirectory(root) { return (root, false) }
            guard home.surroundings.exists(root.appending("meta").appending("info.json")) else {
                throw ReelError(
                    .usage, "resume", subject: root.string,
                    cause: "no dataset is there (meta/info.json is missing)",
                    remedy: home.surroundings.exists(root)
                        ? "Give the directory of a dataset; for a new one, a directory that is empty or not there yet."
                        : "Without --resume a new one is made.")
            }
            return (root, true)
        }
        let root =
            if let given, !given.isEmpty { try path(given) } else {
                try home.directory().pushing(FilePath(repoID))
            }
        if home.surroundings.exists(root), !home.surroundings.isEmptyDirectory(root) {
            let isDataset = home.surroundings.exists(root.appending("meta").appending("info.json"))
            throw ReelError(
                .usage, "make a new dataset", subject: root.string,
                cause: isDataset ? "a dataset is there already" : "it exists already, and holds something else",
                remedy: isDataset
                    ? "Add episodes to it with --resume=true, or give another --dataset.root."
                    : "Give another --dataset.root: a directory that is empty or not there yet.")
        }
        return (root, false)
    }

    /// A path that no program takes for a flag.
    private func path(_ given: String) throws -> FilePath {
        try home.expanded(given.hasPrefix("-") ? "./\(given)" : given)
    }
}
