import Console
import Platform
import PreviewBoard
import Recording
import RecordingTypes
import Synchronization
import SystemPackage
import WebServer

/// What others see of a session: the preview, and the process that shows it. There may be none; nothing waits for it, and
/// nothing that goes wrong with it is the session's.
final class SessionPage: SessionListener {
    private let configuration: PageConfiguration
    /// The dataset's folder; nil where nothing is recorded.
    private let root: FilePath?
    private let tell: @Sendable (SessionEvent) -> Void
    private let token = AccessToken()
    private let parts = Mutex<(preview: Preview, process: PageProcess)?>(nil)
    private let address = Mutex<String?>(nil)
    private let settled = Semaphore()

    /// - Parameters:
    ///   - configuration: who may look, and how.
    ///   - root: the dataset's folder; nil where nothing is recorded.
    ///   - tell: gets what there is to say: where it is, or why it is not.
    init(_ configuration: PageConfiguration, root: FilePath?, tell: @escaping @Sendable (SessionEvent) -> Void) {
        (self.configuration, self.root, self.tell) = (configuration, root, tell)
    }

    func hear(_ event: SessionEvent) { parts.withLock { $0?.preview }?.hear(event) }

    /// What the control loop's rows go to; nil for nowhere.
    var preview: Preview? { parts.withLock { $0?.preview } }

    /// Begins to show what is there by now.
    /// - Parameters:
    ///   - description: of what is looked at.
    ///   - cameras: which are open, in the description's order.
    ///   - log: where the process's standard error goes; nil for nowhere.
    ///   - input: gets what is asked for at the page; nil where nothing can be.
    ///   - look: a look at the session.
    func start(
        _ description: PreviewDescription, cameras: [any Camera], log: FilePath?, input: OperatorInput?,
        look: @escaping @Sendable () -> PreviewStatus
    ) {
        guard configuration.isWanted else { return }
        do {
            let words = root ?? "."
            let preview = try Preview(description, cameras: cameras, input: input, look: look) { $0.line(root: words) }
            let process = PageProcess(
                executable: try Program.ownPath(), settings: settings, board: preview.board.descriptor, log: log,
                onEvent: { [weak self] in self?.hear($0, preview) },
                onDeath: { [tell] in tell(.pageDied(cause: $0, isGivenUp: $1)) })
            preview.start()
            process.start()
            parts.withLock { $0 = (preview, process) }
        } catch {
            tell(.pageIsMissing(cause: "\(error)"))
        }
    }

    /// Shows the end of it, and waits a moment for who looks.
    func close() {
        guard let (preview, process) = parts.withLock({ $0 }) else { return }
        preview.close()
        process.close()
    }

    /// Waits until the page is there, or cannot be.
    func awaitAddress(within patience: Duration) {
        if configuration.isOn, preview != nil { _ = settled.wait(until: .now + patience) }
    }

    /// Shows where it is, for a phone.
    func showAddress() {
        let shown = isForAll ? address.withLock { $0 } : nil
        let cause =
            isForAll || !configuration.isOn
            ? "there is no page"
            : "the page is for this machine alone; a phone sees it with --reel.page_host=0.0.0.0"
        tell(.pageIsShown(address: shown, cause: cause))
    }

    /// Others in the network reach it.
    private var isForAll: Bool { !["127.0.0.1", "::1", "localhost"].contains(configuration.host) }

    private var settings: PageSettings {
        var settings = PageSettings()
        settings.host = configuration.host
        settings.port = configuration.port ?? settings.port
        settings.alternatives = configuration.port == nil ? settings.alternatives : 0
        settings.token = configuration.isOn ? token.text : nil
        settings.root = root?.string
        settings.recorder = Program.processNumber
        guard let display = configuration.display else { return settings }
        switch display.mode {
        case .foxglove:
            settings.foxglove = PageSettings.Foxglove(
                host: display.host ?? "127.0.0.1", port: display.port ?? 8765,
                origins: ["https://app.foxglove.dev"] + (display.origin.map { [$0] } ?? []),
                isCompressed: display.isCompressed)
        case .rerun:
            settings.rerun = Program.find("rerun")?.string
            if settings.rerun == nil {
                tell(.pageSays("rerun is not installed (pip install rerun-sdk): the page shows the same"))
            }
        }
        return settings
    }

    private func hear(_ event: PageEvent, _ preview: Preview) {
        switch event {
        case .serves(let port): serves(port)
        case .cannot(let reason):
            tell(.pageIsMissing(cause: reason.printable))
            settled.post()
        case .watches(let isWatched, let pictures): preview.watch(isWatched, pictures: pictures)
        case .asks(let command): preview.hear(command)
        case .notes(let text): tell(.pageSays(String(text.prefix(300))))
        }
    }

    private func serves(_ port: Int) {
        let new = PageAddress.text(host: configuration.host, port: port, token: token.text)
        guard
            address.withLock({ known in
                defer { known = new }; return known != new
            })
        else { return }
        tell(.pageIsThere(address: new))
        settled.post()
        if isForAll {
            tell(.pageSays("whoever in the network has this address sees the page, and can press its buttons"))
        }
        if let tunnel = PageAddress.tunnel(host: configuration.host, port: port) { tell(.pageSays(tunnel)) }
    }
}

extension [PreviewDescription.Camera] {
    /// Cameras that are open, with what they give.
    static func of(_ cameras: [any Camera], _ formats: [CameraFormat]) -> Self {
        zip(cameras, formats).map { camera, format in
            PreviewDescription.Camera(
                name: camera.name, width: format.width, height: format.height, fps: format.fps,
                isJPEG: format.pixelFormat == .mjpeg)
        }
    }
}
