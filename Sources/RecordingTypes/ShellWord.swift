package import SystemPackage

/// Words of a command that a message tells the user to type.
package enum ShellWord {
    /// A path: quoted where a shell would take it apart, and never taken for a flag.
    package static func path(_ path: FilePath) -> String {
        quoted(path.string.hasPrefix("-") ? "./\(path.string)" : path.string)
    }

    /// A text as one word of a POSIX shell.
    package static func quoted(_ text: String) -> String {
        guard text.isEmpty || !text.unicodeScalars.allSatisfy(isPlain) || text.hasPrefix("~") else { return text }
        guard text.unicodeScalars.contains(where: isControl) else {
            return "'" + text.replacing("'", with: #"'\''"#) + "'"
        }
        // A line break in a name must not break the line: bash, zsh and ksh read $'…'.
        var word = "$'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": word += #"\'"#
            case "\\": word += #"\\"#
            case "\n": word += #"\n"#
            case "\t": word += #"\t"#
            case _ where isControl(scalar):
                let digits = String(scalar.value, radix: 8)
                word += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            default: word.unicodeScalars.append(scalar)
            }
        }
        return word + "'"
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 32 || scalar.value == 127 }

    /// What no shell has a meaning for.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if !scalar.isASCII { return !scalar.properties.isWhitespace }
        return switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", "@", "%", "+", "=", ",", "~": true
        default: false
        }
    }
}
