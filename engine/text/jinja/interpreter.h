// Interpreter: renders one template once; evaluates expressions, runs statements, counts what it costs.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/text/chat_template.h"
#include "engine/text/jinja/cursor.h"
#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/registry.h"
#include "engine/text/jinja/text.h"
#include "engine/text/jinja/tree.h"

namespace engine::text::jinja {

// The clock of strftime_now().
struct Now {
    int64_t unix_seconds = 0;
    int32_t utc_offset_seconds = 0;
};

// Variables that code outside the functions' own can see: the input, and what the top level has set.
struct Context : MutableObject {
    Context() : MutableObject(Kind::activation) {}
    Value outer; // another Context, or missing
    std::unordered_map<std::string, Value> variables;
    void forget() override {
        outer = Value();
        variables.clear();
    }
};

// The variables of one call of a function.
struct Activation : MutableObject {
    Activation(uint16_t slots, Value p, Value c)
        : MutableObject(Kind::activation), parent(std::move(p)), context(std::move(c)), variables(slots) {}
    Value parent;  // the activation the function was defined in, or missing
    Value context; // a Context
    Values variables;
    void forget() override {
        parent = Value();
        context = Value();
        variables.clear();
    }
};

struct MacroValue : Object {
    MacroValue(const MacroCode& m, std::string_view n, Value c)
        : Object(Kind::macro), code(m), name(n), closure(std::move(c)) {}
    const MacroCode& code;
    const std::string_view name; // empty: the body of a call block
    const Value closure;
};

struct LoopValue : MutableObject {
    LoopValue(Value i, int64_t d) : MutableObject(Kind::loop), iterable(std::move(i)), depth0(d) {}
    Value iterable;
    const int64_t depth0;
    Cursor cursor;
    int64_t index0 = -1;
    int64_t length = -1;          // not known yet
    Value before, current, after; // after: looked at ahead of time
    Value last_changed;
    const For* recursive = nullptr;
    Value closure;
    void forget() override;
};

struct CyclerValue : MutableObject {
    explicit CyclerValue(Value i) : MutableObject(Kind::cycler), items(std::move(i)) {}
    Value items; // a tuple
    size_t position = 0;
    void forget() override { items = Value(); }
};

struct JoinerValue : MutableObject {
    explicit JoinerValue(Value s) : MutableObject(Kind::joiner), separator(std::move(s)) {}
    Value separator;
    bool used = false;
    void forget() override { separator = Value(); }
};

// `self`, and one block of it.
struct BlocksValue : Object {
    explicit BlocksValue(Value c) : Object(Kind::blocks), context(std::move(c)) {}
    const Value context;
};
struct BlockValue : Object {
    BlockValue(const Block& b, Value c) : Object(Kind::block), block(b), context(std::move(c)) {}
    const Block& block;
    const Value context;
};

class Interpreter {
 public:
    Interpreter(Heap& heap, const Template& source, Value context, Now now, const TemplateLimits& limits)
        : heap_(heap), template_(source), context_(std::move(context)), now_(now), limits_(limits) {}

    void render(TextBuilder& out);
    int line() const { return line_; } // of the construct that was evaluated last

    // For filters, methods and operators.
    Heap& heap() { return heap_; }
    Now now() const { return now_; }
    void tick(int64_t steps = 1) { heap_.spend(steps); }
    // Work that grows with a text's size; `per_step` bytes cost as much as evaluating a node.
    void tick_bytes(size_t bytes, int64_t per_step) { tick(static_cast<int64_t>(bytes) / per_step); }
    Value call(const Value& callee, Arguments& arguments);
    Value undefined(std::string hint);
    Value undefined_name(std::string_view name);
    Value undefined_in(const Value& object, const Value& key);
    [[noreturn]] void raise_undefined(const Value& undefined);

    // Values that only the interpreter understands.
    std::string describe_macro(const Value& macro) const;
    std::string describe_loop(const Value& loop);
    Value loop_attribute(const Value& loop, std::string_view name);
    int64_t loop_length(LoopValue& loop);
    bool next_in_loop(LoopValue& loop, Value& item);
    Value block_of(const Value& blocks, std::string_view name);
    bool for_filter_accepts(const For& loop, const Value& activation, const Value& item, Value& unpacked);

