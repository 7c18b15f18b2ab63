// Unicode normal forms through utf8proc, and the small steps of Hugging Face's normalizers.
#include "engine/text/normalizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "engine/text/normalizer_tables.h"
#include "engine/text/regex.h"
#include "engine/text/utf8.h"

namespace engine::text {
namespace {

// A file's replacements may grow a text, but not without end: past this many bytes they are left out.
constexpr size_t kMostGrown = 64 << 20;

bool grown_too_much(const std::string& out, const std::string& text) {
    return out.size() > kMostGrown && out.size() > text.size();
}

class FormStep : public Normalizer {
 public:
    explicit FormStep(UnicodeForm form) {
        int options = UTF8PROC_STABLE;
        const bool compose = form == UnicodeForm::nfc || form == UnicodeForm::nfkc;
        options |= compose ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
        if (form == UnicodeForm::nfkc || form == UnicodeForm::nfkd) options |= UTF8PROC_COMPAT;
        options_ = static_cast<utf8proc_option_t>(options);
    }

    // ASCII is in every normal form. utf8proc works on a whole stretch at once (4 bytes of memory per
    // character), so that combining sequences of any length are seen whole. Characters that Hugging Face's
    // tables do not have stand between stretches.
    void apply(std::string& text) const override {
        if (is_ascii(text)) return;
        std::string out;
        size_t begin = 0;
        for (size_t at = 0; at < text.size();) {
            const Utf8Step step = utf8_step(text, at);
            if (has_no_normal_form(step.code_point)) {
                append_form(std::string_view(text).substr(begin, at - begin), out);
                out.append(text, at, step.length);
                begin = at + step.length;
            }
            at += step.length;
        }
        append_form(std::string_view(text).substr(begin), out);
        text = std::move(out);
    }

 private:
    void append_form(std::string_view stretch, std::string& out) const {
        if (stretch.empty()) return;
        utf8proc_uint8_t* mapped = nullptr;
        const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(stretch.data());
        const utf8proc_ssize_t size =
            utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(stretch.size()), &mapped, options_);
        if (size >= 0)
            out.append(reinterpret_cast<const char*>(mapped), static_cast<size_t>(size));
        else
            out += stretch;
        std::free(mapped);
    }

    utf8proc_option_t options_;
};

// Steps that look at one character at a time.
class CharacterStep : public Normalizer {
 public:
    void apply(std::string& text) const override {
        std::string out;
        out.reserve(text.size());
        for (size_t at = 0; at < text.size();) {
            const Utf8Step step = utf8_step(text, at);
            put(step.code_point, out);
            at += step.length;
        }
        text = std::move(out);
    }

