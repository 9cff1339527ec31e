import Platform
import Synchronization
import Testing

@Suite("work on many things is spread over threads, and its results come in order")
struct OrderedWorkTests {
    private struct Refusal: Error, Equatable { var number: Int }

    @Test("each input once, in order, with what was thrown for it", arguments: [0, 1, 2, 3, 100], [1, 2, 3, 8])
    func order(_ count: Int, _ threads: Int) {
        var taken: [Int] = []
        OrderedWork.run(Array(0..<count), threads: threads, name: "test") { number in
            if number % 7 == 3 { throw Refusal(number: number) }
            return number * 2
        } take: { number, result in
            taken.append(number)
            switch result {
            case .success(let double): #expect(double == number * 2 && number % 7 != 3)
            case .failure(let error): #expect(error as? Refusal == Refusal(number: number))
            }
        }
        #expect(taken == Array(0..<count))
    }

    @Test("a slow taker holds the work up: only a few results wait for each thread")
    func bound() {
        let done = Atomic(0)
        var most = 0
        OrderedWork.run(Array(0..<400), threads: 2, name: "test") { _ in
            done.add(1, ordering: .sequentiallyConsistent)
        } take: { number, _ in
            most = max(most, done.load(ordering: .sequentiallyConsistent) - number)
        }
        #expect(done.load(ordering: .sequentiallyConsistent) == 400)
        // Four for each thread, and one more lane that runs ahead of the one that is taken from.
        #expect(most <= 10)
    }

    @Test("when the taker throws, the work ends")
    func thrown() {
        let done = Atomic(0)
        #expect(throws: Refusal(number: 5)) {
            try OrderedWork.run(Array(0..<10_000), threads: 3, name: "test") { _ in
                done.add(1, ordering: .sequentiallyConsistent)
            } take: { number, _ in
                if number == 5 { throw Refusal(number: number) }
            }
        }
        #expect(done.load(ordering: .sequentiallyConsistent) < 100)
    }
}
