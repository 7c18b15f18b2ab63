// What the tests of chat templates share: golden files, rendering, what an error must say.
#pragma once

#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/text/chat_template.h"

namespace template_cases {

using namespace engine;
using namespace engine::text;
using nlohmann::ordered_json; // the order of keys is part of what is rendered

inline const std::string kGolden = TANDEM_SOURCE_DIR "/tests/golden/chat_template/";

inline std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline const ordered_json& golden(const char* name) {
    static std::map<std::string, ordered_json> files;
    ordered_json& file = files[name];
    if (file.is_null()) file = ordered_json::parse(read(kGolden + name));
    return file;
}

inline TemplateInput input_of(const ordered_json& variables, int64_t now) {
    TemplateInput input;
    input.now_unix_seconds = now;
    input.bos_token = "<s>";
    input.eos_token = "</s>";
    for (const auto& [name, value] : variables.items()) {
        if (name == "messages")
            input.messages_json = value.dump();
        else if (name == "tools")
            input.tools_json = value.dump();
        else if (name == "add_generation_prompt")
            input.add_generation_prompt = value.get<bool>();
        else
            input.variables[name] = value.dump();
    }
    return input;
}

inline Result<RenderedPrompt> render(const std::string& source, const TemplateInput& input,
                                     const TemplateLimits& limits = {}) {
    auto parsed = ChatTemplate::parse(source);
    if (!parsed.ok()) return std::move(parsed).error();
    return parsed->render(input, limits);
}

inline QByteArray bytes(const std::string& text) {
    return QByteArray::fromStdString(text);
}

// Who says that it failed, where and why.
inline void verify_error(const Error& error, int line, const std::string& reason = {}) {
    QCOMPARE(error.code, ErrorCode::bad_template);
    const QByteArray message = bytes(error.message);
    const std::string place = "line " + std::to_string(line) + ": ";
    QVERIFY2(line == 0 ? message.startsWith("line ") : message.startsWith(place.c_str()),
             message.constData());
    QVERIFY2(message.size() > static_cast<qsizetype>(place.size()), message.constData());
    QVERIFY2(message.contains(reason.c_str()), message.constData());
    QVERIFY2(message.size() < 4000, message.constData());
    QVERIFY(!error.hint.empty());
}

} // namespace template_cases
