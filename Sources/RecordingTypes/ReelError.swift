package import SystemPackage

/// The one shape of every error that reaches a person: what failed, on which file or device, why, and what to do.
package struct ReelError: Error, Equatable, Sendable {
    /// What kind of failure it is, where code has to tell them apart.
    package enum Kind: String, Sendable {
        /// The command line or a configuration value is wrong. Exit status 2.
        case usage
        /// A file, device or process that must exist does not, or refuses.
        case unavailable
        /// No space left, or the reserve that Reel keeps free is reached.
        case diskFull
        /// What was read does not hold: cut, flipped, or not what it says it is.
        case damaged
        /// Two things that must agree do not (fps, features, sizes).
        case mismatch
        /// Another process holds it.
        case busy
        /// The work was called off.
        case cancelled
        /// Anything else.
        case failed
    }

    package var kind: Kind
    /// What was being done, as the end of "could not …": "open the camera front".
    package var action: String
    /// The file or device, as the user named it.
    package var subject: String?
    /// The cause in its own words: errno's text, FFmpeg's, Arrow's.
    package var cause: String
    /// What the user can do about it, as a sentence.
    package var remedy: String?
    /// What the system said, where it was the system: for code that has to tell EXDEV from EPERM.
    package var systemError: Errno?

    package init(
        _ kind: Kind, _ action: String, subject: String? = nil, cause: String, remedy: String? = nil,
        systemError: Errno? = nil
    ) {
        self.kind = kind
        self.action = action
        self.subject = subject
        self.cause = cause
        self.remedy = remedy
        self.systemError = systemError
    }
}

extension ReelError: CustomStringConvertible {
    /// One sentence and what to do. Passwords of addresses are not in it, nor what a name could do to a terminal.
    package var description: String {
        let place = subject.map { " (\($0))" } ?? ""
        let advice = remedy.map { ". \($0)" } ?? ""
        let text = "could not \(action)\(place): \(cause)\(advice)"
        return URLCredentials.hidden(in: text.printable(keepsLines: true))
    }
}

extension ReelError {
    /// The process's exit status when this error ends it: 2 for wrong usage, else 1.
    package var exitStatus: Int32 { kind == .usage ? 2 : 1 }
}
