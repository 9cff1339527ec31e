import RecordingTypes
import SystemPackage
import Testing

@Suite("A path in a command that a message prints can be typed as it stands there")
struct ShellWordTests {
    @Test(arguments: [
        ("/data/cubes", "/data/cubes"), ("-dash", "./-dash"), ("my data", "'my data'"), ("it's", #"'it'\''s'"#),
        ("$HOME/a", "'$HOME/a'"), ("~x", "'~x'"), ("a;b", "'a;b'"), ("würfel", "würfel"), ("-a b", "'./-a b'"),
        ("a\nb'c", #"$'a\nb\'c'"#), ("a\u{1b}b", #"$'a\033b'"#), ("`x`\"", "'`x`\"'"), ("a*", "'a*'"),
    ])
    func path(path: String, word: String) { #expect(ShellWord.path(FilePath(path)) == word) }

    @Test func nothingIsAWordToo() { #expect(ShellWord.quoted("") == "''") }
}
