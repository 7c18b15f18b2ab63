// Regex over PCRE2 with its just-in-time compiler.
#include "engine/text/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <string>

#include "engine/text/regex_translate.h"

namespace engine::text {
namespace {

// Steps of one search. Linear patterns take a few per byte; a megabyte of one character needs some millions.
constexpr uint32_t kBaseSteps = 20'000'000;
constexpr uint32_t kStepsPerByte = 64;
constexpr uint32_t kHeapKilobytes = 64 << 10; // of the interpreter
constexpr size_t kJitStackStart = 64 << 10, kJitStackMost = 64 << 20;
constexpr uint32_t kMaxNestedGroups = 250;
constexpr size_t kMaxCompiled = 16 << 20;

struct CompileContext {
    pcre2_compile_context* context = pcre2_compile_context_create(nullptr);
    ~CompileContext() { pcre2_compile_context_free(context); }
};

std::string message_of(int error) {
    std::array<PCRE2_UCHAR, 128> text{};
    pcre2_get_error_message(error, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

} // namespace

struct Regex::Code {
    pcre2_code* code = nullptr;
    bool jit = false;
    ~Code() { pcre2_code_free(code); }
};

Regex::Regex(std::unique_ptr<const Code> code) : code_(std::move(code)) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

Result<Regex> Regex::compile(std::string_view pattern) {
    ENGINE_ASSIGN(const std::string translated, translate_pattern(pattern));
    return compile_pcre2(translated);
}

Result<Regex> Regex::compile_pcre2(std::string_view pattern) {
    const CompileContext compile;
    if (compile.context == nullptr) return Error{ErrorCode::out_of_memory, "no memory for a pattern", {}};
    pcre2_set_newline(compile.context, PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(compile.context, kMaxNestedGroups);
    constexpr uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto code = std::make_unique<Code>();
    code->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), kOptions, &error,
                               &offset, compile.context);
    if (code->code == nullptr)
        return Error{ErrorCode::unsupported, "the pattern cannot be compiled: " + message_of(error), {}};
    size_t size = 0;
    pcre2_pattern_info(code->code, PCRE2_INFO_SIZE, &size);
    if (size > kMaxCompiled) return Error{ErrorCode::unsupported, "the pattern is too large", {}};
    code->jit = pcre2_jit_compile(code->code, PCRE2_JIT_COMPLETE) == 0;
    return Regex(std::move(code));
}

struct Matcher::State {
    const Regex::Code* code = nullptr;
    pcre2_match_data* data = nullptr;
    pcre2_match_context* context = nullptr;
    pcre2_jit_stack* stack = nullptr; // made when the machine stack's 32 KB did not suffice
    bool gave_up = false;
    uint32_t limit = 0;

    explicit State(const Regex::Code& regex) : code(&regex) {
        data = pcre2_match_data_create(1, nullptr);
        context = pcre2_match_context_create(nullptr);
        if (context != nullptr) pcre2_set_heap_limit(context, kHeapKilobytes);
    }
    ~State() {
        pcre2_match_data_free(data);
        pcre2_match_context_free(context);
        pcre2_jit_stack_free(stack);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void limit_steps(size_t bytes) {
        const uint64_t wanted = kBaseSteps + static_cast<uint64_t>(kStepsPerByte) * bytes;
        const auto steps = static_cast<uint32_t>(wanted < UINT32_MAX ? wanted : UINT32_MAX);
        if (steps == limit) return;
        limit = steps;
        pcre2_set_match_limit(context, steps);
    }

    int run(std::string_view subject, size_t from) const {
        const auto* text = reinterpret_cast<PCRE2_SPTR>(subject.data());
        if (code->jit) return pcre2_jit_match(code->code, text, subject.size(), from, 0, data, context);
        return pcre2_match(code->code, text, subject.size(), from, PCRE2_NO_UTF_CHECK, data, context);
    }
};

Matcher::Matcher(const Regex& regex) : state_(std::make_unique<State>(*regex.code_)) {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

Matcher::Match Matcher::find(std::string_view subject, size_t from) {
    State& state = *state_;
    if (state.gave_up || state.data == nullptr || state.context == nullptr) return {};
    if (subject.data() == nullptr) subject = "";
    // Short pieces share one limit: setting it costs more than matching a word.
    state.limit_steps(subject.size() < 4096 ? 0 : subject.size());
    int found = state.run(subject, from);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT && state.stack == nullptr) {
        state.stack = pcre2_jit_stack_create(kJitStackStart, kJitStackMost, nullptr);
        pcre2_jit_stack_assign(state.context, nullptr, state.stack);
        found = state.run(subject, from);
    }
    if (found < 0) {
        state.gave_up = found != PCRE2_ERROR_NOMATCH;
        return {};
    }
    const PCRE2_SIZE* range = pcre2_get_ovector_pointer(state.data);
    return {range[0], range[1], true};
}

} // namespace engine::text
