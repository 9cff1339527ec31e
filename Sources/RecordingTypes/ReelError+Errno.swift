package import SystemPackage

extension ReelError {
    /// An error from a system call, with its kind read off the errno.
    package init(_ errno: Errno, _ action: String, subject: String? = nil, remedy: String? = nil) {
        let kind: Kind
        let usual: String?
        switch errno {
        case .noSpace, .diskQuotaExceeded:
            (kind, usual) = (.diskFull, "Free some space there, then try again.")
        case .noSuchFileOrDirectory, .noSuchAddressOrDevice, .operationNotSupportedByDevice:
            (kind, usual) = (.unavailable, nil)
        case .permissionDenied, .notPermitted:
            (kind, usual) = (.unavailable, "Check who owns it and its permissions.")
        case .resourceBusy:
            (kind, usual) = (.busy, "Another program is using it; close that one first.")
        case .fileTooLarge:
            (kind, usual) = (.failed, "This filesystem takes no larger file: use another one, or record shorter takes.")
        default:
            (kind, usual) = (.failed, nil)
        }
        self.init(
            kind, action, subject: subject, cause: errno.description, remedy: remedy ?? usual, systemError: errno)
    }
}
