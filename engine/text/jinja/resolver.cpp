// Frames as jinja2's code generator nests them, and the places of names in them.
#include "engine/text/jinja/resolver.h"

#include <limits>
#include <map>
#include <optional>
#include <set>

#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/registry.h"
#include "engine/text/jinja/symbols.h"
#include "engine/text/jinja/walk.h"

namespace engine::text::jinja {
namespace {

// The variables of one function, and the function around it.
struct FunctionFrame {
    FunctionFrame(FunctionCode& c, FunctionFrame* p) : code(c), parent(p) {}
    FunctionCode& code;
    FunctionFrame* parent;
    std::map<Identifier, uint16_t> slots;

    uint16_t slot(const Identifier& identifier) {
        const auto [place, is_new] = slots.try_emplace(identifier, code.slots);
        if (is_new && code.slots++ == std::numeric_limits<uint16_t>::max())
            fail(FaultKind::syntax, "the template has too many variables");
        return place->second;
    }
};

struct Frame {
    Frame(const Frame* p, FunctionFrame& f)
        : parent(p), symbols(p != nullptr ? &p->symbols : nullptr), function(&f) {}
    // A scope inside the same function.
    static Frame inside(const Frame& outer) {
        Frame frame(&outer, *outer.function);
        frame.in_loop = outer.in_loop;
        return frame;
    }

    const Frame* parent;
    Symbols symbols;
    FunctionFrame* function;
    bool toplevel = false;
    bool in_loop = false; // break and continue have a loop of this function to act on
};

class Resolver {
 public:
    explicit Resolver(Template& root) : root_(root) {}

    void run() {
        FunctionFrame function(root_.function, nullptr);
        Frame frame(nullptr, function);
        frame.toplevel = true;
        if (!find_undeclared(root_.body, {"self"}).empty()) {
            frame.symbols.declare_parameter("self");
            root_.wants_self = true;
        }
        frame.symbols.analyze_body(root_.body);
        if (root_.wants_self) root_.self = place_of(frame, "self");
        root_.scope = scope_of(frame);
        visit(root_.body, frame, false);
        // Blocks are functions of their own, not inside the template's: they see the context only.
        for (size_t i = 0; i < blocks_.size(); ++i)
            visit_block_body(*blocks_[i]);
    }

 private:
    // The frame that owns a level's variables.
    static const Frame& owner(const Frame& frame, int level) {
        const Frame* at = &frame;
        while (at->symbols.level() != level)
            at = at->parent;
        return *at;
    }

    static Place place_of(const Frame& frame, const Identifier& identifier) {
        FunctionFrame* function = owner(frame, identifier.level).function;
        Place place;
        for (const FunctionFrame* at = frame.function; at != function; at = at->parent)
            ++place.hops;
        place.slot = function->slot(identifier);
        return place;
    }

    static Place place_of(Frame& frame, const std::string& name) {
        if (frame.symbols.find(name) == nullptr) frame.symbols.load(name);
        return place_of(frame, *frame.symbols.find(name));
    }

    static Scope scope_of(Frame& frame) {
        Scope scope;
        for (const Symbols::Loading& loading : frame.symbols.loadings()) {
            const uint16_t slot = place_of(frame, loading.target).slot;
            scope.leave.push_back(slot);
            Load load;
            load.slot = slot;
            switch (loading.source) {
                case Symbols::Source::parameter:
                    continue;
                case Symbols::Source::resolve:
                    load.action = Load::Action::resolve;
                    load.name = loading.target.name;
                    break;
                case Symbols::Source::alias:
                    load.action = Load::Action::alias;
                    load.source = place_of(frame, loading.outer);
                    break;
                case Symbols::Source::unset:
                    break;
            }
            scope.enter.push_back(std::move(load));
        }
        return scope;
    }

    // `soft`: in an `if`, where an unknown filter is an error only when it is reached.
    void visit(Expr& expr, Frame& frame, bool soft) {
        switch (expr.kind) {
            case ExprKind::name: {
                Name& name = static_cast<Name&>(expr);
                name.place = place_of(frame, name.name);
                return;
            }
            case ExprKind::name_attribute: {
                NameAttribute& target = static_cast<NameAttribute&>(expr);
                target.place = place_of(frame, target.name);
                return;
            }
            case ExprKind::filter: {
                Filter& filter = static_cast<Filter&>(expr);
                filter.filter = find_filter(filter.name);
                if (filter.filter == nullptr && !soft)
                    fail(FaultKind::syntax, "No filter named " + quoted(filter.name), filter.line);
                break;
            }
            case ExprKind::test: {
                Test& test = static_cast<Test&>(expr);
                test.test = find_test(test.name);
                if (test.test == nullptr && !soft)
                    fail(FaultKind::syntax, "No test named " + quoted(test.name), test.line);
                break;
            }
            default:
                break;
        }
        const bool inner_soft = soft || expr.kind == ExprKind::condition;
        for_each_child(expr, [&](Expr& child) { visit(child, frame, inner_soft); });
    }
    void visit(const ExprPtr& expr, Frame& frame, bool soft) {
        if (expr) visit(*expr, frame, soft);
    }

