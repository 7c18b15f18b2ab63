// Looks for blocks that see the variables around them.
#include "engine/text/jinja/resolver.h"

namespace engine::text::jinja {

namespace {

bool has_scoped(const Statement& statement);

} // namespace

bool has_scoped_block(const Statements& body) {
    for (const StatementPtr& statement : body) {
        if (has_scoped(*statement)) return true;
    }
    return false;
}

namespace {

bool has_scoped(const Statement& statement) {
    switch (statement.kind) {
        case StatementKind::assign_block:
            return has_scoped_block(static_cast<const AssignBlock&>(statement).body);
        case StatementKind::if_: {
            const If& branches = static_cast<const If&>(statement);
            for (const If::Branch& branch : branches.branches) {
                if (has_scoped_block(branch.body)) return true;
            }
            return has_scoped_block(branches.otherwise);
        }
        case StatementKind::for_: {
            const For& loop = static_cast<const For&>(statement);
            return has_scoped_block(loop.body) || has_scoped_block(loop.otherwise);
        }
        case StatementKind::macro:
            return has_scoped_block(static_cast<const Macro&>(statement).code.body);
        case StatementKind::call_block:
            return has_scoped_block(static_cast<const CallBlock&>(statement).code.body);
        case StatementKind::filter_block:
            return has_scoped_block(static_cast<const FilterBlock&>(statement).body);
        case StatementKind::with:
            return has_scoped_block(static_cast<const With&>(statement).body);
        case StatementKind::block: {
            const Block& block = static_cast<const Block&>(statement);
            return block.scoped || has_scoped_block(block.body);
        }
        default:
            return false;
    }
}

} // namespace

} // namespace engine::text::jinja
