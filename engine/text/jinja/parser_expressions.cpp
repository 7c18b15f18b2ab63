// The expressions of the template language, one function per level of precedence.
#include <algorithm>

#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/parser.h"

namespace engine::text::jinja {
namespace {

// Long chains (a + b + c ...) nest to the left without brackets in the source.
constexpr int kDeepestTree = 400;

struct NamedOperator {
    std::string_view text;
    Operator op;
};
constexpr NamedOperator kComparisons[] = {{"==", Operator::eq}, {"!=", Operator::ne}, {"<", Operator::lt},
                                          {"<=", Operator::le}, {">", Operator::gt},  {">=", Operator::ge}};
constexpr NamedOperator kSums[] = {{"+", Operator::add}, {"-", Operator::sub}};
constexpr NamedOperator kProducts[] = {
    {"*", Operator::mul}, {"/", Operator::div}, {"//", Operator::floordiv}, {"%", Operator::mod}};

template <size_t n>
const NamedOperator* find_operator(const NamedOperator (&table)[n], const Token& token) {
    if (token.type != TokenType::op) return nullptr;
    const auto* found =
        std::find_if(std::begin(table), std::end(table),
                     [&token](const NamedOperator& entry) { return entry.text == token.text; });
    return found == std::end(table) ? nullptr : found;
}

bool is_constant_name(std::string_view name) {
    return name == "true" || name == "True" || name == "false" || name == "False" || name == "none" ||
           name == "None";
}

void check_target(const Expr& target) {
    const auto refuse = [&target](std::string_view what) {
        fail(FaultKind::syntax, "can't assign to " + quoted(what), target.line);
    };
    switch (target.kind) {
        case ExprKind::name:
            if (is_constant_name(static_cast<const Name&>(target).name)) refuse("const");
            return;
        case ExprKind::name_attribute:
            return;
        case ExprKind::tuple:
            for (const ExprPtr& item : static_cast<const ItemsExpr&>(target).items)
                check_target(*item);
            return;
        case ExprKind::constant:
            refuse("const");
            return;
        case ExprKind::list:
            refuse("list");
            return;
        case ExprKind::dict:
            refuse("dict");
            return;
        default:
            refuse("expression");
            return;
    }
}

} // namespace

void Parser::deepen(Expr& expr, const Expr* below) const {
    if (below == nullptr) return;
    expr.depth = std::max(expr.depth, below->depth + 1);
    if (expr.depth > kDeepestTree)
        stop("the expression is nested deeper than " + std::to_string(kDeepestTree) + " levels", expr.line);
}

void Parser::deepen(Expr& expr, const CallArguments& arguments) const {
    for (const ExprPtr& argument : arguments.positional)
        deepen(expr, argument.get());
    for (const auto& [name, argument] : arguments.named)
        deepen(expr, argument.get());
    deepen(expr, arguments.more_positional.get());
    deepen(expr, arguments.more_named.get());
}

ExprPtr Parser::parse_target(bool with_attribute, std::string_view end_name) {
    ExprPtr target = parse_simple_tuple(with_attribute, end_name);
    check_target(*target);
    return target;
}

bool Parser::is_tuple_end(std::string_view end_name) const {
    return is_type(TokenType::variable_end) || is_type(TokenType::block_end) || is_op(")") ||
           (!end_name.empty() && is_name(end_name));
}

template <class ParseOne>
ExprPtr Parser::parse_tuple_of(ParseOne parse_one, std::string_view end_name, bool in_parentheses) {
    int line = current().line;
    Exprs items;
    bool is_tuple = false;
    while (true) {
        if (!items.empty()) expect_op(",");
        if (is_tuple_end(end_name)) break;
        items.push_back(parse_one());
        if (!is_op(",")) break;
        is_tuple = true;
        line = current().line;
    }
    if (!is_tuple) {
        if (!items.empty()) return std::move(items.front());
        if (!in_parentheses) unexpected("an expression");
    }
    auto tuple = std::make_unique<ItemsExpr>(ExprKind::tuple, line);
    for (ExprPtr& item : items) {
        deepen(*tuple, item.get());
        tuple->items.push_back(std::move(item));
    }
    return tuple;
}

ExprPtr Parser::parse_tuple(bool with_condition, std::string_view end_name, bool in_parentheses) {
    return parse_tuple_of([this, with_condition] { return parse_expression(with_condition); }, end_name,
                          in_parentheses);
}

ExprPtr Parser::parse_simple_tuple(bool with_attribute, std::string_view end_name) {
    return parse_tuple_of([this, with_attribute] { return parse_primary(with_attribute); }, end_name, false);
}

ExprPtr Parser::parse_expression(bool with_condition) {
    const Nesting nesting(*this);
    return with_condition ? parse_condition() : parse_or();
}

ExprPtr Parser::parse_condition() {
    int line = current().line;
    ExprPtr then = parse_or();
    while (skip_name("if")) {
        ExprPtr test = parse_or();
        ExprPtr otherwise;
        if (skip_name("else")) {
            const Nesting nesting(*this);
            otherwise = parse_condition();
        }
        auto condition =
            std::make_unique<Condition>(std::move(test), std::move(then), std::move(otherwise), line);
        deepen(*condition, condition->test.get());
        deepen(*condition, condition->then.get());
        deepen(*condition, condition->otherwise.get());
        then = std::move(condition);
        line = current().line;
    }
    return then;
}

ExprPtr Parser::parse_or() {
    int line = current().line;
    ExprPtr left = parse_and();
    while (skip_name("or")) {
        auto node = std::make_unique<Binary>(ExprKind::logical, Operator::logical_or, std::move(left),
                                             parse_and(), line);
        deepen(*node, node->left.get());
        deepen(*node, node->right.get());
        left = std::move(node);
        line = current().line;
    }
    return left;
}

ExprPtr Parser::parse_and() {
    int line = current().line;
    ExprPtr left = parse_not();
    while (skip_name("and")) {
        auto node = std::make_unique<Binary>(ExprKind::logical, Operator::logical_and, std::move(left),
                                             parse_not(), line);
        deepen(*node, node->left.get());
        deepen(*node, node->right.get());
        left = std::move(node);
        line = current().line;
    }
    return left;
}

ExprPtr Parser::parse_not() {
    if (!is_name("not")) return parse_compare();
    const Nesting nesting(*this);
    const int line = advance().line;
    auto node = std::make_unique<Unary>(Operator::logical_not, parse_not(), line);
    deepen(*node, node->operand.get());
    return node;
}

ExprPtr Parser::parse_compare() {
    const int line = current().line;
    ExprPtr first = parse_sum();
    std::unique_ptr<Compare> compare;
    while (true) {
        Operator op = Operator::in;
        if (const NamedOperator* named = find_operator(kComparisons, current()))
            op = named->op;
        else if (is_name("not") && next_token().type == TokenType::name && next_token().text == "in") {
            op = Operator::not_in;
            advance();
        } else if (!is_name("in"))
            break;
        advance();
        if (!compare) {
            compare = std::make_unique<Compare>(std::move(first), line);
            deepen(*compare, compare->first.get());
        }
        compare->rest.emplace_back(op, parse_sum());
        deepen(*compare, compare->rest.back().second.get());
    }
    return compare ? std::move(compare) : std::move(first);
}

ExprPtr Parser::parse_sum() {
    int line = current().line;
    ExprPtr left = parse_concat();
    while (const NamedOperator* named = find_operator(kSums, current())) {
        advance();
        auto node =
            std::make_unique<Binary>(ExprKind::binary, named->op, std::move(left), parse_concat(), line);
        deepen(*node, node->left.get());
        deepen(*node, node->right.get());
        left = std::move(node);
        line = current().line;
    }
    return left;
}

ExprPtr Parser::parse_concat() {
    const int line = current().line;
    ExprPtr first = parse_product();
    if (!is_op("~")) return first;
    auto concat = std::make_unique<ItemsExpr>(ExprKind::concat, line);
    deepen(*concat, first.get());
    concat->items.push_back(std::move(first));
    while (skip_op("~")) {
        concat->items.push_back(parse_product());
        deepen(*concat, concat->items.back().get());
    }
    return concat;
}

ExprPtr Parser::parse_product() {
    int line = current().line;
    ExprPtr left = parse_power();
    while (const NamedOperator* named = find_operator(kProducts, current())) {
        advance();
        auto node =
            std::make_unique<Binary>(ExprKind::binary, named->op, std::move(left), parse_power(), line);
        deepen(*node, node->left.get());
        deepen(*node, node->right.get());
        left = std::move(node);
        line = current().line;
    }
    return left;
}

ExprPtr Parser::parse_power() {
    int line = current().line;
    ExprPtr left = parse_unary();
    while (skip_op("**")) {
        auto node =
            std::make_unique<Binary>(ExprKind::binary, Operator::pow, std::move(left), parse_unary(), line);
        deepen(*node, node->left.get());
        deepen(*node, node->right.get());
        left = std::move(node);
        line = current().line;
    }
    return left;
}

ExprPtr Parser::parse_unary(bool with_filter) {
    ExprPtr expr;
    if (is_op("-") || is_op("+")) {
        const Nesting nesting(*this);
        const Operator op = is_op("-") ? Operator::neg : Operator::pos;
        const int line = advance().line;
        auto node = std::make_unique<Unary>(op, parse_unary(false), line);
        deepen(*node, node->operand.get());
        expr = std::move(node);
    } else {
        expr = parse_primary();
    }
    expr = parse_postfix(std::move(expr));
    return with_filter ? parse_filters_and_tests(std::move(expr)) : std::move(expr);
}

ExprPtr Parser::parse_primary(bool with_attribute) {
    const Nesting nesting(*this);
    const int line = current().line;
    if (is_type(TokenType::name)) {
        std::string name = advance().text;
        if (name == "true" || name == "True") return std::make_unique<Constant>(Value::boolean(true), line);
        if (name == "false" || name == "False")
            return std::make_unique<Constant>(Value::boolean(false), line);
        if (name == "none" || name == "None") return std::make_unique<Constant>(Value::none(), line);
        if (with_attribute && skip_op("."))
            return std::make_unique<NameAttribute>(std::move(name), expect_any_name(), line);
        return std::make_unique<Name>(std::move(name), line);
    }
    if (is_type(TokenType::string)) return parse_string();
    if (is_type(TokenType::integer))
        return std::make_unique<Constant>(Value::integer(advance().integer), line);
    if (is_type(TokenType::floating))
        return std::make_unique<Constant>(Value::floating(advance().floating), line);
    if (skip_op("(")) {
        ExprPtr inner = parse_tuple(true, {}, true);
        expect_op(")");
        return inner;
    }
    if (is_op("[")) return parse_list();
    if (is_op("{")) return parse_dict();
    unexpected("an expression");
}

ExprPtr Parser::parse_string() {
    const int line = current().line;
    std::string text;
    while (is_type(TokenType::string)) // neighbours are one string, as in Python
        text += advance().text;
    return make_constant(std::move(text), line);
}

ExprPtr Parser::parse_list() {
    auto list = std::make_unique<ItemsExpr>(ExprKind::list, advance().line);
    while (!is_op("]")) {
        if (!list->items.empty()) {
            expect_op(",");
            if (is_op("]")) break;
        }
        list->items.push_back(parse_expression());
        deepen(*list, list->items.back().get());
    }
    expect_op("]");
    return list;
}

ExprPtr Parser::parse_dict() {
    auto dict = std::make_unique<DictExpr>(advance().line);
    while (!is_op("}")) {
        if (!dict->items.empty()) {
            expect_op(",");
            if (is_op("}")) break;
        }
        ExprPtr key = parse_expression();
        expect_op(":");
        ExprPtr value = parse_expression();
        deepen(*dict, key.get());
        deepen(*dict, value.get());
        dict->items.emplace_back(std::move(key), std::move(value));
    }
    expect_op("}");
    return dict;
}

} // namespace engine::text::jinja
