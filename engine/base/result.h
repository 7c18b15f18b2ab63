// Result<T>: a value or an Error. A bad file is a value; a bug is an assertion (check.h).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace engine::base {

enum class ErrorCode {
    invalid_argument, // the caller asked for something impossible
    not_found,        // a file, tensor, key or name is not there
    io,               // the operating system refused: permission, read error
    bad_file,         // the bytes contradict the format's rules
    unsupported,      // well-formed, but nothing here can handle it (yet)
    out_of_memory,
    disk_full,
    cancelled,    // a StopToken fired
    context_full, // the conversation does not fit the model's context
    bad_template, // a chat template cannot be parsed or rendered
    internal,
};

// What went wrong. `message` is one sentence that names the place ("tensor blk.0.attn_q.weight ends 96 bytes
// after the end of the file"); `hint` says what the person can do about it and may be empty.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    std::string hint;
};

template <typename T>
class [[nodiscard]] Result {
 public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Error& error() const& { return std::get<1>(state_); }
    Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool ok() const { return !error_; }
    explicit operator bool() const { return ok(); }
    const Error& error() const& { return *error_; }
    Error&& error() && { return *std::move(error_); }

 private:
    std::optional<Error> error_;
};

} // namespace engine::base

namespace engine {
using namespace base; // every room speaks base's words without a prefix
}

#define ENGINE_CONCAT_(a, b) a##b
#define ENGINE_CONCAT(a, b) ENGINE_CONCAT_(a, b)

// ENGINE_TRY(expr): returns expr's Error from the enclosing function when there is one.
#define ENGINE_TRY(expr)                                                          \
    do {                                                                          \
        auto engine_try_result = (expr);                                          \
        if (!engine_try_result.ok()) return std::move(engine_try_result).error(); \
    } while (false)

// ENGINE_ASSIGN(auto x, expr): the same, and binds the value.
#define ENGINE_ASSIGN(decl, expr) ENGINE_ASSIGN_(ENGINE_CONCAT(engine_result_, __LINE__), decl, expr)
#define ENGINE_ASSIGN_(tmp, decl, expr)           \
    auto tmp = (expr);                            \
    if (!tmp.ok()) return std::move(tmp).error(); \
    decl = std::move(tmp).value()
