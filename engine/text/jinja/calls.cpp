// Calling macros, loops, blocks and other values; and what can be asked of them.
#include <algorithm>

#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"

namespace engine::text::jinja {

void LoopValue::forget() {
    iterable = before = current = after = last_changed = closure = Value();
    cursor.reset();
}

void Interpreter::too_deep() {
    --levels_;
    fail(FaultKind::limit, "expressions and calls are nested deeper than " +
                               std::to_string(limits_.depth * kLevelsPerCall) + " levels");
}

void Interpreter::too_many_calls() {
    fail(FaultKind::limit, "calls are nested deeper than " + std::to_string(limits_.depth) + " levels");
}

Value Interpreter::make_activation(const FunctionCode& function, Value parent, Value context) {
    if (calls_ >= limits_.depth) too_many_calls();
    const auto payload = static_cast<int64_t>(function.slots * sizeof(Value));
    return Value(heap_.make<Activation>(payload, function.slots, std::move(parent), std::move(context)));
}

Value Interpreter::call(const Value& callee, Arguments& arguments) {
    const Level level(*this);
    switch (callee.kind()) {
        case Kind::function:
            return callee.as<Function>().info.call(*this, arguments);
        case Kind::method:
            return callee.as<Method>().info.call(*this, callee.as<Method>().self, arguments);
        case Kind::macro:
            return call_macro(callee.as<MacroValue>(), arguments);
        case Kind::loop:
            return call_loop(callee.as<LoopValue>(), arguments);
        case Kind::joiner:
            return call_joiner(callee.as<JoinerValue>(), arguments);
        case Kind::block:
            return call_block(callee.as<BlockValue>(), arguments);
        case Kind::undefined:
            raise_undefined(callee);
        default:
            type_error(quoted(type_name(callee)) + " object is not callable");
    }
}

// After jinja2's Macro.__call__: positional, then named arguments, the rest to varargs and kwargs.
void Interpreter::bind_macro(const MacroValue& macro, Arguments& arguments, Activation& activation) {
    const MacroCode& code = macro.code;
    const auto take = [&](std::string_view name) {
        tick(static_cast<int64_t>(arguments.named.size()) / 8);
        const auto found = std::find_if(arguments.named.begin(), arguments.named.end(),
                                        [name](const auto& argument) { return argument.first == name; });
        if (found == arguments.named.end()) return Value();
        Value value = std::move(found->second);
        arguments.named.erase(found);
        return value;
    };
    const auto name = [&] { return quoted(macro.name.empty() ? "caller" : macro.name); };
    const size_t count = code.parameters.size();
    const size_t given = std::min(count, arguments.positional.size());
    for (size_t i = 0; i < count; ++i) {
        const Name& parameter = *code.parameters[i];
        activation.variables[parameter.place.slot] =
            i < given ? arguments.positional[i] : take(parameter.name);
    }
    if (code.wants_caller && !code.has_caller_parameter) {
        Value caller = take("caller");
        if (caller.is_missing() || caller.is(Kind::none)) caller = undefined("No caller defined");
        activation.variables[code.caller.slot] = std::move(caller);
    }
    if (code.wants_named) {
        Value rest = make_dict(heap_);
        for (auto& [key, value] : arguments.named)
            rest.as<Dict>().set(make_text(heap_, key, kTrusted), std::move(value));
        activation.variables[code.named.slot] = std::move(rest);
    } else if (!arguments.named.empty()) {
        const std::string& unknown = arguments.named.front().first;
        if (unknown == "caller")
            type_error("macro " + name() + " does not use its caller, but was called with a block");
        type_error("macro " + name() + " takes no keyword argument " + quoted(unknown));
    }
    if (code.wants_positional) {
        Values rest(arguments.positional.begin() + static_cast<ptrdiff_t>(given), arguments.positional.end());
        activation.variables[code.positional.slot] = make_tuple(heap_, std::move(rest));
    } else if (arguments.positional.size() > count) {
        type_error("macro " + name() + " takes not more than " + std::to_string(count) + " argument(s)");
    }
}

Value Interpreter::call_macro(const MacroValue& macro, Arguments& arguments) {
    const MacroCode& code = macro.code;
    const Value activation =
        make_activation(code.function, macro.closure, macro.closure.as<Activation>().context);
    bind_macro(macro, arguments, activation.as<Activation>());
    const InFunction in(*this, activation);
    enter(code.scope);
    const size_t first_default = code.parameters.size() - code.defaults.size();
    for (size_t i = 0; i < code.parameters.size(); ++i) {
        Value& value = variable(code.parameters[i]->place);
        if (!value.is_missing()) continue;
        const std::string& name = code.parameters[i]->name;
        Value fallback = i >= first_default ? eval(*code.defaults[i - first_default])
                                            : undefined("parameter " + quoted(name) + " was not provided");
        variable(code.parameters[i]->place) = std::move(fallback);
    }
    TextBuilder builder(heap_);
    run(code.body, builder);
    return builder.finish();
}

Value Interpreter::call_loop(LoopValue& loop, Arguments& arguments) {
    static constexpr std::string_view kNames[] = {"iterable"};
    const auto bound = bind_parameters("loop", kNames, 1, arguments);
    if (loop.recursive == nullptr)
        type_error("The loop must have the 'recursive' marker to be called recursively.");
    return run_recursive(*loop.recursive, loop.closure, bound[0], loop.depth0 + 1);
}

Value Interpreter::call_joiner(JoinerValue& joiner, Arguments& arguments) {
    bind_nothing("joiner", arguments);
    if (joiner.used) return joiner.separator;
    joiner.used = true;
    return make_text(heap_, "", kTrusted);
}

Value Interpreter::call_block(const BlockValue& block, Arguments& arguments) {
    bind_nothing("block", arguments);
    TextBuilder builder(heap_);
    run_block(block.block, block.context, builder);
    return builder.finish();
}

void Interpreter::run_block(const Block& block, const Value& context, TextBuilder& out) {
    const Value activation = make_activation(block.function, Value(), context);
    const InFunction in(*this, activation);
    if (block.wants_self) variable(block.self) = Value(heap_.make<BlocksValue>(0, context));
    if (block.wants_super)
        variable(block.super_place) =
            undefined("there is no parent block called " + quoted(block.name) + ".");
    enter(block.scope);
    run(block.body, out);
}

Value Interpreter::run_recursive(const For& loop, const Value& closure, Value iterable, int64_t depth0) {
    const Value activation =
        make_activation(loop.recursive_function, closure, closure.as<Activation>().context);
    const InFunction in(*this, activation);
    TextBuilder builder(heap_);
    run_rounds(loop, std::move(iterable), builder, depth0, closure);
    return builder.finish();
}

bool Interpreter::for_filter_accepts(const For& loop, const Value& activation, const Value& item,
                                     Value& unpacked) {
    if (calls_ >= limits_.depth) too_many_calls();
    const InFunction in(*this, activation);
    assign(*loop.test_target, item);
    const Value test = eval(*loop.test);
    line_ = loop.test->line;
    if (!truth(*this, test)) return false;
    // The filter hands on what it has unpacked: `for a, b in x if a` makes tuples of it.
    unpacked = loop.target->kind == ExprKind::tuple ? eval(*loop.test_target) : item;
    return true;
}

void Interpreter::render(TextBuilder& out) {
    const Value activation = make_activation(template_.function, Value(), context_);
    const InFunction in(*this, activation);
    if (template_.wants_self) variable(template_.self) = Value(heap_.make<BlocksValue>(0, context_));
    enter(template_.scope);
    run(template_.body, out);
}

Value Interpreter::block_of(const Value& blocks, std::string_view name) {
    tick(static_cast<int64_t>(template_.blocks.size()) / 8);
    for (const Block* block : template_.blocks) {
        if (block->name == name)
            return Value(heap_.make<BlockValue>(0, *block, blocks.as<BlocksValue>().context));
    }
    return {};
}

Value Interpreter::undefined(std::string hint) {
    auto* object = heap_.make<Undefined>(static_cast<int64_t>(hint.size()));
    object->hint = std::move(hint);
    return Value(object);
}

Value Interpreter::undefined_name(std::string_view name) {
    auto* object = heap_.make<Undefined>(static_cast<int64_t>(name.size()));
    object->name = name;
    return Value(object);
}

Value Interpreter::undefined_in(const Value& object, const Value& key) {
    auto* result = heap_.make<Undefined>(64);
    Value value(result);
    result->object_type = type_name(object);
    result->name_is_text = key.is(Kind::text);
    result->name = result->name_is_text ? std::string(shortened(bytes_of(key), 200)) : short_repr(*this, key);
    return value;
}

void Interpreter::raise_undefined(const Value& value) {
    fail(FaultKind::undefined, value.as<Undefined>().message());
}

std::string Interpreter::describe_macro(const Value& macro) const {
    const std::string_view name = macro.as<MacroValue>().name;
    return name.empty() ? "<Macro anonymous>" : "<Macro " + quoted(name) + ">";
}

std::string Interpreter::describe_loop(const Value& value) {
    LoopValue& loop = value.as<LoopValue>();
    return "<LoopContext " + std::to_string(loop.index0 + 1) + "/" + std::to_string(loop_length(loop)) + ">";
}

// What a loop's cursor gives next, one item looked at ahead of time included.
bool Interpreter::next_in_loop(LoopValue& loop, Value& item) {
    Value next;
    if (!loop.after.is_missing())
        next = std::exchange(loop.after, Value());
    else if (!loop.cursor.next(*this, next))
        return false;
    ++loop.index0;
    loop.before = std::exchange(loop.current, next);
    item = std::move(next);
    return true;
}

int64_t Interpreter::loop_length(LoopValue& loop) {
    if (loop.length >= 0) return loop.length;
    loop.length = length_of(*this, loop.iterable);
    if (loop.length >= 0) return loop.length;
    // A generator: what is left becomes a list.
    Values rest;
    for (Value item; loop.cursor.next(*this, item);)
        rest.push_back(std::move(item));
    loop.length = static_cast<int64_t>(rest.size()) + loop.index0 + 1 + (loop.after.is_missing() ? 0 : 1);
    loop.cursor = Cursor(make_list(heap_, std::move(rest)));
    return loop.length;
}

Value Interpreter::loop_attribute(const Value& value, std::string_view name) {
    LoopValue& loop = value.as<LoopValue>();
    const auto peek = [&] {
        if (loop.after.is_missing()) {
            Value next;
            if (loop.cursor.next(*this, next)) loop.after = std::move(next);
        }
        return !loop.after.is_missing();
    };
    if (name == "index") return Value::integer(loop.index0 + 1);
    if (name == "index0") return Value::integer(loop.index0);
    if (name == "first") return Value::boolean(loop.index0 == 0);
    if (name == "last") return Value::boolean(!peek());
    if (name == "length") return Value::integer(loop_length(loop));
    if (name == "revindex") return Value::integer(loop_length(loop) - loop.index0);
    if (name == "revindex0") return Value::integer(loop_length(loop) - loop.index0 - 1);
    if (name == "depth") return Value::integer(loop.depth0 + 1);
    if (name == "depth0") return Value::integer(loop.depth0);
    if (name == "previtem") return loop.index0 == 0 ? undefined("there is no previous item") : loop.before;
    if (name == "nextitem") return peek() ? loop.after : undefined("there is no next item");
    return {};
}

} // namespace engine::text::jinja
