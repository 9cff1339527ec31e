// What the parts of the shim share: failures become a number and a text, and memory has a limit.
#pragma once
#include <arrow/c/abi.h>
#include <arrow/c/bridge.h>

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/result.h>
#include <arrow/status.h>
#include <arrow/type.h>
#include <arrow/util/io_util.h>
#include <parquet/exception.h>

#include <atomic>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "CArrow.h"

namespace reel {

inline int32_t failure(int32_t code, const std::string &text, char **message) {
    if (message) *message = strdup(text.c_str());
    return code;
}

inline int32_t outcome(const arrow::Status &status, char **message) {
    if (status.ok()) return 0;
    int number = arrow::internal::ErrnoFromStatus(status);
    return failure(number > 0 ? number : REEL_ARROW_REFUSED, status.message(), message);
}

/// Runs `body` (which returns a Status) so that nothing thrown leaves the shim.
template <typename Body>
int32_t guarded(char **message, Body body) noexcept {
    try {
        return outcome(body(), message);
    } catch (const parquet::ParquetStatusException &error) {
        return outcome(error.status(), message);
    } catch (const std::bad_alloc &) {
        return failure(REEL_ARROW_REFUSED, "out of memory", message);
    } catch (const std::exception &error) {
        return failure(REEL_ARROW_REFUSED, error.what(), message);
    } catch (...) {
        return failure(REEL_ARROW_REFUSED, "an unknown C++ exception", message);
    }
}

/// A pool that refuses what a damaged length asks for, instead of asking the system for it.
class LimitedPool final : public arrow::MemoryPool {
public:
    explicit LimitedPool(int64_t limit) : limit_(limit) {}

    using arrow::MemoryPool::Allocate;
    using arrow::MemoryPool::Free;
    using arrow::MemoryPool::Reallocate;

    arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t **out) override {
        if (!fits(size)) return refusal(size);
        return pool_->Allocate(size, alignment, out);
    }
    arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t **pointer) override {
        if (!fits(new_size - old_size)) return refusal(new_size);
        return pool_->Reallocate(old_size, new_size, alignment, pointer);
    }
    void Free(uint8_t *buffer, int64_t size, int64_t alignment) override {
        pool_->Free(buffer, size, alignment);
        held_ -= size;
    }
    int64_t bytes_allocated() const override { return held_; }
    int64_t total_bytes_allocated() const override { return pool_->total_bytes_allocated(); }
    int64_t num_allocations() const override { return pool_->num_allocations(); }
    std::string backend_name() const override { return pool_->backend_name(); }

private:
    bool fits(int64_t more) {
        if (more > limit_ || held_ + more > limit_) return false;
        held_ += more;
        return true;
    }
    arrow::Status refusal(int64_t size) const {
        return arrow::Status::OutOfMemory("it asks for ", size, " bytes of memory, more than the limit of ", limit_);
    }

    arrow::MemoryPool *pool_ = arrow::default_memory_pool();
    int64_t limit_;
    std::atomic<int64_t> held_ = 0;
};

/// Validates every value, then hands the batch over.
inline arrow::Status exportChecked(
    const arrow::RecordBatch &batch, struct ArrowArray *array, struct ArrowSchema *schema) {
    ARROW_RETURN_NOT_OK(batch.ValidateFull());
    return arrow::ExportRecordBatch(batch, array, schema);
}

}  // namespace reel
