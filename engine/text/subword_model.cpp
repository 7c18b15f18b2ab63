// WordTable's storage.
#include "engine/text/subword_model.h"

namespace engine::text {

void WordTable::add(std::string_view word, TokenId id) {
    words_.add(word);
    ids_.push_back(id);
}

void WordTable::finish(State initial) {
    states_ = std::make_unique<std::atomic<State>[]>(ids_.size());
    for (size_t i = 0; i < ids_.size(); ++i)
        states_[i].store(initial, std::memory_order_relaxed);
}

} // namespace engine::text
