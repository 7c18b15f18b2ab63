// Regex: a compiled pattern; Matcher: one thread's use of it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "engine/base/result.h"

namespace engine::text {

// Immutable; may be used from any thread, each with its own Matcher.
class Regex {
 public:
    // A pattern in Oniguruma's syntax, as tokenizer.json has them. Errors: unsupported (what and where).
    static Result<Regex> compile(std::string_view pattern);
    // A pattern in PCRE2's syntax, for patterns that are part of this program.
    static Result<Regex> compile_pcre2(std::string_view pattern);

    ~Regex();
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;

 private:
    friend class Matcher;
    struct Code;
    explicit Regex(std::unique_ptr<const Code> code);
    std::unique_ptr<const Code> code_;
};

// Holds the memory of a match. A pattern that would take more steps than any sane pattern takes matches no
// more, from there on: text is then cut less finely, never lost, and the program does not hang.
class Matcher {
 public:
    explicit Matcher(const Regex& regex);
    ~Matcher();
    Matcher(Matcher&&) noexcept;
    Matcher& operator=(Matcher&&) noexcept;

    struct Match {
        size_t begin = 0, end = 0;
        bool found = false;
    };
    // The first match in `subject` (valid UTF-8) that begins at `from` or later. What lies before `from` can
    // be seen by assertions.
    Match find(std::string_view subject, size_t from);

 private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace engine::text
