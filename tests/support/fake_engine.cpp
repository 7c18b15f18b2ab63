// The fake's model answers as its script says; a token is up to four characters.
#include "tests/support/fake_engine.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

namespace tests {

namespace {

using namespace engine::api;
using engine::Error;
using engine::ErrorCode;
using engine::Progress;
using engine::Result;
using engine::StopToken;
using Clock = std::chrono::steady_clock;

constexpr size_t kTokenBytes = 4;

// Sleeps in slices, so that a stop is seen within a few milliseconds. False: stopped.
bool sleep_until(Clock::time_point until, const StopToken& stop) {
    while (Clock::now() < until) {
        if (stop.requested()) return false;
        std::this_thread::sleep_until(std::min(until, Clock::now() + std::chrono::milliseconds(5)));
    }
    return !stop.requested();
}

// Whole characters of at most kTokenBytes bytes where possible.
std::vector<std::string> tokens_of(const std::string& text) {
    std::vector<std::string> tokens;
    for (size_t begin = 0; begin < text.size();) {
        size_t end = std::min(begin + kTokenBytes, text.size());
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            ++end;
        tokens.push_back(text.substr(begin, end - begin));
        begin = end;
    }
    return tokens;
}

ModelSummary fake_summary(const FakeScript& script, const std::string& path) {
    ModelSummary summary;
    summary.path = path;
    summary.name = std::filesystem::path(path).stem().string();
    summary.architecture = "qwen3moe";
    summary.quantization = "Q4_K_M";
    summary.parameters = 30'000'000'000;
    summary.active_parameters = 3'000'000'000;
    summary.layers = 4;
    summary.experts = 8;
    summary.experts_used = 2;
    summary.context = 32768;
    summary.file_bytes = 1'000'000;
    summary.chat_template = script.chat_template();
    return summary;
}

// One line "key value" of a fake header.
void apply_line(ModelSummary& summary, const std::string& key, const std::string& value) {
    const std::map<std::string, std::string*> texts{{"name", &summary.name},
                                                    {"architecture", &summary.architecture},
                                                    {"kind", &summary.kind},
                                                    {"quantization", &summary.quantization},
                                                    {"base_model", &summary.base_model},
                                                    {"unsupported", &summary.unsupported},
                                                    {"chat_template", &summary.chat_template}};
    const std::map<std::string, int64_t*> numbers{{"parameters", &summary.parameters},
                                                  {"active_parameters", &summary.active_parameters},
                                                  {"experts", &summary.experts},
                                                  {"context", &summary.context}};
    if (const auto text = texts.find(key); text != texts.end()) *text->second = value;
    if (const auto number = numbers.find(key); number != numbers.end()) *number->second = std::stoll(value);
    if (key == "slow") std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(value)));
}

class FakeVocabulary : public Vocabulary {
 public:
    std::vector<int32_t> tokenize(std::string_view bytes, bool) const override {
        return std::vector<int32_t>(static_cast<size_t>(count_tokens(bytes)), 1);
    }
    std::string detokenize(std::span<const int32_t> ids) const override {
        return std::string(ids.size(), '?');
    }
    int64_t count_tokens(std::string_view text) const override {
        return static_cast<int64_t>((text.size() + kTokenBytes - 1) / kTokenBytes);
    }
    Result<std::string> render_template(const TemplateRequest& request) const override {
        return request.messages_json;
    }
};

class FakeSession : public Session {
 public:
    explicit FakeSession(std::shared_ptr<FakeScript> script) : script_(std::move(script)) {
        ++script_->live_sessions;
    }
    ~FakeSession() override { --script_->live_sessions; }

    Result<Reply> respond(const Turn& turn, const EventSink& sink, const StopToken& stop) override {
        ++script_->running_turns;
        script_->note(turn);
        Result<Reply> reply = write(turn, script_->take_reply(), sink, stop);
        --script_->running_turns;
        return reply;
    }
    int64_t context_size() const override { return script_->context(); }

