// Finds the weights of a folder (one file, an index, or numbered names), maps them and reads the JSON beside.
#include "engine/formats/huggingface_folder.h"

#include <algorithm>
#include <filesystem>

#include "engine/formats/gguf_file.h"
#include "engine/formats/part_name.h"
#include "engine/formats/printable.h"
#include "engine/formats/safetensors.h"

namespace engine::formats {

namespace {
namespace fs = std::filesystem;
using platform::MappedFile;

constexpr size_t kLongestConfig = size_t{32} << 20;
constexpr size_t kLongestTokenizer = size_t{256} << 20; // the largest published have some 30 MB
constexpr const char* kIndex = "model.safetensors.index.json";
constexpr const char* kSingle = "model.safetensors";
constexpr std::string_view kEnding = ".safetensors";

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

// "" for a file that is not there.
Result<std::string> text_of(const fs::path& path, size_t longest) {
    if (!is_there(path)) return std::string();
    ENGINE_ASSIGN(const auto file, MappedFile::open(path.string()));
    const auto bytes = file->bytes();
    if (bytes.size() > longest)
        return Error{ErrorCode::bad_file,
                     path.string() + " has " + std::to_string(bytes.size()) + " bytes; at most " +
                         std::to_string(longest) + " are read",
                     ""};
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    ENGINE_TRY(file->check());
    return text;
}

Result<std::vector<std::string>> file_names(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator it(folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error))
        names.push_back(it->path().filename().string());
    if (error) return Error{ErrorCode::io, "cannot list " + folder.string() + ": " + error.message(), ""};
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> add_shard(ModelFile& model, const fs::path& path, const NameTable* wanted, size_t shard) {
    ENGINE_ASSIGN(auto file, MappedFile::open(path.string()));
    auto entries = parse_safetensors(file->bytes(), file->bytes().size());
    ENGINE_TRY(file->check());
    if (!entries.ok()) return in_file(path.string(), std::move(entries).error());
    for (TensorEntry& entry : *entries) {
        entry.part = static_cast<uint32_t>(model.parts.size());
        if (wanted != nullptr) { // the index decides which tensors belong to the model, and where they are
            const auto it = wanted->find(entry.name);
            if (it == wanted->end() || it->second != shard) continue;
        }
        auto added = model.tensors.add(std::move(entry));
        if (!added.ok()) return in_file(path.string(), std::move(added).error());
    }
    model.parts.push_back(std::move(file));
    return {};
}

Error missing_shard(const fs::path& path, size_t missing, size_t of) {
    return {ErrorCode::not_found,
            "part " + path.filename().string() + " is missing: expected at " + path.string() + " (" +
                std::to_string(missing) + " of " + std::to_string(of) + " parts are missing)",
            "Download the missing parts into the same folder."};
}

Result<void> add_indexed(ModelFile& model, const fs::path& folder) {
    const fs::path index_path = folder / kIndex;
    ENGINE_ASSIGN(const std::string json, text_of(index_path, kLongestTokenizer));
    auto index = parse_safetensors_index(json);
    if (!index.ok()) return in_file(index_path.string(), std::move(index).error());

    std::vector<std::string> files; // in the order of first mention
    NameTable number_of_file, shard_of_tensor;
    for (const ShardOfTensor& row : *index) {
        const auto [it, is_new] = number_of_file.emplace(row.file, files.size());
        if (is_new) files.push_back(row.file);
        if (!shard_of_tensor.emplace(row.tensor, it->second).second)
            return Error{ErrorCode::bad_file,
                         index_path.string() + ": tensor " + printable(row.tensor) + " is there twice", ""};
    }
    std::vector<fs::path> missing;
    for (const std::string& file : files) {
        if (!is_there(folder / file)) missing.push_back(folder / file);
    }
    if (!missing.empty()) return missing_shard(missing.front(), missing.size(), files.size());
    for (size_t i = 0; i < files.size(); ++i)
        ENGINE_TRY(add_shard(model, folder / files[i], &shard_of_tensor, i));
    for (const ShardOfTensor& row : *index) {
        if (model.tensors.find(row.tensor) == nullptr)
            return Error{ErrorCode::bad_file,
                         index_path.string() + ": tensor " + printable(row.tensor) + " is said to be in " +
                             printable(row.file) + ", but is not there",
                         "The files may come from different versions: download them again."};
    }
    return {};
}

// Names like model-00001-of-00003.safetensors, all of the same set; false when there is another kind of name.
Result<bool> add_numbered(ModelFile& model, const fs::path& folder, const std::vector<std::string>& names) {
    PartName set;
    for (const std::string& name : names) {
        const PartName part = part_name(name, kEnding);
        if (part.count == 0 || (set.count != 0 && (part.stem != set.stem || part.count != set.count)))
            return false;
        set = part;
    }
    const auto path_of = [&](int64_t i) { return folder / part_path(set, i, kEnding); };
    const auto missing = static_cast<size_t>(set.count) - names.size();
    for (int64_t i = 1; i <= set.count; ++i) {
        if (!is_there(path_of(i))) return missing_shard(path_of(i), missing, static_cast<size_t>(set.count));
    }
    for (int64_t i = 1; i <= set.count; ++i)
        ENGINE_TRY(add_shard(model, path_of(i), nullptr, 0));
    return true;
}

// True when the folder has weights that are now in `model`.
Result<bool> add_weights(ModelFile& model, const fs::path& folder, const std::vector<std::string>& names) {
    const auto there = [&](const char* name) { return std::binary_search(names.begin(), names.end(), name); };
    if (there(kSingle)) {
        ENGINE_TRY(add_shard(model, folder / kSingle, nullptr, 0));
        return true;
    }
    if (there(kIndex)) {
        ENGINE_TRY(add_indexed(model, folder));
        return true;
    }
    std::vector<std::string> weights;
    std::copy_if(names.begin(), names.end(), std::back_inserter(weights),
                 [](const std::string& name) { return name.ends_with(kEnding); });
    if (weights.empty()) return false;
    if (weights.size() == 1 && part_name(weights.front(), kEnding).count == 0) {
        ENGINE_TRY(add_shard(model, folder / weights.front(), nullptr, 0));
        return true;
    }
    ENGINE_ASSIGN(const bool numbered, add_numbered(model, folder, weights));
    if (!numbered)
        return Error{ErrorCode::bad_file,
                     folder.string() + " holds several *.safetensors files but no " + kIndex +
                         ", so that it is not clear which belong together",
                     "Download the index, or keep only the files of one model in the folder."};
    return true;
}

// The one GGUF model of a folder without safetensors; "" when there is none, an error when there are several.
Result<std::string> gguf_in(const fs::path& folder, const std::vector<std::string>& names) {
    std::string found;
    for (const std::string& name : names) {
        if (!name.ends_with(".gguf") || part_name(name, ".gguf").number > 1) continue;
        if (!found.empty())
            return Error{ErrorCode::invalid_argument,
                         folder.string() + " holds several models, " + found + " and " + name + " among them",
                         "Open one of the files instead of the folder."};
        found = name;
    }
    return found;
}

Error nothing_here(const fs::path& folder, const std::vector<std::string>& names) {
    const bool pickled = std::any_of(names.begin(), names.end(), [](const std::string& name) {
        return name.ends_with(".bin") || name.ends_with(".pt") || name.ends_with(".pth");
    });
    if (pickled)
        return {
            ErrorCode::unsupported, folder.string() + " holds PyTorch files but no *.safetensors",
            "PyTorch files can run programs when opened and are not read: look for a safetensors version."};
    return {ErrorCode::not_found, folder.string() + " holds no model: neither *.safetensors nor *.gguf",
            "Choose a GGUF file, or a folder with config.json and *.safetensors."};
}
} // namespace

Result<ModelFile> open_huggingface_folder(const std::string& path) {
    const fs::path folder(path);
    ENGINE_ASSIGN(const std::vector<std::string> names, file_names(folder));
    ModelFile model;
    model.container = Container::huggingface;
    model.path = path;
    ENGINE_ASSIGN(const bool weights, add_weights(model, folder, names));
    ENGINE_ASSIGN(model.config_json, text_of(folder / "config.json", kLongestConfig));
    ENGINE_ASSIGN(model.tokenizer_json, text_of(folder / "tokenizer.json", kLongestTokenizer));
    if (model.tokenizer_json.empty()) {
        ENGINE_ASSIGN(model.tokenizer_model, text_of(folder / "tokenizer.model", kLongestTokenizer));
        ENGINE_ASSIGN(model.added_tokens_json, text_of(folder / "added_tokens.json", kLongestConfig));
    }
    if (!weights && model.tokenizer_json.empty() && model.tokenizer_model.empty()) {
        ENGINE_ASSIGN(const std::string gguf, gguf_in(folder, names));
        if (gguf.empty()) return nothing_here(folder, names);
        ENGINE_ASSIGN(auto file, MappedFile::open((folder / gguf).string()));
        return open_gguf(std::move(file));
    }
    if (weights && model.config_json.empty())
        return Error{ErrorCode::not_found,
                     "config.json is missing: expected at " + (folder / "config.json").string(),
                     "Download the model's config.json into the same folder."};
    ENGINE_ASSIGN(model.generation_config_json, text_of(folder / "generation_config.json", kLongestConfig));
    ENGINE_ASSIGN(model.tokenizer_config_json, text_of(folder / "tokenizer_config.json", kLongestConfig));
    ENGINE_ASSIGN(model.chat_template, text_of(folder / "chat_template.jinja", kLongestConfig));
    return model;
}

} // namespace engine::formats
