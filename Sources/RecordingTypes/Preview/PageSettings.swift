/// What a page process serves, and how. It has a secret in it: it goes to the process in its environment, which only its
/// own user can read.
package struct PageSettings: Codable, Sendable, Equatable {
    /// An address in digits, or a name of this machine.
    package var host = "127.0.0.1"
    /// The port, and how many others are tried when it is taken.
    package var port = 7335
    package var alternatives = 10
    /// The page's token; nil serves no page.
    package var token: String?
    /// The number of the recorder's process: without it the page process goes.
    package var recorder: Int32 = 0
    /// The dataset that is recorded into.
    package var root: String?
    package var foxglove: Foxglove?
    /// The program `rerun`, to be started.
    package var rerun: String?

    package struct Foxglove: Codable, Sendable, Equatable {
        package var host: String
        package var port: Int
        /// Pages that may read it beside those of this machine: "https://app.foxglove.dev".
        package var origins: [String]
        /// Pictures as JPEGs and not as pixels.
        package var isCompressed: Bool

        package init(host: String, port: Int, origins: [String], isCompressed: Bool) {
            (self.host, self.port, self.origins, self.isCompressed) = (host, port, origins, isCompressed)
        }
    }

    package init() {}

    /// The environment variable that they are in.
    package static let variable = "REEL_PAGE"
}
