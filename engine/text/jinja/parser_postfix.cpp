// What follows a value in an expression: attributes, subscripts, calls, filters and tests.
#include <unordered_set>

#include "engine/text/jinja/parser.h"

namespace engine::text::jinja {

ExprPtr Parser::parse_postfix(ExprPtr expr) {
    while (true) {
        if (is_op(".") || is_op("["))
            expr = parse_subscript(std::move(expr));
        else if (is_op("("))
            expr = parse_call(std::move(expr));
        else
            return expr;
    }
}

ExprPtr Parser::parse_filters_and_tests(ExprPtr expr) {
    while (true) {
        if (is_op("|"))
            expr = parse_filter(std::move(expr));
        else if (is_name("is"))
            expr = parse_test(std::move(expr));
        else if (is_op("("))
            expr = parse_call(std::move(expr));
        else
            return expr;
    }
}

ExprPtr Parser::parse_subscript(ExprPtr object) {
    const Expr& below = *object;
    const int line = current().line;
    if (skip_op(".")) {
        if (is_type(TokenType::name)) {
            auto attribute = std::make_unique<Attribute>(std::move(object), current().text, line);
            advance();
            deepen(*attribute, &below);
            return attribute;
        }
        if (!is_type(TokenType::integer)) unexpected("name or number");
        auto index = std::make_unique<Constant>(Value::integer(current().integer), current().line);
        advance();
        auto item = std::make_unique<Item>(std::move(object), std::move(index), line);
        deepen(*item, &below);
        return item;
    }
    expect_op("[");
    Exprs indices;
    while (!is_op("]")) {
        if (!indices.empty()) expect_op(",");
        indices.push_back(parse_index());
    }
    expect_op("]");
    ExprPtr index;
    if (indices.size() == 1) {
        index = std::move(indices.front());
    } else {
        auto tuple = std::make_unique<ItemsExpr>(ExprKind::tuple, line);
        for (ExprPtr& part : indices) {
            if (part->kind == ExprKind::slice) stop("a slice among several indices is not supported", line);
            deepen(*tuple, part.get());
            tuple->items.push_back(std::move(part));
        }
        index = std::move(tuple);
    }
    auto item = std::make_unique<Item>(std::move(object), std::move(index), line);
    deepen(*item, &below);
    deepen(*item, item->index.get());
    return item;
}

ExprPtr Parser::parse_index() {
    const int line = current().line;
    ExprPtr start;
    if (!is_op(":")) {
        start = parse_expression();
        if (!is_op(":")) return start;
    }
    auto slice = std::make_unique<Slice>(line);
    slice->start = std::move(start);
    expect_op(":");
    if (!is_op(":") && !is_op("]") && !is_op(",")) slice->stop = parse_expression();
    if (skip_op(":") && !is_op("]") && !is_op(",")) slice->step = parse_expression();
    deepen(*slice, slice->start.get());
    deepen(*slice, slice->stop.get());
    deepen(*slice, slice->step.get());
    return slice;
}

CallArguments Parser::parse_arguments() {
    const int line = current().line;
    const auto ensure = [&](bool allowed) {
        if (!allowed) stop("invalid syntax for function call expression", line);
    };
    CallArguments arguments;
    std::unordered_set<std::string> names;
    expect_op("(");
    for (bool first = true; !is_op(")"); first = false) {
        if (!first) {
            expect_op(",");
            if (is_op(")")) break;
        }
        if (skip_op("*")) {
            ensure(!arguments.more_positional && !arguments.more_named);
            arguments.more_positional = parse_expression();
        } else if (skip_op("**")) {
            ensure(!arguments.more_named);
            arguments.more_named = parse_expression();
        } else if (is_type(TokenType::name) && next_token().type == TokenType::op &&
                   next_token().text == "=") {
            ensure(!arguments.more_named);
            std::string name = advance().text;
            advance();
            if (!names.insert(name).second) stop("keyword argument repeated: " + name);
            arguments.named.emplace_back(std::move(name), parse_expression());
        } else {
            ensure(!arguments.more_positional && !arguments.more_named && arguments.named.empty());
            arguments.positional.push_back(parse_expression());
        }
    }
    expect_op(")");
    return arguments;
}

ExprPtr Parser::parse_call(ExprPtr callee) {
    const int line = current().line;
    auto call = std::make_unique<Call>(std::move(callee), line);
    call->arguments = parse_arguments();
    deepen(*call, call->callee.get());
    deepen(*call, call->arguments);
    return call;
}

ExprPtr Parser::parse_filter(ExprPtr subject, bool at_name) {
    while (at_name || is_op("|")) {
        if (!at_name) advance();
        at_name = false;
        const int line = current().line;
        std::string name = expect_any_name();
        while (skip_op("."))
            name += "." + expect_any_name();
        auto filter = std::make_unique<Filter>(std::move(subject), std::move(name), line);
        if (is_op("(")) filter->arguments = parse_arguments();
        deepen(*filter, filter->subject.get());
        deepen(*filter, filter->arguments);
        subject = std::move(filter);
    }
    return subject;
}

ExprPtr Parser::parse_test(ExprPtr subject) {
    const int line = advance().line;
    const bool negated = skip_name("not");
    std::string name = expect_any_name();
    while (skip_op("."))
        name += "." + expect_any_name();
    auto test = std::make_unique<Test>(std::move(subject), std::move(name), line);
    const bool starts_argument = is_type(TokenType::name) || is_type(TokenType::string) ||
                                 is_type(TokenType::integer) || is_type(TokenType::floating) || is_op("[") ||
                                 is_op("{");
    if (is_op("(")) {
        test->arguments = parse_arguments();
    } else if (starts_argument && !is_name("else") && !is_name("or") && !is_name("and")) {
        if (is_name("is")) stop("You cannot chain multiple tests with is");
        test->arguments.positional.push_back(parse_postfix(parse_primary()));
    }
    deepen(*test, test->subject.get());
    deepen(*test, test->arguments);
    if (!negated) return test;
    auto node = std::make_unique<Unary>(Operator::logical_not, std::move(test), line);
    deepen(*node, node->operand.get());
    return node;
}

} // namespace engine::text::jinja