 private:
    Result<Reply> write(const Turn& turn, const FakeReply& script, const EventSink& sink,
                        const StopToken& stop) {
        const Clock::time_point start = Clock::now();
        Reply reply;
        reply.stop_reason = script.stop_reason;
        ReplyMetrics& metrics = reply.metrics;
        metrics.context_size = context_size();
        for (const Message& message : turn.messages)
            metrics.prompt_tokens += FakeVocabulary().count_tokens(message.content) + 4;
        if (!read_prompt(script, metrics.prompt_tokens, sink, stop)) return cancelled(reply);
        metrics.prompt_seconds = seconds_since(start);
        const Clock::time_point first = Clock::now();
        for (const TokenEvent::Kind kind : {TokenEvent::Kind::reasoning, TokenEvent::Kind::text}) {
            const bool thinking = kind == TokenEvent::Kind::reasoning;
            for (const std::string& token : tokens_of(thinking ? script.reasoning : script.text)) {
                if (script.fail_after_tokens == metrics.generated_tokens) return script.error;
                if (turn.max_tokens >= 0 && metrics.generated_tokens >= turn.max_tokens) {
                    reply.stop_reason = StopReason::max_tokens;
                    return finished(reply, first);
                }
                if (!sleep_until(due(first, metrics.generated_tokens, script), stop)) return cancelled(reply);
                if (metrics.generated_tokens == 0) metrics.first_token_seconds = seconds_since(start);
                ++metrics.generated_tokens;
                metrics.reasoning_tokens += thinking ? 1 : 0;
                (thinking ? reply.reasoning : reply.text) += token;
                sink({kind, token, 0, 0, metrics.generated_tokens});
            }
        }
        if (script.fail_after_tokens == metrics.generated_tokens) return script.error;
        return finished(reply, first);
    }

    static double seconds_since(Clock::time_point start) {
        return std::chrono::duration<double>(Clock::now() - start).count();
    }
    static Clock::time_point due(Clock::time_point first, int64_t token, const FakeReply& script) {
        if (script.tokens_per_second <= 0) return first;
        const std::chrono::duration<double> after(static_cast<double>(token) / script.tokens_per_second);
        return first + std::chrono::duration_cast<Clock::duration>(after);
    }
    static bool read_prompt(const FakeReply& script, int64_t tokens, const EventSink& sink,
                            const StopToken& stop) {
        for (int step = 1; step <= script.prompt_steps; ++step) {
            if (!sleep_until(Clock::now() + script.prompt_step_time, stop)) return false;
            sink({TokenEvent::Kind::prompt_progress, "", tokens * step / script.prompt_steps, tokens, 0});
        }
        return !stop.requested();
    }
    static Reply finished(Reply& reply, Clock::time_point first) {
        reply.metrics.generate_seconds = seconds_since(first);
        reply.metrics.context_used = reply.metrics.prompt_tokens + reply.metrics.generated_tokens;
        return reply;
    }
    static Reply cancelled(Reply& reply) {
        reply.stop_reason = StopReason::cancelled;
        reply.metrics.context_used = reply.metrics.prompt_tokens + reply.metrics.generated_tokens;
        return reply;
    }

    std::shared_ptr<FakeScript> script_;
};

class FakeModel : public Model {
 public:
    FakeModel(std::shared_ptr<FakeScript> script, ModelSummary summary)
        : script_(std::move(script)), summary_(std::move(summary)) {
        ++script_->live_models;
    }
    ~FakeModel() override { --script_->live_models; }

    const ModelSummary& summary() const override { return summary_; }
    const Vocabulary& vocabulary() const override { return vocabulary_; }
    std::string placement() const override { return "all 4 layers on a fake CPU"; }
    LoadFacts load_facts() const override { return {"reference", 2, "f16", ""}; }
    std::vector<ExpertLayer> expert_layers() const override { return script_->experts(); }
    Result<std::unique_ptr<Session>> start_session() override {
        if (script_->load().fail_session)
            return Error{ErrorCode::out_of_memory, "no room for the context, as it was told", ""};
        return std::unique_ptr<Session>(std::make_unique<FakeSession>(script_));
    }
    Result<void> logits(std::span<const int32_t>, const LogitsSink&, const StopToken&) override {
        return Error{ErrorCode::unsupported, "the fake engine has no logits", ""};
    }
    Result<PerplexityReport> perplexity(std::string_view, int64_t, const Progress&,
                                        const StopToken&) override {
        return Error{ErrorCode::unsupported, "the fake engine has no logits", ""};
    }

 private:
    std::shared_ptr<FakeScript> script_;
    ModelSummary summary_;
    FakeVocabulary vocabulary_;
};

