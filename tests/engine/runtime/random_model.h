// Random models of a wanted size as GGUF files: large enough that work is split, small enough for a test.
#pragma once

#include <QString>

#include "engine/base/dtype.h"

struct RandomModel {
    int64_t width = 256, heads = 8, kv_heads = 2, feed_forward = 512, layers = 2, vocabulary = 600;
    int64_t experts = 0, experts_used = 0;    // 0: dense
    engine::DType dtype = engine::DType::F32; // of the matrices
};

// Architecture qwen3 or qwen3moe. A failure of the test when it cannot be written.
void write_random_model(const RandomModel& model, const QString& path);
