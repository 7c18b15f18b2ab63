// Fuzzes tokenizer.json: any bytes give a tokenizer that keeps its promises, or an error with words.
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/text/stream_decoder.h"
#include "engine/text/tokenizer.h"
#include "engine/text/utf8.h"

using namespace engine::text;

namespace {

void require(bool condition) {
    if (!condition) __builtin_trap();
}

void use(const Tokenizer& tokenizer) {
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {""sv, "Hello  World 123\n<s>"sv, " \xE2\x96\x81\xCC\x81\xF0\x9F\xA6\x99\xFF\0 ab"sv}) {
        for (const bool trusted : {true, false}) {
            const std::vector<TokenId> ids = tokenizer.encode(text, {true, trusted});
            StreamDecoder stream(tokenizer, true);
            for (const TokenId id : ids) {
                require(id >= 0 && id < tokenizer.size());
                require(is_utf8(stream.push(id)));
            }
            require(is_utf8(stream.finish()));
            tokenizer.decode(ids, trusted);
        }
    }
    for (TokenId id = -1; id <= tokenizer.size() && id < 1000; ++id) {
        tokenizer.piece(id, true);
        const TokenId found = tokenizer.find(tokenizer.token(id));
        require(found <= id || tokenizer.token(id).empty());
        tokenizer.ends_generation(id);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    // What stands behind the first zero byte is tokenizer_config.json.
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const size_t end = all.find('\0');
    const auto loaded = load_tokenizer_json(
        all.substr(0, end), end == std::string_view::npos ? std::string_view() : all.substr(end + 1));
    if (loaded.ok())
        use(**loaded);
    else
        require(!loaded.error().message.empty());
    return 0;
}
