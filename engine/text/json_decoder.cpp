// Decoders work on lists of tokens; what they do to each token alone is done once, here.
#include "engine/text/json_decoder.h"

#include <string>
#include <utility>
#include <vector>

#include "engine/text/byte_alphabet.h"
#include "engine/text/json_file.h"
#include "engine/text/normalizer.h"
#include "engine/text/tokenizer_pieces.h"

namespace engine::text {
namespace {

using Json = nlohmann::json;

struct Step {
    enum Kind { byte_level, bytes, replace, marks } kind = replace;
    NormalizerPtr replacement;
};

Error unsupported(const std::string& what) {
    return {ErrorCode::unsupported, "tokenizer.json: decoder " + what, {}};
}

class DecoderReader {
 public:
    std::vector<Step> steps;
    bool strips_first_space = false;

    Result<void> add(const Json& section, int depth) {
        const std::string type = json_type(section);
        if (depth > 8 || steps.size() > 64) return unsupported("has too many steps");
        if (type == "Sequence") {
            const Json* parts = json_field(section, "decoders");
            if (parts == nullptr || !parts->is_array()) return unsupported("Sequence has no decoders");
            for (const Json& part : *parts)
                ENGINE_TRY(add(part, depth + 1));
            return {};
        }
        if (type == "Fuse") return {};
        if (type == "ByteLevel") return plain(Step::byte_level);
        if (type == "ByteFallback") return plain(Step::bytes);
        if (type == "Metaspace") {
            const std::string scheme = json_string(
                section, "prepend_scheme", json_bool(section, "add_prefix_space", true) ? "always" : "never");
            strips_first_space = strips_first_space || scheme != "never";
            return add_replacement(json_string(section, "replacement", std::string(kSpaceMark)), " ", false);
        }
        if (type == "Strip") {
            if (json_string(section, "content") == " " && json_integer(section, "start", 0) > 0)
                strips_first_space = true;
            return {};
        }
        if (type == "Replace") return add_replace(section);
        return unsupported("\"" + type + "\" is not known");
    }

 private:
    Result<void> plain(Step::Kind kind) {
        steps.push_back({kind, nullptr});
        return {};
    }

    Result<void> add_replacement(const std::string& pattern, std::string content, bool is_regex) {
        ENGINE_ASSIGN(NormalizerPtr replacement, make_replace(pattern, std::move(content), is_regex));
        steps.push_back({Step::replace, std::move(replacement)});
        return {};
    }

    Result<void> add_replace(const Json& section) {
        const Json* pattern = json_field(section, "pattern");
        for (const char* kind : {"String", "Regex"})
            if (pattern != nullptr && !json_string(*pattern, kind).empty())
                return add_replacement(json_string(*pattern, kind), json_string(section, "content"),
                                       kind[0] == 'R');
        return unsupported("Replace has no pattern");
    }
};

std::string piece_of(std::string_view token, TokenKind kind, const std::vector<Step>& steps) {
    std::string piece(token);
    for (const Step& step : steps) {
        if (step.kind == Step::byte_level) {
            from_byte_alphabet(piece, piece);
        } else if (step.kind == Step::bytes) {
            if (const int byte = byte_of_token(piece); byte >= 0 && kind != TokenKind::user_defined)
                return std::string(1, static_cast<char>(byte));
        } else {
            step.replacement->apply(piece);
        }
    }
    return piece;
}

} // namespace

Result<JsonDecoder> read_json_decoder(const Json* section, const Vocabulary& vocabulary,
                                      const std::vector<bool>& added, bool byte_alphabet) {
    DecoderReader reader;
    if (section != nullptr) ENGINE_TRY(reader.add(*section, 0));
    if (section == nullptr && byte_alphabet) reader.steps.push_back({Step::byte_level, nullptr});
    JsonDecoder decoder;
    decoder.strips_first_space = reader.strips_first_space;
    for (TokenId id = 0; id < vocabulary.size(); ++id) {
        const std::string_view token = vocabulary.tokens.at(id);
        if (added[static_cast<size_t>(id)] && vocabulary.kind(id) != TokenKind::byte)
            decoder.pieces.add(token.find(kSpaceMark) != std::string_view::npos &&
                                       vocabulary.kind(id) == TokenKind::user_defined
                                   ? piece_of(token, TokenKind::user_defined, reader.steps)
                                   : std::string(token));
        else
            decoder.pieces.add(piece_of(token, vocabulary.kind(id), reader.steps));
    }
    return decoder;
}

} // namespace engine::text
