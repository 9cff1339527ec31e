import Foundation
import RecordingTypes
import WebServer

/// The operator's page, and the socket on which it lives. What else there is, the dataset that is recorded into, is another
/// site's.
final class OperatorSite: WebSite {
    private let feed: LiveFeed
    private let voice: PageVoice
    private let dataset: (any WebSite)?

    init(_ feed: LiveFeed, voice: PageVoice, dataset: (any WebSite)?) {
        (self.feed, self.voice, self.dataset) = (feed, voice, dataset)
    }

    func respond(to request: WebRequest) -> WebResponse {
        let path = request.target.path
        switch (path.first, path.count) {
        case (nil, _): return WebAsset.response("operator.html", for: request)
        case ("assets", 2): return WebAsset.response(path[1], for: request)
        case ("view", 1): return WebAsset.response("viewer.html", for: request)
        default: return dataset?.respond(to: request) ?? .notFound
        }
    }

    func socket(for request: WebRequest) -> WebSocketAnswer {
        guard request.target.path == ["live"] else { return .refused(.notFound) }
        return .open(subprotocol: nil) { [feed, voice] socket in
            let client = OperatorClient(socket, feed, voice)
            client.begin()
            return client
        }
    }
}
