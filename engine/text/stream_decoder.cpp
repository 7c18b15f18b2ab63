// Holding back unfinished characters.
#include "engine/text/stream_decoder.h"

#include "engine/text/utf8.h"

namespace engine::text {

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer, bool render_control, bool continues)
    : tokenizer_(&tokenizer),
      render_control_(render_control),
      at_start_(!continues && tokenizer.adds_space_prefix()) {}

std::string StreamDecoder::push(TokenId id) {
    pending_ += tokenizer_->piece(id, render_control_);
    if (pending_.empty()) return {};
    if (at_start_ && pending_[0] == ' ') pending_.erase(0, 1);
    at_start_ = false;
    const size_t complete = utf8_complete_prefix(pending_);
    std::string text = replace_invalid_utf8(std::string_view(pending_).substr(0, complete));
    pending_.erase(0, complete);
    return text;
}

std::string StreamDecoder::finish() {
    std::string text = replace_invalid_utf8(pending_);
    pending_.clear();
    return text;
}

} // namespace engine::text
