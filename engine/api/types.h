// The words of the staircase: plain values that go up and down between the engine and whoever uses it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/log.h"
#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/generation/turn.h"
#include "engine/placement/plan.h"
#include "engine/platform/machine_profile.h"
#include "engine/runtime/kv_precision.h"

namespace engine::api {

struct EngineOptions {
    int threads = 0; // 0: one per physical core that this process may use
    std::string cpu; // "", "amx", "avx512", "avx2", "reference": forces an instruction set; the environment's
                     // TANDEM_CPU wins
    int nodes = 0; // 0: the memory nodes that the machine has; otherwise so many make-believe ones (1 to 16);
                   // the environment's TANDEM_NUMA wins
    LogSink log;
};

struct MachineSummary {
    std::string cpu_name; // "Intel(R) Xeon(R) Processor"
    std::string isa;      // the kernel table in use: "amx", "avx512", "avx2", "reference"
    int threads = 0;
    int64_t memory_bytes = 0;
    // Of what this process may use:
    int sockets = 1, nodes = 1; // nodes: of memory, make-believe ones included
    int performance_cores = 0, efficiency_cores = 0;
    int processors = 0;         // hardware threads
    double processor_limit = 0; // processors' worth of time that a container allows; 0: no limit
    int64_t l1d_bytes = 0, l2_bytes = 0, l3_bytes = 0; // as the first core sees them; 0: not known
};

struct TensorSummary {
    std::string name;
    std::vector<int64_t> shape; // in the file's own order: GGUF innermost first, safetensors outermost first
    std::string type;
    int64_t bytes = 0;
};

// Where the experts of a loaded model live and how often each was called since it was loaded.
enum class ExpertTier { gpu, memory, disk };
struct ExpertLayer {
    int64_t layer = 0;             // of the model
    int64_t expert_bytes = 0;      // of one
    std::vector<ExpertTier> tiers; // by expert
    std::vector<uint64_t> calls;   // likewise
};

// What the speed of a loaded model depends on beside its file and the machine.
struct LoadFacts {
    std::string isa; // the kernel table in use
    int threads = 0;
    std::string kv;       // number format of the cache: "f16"
    std::string quantize; // made while loading; "": as the file is
};

struct TokenizerSummary {
    std::string model, pre;
    int64_t size = 0;
};

// What a file says about itself, from its header alone.
struct ModelSummary {
    std::string path;
    std::string name;         // general.name, or the file's name without ending
    std::string architecture; // "qwen3moe"
    std::string quantization; // the type that holds most bytes, as people say it: "Q4_K_M", "F16"
    int64_t parameters = 0;
    int64_t active_parameters = 0; // used per token: all but the experts that were not chosen
    int64_t layers = 0;
    int64_t experts = 0; // 0: dense
    int64_t experts_used = 0;
    int64_t context = 0; // the longest that the model was trained for
    int64_t file_bytes = 0;
    std::optional<TokenizerSummary> tokenizer;
    std::string chat_template; // "" when there is none
    std::vector<TensorSummary> tensors;
    std::string unsupported; // "" or why load() would refuse: unknown architecture, no weights, ...
    std::string kind;       // "model", "adapter", "projector" (of images), or what else the file calls itself
    std::string base_model; // of an adapter: "owner/name" as far as it says; "" when it does not
};

using placement::Guardrail;
using platform::Calibration;
using runtime::KvPrecision;

struct LoadRequest {
    std::string path;
    // Tokens of KV cache per session; 0: the smaller of the model's and 8192, or less where memory is short.
    int64_t context = 0;
    // Of that cache. Unset: F16, or F32 for a model in F32; logits() and perplexity() then take F32.
    std::optional<KvPrecision> kv_precision = {};
    // "Q8_0", "Q4_K_M", ...: one of quantize_types(), made while loading of what the file has in more bits;
    // "": as it is; kChosen: as the plan says for the memory that is free.
    std::string quantize = {};
    static constexpr const char* kChosen = "chosen";
    // Of this machine, for that choice; none: speeds are guessed.
    std::optional<Calibration> calibration = {};
    // Memory that a load leaves to others. One that would take more is refused with out_of_memory before
    // anything is allocated, and so is a session's cache; `anyway` lets both pass.
    Guardrail guardrail = Guardrail::balanced;
    bool anyway = false;
};

using generation::EventSink;
using generation::Message;
using generation::Overflow;
using generation::Reply;
using generation::ReplyMetrics;
using generation::Sampling;
using generation::StopReason;
using generation::TemplateChoice;
using generation::to_string;
using generation::TokenEvent;
using generation::Turn;

struct TemplateRequest {
    std::string messages_json = "[]";
    std::string tools_json;
    std::map<std::string, std::string>
        variables; // name -> JSON; add_generation_prompt is false unless set here
    int64_t now_unix_seconds = 0;
    int32_t utc_offset_seconds = 0;
};

struct PerplexityReport {
    double perplexity = 0;
    double mean_negative_log_likelihood = 0;
    int64_t predicted_tokens = 0;
    int64_t windows = 0;
};

} // namespace engine::api
