import CFuzzer
import Glibc
import Platform
import RecordingTypes
import SystemPackage

/// A coverage-guided fuzzer of one of Reel's readers: `reel-fuzz READER CORPUS [libFuzzer's options]`. The corpus gets a
/// whole file first, so that the fuzzer begins with something that is nearly right.
@main
enum ReelFuzz {
    private static let reader = CommandLine.arguments.dropFirst().first.flatMap(FuzzedReader.init)
    private static let corpus = FilePath(CommandLine.arguments.dropFirst(2).first ?? "")
    private static let stage = Result { try FuzzStage(in: FilePath(corpus.string + ".stage")) }

    static func main() throws {
        guard let reader, CommandLine.arguments.count > 2 else {
            let names = FuzzedReader.allCases.map(\.rawValue).joined(separator: "|")
            throw ReelError(.usage, "fuzz", cause: "write: reel-fuzz \(names) CORPUS [options of libFuzzer]")
        }
        try Directory.create(corpus)
        for (number, sample) in try stage.get().samples(for: reader).enumerated() {
            try AtomicFile.write(sample, to: corpus.appending("whole-\(number)"))
        }
        // libFuzzer keeps the arguments as long as the process lives.
        let words = [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let status = arguments.withUnsafeMutableBufferPointer { buffer -> Int32 in
            var count = Int32(words.count)
            var start = buffer.baseAddress
            return LLVMFuzzerRunDriver(&count, &start) { bytes, size in
                ReelFuzz.run(UnsafeRawBufferPointer(start: bytes, count: size))
                return 0
            }
        }
        exit(status)
    }

    private static func run(_ bytes: UnsafeRawBufferPointer) {
        guard let reader, let stage = try? stage.get() else { return }
        reader.read(bytes, in: stage)
    }
}
