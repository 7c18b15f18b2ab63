// Stopping and reporting of long work: StopToken is asked in inner loops, Progress is told how far they are.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

namespace engine::base {

// A copyable flag: every copy sees the request. Any thread may ask and request.
class StopToken {
 public:
    StopToken() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
    void request() const { flag_->store(true, std::memory_order_relaxed); }
    bool requested() const { return flag_->load(std::memory_order_relaxed); }

 private:
    std::shared_ptr<std::atomic<bool>> flag_;
};

// Called on the working thread with done <= total, both in the unit that the caller names (bytes, tokens).
using Progress = std::function<void(int64_t done, int64_t total)>;

} // namespace engine::base

namespace engine {
using namespace base;
}
