// Thinking markers over a stream of text.
#include "engine/generation/reasoning_splitter.h"

#include <algorithm>

namespace engine::generation {

namespace {
constexpr std::string_view kOpen = "<think>";
constexpr std::string_view kClose = "</think>";
constexpr std::string_view kSpace = " \t\r\n";

// Length of the longest end of `text` that is a proper beginning of `marker`.
size_t partial_marker(std::string_view text, std::string_view marker) {
    for (size_t n = std::min(text.size(), marker.size() - 1); n > 0; --n) {
        if (text.substr(text.size() - n) == marker.substr(0, n)) return n;
    }
    return 0;
}
} // namespace

ReasoningSplitter::ReasoningSplitter(std::string_view prompt) {
    const size_t end = prompt.find_last_not_of(kSpace);
    if (end != std::string_view::npos && prompt.substr(0, end + 1).ends_with(kOpen))
        state_ = State::reasoning;
}

ReasoningSplitter::Piece ReasoningSplitter::push(std::string_view text) {
    pending_ += text;
    Piece out;
    step(out, false);
    return out;
}

ReasoningSplitter::Piece ReasoningSplitter::finish() {
    Piece out;
    step(out, true);
    return out;
}

void ReasoningSplitter::step(Piece& out, bool final) {
    if (state_ == State::beginning) {
        const size_t begin = pending_.find_first_not_of(kSpace);
        const std::string_view rest =
            begin == std::string::npos ? "" : std::string_view(pending_).substr(begin);
        if (rest.starts_with(kOpen)) {
            pending_.erase(0, begin + kOpen.size());
            state_ = State::reasoning;
        } else if (final || !kOpen.starts_with(rest)) {
            state_ = State::answer;
        }
    }
    if (state_ == State::reasoning) {
        if (!started_) pending_.erase(0, std::min(pending_.find_first_not_of(kSpace), pending_.size()));
        const size_t close = pending_.find(kClose);
        // White space before the closing marker belongs to it, so it waits for what follows.
        size_t keep = close != std::string::npos ? close
                      : final                    ? pending_.size()
                                                 : pending_.size() - partial_marker(pending_, kClose);
        const size_t solid = std::string_view(pending_).substr(0, keep).find_last_not_of(kSpace);
        keep = close == std::string::npos && final ? keep : (solid == std::string_view::npos ? 0 : solid + 1);
        out.reasoning = pending_.substr(0, keep);
        started_ = started_ || keep > 0;
        if (close != std::string::npos) {
            pending_.erase(0, close + kClose.size());
            state_ = State::after;
        } else {
            pending_.erase(0, keep);
        }
    }
    if (state_ == State::after) { // blank lines between thinking and answer
        pending_.erase(0, std::min(pending_.find_first_not_of(kSpace), pending_.size()));
        if (!pending_.empty()) state_ = State::answer;
    }
    if (state_ == State::answer) {
        out.answer = pending_;
        pending_.clear();
    }
}

} // namespace engine::generation
