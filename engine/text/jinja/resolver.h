// Resolver: gives every name of a parsed template its place, and checks what can be checked before rendering.
#pragma once

#include "engine/text/jinja/tree.h"

namespace engine::text::jinja {

// Throws a syntax Fault: unknown filter or test (unless it stands in an `if`, as in jinja2), break outside a
// loop, a block defined twice, an assignment to `loop`.
void resolve(Template& root);

// A `block ... scoped` somewhere in it.
bool has_scoped_block(const Statements& body);

} // namespace engine::text::jinja
