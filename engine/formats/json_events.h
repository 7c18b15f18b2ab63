// JsonEvents: a JSON text as a stream of events, for headers too large for a tree. A subclass overrides what
// it expects; everything else is an error that names the place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace engine::formats {

// The parser keeps its own stack on the heap, so depth costs no call stack; it checks UTF-8.
class JsonEvents {
 public:
    virtual ~JsonEvents() = default;
    Result<void> run(std::string_view text);

 protected:
    enum class Kind { null, boolean, integer, real, text, object, array };
    static const char* to_string(Kind kind);

    // A container opens (then depth() already counts it), closes (depth() no longer counts it), a scalar is
    // met. False, after fail(), stops the parser.
    virtual bool opened(Kind kind) = 0;
    virtual bool closed(Kind kind) = 0;
    virtual bool named(std::string& name) = 0;
    // `number` is set for integers from 0 on; `text` for strings.
    virtual bool met(Kind kind, std::optional<uint64_t> number, std::string* text) = 0;

    int depth() const { return depth_; }
    bool fail(std::string message, ErrorCode code = ErrorCode::bad_file);

 private:
    class Adapter; // to the parser's interface
    bool open(Kind kind);
    bool close(Kind kind);

    int depth_ = 0;
    std::optional<Error> error_;
};

} // namespace engine::formats