 protected:
    virtual void put(char32_t c, std::string& out) const = 0;
};

class Lowercase : public CharacterStep {
    void put(char32_t c, std::string& out) const override {
        // The one character whose lower case is two, and utf8proc maps to one.
        if (c == 0x130) {
            out += "i\xCC\x87";
            return;
        }
        const char32_t younger = younger_lowercase(c);
        append_utf8(out, younger != 0
                             ? younger
                             : static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
    }
};

class StripAccents : public CharacterStep {
    void put(char32_t c, std::string& out) const override {
        if (!is_accent(c)) append_utf8(out, c);
    }
};

class Nmt : public CharacterStep {
    void put(char32_t c, std::string& out) const override {
        const bool removed =
            (c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F;
        if (removed) return;
        const bool space = c == 9 || c == 0xA || c == 0xC || c == 0xD || c == 0x1680 ||
                           (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
                           c == 0xFEFF || c == 0xFFFD;
        append_utf8(out, space ? U' ' : c);
    }
};

bool is_space(char32_t c) {
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

class Strip : public Normalizer {
 public:
    Strip(bool left, bool right) : left_(left), right_(right) {}

    void apply(std::string& text) const override {
        size_t begin = 0, end = 0;
        bool in_front = true;
        for (size_t at = 0; at < text.size();) {
            const Utf8Step step = utf8_step(text, at);
            at += step.length;
            if (!is_space(step.code_point)) {
                in_front = false;
                end = at;
            } else if (in_front) {
                begin = at;
            }
        }
        if (!right_) end = text.size();
        if (!left_) begin = 0;
        text = begin < end ? text.substr(begin, end - begin) : std::string();
    }

 private:
    bool left_, right_;
};

class PrependStep : public Normalizer {
 public:
    explicit PrependStep(std::string prefix) : prefix_(std::move(prefix)) {}
    void apply(std::string& text) const override {
        if (!text.empty() && text.size() < kMostGrown) text.insert(0, prefix_);
    }

 private:
    std::string prefix_;
};

class ReplaceText : public Normalizer {
 public:
    ReplaceText(std::string pattern, std::string replacement)
        : pattern_(std::move(pattern)), replacement_(std::move(replacement)) {}

    void apply(std::string& text) const override {
        size_t found = text.find(pattern_);
        if (found == std::string::npos) return;
        std::string out;
        out.reserve(text.size() + text.size() / 4);
        size_t at = 0;
        for (; found != std::string::npos && !grown_too_much(out, text); found = text.find(pattern_, at)) {
            out.append(text, at, found - at).append(replacement_);
            at = found + pattern_.size();
        }
        out.append(text, at);
        text = std::move(out);
    }

 private:
    std::string pattern_, replacement_;
};

class ReplaceRegex : public Normalizer {
 public:
    ReplaceRegex(Regex regex, std::string replacement)
        : regex_(std::move(regex)), replacement_(std::move(replacement)) {}

    void apply(std::string& text) const override {
        if (text.empty()) return; // a pattern that matches nothing is not looked for in nothing
        Matcher matcher(regex_);
        std::string out;
        size_t at = 0, from = 0, last_end = SIZE_MAX;
        while (from <= text.size() && !grown_too_much(out, text)) {
            const Matcher::Match match = matcher.find(text, from);
            if (!match.found) break;
            if (match.begin == match.end && match.end == last_end) {
                if (from >= text.size()) break;
                from += utf8_step(text, from).length;
                continue;
            }
            out.append(text, at, match.begin - at).append(replacement_);
            at = from = last_end = match.end;
        }
        out.append(text, at);
        text = std::move(out);
    }

 private:
    Regex regex_;
    std::string replacement_;
};

class Sequence : public Normalizer {
 public:
    explicit Sequence(std::vector<NormalizerPtr> steps) : steps_(std::move(steps)) {}
    void apply(std::string& text) const override {
        for (const NormalizerPtr& step : steps_)
            step->apply(text);
    }

 private:
    std::vector<NormalizerPtr> steps_;
};

} // namespace

NormalizerPtr make_unicode_form(UnicodeForm form) {
    return std::make_unique<FormStep>(form);
}
NormalizerPtr make_lowercase() {
    return std::make_unique<Lowercase>();
}
NormalizerPtr make_strip(bool left, bool right) {
    return std::make_unique<Strip>(left, right);
}
NormalizerPtr make_strip_accents() {
    return std::make_unique<StripAccents>();
}
NormalizerPtr make_prepend(std::string prefix) {
    return std::make_unique<PrependStep>(std::move(prefix));
}
NormalizerPtr make_nmt() {
    return std::make_unique<Nmt>();
}
NormalizerPtr make_sequence(std::vector<NormalizerPtr> steps) {
    return std::make_unique<Sequence>(std::move(steps));
}

Result<NormalizerPtr> make_replace(std::string_view pattern, std::string replacement, bool is_regex) {
    if (pattern.empty()) return Error{ErrorCode::unsupported, "replacing an empty text", {}};
    if (!is_regex)
        return NormalizerPtr(std::make_unique<ReplaceText>(std::string(pattern), std::move(replacement)));
    ENGINE_ASSIGN(Regex regex, Regex::compile(pattern));
    return NormalizerPtr(std::make_unique<ReplaceRegex>(std::move(regex), std::move(replacement)));
}

} // namespace engine::text
