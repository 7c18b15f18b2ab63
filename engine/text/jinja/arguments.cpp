// Binding arguments to parameters.
#include <algorithm>

#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/registry.h"

namespace engine::text::jinja {

void bind_arguments(std::string_view function, std::span<const std::string_view> names, size_t required,
                    Arguments& arguments, Value* out) {
    const std::string called = std::string(function) + "()";
    if (arguments.positional.size() > names.size())
        type_error(called + " takes at most " + std::to_string(names.size()) + " argument(s), " +
                   std::to_string(arguments.positional.size()) + " given");
    for (size_t i = 0; i < arguments.positional.size(); ++i)
        out[i] = arguments.positional[i];
    for (const auto& [name, value] : arguments.named) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) type_error(called + " got an unexpected keyword argument " + quoted(name));
        Value& place = out[found - names.begin()];
        if (!place.is_missing()) type_error(called + " got multiple values for argument " + quoted(name));
        place = value;
    }
    for (size_t i = 0; i < required; ++i) {
        if (out[i].is_missing()) type_error(called + " missing required argument " + quoted(names[i]));
    }
}

void bind_nothing(std::string_view function, const Arguments& arguments) {
    if (!arguments.positional.empty() || !arguments.named.empty())
        type_error(std::string(function) + "() takes no arguments");
}

} // namespace engine::text::jinja
