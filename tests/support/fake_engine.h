// A fake of engine/api with knobs: scripted replies at a chosen speed, delays, errors, slow loads. No model
// file is needed: any path loads, unless the script says otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "engine/api/machine.h"
#include "engine/api/quantize.h"

namespace tests {

struct FakeReply {
    std::string reasoning;        // streamed first
    std::string text;             // streamed in pieces of a few characters
    double tokens_per_second = 0; // 0: as fast as it goes
    int prompt_steps = 1;         // prompt_progress events
    std::chrono::milliseconds prompt_step_time{0};
    int64_t fail_after_tokens = -1; // then respond() returns `error`
    engine::Error error{engine::ErrorCode::internal, "the fake engine failed as it was told", ""};
    engine::api::StopReason stop_reason = engine::api::StopReason::end_of_turn;
};

struct FakeLoad {
    int steps = 4;
    std::chrono::milliseconds step_time{0};
    int fail_at_step = -1;
    engine::Error error{engine::ErrorCode::bad_file, "the fake file is damaged as it was told", ""};
    bool fail_session = false; // load() works, start_session() does not
};

struct FakeMachine {
    std::string profile;    // of machine_profile(); empty: the engine says nothing
    std::string calibrated; // what a calibration makes of it
    int steps = 3;
    std::chrono::milliseconds step_time{0};
    bool fail = false;
    std::vector<engine::api::GpuState> gpus; // empty: there is no monitor
};

struct FakeQuantize {
    std::vector<engine::api::QuantizePreview> copies = {
        {"Q8_0", 8'500, {}}, {"Q4_K_M", 4'900, {"It loses its sense of humour."}}, {"Q2_K", 3'000, {}}};
    engine::ErrorCode refusal = engine::ErrorCode::internal; // internal: none; else nothing can be made of it
    int steps = 4;
    std::chrono::milliseconds step_time{0};
    int fail_at_step = -1; // the disk is full then
};

// Shared by the test and every engine, model and session made from it; may be changed at any time.
class FakeScript {
 public:
    void set_load(const FakeLoad& load);
    void set_reply(const FakeReply& reply);   // for all turns from now on
    void queue_reply(const FakeReply& reply); // for the next turn without one
    void set_context(int64_t tokens);
    void set_chat_template(const std::string& text);
    void set_machine(const FakeMachine& machine);
    void set_quantize(const FakeQuantize& quantize);
    void set_experts(const std::vector<engine::api::ExpertLayer>& layers);

    FakeLoad load() const;
    FakeReply take_reply();
    int64_t context() const;
    std::string chat_template() const;
    FakeMachine machine() const;
    FakeQuantize quantize() const;
    std::vector<engine::api::ExpertLayer> experts() const;

    std::vector<engine::api::Turn> turns() const; // as they were asked, oldest first
    void note(const engine::api::Turn& turn);
    std::vector<engine::api::EngineOptions> engines() const;
    void note(const engine::api::EngineOptions& options);

    std::atomic<int> live_models{0}, live_sessions{0}, running_turns{0}, loads{0}, calibrations{0},
        header_reads{0};

 private:
    mutable std::mutex mutex_;
    FakeLoad load_;
    FakeReply reply_{"", "Hello from the fake engine.", 0};
    std::vector<FakeReply> queued_;
    int64_t context_ = 8192;
    std::string chat_template_ = "{{ messages }}";
    FakeMachine machine_;
    FakeQuantize quantize_;
    std::vector<engine::api::ExpertLayer> experts_;
    std::vector<engine::api::Turn> turns_;
    std::vector<engine::api::EngineOptions> engines_;
};

engine::Result<std::unique_ptr<engine::api::Engine>> create_fake_engine(
    std::shared_ptr<FakeScript> script, const engine::api::EngineOptions& options);

engine::Result<std::string> fake_calibration(FakeScript& script, const engine::api::CalibrateRequest& request,
                                             const engine::api::CalibrationProgress& progress,
                                             const engine::StopToken& stop);
engine::Result<std::unique_ptr<engine::api::GpuMonitor>> fake_gpu_monitor(std::shared_ptr<FakeScript> script);
engine::Result<std::vector<engine::api::QuantizePreview>> fake_copies(FakeScript& script);
// Writes a file with a header as read_fake_header() takes it, named as that of the input.
engine::Result<engine::api::QuantizeReport> fake_quantize(FakeScript& script,
                                                          const engine::api::QuantizeRequest& request,
                                                          const engine::Progress& progress,
                                                          const engine::StopToken& stop);
// A header made of lines "key value" (name, architecture, quantization, kind, base_model, parameters,
// active_parameters, experts, context, unsupported); what a file does not say is as the fake engine's models
// are. A file that begins with "damaged" is a damaged one, a "slow N" line takes N milliseconds.
engine::Result<engine::api::ModelSummary> read_fake_header(FakeScript& script, const std::string& path);

// `characters` of Markdown with paragraphs, lists, tables and long code blocks: what a talkative model
// writes.
std::string long_markdown(int64_t characters);

} // namespace tests
