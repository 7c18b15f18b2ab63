// Each token alone on a line, which tells rules that hold for whole words, and several in a row, which tells
// the order of merging.
#include "engine/text/tokenizer_comparison.h"

#include <algorithm>
#include <vector>

#include "engine/base/random.h"
#include "engine/text/normalizer.h"
#include "engine/text/utf8.h"

namespace engine::text {
namespace {

constexpr int64_t kMostTexts = 16384; // of each kind; a tenth of a second
constexpr int kTokensInARow = 6;

class Comparison {
 public:
    Comparison(const Tokenizer& a, const Tokenizer& b, bool composed, bool user_defined)
        : a_(a), b_(b), compose_(composed ? make_unicode_form(UnicodeForm::nfc) : nullptr) {
        for (TokenId id = 0; id < std::min(a.size(), b.size()); ++id) {
            const TokenKind kind = a.kind(id);
            if (kind == TokenKind::user_defined && !user_defined) continue;
            if (kind == TokenKind::control && start_.empty()) start_ = a.token(id);
            if (kind == TokenKind::control || kind == TokenKind::user_defined) added_.push_back(id);
            if (kind != TokenKind::normal && kind != TokenKind::user_defined) continue;
            std::string piece = a.piece(id, false);
            if (is_utf8(piece)) pieces_.push_back(std::move(piece));
        }
        if (a.bos() >= 0) start_ = a.token(a.bos());
    }

    TokenizerDifference run() {
        const auto count = static_cast<int64_t>(pieces_.size());
        const int64_t texts = std::min(count, kMostTexts);
        Random random(count);
        for (int64_t i = 0; i < texts; ++i) {
            compare("x\n" + pieces_[static_cast<size_t>(i * count / texts)]);
            std::string row = "x";
            for (int token = 0; token < kTokensInARow; ++token)
                row += pieces_[random.next_u32() % pieces_.size()];
            compare(std::move(row));
        }
        for (const TokenId id : added_) // one may be a part of another
            compare("x" + std::string(a_.token(id)), true);
        return std::move(difference_);
    }

 private:
    void compare(std::string text, bool trusted = false) {
        if (compose_ != nullptr) compose_->apply(text);
        const Span spans[] = {{start_, true}, {text, trusted}};
        ++difference_.tried;
        if (a_.encode(spans) == b_.encode(spans)) return;
        if (++difference_.different == 1) difference_.first = text;
    }

    const Tokenizer &a_, &b_;
    NormalizerPtr compose_;
    std::string start_;
    std::vector<TokenId> added_;
    std::vector<std::string> pieces_; // what tokens stand for, where that is text
    TokenizerDifference difference_;
};

} // namespace

TokenizerDifference compare_tokenizers(const Tokenizer& a, const Tokenizer& b, bool composed,
                                       bool user_defined) {
    return Comparison(a, b, composed, user_defined).run();
}

} // namespace engine::text
