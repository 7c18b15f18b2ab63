// Planning a model of a hub, of which only the headers are fetched.
#pragma once

#include <QJsonObject>

#include "app/bridge/command_plan.h"
#include "app/cli/hub_model.h"

namespace app::cli {

struct HubPlan {
    QString problem;     // one line; not empty: there is no plan
    bool found = false;  // the hub has told what there is of it
    bool chosen = false; // nobody said which variant: it is the recommended one, else the smallest
    QJsonObject json;    // as of bridge::planModel(), with REPO:VARIANT as the model
};

// Blocks. `request.path` is not looked at.
HubPlan planOfHub(const downloads::RepoAddress& address, const HubArguments& arguments,
                  const bridge::CommandPlan& request);

} // namespace app::cli
