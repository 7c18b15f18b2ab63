// Summaries of model files.
#include "engine/api/inspect.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/formats/file_type.h"
#include "engine/formats/gguf.h"
#include "engine/formats/model_name.h"
#include "engine/model/registry.h"
#include "engine/text/template_source.h"

namespace engine::api {

namespace {

std::string quantization_of(const formats::ModelFile& file) {
    std::map<DType, uint64_t> bytes;
    for (const auto& tensor : file.tensors.entries())
        bytes[tensor.dtype] += tensor.bytes;
    if (bytes.empty()) return "";
    if (const auto number = file.metadata.integer("general.file_type")) {
        if (const auto known = formats::file_type_name(*number)) return std::string(*known);
    }
    const auto most = std::max_element(bytes.begin(), bytes.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return std::string(name(most->first));
}

std::string architecture_of(const formats::ModelFile& file) {
    if (const std::string* architecture = file.metadata.string("general.architecture")) return *architecture;
    const auto config = nlohmann::json::parse(file.config_json, nullptr, false);
    if (config.is_object() && config.contains("model_type") && config["model_type"].is_string())
        return config["model_type"].get<std::string>();
    return "";
}

std::string kind_of(const formats::ModelFile& file, const std::string& architecture) {
    if (architecture == "clip") return "projector";
    const std::string* type = file.metadata.string("general.type");
    if (type == nullptr || type->empty()) return "model";
    return *type == "mmproj" ? "projector" : *type;
}

std::string base_model_of(const formats::ModelFile& file) {
    constexpr std::string_view kHub = "https://huggingface.co/";
    const auto text = [&](const char* key) {
        const std::string* found = file.metadata.string(std::string("general.base_model.0.") + key);
        return found == nullptr ? std::string() : *found;
    };
    const std::string address = text("repo_url");
    if (address.starts_with(kHub)) return address.substr(kHub.size());
    const std::string owner = text("organization");
    return owner.empty() ? text("name") : owner + "/" + text("name");
}

TensorSummary summarise(const formats::TensorEntry& entry, formats::Container container) {
    TensorSummary out{entry.name, {}, std::string(name(entry.dtype)), static_cast<int64_t>(entry.bytes)};
    for (int i = 0; i < entry.shape.rank; ++i)
        out.shape.push_back(entry.shape[i]);
    if (container == formats::Container::gguf) std::reverse(out.shape.begin(), out.shape.end());
    return out;
}

// The numbers of a model that read_spec() understands, or as much as can be said of one that it does not.
void add_numbers(const formats::ModelFile& file, ModelSummary& out) {
    const auto spec = model::read_spec(file);
    if (!spec.ok() || out.kind != "model") {
        out.unsupported = out.kind == "model" ? spec.error().message
                          : out.kind == "adapter"
                              ? "this is an adapter, which is used together with its model"
                              : "this file holds no language model";
        for (const auto& entry : file.tensors.entries())
            out.parameters += entry.shape.elements();
        out.layers = file.metadata.integer(out.architecture + ".block_count").value_or(0);
        out.context = file.metadata.integer(out.architecture + ".context_length").value_or(0);
        return;
    }
    out.architecture = spec->architecture;
    out.layers = static_cast<int64_t>(spec->layers.size());
    out.experts = spec->experts();
    out.experts_used = spec->experts_used();
    out.context = spec->context;
    if (file.tensors.entries().empty()) {
        out.unsupported = "the file holds a vocabulary only, no weights";
        return;
    }
    const auto inventory = model::take_inventory(*spec, file);
    if (!inventory.ok()) {
        out.unsupported = inventory.error().message;
        return;
    }
    out.parameters = inventory->parameters();
    out.active_parameters = inventory->active_parameters(*spec);
}

} // namespace

ModelSummary summarise(const formats::ModelFile& file, const text::Tokenizer* tokenizer,
                       std::string_view tokenizer_error) {
    ModelSummary out;
    out.path = file.path;
    out.name = formats::model_name(file);
    out.architecture = architecture_of(file);
    out.quantization = quantization_of(file);
    out.kind = kind_of(file, out.architecture);
    if (out.kind == "adapter") out.base_model = base_model_of(file);
    add_numbers(file, out);
    for (const auto& part : file.parts)
        out.file_bytes += static_cast<int64_t>(part->bytes().size());
    for (const auto& entry : file.tensors.entries())
        out.tensors.push_back(summarise(entry, file.container));
    if (tokenizer != nullptr) {
        out.tokenizer = TokenizerSummary{std::string(tokenizer->model()), std::string(tokenizer->pre()),
                                         tokenizer->size()};
    } else if (out.unsupported.empty()) {
        out.unsupported = tokenizer_error;
    }
    out.chat_template = text::chat_template_of(file);
    return out;
}

Result<bool> holds_gguf_header(std::span<const std::byte> bytes, uint64_t file_size) {
    const auto header = formats::parse_gguf(bytes, file_size);
    if (header.ok()) return true;
    if (header.error().code == ErrorCode::invalid_argument) return false;
    return header.error();
}

} // namespace engine::api
