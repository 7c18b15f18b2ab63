// Reading tests/golden/text.
#include "text_goldens.h"

#include <QByteArray>
#include <QFile>
#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>

namespace tests {
namespace {

QByteArray read_file(const std::string& name) {
    QFile file(QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/text/") + QString::fromStdString(name));
    if (!file.open(QIODevice::ReadOnly)) qFatal("cannot read %s", qPrintable(file.fileName()));
    return file.readAll();
}

const Json& strings_file() {
    static const Json kFile = packed_golden("strings.bin");
    return kFile;
}

Json variant_named(const std::string& name) {
    const Json variants = packed_golden("variants.bin")["variants"];
    for (const Json& variant : variants)
        if (variant["name"] == name) return variant;
    return {};
}

// Tokens with a kind of their own, and the numbers of all of them.
Json file_of_tokens(Json file, const std::vector<std::string>& tokens, const std::vector<int64_t>& types) {
    file["added_tokens"] = Json::array();
    file["model"]["vocab"] = Json::object();
    file["model"]["merges"] = Json::array();
    for (size_t id = 0; id < tokens.size(); ++id) {
        file["model"]["vocab"].emplace(tokens[id], id);
        if (types[id] >= 2 && types[id] <= 4)
            file["added_tokens"].push_back(
                {{"id", id}, {"content", tokens[id]}, {"special", types[id] != 4}, {"normalized", false}});
    }
    return file;
}

// Sorted as Hugging Face's converter does it: by score.
void add_merges_of_scores(Json& file, const std::vector<std::string>& tokens,
                          const std::vector<int64_t>& types, const std::vector<double>& scores) {
    std::unordered_map<std::string_view, size_t> known;
    std::vector<size_t> order;
    for (size_t id = 0; id < tokens.size(); ++id) {
        if (types[id] != 1) continue;
        known.emplace(tokens[id], id);
        order.push_back(id);
    }
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
    for (const size_t id : order)
        for (size_t at = 1; at < tokens[id].size(); ++at) {
            const std::string left = tokens[id].substr(0, at), right = tokens[id].substr(at);
            if (known.contains(left) && known.contains(right))
                file["model"]["merges"].push_back({left, right});
        }
}

} // namespace

Json packed_golden(const char* name) {
    return Json::parse(qUncompress(read_file(name)).toStdString());
}

std::string golden_text(const char* name) {
    return read_file(name).toStdString();
}

const std::vector<std::string>& nasty_strings() {
    static const auto kStrings = strings_file()["strings"].get<std::vector<std::string>>();
    return kStrings;
}

const std::vector<std::string>& marked_strings() {
    static const auto kStrings = strings_file()["marked"].get<std::vector<std::string>>();
    return kStrings;
}

void ListHash::add_number(uint32_t number) {
    for (int byte = 0; byte < 4; ++byte)
        state_ = (state_ ^ (number >> (8 * byte) & 0xFF)) * 0x100000001B3ull;
}

void ListHash::add(std::span<const int32_t> numbers) {
    add_number(static_cast<uint32_t>(numbers.size()));
    for (const int32_t number : numbers)
        add_number(static_cast<uint32_t>(number));
}

std::string ListHash::text() const {
    std::array<char, 20> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(state_));
    return digits.data();
}

engine::formats::Metadata byte_level_metadata(std::string_view tokenizer_json, const std::string& pre) {
    const Json file = Json::parse(tokenizer_json);
    size_t size = file["model"]["vocab"].size();
    for (const Json& added : file["added_tokens"])
        size = std::max(size, added["id"].get<size_t>() + 1);
    std::vector<std::string> tokens(size), merges;
    std::vector<int32_t> types(size, 1);
    for (const auto& [token, id] : file["model"]["vocab"].items())
        tokens[id.get<size_t>()] = token;
    for (const Json& added : file["added_tokens"]) {
        const auto id = added["id"].get<size_t>();
        tokens[id] = added["content"].get<std::string>();
        types[id] = added["special"].get<bool>() ? 3 : 4;
    }
    for (const Json& merge : file["model"]["merges"])
        merges.push_back(merge[0].get<std::string>() + " " + merge[1].get<std::string>());
    engine::formats::Metadata metadata;
    metadata.set_string("tokenizer.ggml.model", "gpt2");
    metadata.set_string("tokenizer.ggml.pre", pre);
    metadata.set_strings("tokenizer.ggml.tokens", tokens);
    metadata.set_i32s("tokenizer.ggml.token_type", types);
    metadata.set_strings("tokenizer.ggml.merges", merges);
    return metadata;
}

engine::formats::Metadata sentencepiece_metadata(const Json& model) {
    engine::formats::Metadata metadata;
    metadata.set_string("tokenizer.ggml.model", model["model"].get<std::string>());
    metadata.set_string("tokenizer.ggml.pre", "default");
    metadata.set_strings("tokenizer.ggml.tokens", model["tokens"].get<std::vector<std::string>>());
    metadata.set_f32s("tokenizer.ggml.scores", model["scores"].get<std::vector<float>>());
    metadata.set_i32s("tokenizer.ggml.token_type", model["types"].get<std::vector<int32_t>>());
    metadata.set_bool("tokenizer.ggml.add_space_prefix", model["add_space_prefix"].get<bool>());
    metadata.set_bool("tokenizer.ggml.remove_extra_whitespaces",
                      model["remove_extra_whitespaces"].get<bool>());
    metadata.set_u32("tokenizer.ggml.unknown_token_id", 0);
    metadata.set_u32("tokenizer.ggml.bos_token_id", 1);
    metadata.set_u32("tokenizer.ggml.eos_token_id", 2);
    const auto blob = QByteArray::fromBase64(QByteArray::fromStdString(model["charsmap"]));
    if (blob.isEmpty()) return metadata;
    std::vector<int32_t> bytes;
    for (const char byte : blob)
        bytes.push_back(static_cast<unsigned char>(byte));
    metadata.set_i32s("tokenizer.ggml.precompiled_charsmap", bytes);
    return metadata;
}

std::string tokenizer_json_of(const engine::formats::Metadata& metadata) {
    const auto key = [](const char* name) { return "tokenizer.ggml." + std::string(name); };
    const auto& tokens = *metadata.strings(key("tokens"));
    const auto& types = *metadata.integers(key("token_type"));
    if (*metadata.string(key("model")) == "llama") {
        Json file = file_of_tokens(Json::parse(golden_text("character_bpe.json")), tokens, types);
        add_merges_of_scores(file, tokens, types, *metadata.numbers(key("scores")));
        return file.dump();
    }
    if (*metadata.string(key("model")) == "t5") {
        Json file = file_of_tokens(Json::parse(golden_text("character_bpe.json")), tokens, types);
        file["model"] = {
            {"type", "Unigram"}, {"unk_id", 0}, {"byte_fallback", true}, {"vocab", Json::array()}};
        for (size_t id = 0; id < tokens.size(); ++id)
            file["model"]["vocab"].push_back({tokens[id], (*metadata.numbers(key("scores")))[id]});
        return file.dump();
    }
    const std::string pre = *metadata.string(key("pre"));
    const Json variant = variant_named(pre == "gpt-2" ? "byte_level" : "byte_level " + pre);
    if (variant.is_null()) return {};
    Json file = file_of_tokens(Json::parse(golden_text("byte_level.json")), tokens, types);
    file.update(variant["sections"]);
    file["model"].update(variant["model"]);
    for (const std::string& merge : *metadata.strings(key("merges"))) {
        const size_t space = merge.find(' ', 1);
        file["model"]["merges"].push_back({merge.substr(0, space), merge.substr(space + 1)});
    }
    return file.dump();
}

} // namespace tests
