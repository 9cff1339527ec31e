#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/dictionary.h>
#include <arrow/ipc/options.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "Shim.hpp"

using arrow::Status;

struct ReelStreamEncoder {
    std::shared_ptr<arrow::Schema> schema;
    arrow::ipc::IpcWriteOptions options = arrow::ipc::IpcWriteOptions::Defaults();
    // The bytes that were handed out last.
    std::shared_ptr<arrow::Buffer> bytes;
};

namespace {

Status encode(
    ReelStreamEncoder *encoder, const arrow::ipc::IpcPayload &payload, const uint8_t **bytes, int64_t *count) {
    ARROW_ASSIGN_OR_RAISE(auto stream, arrow::io::BufferOutputStream::Create(2048));
    int32_t metadataLength = 0;
    ARROW_RETURN_NOT_OK(arrow::ipc::WriteIpcPayload(payload, encoder->options, stream.get(), &metadataLength));
    ARROW_ASSIGN_OR_RAISE(encoder->bytes, stream->Finish());
    *bytes = encoder->bytes->data();
    *count = encoder->bytes->size();
    return Status::OK();
}

/// Keeps what the decoder gives until it is asked for.
class Batches final : public arrow::ipc::Listener {
public:
    using arrow::ipc::Listener::OnSchemaDecoded;

    Status OnSchemaDecoded(std::shared_ptr<arrow::Schema> decoded) override {
        schema = std::move(decoded);
        return Status::OK();
    }
    Status OnRecordBatchDecoded(std::shared_ptr<arrow::RecordBatch> batch) override {
        ARROW_RETURN_NOT_OK(batch->ValidateFull());
        waiting.push_back(std::move(batch));
        return Status::OK();
    }
    Status OnEOS() override {
        finished = true;
        return Status::OK();
    }

    std::shared_ptr<arrow::Schema> schema;
    std::deque<std::shared_ptr<arrow::RecordBatch>> waiting;
    bool finished = false;
};

arrow::ipc::IpcReadOptions readOptions(arrow::MemoryPool *pool) {
    auto options = arrow::ipc::IpcReadOptions::Defaults();
    options.memory_pool = pool;
    options.use_threads = false;
    return options;
}

}  // namespace

struct ReelStreamDecoder {
    ReelStreamDecoder(int64_t messageLimit, int64_t memoryLimit)
        : pool(memoryLimit), messageLimit(messageLimit), batches(std::make_shared<Batches>()),
          decoder(batches, readOptions(&pool)) {}

    // First, so that it goes last: all below hold its memory.
    reel::LimitedPool pool;
    int64_t messageLimit;
    std::shared_ptr<Batches> batches;
    arrow::ipc::StreamDecoder decoder;
    // The part that the decoder waits for, as far as it has come in.
    std::shared_ptr<arrow::Buffer> part;
    int64_t partFilled = 0;
    Status failed;

    Status consume(const uint8_t *bytes, int64_t count);
};

/// Gives the decoder exactly the parts it asks for (a length, a message's metadata, its body), each in memory of its
/// own that is aligned, and looks at every length before waiting for that much.
Status ReelStreamDecoder::consume(const uint8_t *bytes, int64_t count) {
    while (count > 0) {
        if (batches->finished) return Status::Invalid("bytes follow the end of the stream");
        if (!part) {
            int64_t needed = decoder.next_required_size();
            if (needed <= 0 || needed > messageLimit)
                return Status::Invalid("a message claims to be ", needed, " bytes long");
            ARROW_ASSIGN_OR_RAISE(auto fresh, arrow::AllocateBuffer(needed, &pool));
            part = std::move(fresh);
            partFilled = 0;
        }
        int64_t taken = std::min(count, part->size() - partFilled);
        std::memcpy(part->mutable_data() + partFilled, bytes, static_cast<size_t>(taken));
        partFilled += taken;
        bytes += taken;
        count -= taken;
        if (partFilled == part->size()) ARROW_RETURN_NOT_OK(decoder.Consume(std::move(part)));
    }
    return Status::OK();
}

int32_t reel_stream_encoder_make(struct ArrowSchema *schema, ReelStreamEncoder **out, char **message) {
    return reel::guarded(message, [&]() -> Status {
        ARROW_ASSIGN_OR_RAISE(auto imported, arrow::ImportSchema(schema));
        auto encoder = std::make_unique<ReelStreamEncoder>();
        encoder->schema = std::move(imported);
        encoder->options.use_threads = false;
        *out = encoder.release();
        return Status::OK();
    });
}

int32_t reel_stream_encoder_schema(
    ReelStreamEncoder *encoder, const uint8_t **bytes, int64_t *count, char **message) {
    return reel::guarded(message, [&]() -> Status {
        arrow::ipc::IpcPayload payload;
        arrow::ipc::DictionaryFieldMapper mapper(*encoder->schema);
        ARROW_RETURN_NOT_OK(arrow::ipc::GetSchemaPayload(*encoder->schema, encoder->options, mapper, &payload));
        return encode(encoder, payload, bytes, count);
    });
}

int32_t reel_stream_encoder_batch(
    ReelStreamEncoder *encoder, struct ArrowArray *batch, const uint8_t **bytes, int64_t *count, char **message) {
    return reel::guarded(message, [&]() -> Status {
        ARROW_ASSIGN_OR_RAISE(auto imported, arrow::ImportRecordBatch(batch, encoder->schema));
        ARROW_RETURN_NOT_OK(imported->Validate());
        arrow::ipc::IpcPayload payload;
        ARROW_RETURN_NOT_OK(arrow::ipc::GetRecordBatchPayload(*imported, encoder->options, &payload));
        return encode(encoder, payload, bytes, count);
    });
}

void reel_stream_encoder_free(ReelStreamEncoder *encoder) { delete encoder; }

int32_t reel_stream_decoder_make(
    int64_t message_limit, int64_t memory_limit, ReelStreamDecoder **decoder, char **message) {
    return reel::guarded(message, [&]() -> Status {
        *decoder = new ReelStreamDecoder(message_limit, memory_limit);
        return Status::OK();
    });
}

int32_t reel_stream_decoder_consume(
    ReelStreamDecoder *decoder, const uint8_t *bytes, int64_t count, char **message) {
    if (!decoder->failed.ok()) return reel::outcome(decoder->failed, message);
    int32_t result = reel::guarded(message, [&] { return decoder->failed = decoder->consume(bytes, count); });
    if (result != 0 && decoder->failed.ok()) decoder->failed = Status::Invalid("an earlier message was refused");
    return result;
}

bool reel_stream_decoder_schema(ReelStreamDecoder *decoder, struct ArrowSchema *schema) {
    if (!decoder->batches->schema) return false;
    return reel::guarded(nullptr, [&] { return arrow::ExportSchema(*decoder->batches->schema, schema); }) == 0;
}

bool reel_stream_decoder_next(ReelStreamDecoder *decoder, struct ArrowArray *batch) {
    auto &waiting = decoder->batches->waiting;
    if (waiting.empty()) return false;
    auto oldest = std::move(waiting.front());
    waiting.pop_front();
    return reel::guarded(nullptr, [&] { return arrow::ExportRecordBatch(*oldest, batch, nullptr); }) == 0;
}

bool reel_stream_decoder_is_finished(const ReelStreamDecoder *decoder) { return decoder->batches->finished; }

void reel_stream_decoder_free(ReelStreamDecoder *decoder) { delete decoder; }
