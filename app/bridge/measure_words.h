// Measurements as JSON objects.
#pragma once

#include <QJsonObject>

#include "engine/api/measure.h"

namespace app::bridge {

QJsonObject toJson(const engine::api::ModelMeasurement& measured,
                   const engine::api::ModelBenchRequest& request);
QJsonObject toJson(const engine::api::LayerMeasurement& measured,
                   const engine::api::LayerBenchRequest& request);

} // namespace app::bridge