class FakeEngine : public Engine {
 public:
    explicit FakeEngine(std::shared_ptr<FakeScript> script) : script_(std::move(script)) {}

    MachineSummary machine() const override { return {"Fake CPU", "reference", 2, int64_t(16) << 30}; }

    Result<ModelSummary> inspect(const std::string& path) override {
        const FakeLoad load = script_->load();
        if (load.fail_at_step == 0) return load.error;
        return fake_summary(*script_, path);
    }

    Result<std::shared_ptr<const Vocabulary>> open_vocabulary(const std::string&) override {
        return std::shared_ptr<const Vocabulary>(std::make_shared<FakeVocabulary>());
    }

    Result<std::shared_ptr<Model>> load(const LoadRequest& request, const Progress& progress,
                                        const StopToken& stop) override {
        ++script_->loads;
        const FakeLoad load = script_->load();
        for (int step = 0; step < load.steps; ++step) {
            if (step == load.fail_at_step) return load.error;
            if (!sleep_until(Clock::now() + load.step_time, stop))
                return Error{ErrorCode::cancelled, "the load was cancelled", ""};
            if (progress) progress((step + 1) * 1000, load.steps * 1000);
        }
        Result<ModelSummary> summary = inspect(request.path);
        if (!summary.ok()) return summary.error();
        return std::shared_ptr<Model>(std::make_shared<FakeModel>(script_, *summary));
    }

 private:
    std::shared_ptr<FakeScript> script_;
};

} // namespace

void FakeScript::set_load(const FakeLoad& load) {
    const std::lock_guard lock(mutex_);
    load_ = load;
}

void FakeScript::set_reply(const FakeReply& reply) {
    const std::lock_guard lock(mutex_);
    reply_ = reply;
}

void FakeScript::queue_reply(const FakeReply& reply) {
    const std::lock_guard lock(mutex_);
    queued_.push_back(reply);
}

void FakeScript::set_context(int64_t tokens) {
    const std::lock_guard lock(mutex_);
    context_ = tokens;
}

void FakeScript::set_chat_template(const std::string& text) {
    const std::lock_guard lock(mutex_);
    chat_template_ = text;
}

FakeLoad FakeScript::load() const {
    const std::lock_guard lock(mutex_);
    return load_;
}

FakeReply FakeScript::take_reply() {
    const std::lock_guard lock(mutex_);
    if (queued_.empty()) return reply_;
    const FakeReply reply = queued_.front();
    queued_.erase(queued_.begin());
    return reply;
}

int64_t FakeScript::context() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

void FakeScript::set_machine(const FakeMachine& machine) {
    const std::lock_guard lock(mutex_);
    machine_ = machine;
}
void FakeScript::set_quantize(const FakeQuantize& quantize) {
    const std::lock_guard lock(mutex_);
    quantize_ = quantize;
}
void FakeScript::set_experts(const std::vector<ExpertLayer>& layers) {
    const std::lock_guard lock(mutex_);
    experts_ = layers;
}
FakeMachine FakeScript::machine() const {
    const std::lock_guard lock(mutex_);
    return machine_;
}
FakeQuantize FakeScript::quantize() const {
    const std::lock_guard lock(mutex_);
    return quantize_;
}
std::vector<ExpertLayer> FakeScript::experts() const {
    const std::lock_guard lock(mutex_);
    return experts_;
}
std::string FakeScript::chat_template() const {
    const std::lock_guard lock(mutex_);
    return chat_template_;
}

std::vector<Turn> FakeScript::turns() const {
    const std::lock_guard lock(mutex_);
    return turns_;
}

void FakeScript::note(const Turn& turn) {
    const std::lock_guard lock(mutex_);
    turns_.push_back(turn);
}

std::vector<EngineOptions> FakeScript::engines() const {
    const std::lock_guard lock(mutex_);
    return engines_;
}

void FakeScript::note(const EngineOptions& options) {
    const std::lock_guard lock(mutex_);
    engines_.push_back(options);
}

Result<std::unique_ptr<Engine>> create_fake_engine(std::shared_ptr<FakeScript> script,
                                                   const EngineOptions& options) {
    script->note(options);
    return std::unique_ptr<Engine>(std::make_unique<FakeEngine>(std::move(script)));
}

