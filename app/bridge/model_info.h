// ModelInfo: what people want to know about a model file or about the loaded model.
#pragma once

#include <QMetaType>
#include <QString>

namespace app::bridge {

// What the speed of a loaded model depends on beside its file and the machine.
struct LoadFacts {
    QString isa; // of the kernels: "avx512"
    int threads = 0;
    QString kv;       // number format of the cache: "f16"
    QString quantize; // made while loading; empty: as the file is
    bool operator==(const LoadFacts&) const = default;
};

struct ModelInfo {
    enum class Kind {
        model,
        adapter,   // to be used together with its base model
        projector, // the image part of a model
        other,     // what else comes in model files: importances, vocabularies of other programs
    };

    QString path;
    QString name;
    QString architecture; // "qwen3moe"
    QString quantization; // "Q4_K_M"
    qint64 parameters = 0;
    qint64 activeParameters = 0;
    qint64 layers = 0;
    qint64 experts = 0; // 0: dense
    qint64 expertsUsed = 0;
    qint64 trainedContext = 0; // tokens, the longest the model knows
    qint64 contextSize = 0;    // tokens, as loaded; 0 while not loaded
    qint64 fileBytes = 0;
    QString placement;        // "all 28 layers on CPU (avx512, 2 threads)"; empty while not loaded
    LoadFacts load;           // while loaded
    bool hasTemplate = false; // a chat template of its own
    bool canThink = false;    // its template knows thinking on and off
    QString unsupported;      // not empty: why it cannot be loaded
    Kind kind = Kind::model;
    QString baseModel; // of an adapter: "owner/name", as far as it says

    bool isMixtureOfExperts() const { return experts > 0; }
    bool operator==(const ModelInfo&) const = default;
};

} // namespace app::bridge

Q_DECLARE_METATYPE(app::bridge::ModelInfo)
