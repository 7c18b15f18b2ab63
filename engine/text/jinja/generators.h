// Filters whose result is made while it is read, as Python's generators are: map, select, batch and the like.
#pragma once

#include "engine/text/jinja/registry.h"

namespace engine::text::jinja {

Value filter_batch(Interpreter& interpreter, const Value& subject, Arguments& arguments);
Value filter_slice(Interpreter& interpreter, const Value& subject, Arguments& arguments);
Value filter_items(Interpreter& interpreter, const Value& subject, Arguments& arguments);
Value filter_map(Interpreter& interpreter, const Value& subject, Arguments& arguments);
Value filter_select(Interpreter& interpreter, const Value& subject, Arguments& arguments);
Value filter_reject(Interpreter& interpreter, const Value& subject, Arguments& arguments);
Value filter_selectattr(Interpreter& interpreter, const Value& subject, Arguments& arguments);
Value filter_rejectattr(Interpreter& interpreter, const Value& subject, Arguments& arguments);
Value filter_unique(Interpreter& interpreter, const Value& subject, Arguments& arguments);

// reversed(): a Lazy.
bool is_reversible(const Value& value);
Value make_reversed(Interpreter& interpreter, const Value& value);

} // namespace engine::text::jinja
