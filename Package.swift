// swift-tools-version: 6.3
import PackageDescription

/// One set of rules for every Swift target: Swift 6 mode, no warnings, nothing imported by accident.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
]

/// Arrow's shared libraries may live in the project (scripts/set-up takes them from the pyarrow wheel).
let arrowRunPath = "\(Context.packageDirectory)/.dependencies/arrow/lib"

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")

/// A Swift target and its tests. Arrows point down only, as ARCHITECTURE.md's table has it.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], data: [String] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, exclude: data, swiftSettings: settings)
}

/// `make fuzz` asks for its program with a variable; nobody else builds it, because it needs libFuzzer at linking.
let fuzzTargets: [Target] =
    Context.environment["REEL_FUZZ"] == nil
    ? []
    : [
        .target(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
        .executableTarget(
            name: "reel-fuzz",
            dependencies: [
                "CFuzzer", "Media", "Spool", "LeRobotDataset", "RecordingTypes", "Platform", systemPackage,
            ],
            path: "Tests/Fuzz/reel-fuzz", swiftSettings: settings),
    ]

let package = Package(
    name: "reel",
    products: [.executable(name: "reel", targets: ["reel"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        // Level 0: what everybody speaks, and the C bindings.
        .target(name: "CLinux"),
        // Optimised in a debug build too: it works on every pixel of every picture.
        .target(name: "CPixels", cSettings: [.unsafeFlags(["-O2"])]),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CQRCode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswscale libavutil",
            providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavdevice-dev", "libswscale-dev"])]),
        .target(name: "CFFmpegShim", dependencies: ["CFFmpeg"]),
        .systemLibrary(name: "CArrowLibrary", pkgConfig: "reel-arrow"),
        .target(
            name: "CArrow", dependencies: ["CArrowLibrary"],
            linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", arrowRunPath])]),
        .target(name: "CWebAssets", exclude: ["pages"]),
        library("RecordingTypes", [systemPackage]),
        library("Platform", ["CLinux", "CDeflate", "RecordingTypes", systemPackage]),
        library("ArrowTables", ["CArrow", "RecordingTypes", systemPackage]),
        library("PythonJSON", ["RecordingTypes", orderedCollections]),

        // Level 1: one thing each; none of them knows another.
        library("Media", ["CFFmpeg", "CFFmpegShim", "CPixels", "RecordingTypes", "Platform", systemPackage]),
        library("Spool", ["ArrowTables", "RecordingTypes", "Platform", systemPackage]),
        library(
            "LeRobotDataset",
            ["ArrowTables", "PythonJSON", "RecordingTypes", "Platform", orderedCollections, systemPackage]),
        library("Robots", ["RecordingTypes", "Platform", systemPackage]),
        library("PreviewBoard", ["RecordingTypes", "Platform", systemPackage]),
        library(
            "WebServer",
            [
                "CWebAssets", "RecordingTypes", "Platform", systemPackage, nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"), nio("NIOWebSocket"),
            ]),
        library(
            "Console",
            [
                "CQRCode", "RecordingTypes", "Platform", systemPackage,
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),

        // Level 2: the two processes, and devices that are not there.
        library(
            "Encoding",
            ["Media", "Spool", "LeRobotDataset", "RecordingTypes", "Platform", orderedCollections, systemPackage]),
        library(
            "Recording",
            [
                "Media", "Spool", "Robots", "PreviewBoard", "RecordingTypes", "Platform", systemPackage,
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),
        library(
            "LiveView",
            [
                "WebServer", "PreviewBoard", "Media", "ArrowTables", "PythonJSON", "RecordingTypes", "Platform",
                orderedCollections, systemPackage, .product(name: "Subprocess", package: "swift-subprocess"),
            ]),
        library("Simulation", ["Robots", "RecordingTypes", "Platform", systemPackage]),
        library(
            "DatasetViewer",
            [
                "WebServer", "LeRobotDataset", "Media", "Spool", "PythonJSON", "RecordingTypes", "Platform",
                orderedCollections, systemPackage,
            ]),

        // Level 3: the two processes at the service of other programs.
        library(
            "WriterService",
            [
                "Recording", "Encoding", "Media", "Spool", "LeRobotDataset", "PythonJSON", "RecordingTypes", "Platform",
                orderedCollections, systemPackage,
            ]),

        // Level 4: the command line, and the program that is nothing but it.
        library(
            "ReelCommands",
            [
                "WriterService", "PythonJSON", orderedCollections, "Recording", "Encoding", "Simulation",
                "DatasetViewer", "LiveView",
                "PreviewBoard", "WebServer",
                "Media", "Spool", "LeRobotDataset",
                "Robots", "Console", "RecordingTypes", "Platform",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"), systemPackage,
            ]),
        .executableTarget(name: "reel", dependencies: ["ReelCommands"], swiftSettings: settings),

        // Counts allocations and system calls, for the tests of what things may cost.
        .target(name: "CTickMeter", path: "Tests/CTickMeter"),
        tests(
            "Budget",
            [
                "CTickMeter", "TestSupport", "Recording", "PreviewBoard", "Simulation", "Media", "Spool", "Robots",
                "RecordingTypes",
                "Platform", systemPackage,
            ]),
        .target(name: "CVisibleMutex", path: "Tests/CVisibleMutex"),
        .target(
            name: "TestSupport", dependencies: ["CVisibleMutex", "Platform", systemPackage], path: "Tests/TestSupport",
            swiftSettings: settings),
        tests("RecordingTypes", ["RecordingTypes", "TestSupport", systemPackage]),
        tests("Platform", ["Platform", "TestSupport", "RecordingTypes", systemPackage]),
        tests("ArrowTables", ["ArrowTables", "RecordingTypes", "TestSupport", systemPackage]),
        tests("Media", ["Media", "CFFmpeg", "RecordingTypes", "Platform", "TestSupport", systemPackage]),
        tests("Spool", ["Spool", "ArrowTables", "RecordingTypes", "Platform", "TestSupport", systemPackage]),
        tests(
            "LeRobotDataset",
            [
                "LeRobotDataset", "ArrowTables", "PythonJSON", "RecordingTypes", "Platform", "TestSupport",
                orderedCollections, systemPackage,
            ]),
        tests(
            "WebServer",
            [
                "WebServer", "TestSupport", "RecordingTypes", "Platform", systemPackage, nio("NIOCore"),
                nio("NIOPosix"),
            ]),
        tests("PreviewBoard", ["PreviewBoard", "RecordingTypes", "Platform", "TestSupport", systemPackage]),
        tests(
            "LiveView",
            ["LiveView", "PreviewBoard", "Media", "RecordingTypes", "Platform", "TestSupport", systemPackage]),
        tests("Console", ["Console", "RecordingTypes", "Platform", "TestSupport", systemPackage]),
        tests("Robots", ["Robots", "Simulation", "RecordingTypes", "Platform", systemPackage]),
        tests("Simulation", ["Simulation", "Robots", "RecordingTypes", "Platform", systemPackage]),
        tests(
            "Encoding",
            [
                "Encoding", "Media", "CFFmpeg", "Spool", "LeRobotDataset", "ArrowTables", "Simulation",
                "RecordingTypes", "Platform", "TestSupport", orderedCollections, systemPackage,
            ]),
        tests(
            "Recording",
            [
                "Recording", "PreviewBoard", "Console", "Simulation", "Media", "Spool", "Robots", "RecordingTypes",
                "Platform",
                "TestSupport", systemPackage,
            ]),
        tests(
            "ReelCommands",
            [
                "ReelCommands", "Recording", "Encoding", "Simulation", "Robots", "Console", "RecordingTypes",
                "Platform", "TestSupport", systemPackage,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            data: ["Configuration/lerobot-record.json"]),
        // They run the built program, so it is a dependency.
        tests(
            "Faults",
            [
                "reel", "Media", "Spool", "LeRobotDataset", "Simulation", "RecordingTypes", "Platform", "TestSupport",
                orderedCollections, systemPackage,
            ]),
    ] + fuzzTargets,
    cxxLanguageStandard: .cxx20
)
