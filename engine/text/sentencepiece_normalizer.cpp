// sentencepiece's normalizer over a GGUF file's settings.
#include "engine/text/sentencepiece_normalizer.h"

#include <utility>

#include "engine/text/tokenizer_pieces.h"
#include "engine/text/utf8.h"

namespace engine::text {
namespace {

class SentencePieceNormalizer : public Normalizer {
 public:
    explicit SentencePieceNormalizer(SentencePieceOptions options) : options_(std::move(options)) {
        for (const std::string& text : options_.user_defined)
            user_defined_.add(text, 0);
    }

    void apply(std::string& text) const override {
        if (text.empty()) return;
        const std::string_view space = options_.escape_whitespaces ? kSpaceMark : " ";
        std::string out;
        out.reserve(text.size() + text.size() / 2 + space.size());
        if (options_.add_space_prefix) out += space;
        bool after_space = options_.remove_extra_whitespaces; // further spaces are dropped
        for (size_t at = 0; at < text.size();) {
            const Step step = next(std::string_view(text).substr(at));
            at += step.consumed;
            for (const char c : step.text) {
                if (c != ' ')
                    out += c;
                else if (!after_space)
                    out += space;
                after_space = options_.remove_extra_whitespaces && c == ' ';
            }
        }
        // Nothing but spaces gives nothing, not even the prefix; a mark that the text itself has is a space.
        if (options_.remove_extra_whitespaces)
            while (std::string_view(out).ends_with(space))
                out.resize(out.size() - space.size());
        text = std::move(out);
    }

 private:
    struct Step {
        size_t consumed = 0;
        std::string_view text;
    };

    Step next(std::string_view rest) const {
        if (const size_t length = user_defined_prefix(rest); length > 0)
            return {length, rest.substr(0, length)};
        const Charsmap::Found found = options_.charsmap.longest_prefix(rest);
        if (found.length > 0) return {found.length, found.replacement};
        const size_t length = utf8_step(rest, 0).length;
        return {length, rest.substr(0, length)};
    }

    size_t user_defined_prefix(std::string_view rest) const {
        size_t longest = 0;
        int32_t node = ByteTrie::kRoot;
        for (size_t i = 0; i < rest.size(); ++i) {
            node = user_defined_.step(node, static_cast<uint8_t>(rest[i]));
            if (node == ByteTrie::kNone) break;
            if (user_defined_.value(node) >= 0) longest = i + 1;
        }
        return longest;
    }

    SentencePieceOptions options_;
    ByteTrie user_defined_;
};

class Precompiled : public Normalizer {
 public:
    explicit Precompiled(Charsmap charsmap) : charsmap_(std::move(charsmap)) {}
    void apply(std::string& text) const override {
        if (!charsmap_.empty()) text = charsmap_.apply_by_graphemes(text);
    }

 private:
    Charsmap charsmap_;
};

} // namespace

NormalizerPtr make_sentencepiece_normalizer(SentencePieceOptions options) {
    return std::make_unique<SentencePieceNormalizer>(std::move(options));
}

NormalizerPtr make_precompiled(Charsmap charsmap) {
    return std::make_unique<Precompiled>(std::move(charsmap));
}

} // namespace engine::text