    void visit(const Statements& statements, Frame& frame, bool soft) {
        for (const StatementPtr& statement : statements)
            visit(*statement, frame, soft);
    }

    void visit(Statement& statement, Frame& frame, bool soft) {
        switch (statement.kind) {
            case StatementKind::output:
                for (const ExprPtr& part : static_cast<Output&>(statement).parts)
                    visit(part, frame, soft);
                return;
            case StatementKind::assign: {
                Assign& assign = static_cast<Assign&>(statement);
                visit(assign.target, frame, soft);
                visit(assign.value, frame, soft);
                if (frame.toplevel) add_exports(*assign.target, frame, assign.exports);
                return;
            }
            case StatementKind::assign_block:
                return visit_assign_block(static_cast<AssignBlock&>(statement), frame);
            case StatementKind::if_: {
                If& branches = static_cast<If&>(statement);
                for (If::Branch& branch : branches.branches) {
                    visit(branch.test, frame, true);
                    visit(branch.body, frame, true);
                }
                return visit(branches.otherwise, frame, true);
            }
            case StatementKind::for_:
                return visit_for(static_cast<For&>(statement), frame, soft);
            case StatementKind::macro:
                return visit_macro(static_cast<Macro&>(statement), frame);
            case StatementKind::call_block: {
                CallBlock& block = static_cast<CallBlock&>(statement);
                visit_macro_code(block.code, frame, block.line);
                return visit(block.call, frame, soft);
            }
            case StatementKind::filter_block: {
                FilterBlock& block = static_cast<FilterBlock&>(statement);
                Frame inner = Frame::inside(frame);
                inner.symbols.analyze_filter_block(block);
                block.scope = scope_of(inner);
                visit(block.body, inner, false);
                return visit(block.filter, inner, false);
            }
            case StatementKind::with:
                return visit_with(static_cast<With&>(statement), frame, soft);
            case StatementKind::block:
                return visit_block(static_cast<Block&>(statement), frame);
            case StatementKind::break_:
            case StatementKind::continue_:
                if (!frame.in_loop)
                    fail(FaultKind::syntax,
                         std::string(statement.kind == StatementKind::break_ ? "'break'" : "'continue'") +
                             " outside loop",
                         statement.line);
                return;
        }
    }

    static void add_exports(const Expr& target, Frame& frame, std::vector<Export>& exports) {
        if (target.kind == ExprKind::name) {
            const std::string& name = static_cast<const Name&>(target).name;
            exports.push_back({name, place_of(frame, name)});
        }
        for_each_child(target, [&](const Expr& child) { add_exports(child, frame, exports); });
    }

    void visit_assign_block(AssignBlock& block, Frame& frame) {
        Frame inner = Frame::inside(frame);
        inner.symbols.analyze_assign_block(block);
        block.scope = scope_of(inner);
        visit(block.body, inner, false);
        visit(block.target, frame, false);
        visit(block.filter, inner, false);
        if (frame.toplevel) add_exports(*block.target, frame, block.exports);
    }

    void visit_with(With& with, Frame& frame, bool soft) {
        Frame inner = Frame::inside(frame);
        inner.symbols.analyze_with(with);
        with.scope = scope_of(inner);
        for (const ExprPtr& target : with.targets)
            visit(target, inner, false);
        for (const ExprPtr& value : with.values)
            visit(value, frame, soft);
        visit(with.body, inner, false);
    }