    // One level of recursion, for as long as it lasts.
    class Level {
     public:
        explicit Level(Interpreter& interpreter) : interpreter_(interpreter) {
            if (++interpreter.levels_ > interpreter.limits_.depth * kLevelsPerCall) interpreter.too_deep();
        }
        ~Level() { --interpreter_.levels_; }
        Level(const Level&) = delete;

     private:
        Interpreter& interpreter_;
    };

 private:
    enum class Flow { normal, leave_loop, next_round };
    // A macro's call inside a macro's call takes about this many nested nodes.
    static constexpr int32_t kLevelsPerCall = 12;

    // Runs a function's body: switches the activation and counts the depth of calls.
    class InFunction {
     public:
        InFunction(Interpreter& interpreter, const Value& activation)
            : interpreter_(interpreter), outer_(std::move(interpreter.function_)) {
            interpreter.function_ = activation;
            interpreter.frame_ = &activation.as<Activation>();
            ++interpreter.calls_;
        }
        ~InFunction() {
            interpreter_.function_ = std::move(outer_);
            interpreter_.frame_ =
                interpreter_.function_.is_missing() ? nullptr : &interpreter_.function_.as<Activation>();
            --interpreter_.calls_;
        }
        InFunction(const InFunction&) = delete;

     private:
        Interpreter& interpreter_;
        Value outer_;
    };

    [[noreturn]] void too_deep();
    [[noreturn]] void too_many_calls();

    // expressions.cpp
    Value eval(const Expr& expr);
    Value eval_name(const Name& name);
    Value eval_items(const ItemsExpr& expr, Kind kind);
    Value eval_dict(const DictExpr& expr);
    Value eval_unary(const Unary& expr);
    Value eval_binary(const Binary& expr);
    Value eval_concat(const ItemsExpr& expr);
    Value eval_compare(const Compare& expr);
    Value eval_condition(const Condition& expr);
    Value eval_attribute(const Attribute& expr);
    Value eval_item(const Item& expr);
    Value eval_slice(const Value& object, const Slice& slice);
    Value eval_call(const Call& expr, const Value* caller);
    Value eval_filter(const Filter& expr);
    Value eval_test(const Test& expr);
    void eval_arguments(const CallArguments& from, Arguments& to);

    // calls.cpp
    Value call_macro(const MacroValue& macro, Arguments& arguments);
    void bind_macro(const MacroValue& macro, Arguments& arguments, Activation& activation);
    Value call_loop(LoopValue& loop, Arguments& arguments);
    Value call_joiner(JoinerValue& joiner, Arguments& arguments);
    Value call_block(const BlockValue& block, Arguments& arguments);
    Value make_activation(const FunctionCode& function, Value parent, Value context);

    // statements.cpp
    Flow run(const Statements& statements, TextBuilder& out);
    Flow run(const Statement& statement, TextBuilder& out);
    void run_output(const Output& output, TextBuilder& out);
    void run_assign(const Assign& assign);
    Flow run_assign_block(const AssignBlock& block);
    Flow run_if(const If& statement, TextBuilder& out);
    Flow run_for(const For& loop, TextBuilder& out);
    Flow run_rounds(const For& loop, Value iterable, TextBuilder& out, int64_t depth0, const Value& closure);
    Value run_recursive(const For& loop, const Value& closure, Value iterable, int64_t depth0);
    Flow run_filter_block(const FilterBlock& block, TextBuilder& out);
    Flow run_with(const With& with, TextBuilder& out);
    void run_macro(const Macro& macro);
    void run_call_block(const CallBlock& block, TextBuilder& out);
    void run_block_here(const Block& block, TextBuilder& out);
    void run_block(const Block& block, const Value& context, TextBuilder& out);
    void assign(const Expr& target, Value value);
    void check_namespaces(const Expr& target);
    void export_names(const std::vector<Export>& exports);
    void enter(const Scope& scope);
    void leave(const Scope& scope);
    Value& variable(Place place);
    Value lookup(const std::string& name);

    Heap& heap_;
    const Template& template_;
    Value context_;
    const Now now_;
    const TemplateLimits limits_;
    int32_t levels_ = 0;
    int32_t calls_ = 0;
    int line_ = 1;
    Value function_;              // the current activation
    Activation* frame_ = nullptr; // the same
    Value block_text_;            // what a filter without a subject is applied to
};

} // namespace engine::text::jinja
