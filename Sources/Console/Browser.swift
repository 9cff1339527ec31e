import Platform
import Subprocess
import SystemPackage

/// The user's browser, where this machine has a screen.
package final class Browser: Sendable {
    private let directory: FilePath

    /// Opens an address that nobody else may learn. Any user can read the command lines of others' programs, so the browser
    /// is given a file that only this user can read, and that leads there. Nil where there is no screen or no browser.
    package static func open(_ address: String) -> Browser? {
        guard Program.variable("DISPLAY") != nil || Program.variable("WAYLAND_DISPLAY") != nil,
            let opener = Program.find("xdg-open")
        else { return nil }
        let text = "<!doctype html><meta http-equiv=\"refresh\" content=\"0; url=\(address)\"><title>Reel</title>\n"
        do {
            let browser = Browser(try Directory.createTemporary("/tmp/reel-page-"))
            let page = browser.directory.appending("reel.html")
            try File.create(page).append(Array(text.utf8))
            Task.detached {
                do {
                    _ = try await run(
                        .path(opener), arguments: Arguments([page.string]), output: .discarded, error: .discarded)
                } catch {
                    // The address stands in the terminal.
                    return
                }
            }
            return browser
        } catch {
            return nil
        }
    }

    private init(_ directory: FilePath) { self.directory = directory }

    deinit { do { try File.remove(directory) } catch { return } }
}
