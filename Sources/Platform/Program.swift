import Glibc
package import SystemPackage

/// Other programs of the machine.
package enum Program {
    /// Where a shell would find it.
    package static func find(_ name: String) -> FilePath? {
        let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return folders.split(separator: ":").lazy.map { FilePath(String($0)).appending(name) }
            .first { access($0.string, X_OK) == 0 }
    }
}
