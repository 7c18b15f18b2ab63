// A stack over few large blocks that become one block as soon as nothing is taken.
#include "engine/ops/scratch.h"

#include <algorithm>
#include <utility>

namespace engine::ops {

using platform::HostBuffer;

Result<std::byte*> Scratch::take_bytes(int64_t bytes) {
    const int64_t size = (std::max<int64_t>(bytes, 1) + HostBuffer::kAlignment - 1) / HostBuffer::kAlignment *
                         HostBuffer::kAlignment;
    while (block_ < blocks_.size() && used_ + size > blocks_[block_].size()) {
        if (block_ + 1 == blocks_.size()) break;
        ++block_;
        used_ = 0;
    }
    if (block_ >= blocks_.size() || used_ + size > blocks_[block_].size()) {
        // Room to spare, for how much a mixture takes differs a little with each routing, and a new block
        // costs fresh pages, which the system clears first (1 to 10 GB/s). Unused room is never resident.
        constexpr int64_t kLeast = 1 << 20;
        ENGINE_ASSIGN(HostBuffer block,
                      HostBuffer::allocate(std::max({size, greatest_ + greatest_ / 8, kLeast})));
        blocks_.push_back(std::move(block));
        block_ = blocks_.size() - 1;
        used_ = 0;
    }
    std::byte* const at = blocks_[block_].data() + used_;
    used_ += size;
    total_ += size;
    greatest_ = std::max(greatest_, total_);
    return at;
}

void Scratch::rewind(size_t block, int64_t used, int64_t total) {
    block_ = block;
    used_ = used;
    total_ = total;
    // Several blocks, nothing taken: the next call gets one block that holds as much as any call ever took.
    if (total_ == 0 && blocks_.size() > 1) {
        blocks_.clear();
        block_ = 0;
        used_ = 0;
    }
}

int64_t Scratch::bytes() const {
    if (blocks_.size() <= 1) return greatest_;
    int64_t sum = 0;
    for (const auto& block : blocks_)
        sum += block.size();
    return std::max(sum, greatest_);
}

} // namespace engine::ops
