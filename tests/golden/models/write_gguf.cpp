// write_gguf FOLDER OUT: a golden checkpoint as GGUF through the engine's own exporter, for
// make_llama_cpp.py.
#include <cstdio>

#include "engine/model/gguf_export.h"
#include "engine/model/registry.h"

using namespace engine;

namespace {

Result<void> write(const std::string& folder, const std::string& out) {
    ENGINE_ASSIGN(const formats::ModelFile file, formats::open_model_file(folder));
    ENGINE_ASSIGN(const model::ModelSpec spec, model::read_spec(file));
    ENGINE_ASSIGN(const model::Inventory inventory, model::take_inventory(spec, file));
    ENGINE_ASSIGN(const formats::GgufWriter writer, model::gguf_writer(spec, inventory, file));
    return writer.write(out);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const auto done = write(argv[1], argv[2]);
    if (!done.ok()) std::fprintf(stderr, "%s: %s\n", argv[1], done.error().message.c_str());
    return done.ok() ? 0 : 1;
}