    void visit_for(For& loop, Frame& frame, bool soft) {
        loop.has_loop =
            loop.recursive || !find_undeclared(loop.body, {"loop"}).empty() || has_scoped_block(loop.body);
        if (const int line = find_assignment(loop, "loop"); line != 0)
            fail(FaultKind::syntax, "Can't assign to special loop variable in for-loop target", line);
        visit(loop.iterable, frame, soft);
        if (loop.test) {
            FunctionFrame function(loop.test_function, frame.function);
            Frame test_frame(&frame, function);
            test_frame.symbols.analyze_for_test(loop);
            loop.test_scope = scope_of(test_frame);
            visit(loop.test_target, test_frame, false);
            visit(loop.test, test_frame, false);
        }
        std::optional<FunctionFrame> own;
        if (loop.recursive) own.emplace(loop.recursive_function, frame.function);
        FunctionFrame& function = own ? *own : *frame.function;
        Frame body(&frame, function);
        body.in_loop = true;
        if (loop.has_loop) body.symbols.declare_parameter("loop");
        body.symbols.analyze_for_body(loop);
        if (loop.has_loop) loop.loop = place_of(body, "loop");
        loop.scope = scope_of(body);
        visit(loop.target, body, false);
        visit(loop.body, body, false);

        Frame otherwise(&frame, function);
        otherwise.in_loop = frame.in_loop && !loop.recursive;
        otherwise.symbols.analyze_for_else(loop);
        loop.else_scope = scope_of(otherwise);
        visit(loop.otherwise, otherwise, false);
    }

    void visit_macro_code(MacroCode& code, Frame& outer, int line) {
        FunctionFrame function(code.function, outer.function);
        Frame frame(&outer, function);
        frame.symbols.analyze_macro(code);
        const auto undeclared = find_undeclared(code.body, {"caller", "kwargs", "varargs"});
        const auto parameter = [&code](std::string_view name) -> size_t {
            size_t i = 0;
            while (i < code.parameters.size() && code.parameters[i]->name != name)
                ++i;
            return i;
        };
        const size_t count = code.parameters.size();
        code.has_caller_parameter = parameter("caller") < count;
        if (undeclared.contains("caller")) {
            code.wants_caller = true;
            if (!code.has_caller_parameter)
                frame.symbols.declare_parameter("caller");
            else if (parameter("caller") < count - code.defaults.size())
                fail(FaultKind::syntax,
                     "the special \"caller\" argument of a macro must be omitted or be given a default",
                     line);
        }
        code.wants_named = undeclared.contains("kwargs") && parameter("kwargs") == count;
        code.wants_positional = undeclared.contains("varargs") && parameter("varargs") == count;
        if (code.wants_named) frame.symbols.declare_parameter("kwargs");
        if (code.wants_positional) frame.symbols.declare_parameter("varargs");
        frame.symbols.analyze_macro(code); // once more, as jinja2 does: now with these declared
        for (Name* name : code.parameters)
            name->place = place_of(frame, name->name);
        if (code.wants_caller && !code.has_caller_parameter) code.caller = place_of(frame, "caller");
        if (code.wants_named) code.named = place_of(frame, "kwargs");
        if (code.wants_positional) code.positional = place_of(frame, "varargs");
        code.scope = scope_of(frame);
        for (const ExprPtr& value : code.defaults)
            visit(value, frame, false);
        visit(code.body, frame, false);
    }

    void visit_macro(Macro& macro, Frame& frame) {
        visit_macro_code(macro.code, frame, macro.line);
        macro.place = place_of(frame, macro.name);
        macro.exported = frame.toplevel;
    }

    void visit_block(Block& block, Frame& frame) {
        if (!block_names_.insert(block.name).second)
            fail(FaultKind::syntax, "block " + quoted(block.name) + " defined twice", block.line);
        root_.blocks.push_back(&block);
        blocks_.push_back(&block);
        if (!block.scoped) return;
        std::set<std::string> seen;
        for (const Symbols* symbols = &frame.symbols; symbols != nullptr; symbols = symbols->parent()) {
            for (const std::string& name : symbols->stores()) {
                if (seen.insert(name).second) block.visible.push_back({name, place_of(frame, name)});
            }
        }
    }

    void visit_block_body(Block& block) {
        FunctionFrame function(block.function, nullptr);
        Frame frame(nullptr, function);
        const auto undeclared = find_undeclared(block.body, {"self", "super"});
        block.wants_self = undeclared.contains("self");
        block.wants_super = undeclared.contains("super");
        if (block.wants_self) frame.symbols.declare_parameter("self");
        if (block.wants_super) frame.symbols.declare_parameter("super");
        frame.symbols.analyze_body(block.body);
        if (block.wants_self) block.self = place_of(frame, "self");
        if (block.wants_super) block.super_place = place_of(frame, "super");
        block.scope = scope_of(frame);
        visit(block.body, frame, false);
    }

    Template& root_;
    std::vector<Block*> blocks_;
    std::set<std::string> block_names_;
};

} // namespace

void resolve(Template& root) {
    Resolver(root).run();
}

} // namespace engine::text::jinja
