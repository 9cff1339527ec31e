import Console
import Platform
import RecordingTypes
import SystemPackage

/// Where a page is, in words.
enum PageAddress {
    /// What to open: an address that others can use where it listens for them.
    static func text(host: String, port: Int, token: String) -> String {
        let isAnyAddress = ["0.0.0.0", "::"].contains(host)
        let name = isAnyAddress ? Program.networkAddress ?? Program.hostName : host
        return "http://\(name.contains(":") ? "[\(name)]" : name):\(port)/?t=\(token)"
    }

    /// How to come to it from one's own machine, where this one is at the other end of an SSH connection.
    static func tunnel(host: String, port: Int) -> String? {
        guard Program.variable("SSH_CONNECTION") != nil, host == "127.0.0.1" else { return nil }
        return "from your own machine: ssh -L \(port):127.0.0.1:\(port) \(Program.hostName)"
    }

    /// Says where it is on standard output, at once, where that is no terminal.
    /// - Returns: whether it did.
    static func say(_ event: SessionEvent) -> Bool {
        let output = FileDescriptor.standardOutput.rawValue
        guard case .pageIsThere = event, !Terminal.isOne(output), let line = event.line(root: ".") else { return false }
        return Terminal.write("\(line)\n", to: output, within: .seconds(1))
    }
}
