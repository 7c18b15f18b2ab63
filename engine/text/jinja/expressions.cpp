// Evaluating expressions.
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"

namespace engine::text::jinja {

Value Interpreter::eval(const Expr& expr) {
    tick();
    if (expr.kind == ExprKind::constant) return static_cast<const Constant&>(expr).value;
    if (expr.kind == ExprKind::name) return eval_name(static_cast<const Name&>(expr));
    const Level level(*this);
    switch (expr.kind) {
        case ExprKind::tuple:
            return eval_items(static_cast<const ItemsExpr&>(expr), Kind::tuple);
        case ExprKind::list:
            return eval_items(static_cast<const ItemsExpr&>(expr), Kind::list);
        case ExprKind::dict:
            return eval_dict(static_cast<const DictExpr&>(expr));
        case ExprKind::unary:
            return eval_unary(static_cast<const Unary&>(expr));
        case ExprKind::binary:
        case ExprKind::logical:
            return eval_binary(static_cast<const Binary&>(expr));
        case ExprKind::concat:
            return eval_concat(static_cast<const ItemsExpr&>(expr));
        case ExprKind::compare:
            return eval_compare(static_cast<const Compare&>(expr));
        case ExprKind::condition:
            return eval_condition(static_cast<const Condition&>(expr));
        case ExprKind::attribute:
            return eval_attribute(static_cast<const Attribute&>(expr));
        case ExprKind::item:
            return eval_item(static_cast<const Item&>(expr));
        case ExprKind::call:
            return eval_call(static_cast<const Call&>(expr), nullptr);
        case ExprKind::filter:
            return eval_filter(static_cast<const Filter&>(expr));
        case ExprKind::test:
            return eval_test(static_cast<const Test&>(expr));
        default:
            return {}; // slices and targets are not evaluated by themselves
    }
}

Value& Interpreter::variable(Place place) {
    Activation* activation = frame_;
    for (uint16_t i = 0; i < place.hops; ++i)
        activation = &activation->parent.as<Activation>();
    return activation->variables[place.slot];
}

Value Interpreter::eval_name(const Name& name) {
    const Value& value = variable(name.place);
    if (!value.is_missing()) return value;
    line_ = name.line;
    return undefined_name(name.name);
}

Value Interpreter::eval_items(const ItemsExpr& expr, Kind kind) {
    Values items;
    items.reserve(expr.items.size());
    for (const ExprPtr& item : expr.items)
        items.push_back(eval(*item));
    line_ = expr.line;
    return kind == Kind::list ? make_list(heap_, std::move(items)) : make_tuple(heap_, std::move(items));
}

Value Interpreter::eval_dict(const DictExpr& expr) {
    Value dict = make_dict(heap_);
    for (const auto& [key, value] : expr.items) {
        Value k = eval(*key);
        Value v = eval(*value);
        line_ = expr.line;
        dict.as<Dict>().set(std::move(k), std::move(v));
    }
    return dict;
}

Value Interpreter::eval_unary(const Unary& expr) {
    const Value operand = eval(*expr.operand);
    line_ = expr.line;
    return unary(*this, expr.op, operand);
}

Value Interpreter::eval_binary(const Binary& expr) {
    Value left = eval(*expr.left);
    if (expr.kind == ExprKind::logical) {
        line_ = expr.line;
        const bool decided = truth(*this, left) == (expr.op == Operator::logical_or);
        return decided ? left : eval(*expr.right);
    }
    const Value right = eval(*expr.right);
    line_ = expr.line;
    return binary(*this, expr.op, left, right);
}

Value Interpreter::eval_concat(const ItemsExpr& expr) {
    TextBuilder builder(heap_);
    for (const ExprPtr& item : expr.items) {
        const Value value = eval(*item);
        line_ = item->line;
        write_str(*this, value, builder);
    }
    return builder.finish();
}

Value Interpreter::eval_compare(const Compare& expr) {
    Value left = eval(*expr.first);
    for (const auto& [op, operand] : expr.rest) {
        Value right = eval(*operand);
        line_ = expr.line;
        if (!compare(*this, op, left, right)) return Value::boolean(false);
        left = std::move(right);
    }
    return Value::boolean(true);
}

Value Interpreter::eval_condition(const Condition& expr) {
    const Value test = eval(*expr.test);
    line_ = expr.line;
    if (truth(*this, test)) return eval(*expr.then);
    if (expr.otherwise) return eval(*expr.otherwise);
    return undefined("the inline if-expression on line " + std::to_string(expr.line) +
                     " evaluated to false and no else section was defined.");
}

Value Interpreter::eval_attribute(const Attribute& expr) {
    const Value object = eval(*expr.object);
    line_ = expr.line;
    return get_attribute(*this, object, expr.name);
}

Value Interpreter::eval_item(const Item& expr) {
    const Value object = eval(*expr.object);
    if (expr.index->kind == ExprKind::slice)
        return eval_slice(object, static_cast<const Slice&>(*expr.index));
    const Value key = eval(*expr.index);
    line_ = expr.line;
    return get_item(*this, object, key);
}

Value Interpreter::eval_slice(const Value& object, const Slice& slice) {
    const auto part = [this](const ExprPtr& expr) { return expr ? eval(*expr) : Value(); };
    const Value start = part(slice.start), stop = part(slice.stop), step = part(slice.step);
    line_ = slice.line;
    return get_slice(*this, object, start, stop, step);
}

void Interpreter::eval_arguments(const CallArguments& from, Arguments& to) {
    to.positional.reserve(from.positional.size());
    for (const ExprPtr& argument : from.positional)
        to.positional.push_back(eval(*argument));
    if (from.more_positional) {
        const Value more = eval(*from.more_positional);
        line_ = from.more_positional->line;
        Cursor cursor(more);
        for (Value item; cursor.next(*this, item);)
            to.positional.push_back(std::move(item));
    }
    for (const auto& [name, argument] : from.named)
        to.named.emplace_back(name, eval(*argument));
    if (!from.more_named) return;
    const Value more = eval(*from.more_named);
    line_ = from.more_named->line;
    if (!more.is(Kind::dict))
        type_error(std::string("argument after ** must be a mapping, not ") + type_name(more));
    for (const Dict::Entry& entry : more.as<Dict>().entries()) {
        tick(1 + static_cast<int64_t>(from.named.size()) / 8);
        if (!entry.key.is(Kind::text)) type_error("keywords must be strings");
        for (const auto& [name, argument] : from.named) {
            if (name == bytes_of(entry.key))
                type_error("got multiple values for keyword argument " + quoted(name));
        }
        to.named.emplace_back(bytes_of(entry.key), entry.value);
    }
}

Value Interpreter::eval_call(const Call& expr, const Value* caller) {
    Value callee, self;
    const MethodInfo* method = nullptr;
    if (expr.callee->kind == ExprKind::attribute) {
        // object.method(...) without making a bound method first.
        const Attribute& attribute = static_cast<const Attribute&>(*expr.callee);
        tick();
        self = eval(*attribute.object);
        line_ = attribute.line;
        if (self.is(Kind::text) ||
            (self.is(Kind::dict) && (attribute.name == "items" || attribute.name == "get")))
            method = find_method(self, attribute.name);
        if (method == nullptr) callee = get_attribute(*this, self, attribute.name);
    } else {
        callee = eval(*expr.callee);
    }
    Arguments arguments;
    eval_arguments(expr.arguments, arguments);
    if (caller != nullptr) arguments.named.emplace_back("caller", *caller);
    line_ = expr.line;
    return method != nullptr ? method->call(*this, self, arguments) : call(callee, arguments);
}

Value Interpreter::eval_filter(const Filter& expr) {
    const Value subject = expr.subject ? eval(*expr.subject) : block_text_;
    line_ = expr.line;
    Arguments arguments;
    eval_arguments(expr.arguments, arguments);
    line_ = expr.line;
    if (expr.filter == nullptr) fail(FaultKind::raised, "No filter named " + quoted(expr.name) + " found.");
    return expr.filter->apply(*this, subject, arguments);
}

Value Interpreter::eval_test(const Test& expr) {
    const Value subject = eval(*expr.subject);
    Arguments arguments;
    eval_arguments(expr.arguments, arguments);
    line_ = expr.line;
    if (expr.test == nullptr) fail(FaultKind::raised, "No test named " + quoted(expr.name) + " found.");
    return Value::boolean(expr.test->holds(*this, subject, arguments));
}

} // namespace engine::text::jinja
