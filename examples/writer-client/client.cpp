// Records a dataset through Reel from C++: docs/writer-protocol.md, with nothing but the C++ library.
//
//     c++ -std=c++20 -O2 client.cpp -o client
//     reel writer --socket /tmp/reel.sock &
//     ./client /tmp/reel.sock /tmp/my-dataset
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

constexpr int width = 160, height = 120;

struct Reel {
    int socket = -1, memory = -1;

    explicit Reel(const std::string &path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            throw std::runtime_error("nobody listens at " + path);
    }

    // 4 bytes of length, the kind, the body. This machine is little-endian, as the protocol is.
    void send(char kind, const std::string &body) {
        uint32_t length = body.size() + 1;
        std::string message(reinterpret_cast<char *>(&length), 4);
        message += kind;
        message += body;
        for (size_t done = 0; done < message.size();) {
            ssize_t sent = ::send(socket, message.data() + done, message.size() - done, MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("Reel has closed the connection: " + answer());
            done += sent;
        }
    }

    // The bytes, and the descriptor that may come with them.
    std::string read(size_t count) {
        std::string bytes(count, 0);
        for (size_t done = 0; done < count;) {
            iovec part{bytes.data() + done, count - done};
            alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))];
            msghdr message{};
            message.msg_iov = &part, message.msg_iovlen = 1;
            message.msg_control = room, message.msg_controllen = sizeof room;
            ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
            if (got <= 0) throw std::runtime_error("Reel is gone");
            if (cmsghdr *rights = CMSG_FIRSTHDR(&message)) std::memcpy(&memory, CMSG_DATA(rights), sizeof memory);
            done += got;
        }
        return bytes;
    }

    std::string answer() {
        std::string head = read(5);
        uint32_t length;
        std::memcpy(&length, head.data(), 4);
        return read(length - 1);
    }

    std::string request(const std::string &json) {
        send('J', json);
        std::string text = answer();
        if (text.find("\"ok\": true") == std::string::npos) throw std::runtime_error(text);
        return text;
    }
};

// A number of an answer. A real program takes a JSON library.
size_t number(const std::string &json, const std::string &name) {
    return std::stoul(json.substr(json.find("\"" + name + "\": ") + name.size() + 4));
}

std::string text(const std::string &words) {
    uint32_t length = words.size();
    return std::string(reinterpret_cast<char *>(&length), 4) + words;
}

int main(int count, char **arguments) try {
    if (count != 3) throw std::runtime_error("usage: client SOCKET DIRECTORY");
    Reel reel(arguments[1]);
    std::string opened = reel.request(
        R"({"do": "open", "protocol": 1, "repo_id": "me/cpp", "encoder": {"vcodec": "h264"}, "root": ")" + std::string(arguments[2]) +
        R"(", "create": {"fps": 30, "robot_type": "cpp_arm", "features": {
            "observation.images.front": {"dtype": "video", "shape": [120, 160, 3], "names": ["height", "width", "channels"]},
            "observation.state": {"dtype": "float32", "shape": [2], "names": ["shoulder.pos", "elbow.pos"]},
            "action": {"dtype": "float32", "shape": [2], "names": ["shoulder.pos", "elbow.pos"]}}}})");
    size_t slots = number(opened, "slots"), slot_bytes = number(opened, "slot_bytes"), start = number(opened, "slots_offset");
    auto *memory = static_cast<uint8_t *>(mmap(nullptr, start + slots * slot_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, reel.memory, 0));
    if (memory == MAP_FAILED) throw std::runtime_error("no memory for pictures");
    auto &taken = *reinterpret_cast<std::atomic<uint64_t> *>(memory);
    uint64_t row = 0;
    for (int episode = 0; episode < 2; episode++) {
        for (int frame = 0; frame < 30; frame++, row++) {
            while (row - taken.load(std::memory_order_acquire) >= slots) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            uint8_t *picture = memory + start + row % slots * slot_bytes;  // the only camera's offset is 0
            for (int pixel = 0; pixel < width * height; pixel++) {
                picture[3 * pixel] = 8 * frame;
                picture[3 * pixel + 1] = 100 * episode;
                picture[3 * pixel + 2] = pixel % width;
            }
            uint32_t bytes = 3 * width * height;
            float values[4] = {float(frame), float(episode), std::sin(frame / 10.0f), std::cos(frame / 10.0f)};
            reel.send('R', std::string(reinterpret_cast<char *>(&bytes), 4) + text("wave") + std::string(reinterpret_cast<char *>(values), sizeof values));
        }
        std::cout << reel.request(R"({"do": "save"})") << "\n";
    }
    std::cout << reel.request(R"({"do": "finish"})") << "\n";
} catch (const std::exception &error) {
    std::cerr << "client: " << error.what() << "\n";
    return 1;
}