Result<std::string> fake_calibration(FakeScript& script, const CalibrateRequest&,
                                     const CalibrationProgress& progress, const StopToken& stop) {
    const FakeMachine machine = script.machine();
    ++script.calibrations;
    for (int i = 0; i < machine.steps; ++i) {
        const double share = static_cast<double>(i) / machine.steps;
        if (progress) progress(static_cast<CalibrationStep>(std::min(2, static_cast<int>(3 * share))), share);
        if (!sleep_until(Clock::now() + machine.step_time, stop))
            return Error{ErrorCode::cancelled, "stopped", ""};
    }
    if (machine.fail) return Error{ErrorCode::out_of_memory, "no memory for measuring, as it was told", ""};
    return machine.calibrated;
}

Result<std::unique_ptr<GpuMonitor>> fake_gpu_monitor(std::shared_ptr<FakeScript> script) {
    class Monitor : public GpuMonitor {
     public:
        explicit Monitor(std::shared_ptr<FakeScript> from) : script_(std::move(from)) {}
        std::vector<GpuState> sample() const override { return script_->machine().gpus; }

     private:
        std::shared_ptr<FakeScript> script_;
    };
    if (script->machine().gpus.empty()) return Error{ErrorCode::not_found, "there is no fake GPU", ""};
    return std::unique_ptr<GpuMonitor>(std::make_unique<Monitor>(std::move(script)));
}

Result<std::vector<QuantizePreview>> fake_copies(FakeScript& script) {
    const FakeQuantize quantize = script.quantize();
    if (quantize.refusal == ErrorCode::internal) return quantize.copies;
    return Error{quantize.refusal, "the fake tokenizer cannot be described, as it was told", ""};
}

Result<QuantizeReport> fake_quantize(FakeScript& script, const QuantizeRequest& request,
                                     const Progress& progress, const StopToken& stop) {
    const FakeQuantize quantize = script.quantize();
    const std::string part = request.output + ".part";
    std::ofstream file(part, std::ios::binary);
    file << "name " << std::filesystem::path(request.input).stem().string() << "\nquantization "
         << request.type << '\n'
         << std::flush;
    const auto fail = [&](ErrorCode code, const char* what) {
        file.close();
        std::filesystem::remove(part);
        return Error{code, what, ""};
    };
    for (int i = 0; i < quantize.steps; ++i) {
        if (progress) progress(i, quantize.steps);
        if (i == quantize.fail_at_step) return fail(ErrorCode::disk_full, "the fake disk is full");
        if (!sleep_until(Clock::now() + quantize.step_time, stop))
            return fail(ErrorCode::cancelled, "stopped");
    }
    file.close();
    std::filesystem::rename(part, request.output);
    return QuantizeReport{};
}

Result<ModelSummary> read_fake_header(FakeScript& script, const std::string& path) {
    ++script.header_reads;
    ModelSummary summary = fake_summary(script, path);
    std::ifstream whole(path, std::ios::binary);
    if (!whole && !std::filesystem::is_directory(path))
        return Error{ErrorCode::not_found, path + " is not there", ""};
    std::error_code folder;
    summary.file_bytes = static_cast<int64_t>(std::filesystem::file_size(path, folder));
    std::string start(4096, '\0'); // files of gigabytes are made of holes
    whole.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<size_t>(whole.gcount()));
    std::istringstream header(start);
    for (std::string line; std::getline(header, line);) {
        if (line.starts_with("damaged"))
            return Error{ErrorCode::bad_file, path + ": the header is cut off", ""};
        const size_t space = line.find(' ');
        if (space != std::string::npos) apply_line(summary, line.substr(0, space), line.substr(space + 1));
    }
    if (folder) summary.file_bytes = 0;
    return summary;
}

std::string long_markdown(int64_t characters) {
    std::string text;
    for (int part = 1; static_cast<int64_t>(text.size()) < characters; ++part) {
        const std::string number = std::to_string(part);
        text += "## Part " + number +
                "\n\nSome **bold** words, a `piece of code` and a [link](https://example.org).\n\n";
        text += "1. first\n2. second\n   - below\n\n| a | b |\n|---|--:|\n| x | " + number + " |\n\n```cpp\n";
        for (int line = 0; line < 120; ++line)
            text +=
                "int value_" + std::to_string(line) + " = compute(" + number + ", \"text\"); // a comment\n";
        text += "```\n\n";
    }
    text.resize(static_cast<size_t>(characters));
    return text;
}

} // namespace tests
