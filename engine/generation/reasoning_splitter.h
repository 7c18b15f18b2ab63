// ReasoningSplitter: parts a reply into the model's thinking (<think>...</think>) and its answer.
#pragma once

#include <string>
#include <string_view>

namespace engine::generation {

class ReasoningSplitter {
 public:
    struct Piece {
        std::string reasoning, answer; // either may be empty; reasoning comes first
    };

    // `prompt`: the text before the reply. Templates that open the thinking themselves end with "<think>".
    explicit ReasoningSplitter(std::string_view prompt);

    Piece push(std::string_view text);
    Piece finish();
    bool reasoning_now() const { return state_ == State::reasoning; }

 private:
    // The opening marker counts at the very beginning of a reply only, so a "<think>" in quoted code is text.
    enum class State { beginning, reasoning, after, answer };
    void step(Piece& out, bool final);

    State state_ = State::beginning;
    std::string pending_;
    bool started_ = false; // reasoning text was given out: its leading newlines are gone
};

} // namespace engine::generation
