// Ledger: what the models and sessions of one engine were promised of memory, so that two of them are never
// promised the same bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "engine/base/result.h"

namespace engine::placement {

// Any thread. Lives as long as its entries.
class Ledger : public std::enable_shared_from_this<Ledger> {
 public:
    static std::shared_ptr<Ledger> create();

    // A promise, given back when it dies.
    class Entry {
     public:
        Entry() = default;
        Entry(Entry&& other) noexcept { *this = std::move(other); }
        Entry& operator=(Entry&& other) noexcept;
        ~Entry();
        // So much of it is written to by now: the system counts it as in use. (Pages of a mapped file never
        // are: the system calls them available.)
        void set_touched(int64_t bytes);
        int64_t bytes() const { return bytes_; }

     private:
        friend class Ledger;
        Entry(std::shared_ptr<Ledger> ledger, int64_t bytes) : ledger_(std::move(ledger)), bytes_(bytes) {}
        std::shared_ptr<Ledger> ledger_;
        int64_t bytes_ = 0, touched_ = 0;
    };

    // Promised, but not yet seen by the system as in use: to be taken off what it calls available.
    int64_t outstanding() const;

    // `decide` gets outstanding() and answers with the bytes to promise, or refuses; nobody else is promised
    // anything meanwhile.
    Result<Entry> reserve(const std::function<Result<int64_t>(int64_t outstanding)>& decide);

 private:
    Ledger() = default;
    mutable std::mutex mutex_; // guards outstanding_
    int64_t outstanding_ = 0;
};

} // namespace engine::placement
