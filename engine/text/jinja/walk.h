// Walking the tree: the expressions below an expression or statement, in source order.
#pragma once

#include "engine/text/jinja/tree.h"

namespace engine::text::jinja {

template <class Visit>
void for_each_argument(const CallArguments& arguments, Visit visit) {
    for (const ExprPtr& argument : arguments.positional)
        visit(*argument);
    for (const auto& [name, argument] : arguments.named)
        visit(*argument);
    if (arguments.more_positional) visit(*arguments.more_positional);
    if (arguments.more_named) visit(*arguments.more_named);
}

// The direct children of an expression.
template <class Visit>
void for_each_child(const Expr& expr, Visit visit) {
    const auto if_any = [&visit](const ExprPtr& child) {
        if (child) visit(*child);
    };
    switch (expr.kind) {
        case ExprKind::constant:
        case ExprKind::name:
        case ExprKind::name_attribute:
            return;
        case ExprKind::tuple:
        case ExprKind::list:
        case ExprKind::concat:
            for (const ExprPtr& item : static_cast<const ItemsExpr&>(expr).items)
                visit(*item);
            return;
        case ExprKind::dict:
            for (const auto& [key, value] : static_cast<const DictExpr&>(expr).items)
                visit(*key), visit(*value);
            return;
        case ExprKind::unary:
            visit(*static_cast<const Unary&>(expr).operand);
            return;
        case ExprKind::binary:
        case ExprKind::logical:
            visit(*static_cast<const Binary&>(expr).left);
            visit(*static_cast<const Binary&>(expr).right);
            return;
        case ExprKind::compare:
            visit(*static_cast<const Compare&>(expr).first);
            for (const auto& [op, operand] : static_cast<const Compare&>(expr).rest)
                visit(*operand);
            return;
        case ExprKind::condition:
            visit(*static_cast<const Condition&>(expr).test);
            visit(*static_cast<const Condition&>(expr).then);
            if_any(static_cast<const Condition&>(expr).otherwise);
            return;
        case ExprKind::attribute:
            visit(*static_cast<const Attribute&>(expr).object);
            return;
        case ExprKind::item:
            visit(*static_cast<const Item&>(expr).object);
            visit(*static_cast<const Item&>(expr).index);
            return;
        case ExprKind::slice:
            if_any(static_cast<const Slice&>(expr).start);
            if_any(static_cast<const Slice&>(expr).stop);
            if_any(static_cast<const Slice&>(expr).step);
            return;
        case ExprKind::call:
            visit(*static_cast<const Call&>(expr).callee);
            for_each_argument(static_cast<const Call&>(expr).arguments, visit);
            return;
        case ExprKind::filter:
            if_any(static_cast<const Filter&>(expr).subject);
            for_each_argument(static_cast<const Filter&>(expr).arguments, visit);
            return;
        case ExprKind::test:
            visit(*static_cast<const Test&>(expr).subject);
            for_each_argument(static_cast<const Test&>(expr).arguments, visit);
            return;
    }
}

} // namespace engine::text::jinja
