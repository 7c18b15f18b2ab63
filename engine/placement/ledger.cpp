// Adding up promises.
#include "engine/placement/ledger.h"

#include <algorithm>
#include <utility>

namespace engine::placement {

std::shared_ptr<Ledger> Ledger::create() {
    return std::shared_ptr<Ledger>(new Ledger);
}

Ledger::Entry& Ledger::Entry::operator=(Entry&& other) noexcept {
    std::swap(ledger_, other.ledger_);
    std::swap(bytes_, other.bytes_);
    std::swap(touched_, other.touched_);
    return *this;
}

Ledger::Entry::~Entry() {
    if (!ledger_) return;
    const std::lock_guard lock(ledger_->mutex_);
    ledger_->outstanding_ -= bytes_ - touched_;
}

void Ledger::Entry::set_touched(int64_t bytes) {
    if (!ledger_) return;
    const int64_t now = std::clamp<int64_t>(bytes, 0, bytes_);
    const std::lock_guard lock(ledger_->mutex_);
    ledger_->outstanding_ -= now - touched_;
    touched_ = now;
}

int64_t Ledger::outstanding() const {
    const std::lock_guard lock(mutex_);
    return outstanding_;
}

Result<Ledger::Entry> Ledger::reserve(const std::function<Result<int64_t>(int64_t outstanding)>& decide) {
    const std::lock_guard lock(mutex_);
    ENGINE_ASSIGN(const int64_t wanted, decide(outstanding_));
    const int64_t bytes = std::max<int64_t>(wanted, 0);
    outstanding_ += bytes;
    return Entry(shared_from_this(), bytes);
}

} // namespace engine::placement
