// Running statements.
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"

namespace engine::text::jinja {

namespace {

// The items of a `for ... if ...`, filtered as they are read.
struct FilteredItems : Lazy {
    FilteredItems(const For& l, Value a, Value i)
        : loop(l), activation(std::move(a)), iterable(std::move(i)) {}
    bool next(Interpreter& interpreter, Value& item) override {
        if (!started) {
            started = true;
            cursor = Cursor(std::exchange(iterable, Value()));
        }
        for (Value candidate; cursor.next(interpreter, candidate);) {
            if (interpreter.for_filter_accepts(loop, activation, candidate, item)) return true;
        }
        return false;
    }
    const For& loop;
    Value activation, iterable;
    Cursor cursor;
    bool started = false;
};

} // namespace

void Interpreter::enter(const Scope& scope) {
    for (const Load& load : scope.enter) {
        Value value;
        if (load.action == Load::Action::resolve)
            value = lookup(load.name);
        else if (load.action == Load::Action::alias)
            value = variable(load.source);
        frame_->variables[load.slot] = std::move(value);
    }
}

void Interpreter::leave(const Scope& scope) {
    for (const uint16_t slot : scope.leave)
        frame_->variables[slot] = Value();
}

// From the context; missing when there is none of that name.
Value Interpreter::lookup(const std::string& name) {
    tick();
    const Value* at = &frame_->context;
    while (!at->is_missing()) {
        const Context& context = at->as<Context>();
        const auto found = context.variables.find(name);
        if (found != context.variables.end()) return found->second;
        at = &context.outer;
    }
    const FunctionInfo* function = find_function(name);
    return function != nullptr ? Value(heap_.make<Function>(0, *function)) : Value();
}

Interpreter::Flow Interpreter::run(const Statements& statements, TextBuilder& out) {
    for (const StatementPtr& statement : statements) {
        const Flow flow = run(*statement, out);
        if (flow != Flow::normal) return flow;
    }
    return Flow::normal;
}

Interpreter::Flow Interpreter::run(const Statement& statement, TextBuilder& out) {
    tick();
    const Level level(*this);
    line_ = statement.line;
    switch (statement.kind) {
        case StatementKind::output:
            run_output(static_cast<const Output&>(statement), out);
            break;
        case StatementKind::assign:
            run_assign(static_cast<const Assign&>(statement));
            break;
        case StatementKind::assign_block:
            return run_assign_block(static_cast<const AssignBlock&>(statement));
        case StatementKind::if_:
            return run_if(static_cast<const If&>(statement), out);
        case StatementKind::for_:
            return run_for(static_cast<const For&>(statement), out);
        case StatementKind::macro:
            run_macro(static_cast<const Macro&>(statement));
            break;
        case StatementKind::call_block:
            run_call_block(static_cast<const CallBlock&>(statement), out);
            break;
        case StatementKind::filter_block:
            return run_filter_block(static_cast<const FilterBlock&>(statement), out);
        case StatementKind::with:
            return run_with(static_cast<const With&>(statement), out);
        case StatementKind::block:
            run_block_here(static_cast<const Block&>(statement), out);
            break;
        case StatementKind::break_:
            return Flow::leave_loop;
        case StatementKind::continue_:
            return Flow::next_round;
    }
    return Flow::normal;
}

void Interpreter::run_output(const Output& output, TextBuilder& out) {
    for (const ExprPtr& part : output.parts) {
        const Value value = eval(*part);
        line_ = part->line;
        write_str(*this, value, out);
    }
}

// Namespaces are checked before the value is computed, as in jinja2.
void Interpreter::check_namespaces(const Expr& target) {
    if (target.kind == ExprKind::tuple) {
        for (const ExprPtr& item : static_cast<const ItemsExpr&>(target).items)
            check_namespaces(*item);
    } else if (target.kind == ExprKind::name_attribute) {
        if (!variable(static_cast<const NameAttribute&>(target).place).is(Kind::names))
            fail(FaultKind::raised, "cannot assign attribute on non-namespace object");
    }
}

void Interpreter::assign(const Expr& target, Value value) {
    if (target.kind == ExprKind::name) {
        variable(static_cast<const Name&>(target).place) = std::move(value);
        return;
    }
    if (target.kind == ExprKind::name_attribute) {
        const NameAttribute& place = static_cast<const NameAttribute&>(target);
        if (place.attribute.starts_with("_"))
            fail(FaultKind::undefined, "cannot store the underscore-prefixed attribute " +
                                           quoted(place.attribute) + " on a namespace");
        variable(place.place)
            .as<Names>()
            .attributes.as<Dict>()
            .set(make_text(heap_, place.attribute, kTrusted), std::move(value));
        return;
    }
    const Exprs& targets = static_cast<const ItemsExpr&>(target).items;
    if (!is_iterable(value))
        type_error("cannot unpack non-iterable " + std::string(type_name(value)) + " object");
    Values items;
    Cursor cursor(std::move(value));
    for (Value item; items.size() <= targets.size() && cursor.next(*this, item);)
        items.push_back(std::move(item));
    if (items.size() > targets.size())
        value_error("too many values to unpack (expected " + std::to_string(targets.size()) + ")");
    if (items.size() < targets.size())
        value_error("not enough values to unpack (expected " + std::to_string(targets.size()) + ", got " +
                    std::to_string(items.size()) + ")");
    for (size_t i = 0; i < targets.size(); ++i)
        assign(*targets[i], std::move(items[i]));
}

void Interpreter::export_names(const std::vector<Export>& exports) {
    for (const Export& name : exports)
        frame_->context.as<Context>().variables[name.name] = variable(name.place);
}

void Interpreter::run_assign(const Assign& statement) {
    check_namespaces(*statement.target);
    Value value = eval(*statement.value);
    line_ = statement.line;
    assign(*statement.target, std::move(value));
    export_names(statement.exports);
}

Interpreter::Flow Interpreter::run_assign_block(const AssignBlock& block) {
    enter(block.scope);
    TextBuilder builder(heap_);
    const Flow flow = run(block.body, builder);
    if (flow != Flow::normal) return flow;
    Value value = builder.finish();
    if (block.filter) {
        Value outer = std::exchange(block_text_, std::move(value));
        value = eval(*block.filter);
        block_text_ = std::move(outer);
    }
    line_ = block.line;
    check_namespaces(*block.target);
    assign(*block.target, std::move(value));
    export_names(block.exports);
    leave(block.scope);
    return Flow::normal;
}

Interpreter::Flow Interpreter::run_if(const If& statement, TextBuilder& out) {
    for (const If::Branch& branch : statement.branches) {
        const Value test = eval(*branch.test);
        line_ = branch.test->line;
        if (truth(*this, test)) return run(branch.body, out);
    }
    return run(statement.otherwise, out);
}

Interpreter::Flow Interpreter::run_for(const For& loop, TextBuilder& out) {
    Value iterable = eval(*loop.iterable);
    line_ = loop.line;
    const Value closure = function_;
    if (!loop.recursive) return run_rounds(loop, std::move(iterable), out, 0, closure);
    const Value text = run_recursive(loop, closure, std::move(iterable), 0);
    write_str(*this, text, out);
    return Flow::normal;
}

Interpreter::Flow Interpreter::run_rounds(const For& loop, Value iterable, TextBuilder& out, int64_t depth0,
                                          const Value& closure) {
    if (loop.test) {
        Value activation = make_activation(loop.test_function, closure, closure.as<Activation>().context);
        {
            const InFunction in(*this, activation);
            enter(loop.test_scope);
        }
        iterable = Value(heap_.make<FilteredItems>(0, loop, std::move(activation), std::move(iterable)));
    }
    Cursor cursor(iterable);
    LoopValue* state = nullptr;
    Value state_value;
    if (loop.has_loop) {
        state = heap_.make<LoopValue>(0, iterable, depth0);
        state_value = Value(state);
        state->cursor = std::move(cursor);
        if (loop.recursive) {
            state->recursive = &loop;
            state->closure = closure;
        }
    }
    bool had_round = false; // to its end: as in jinja2, `continue` does not count
    Value item;
    while (state != nullptr ? next_in_loop(*state, item) : cursor.next(*this, item)) {
        line_ = loop.line;
        assign(*loop.target, std::move(item));
        if (state != nullptr) variable(loop.loop) = state_value;
        enter(loop.scope);
        const Flow flow = run(loop.body, out);
        if (flow == Flow::leave_loop) break;
        if (flow == Flow::normal) had_round = true;
        line_ = loop.line;
    }
    leave(loop.scope);
    if (loop.otherwise.empty() || had_round) return Flow::normal;
    enter(loop.else_scope);
    const Flow flow = run(loop.otherwise, out);
    leave(loop.else_scope);
    return flow;
}

void Interpreter::run_macro(const Macro& macro) {
    Value value(heap_.make<MacroValue>(0, macro.code, macro.name, function_));
    if (macro.exported) frame_->context.as<Context>().variables[macro.name] = value;
    variable(macro.place) = std::move(value);
}

void Interpreter::run_call_block(const CallBlock& block, TextBuilder& out) {
    const Value caller(heap_.make<MacroValue>(0, block.code, "", function_));
    if (block.call) {
        const Value text = eval_call(static_cast<const Call&>(*block.call), &caller);
        line_ = block.line;
        return write_str(*this, text, out);
    }
    Arguments arguments;
    const Value text = call_macro(caller.as<MacroValue>(), arguments);
    TextBuilder reply(heap_);
    reply.append(text.as<Text>());
    reply.mark_assistant();
    write_str(*this, reply.finish(), out);
}

Interpreter::Flow Interpreter::run_filter_block(const FilterBlock& block, TextBuilder& out) {
    enter(block.scope);
    TextBuilder builder(heap_);
    const Flow flow = run(block.body, builder);
    if (flow != Flow::normal) return flow;
    Value outer = std::exchange(block_text_, builder.finish());
    const Value text = eval(*block.filter);
    block_text_ = std::move(outer);
    line_ = block.line;
    // jinja2 joins it with the rest of the output as it is.
    if (!text.is(Kind::text))
        type_error("the filter of a block must make a text, not " + std::string(type_name(text)));
    write_str(*this, text, out);
    leave(block.scope);
    return Flow::normal;
}

Interpreter::Flow Interpreter::run_with(const With& with, TextBuilder& out) {
    enter(with.scope);
    for (size_t i = 0; i < with.targets.size(); ++i)
        assign(*with.targets[i], eval(*with.values[i]));
    const Flow flow = run(with.body, out);
    leave(with.scope);
    return flow;
}

void Interpreter::run_block_here(const Block& block, TextBuilder& out) {
    if (block.required) fail(FaultKind::raised, "Required block " + quoted(block.name) + " not found");
    Value context = frame_->context;
    if (block.scoped) {
        auto* inner = heap_.make<Context>(0);
        Value derived(inner);
        inner->outer = std::move(context);
        for (const Export& name : block.visible) {
            if (const Value& value = variable(name.place); !value.is_missing())
                inner->variables[name.name] = value;
        }
        context = std::move(derived);
    }
    run_block(block, context, out);
}

} // namespace engine::text::jinja
