// The analysis of names, scope by scope.
#include "engine/text/jinja/symbols.h"

#include "engine/text/jinja/walk.h"

namespace engine::text::jinja {

const Identifier* Symbols::find_here(const std::string& name) const {
    for (const Symbols* symbols = this; symbols != nullptr; symbols = symbols->base_) {
        const auto found = symbols->references_.find(name);
        if (found != symbols->references_.end()) return &found->second;
    }
    return nullptr;
}

const Identifier* Symbols::find(const std::string& name) const {
    for (const Symbols* symbols = this; symbols != nullptr; symbols = symbols->parent_) {
        if (const Identifier* found = symbols->find_here(name)) return found;
    }
    return nullptr;
}

bool Symbols::stores_here(const std::string& name) const {
    for (const Symbols* symbols = this; symbols != nullptr; symbols = symbols->base_) {
        if (symbols->stores_.contains(name)) return true;
    }
    return false;
}

void Symbols::set_loading(const Identifier& target, Source source, Identifier outer) {
    const auto [place, is_new] = loading_index_.try_emplace(target, loadings_.size());
    if (is_new)
        loadings_.push_back({target, source, std::move(outer)});
    else
        loadings_[place->second] = {target, source, std::move(outer)};
}

void Symbols::define(const std::string& name, Source source, Identifier outer) {
    const Identifier identifier{level_, name};
    references_[name] = identifier;
    set_loading(identifier, source, std::move(outer));
}

void Symbols::store(const std::string& name) {
    stores_.insert(name);
    if (find_here(name) != nullptr) return;
    const Identifier* outer = parent_ != nullptr ? parent_->find(name) : nullptr;
    if (outer != nullptr)
        define(name, Source::alias, *outer);
    else
        define(name, Source::unset);
}

void Symbols::declare_parameter(const std::string& name) {
    stores_.insert(name);
    define(name, Source::parameter);
}

void Symbols::load(const std::string& name) {
    if (find(name) == nullptr) define(name, Source::resolve);
}

// What only some branches assign has its value from before in the others.
void Symbols::merge(const std::vector<Symbols>& branches) {
    std::set<std::string> assigned;
    for (const Symbols& branch : branches) {
        for (const std::string& name : branch.stores_) {
            if (!stores_here(name)) assigned.insert(name);
        }
    }
    for (const Symbols& branch : branches) {
        for (const auto& [name, identifier] : branch.references_)
            references_[name] = identifier;
        for (const Loading& loading : branch.loadings_)
            set_loading(loading.target, loading.source, loading.outer);
        stores_.insert(branch.stores_.begin(), branch.stores_.end());
    }
    for (const std::string& name : assigned) {
        const Identifier target = *find(name);
        const Identifier* outer = parent_ != nullptr ? parent_->find(name) : nullptr;
        if (outer != nullptr)
            set_loading(target, Source::alias, *outer);
        else
            set_loading(target, Source::resolve);
    }
}

void Symbols::visit(const Expr* expr) {
    if (expr == nullptr) return;
    if (expr->kind == ExprKind::name) return load(static_cast<const Name*>(expr)->name);
    if (expr->kind == ExprKind::name_attribute) return load(static_cast<const NameAttribute*>(expr)->name);
    for_each_child(*expr, [this](const Expr& child) { visit(&child); });
}

void Symbols::visit_target(const Expr& target, bool as_parameter) {
    if (target.kind == ExprKind::tuple) {
        for (const ExprPtr& item : static_cast<const ItemsExpr&>(target).items)
            visit_target(*item, as_parameter);
    } else if (target.kind == ExprKind::name_attribute) {
        load(static_cast<const NameAttribute&>(target).name);
    } else if (as_parameter) {
        declare_parameter(static_cast<const Name&>(target).name);
    } else {
        store(static_cast<const Name&>(target).name);
    }
}

void Symbols::visit(const Statements& statements) {
    for (const StatementPtr& statement : statements)
        visit(*statement);
}

void Symbols::visit(const If& statement) {
    visit(statement.branches.front().test.get());
    std::vector<Symbols> branches;
    branches.reserve(3);
    branches.push_back(Symbols(Branch{this}));
    branches.back().visit(statement.branches.front().body);
    // All elifs are one branch, in which each is an `if` of its own.
    branches.push_back(Symbols(Branch{this}));
    Symbols& elifs = branches.back();
    for (size_t i = 1; i < statement.branches.size(); ++i) {
        elifs.visit(statement.branches[i].test.get());
        std::vector<Symbols> inner(1, Symbols(Branch{&elifs}));
        inner.front().visit(statement.branches[i].body);
        elifs.merge(inner);
    }
    branches.push_back(Symbols(Branch{this}));
    branches.back().visit(statement.otherwise);
    merge(branches);
}

void Symbols::visit(const Statement& statement) {
    switch (statement.kind) {
        case StatementKind::output:
            for (const ExprPtr& part : static_cast<const Output&>(statement).parts)
                visit(part.get());
            return;
        case StatementKind::assign:
            visit(static_cast<const Assign&>(statement).value.get());
            return visit_target(*static_cast<const Assign&>(statement).target, false);
        case StatementKind::assign_block:
            return visit_target(*static_cast<const AssignBlock&>(statement).target, false);
        case StatementKind::if_:
            return visit(static_cast<const If&>(statement));
        case StatementKind::for_:
            return visit(static_cast<const For&>(statement).iterable.get());
        case StatementKind::macro:
            return store(static_cast<const Macro&>(statement).name);
        case StatementKind::call_block:
            return visit(static_cast<const CallBlock&>(statement).call.get());
        case StatementKind::filter_block:
            return visit(static_cast<const FilterBlock&>(statement).filter.get());
        case StatementKind::with:
            for (const ExprPtr& value : static_cast<const With&>(statement).values)
                visit(value.get());
            return;
        case StatementKind::block:
        case StatementKind::break_:
        case StatementKind::continue_:
            return;
    }
}

void Symbols::analyze_body(const Statements& body) {
    visit(body);
}

void Symbols::analyze_macro(const MacroCode& code) {
    for (const Name* parameter : code.parameters)
        declare_parameter(parameter->name);
    for (const ExprPtr& value : code.defaults)
        visit(value.get());
    visit(code.body);
}

void Symbols::analyze_for_body(const For& loop) {
    visit_target(*loop.target, true);
    visit(loop.body);
}

void Symbols::analyze_for_else(const For& loop) {
    visit(loop.otherwise);
}

void Symbols::analyze_for_test(const For& loop) {
    visit_target(*loop.target, true);
    visit(loop.test.get());
}

void Symbols::analyze_with(const With& with) {
    for (const ExprPtr& target : with.targets)
        visit_target(*target, true);
    visit(with.body);
}

void Symbols::analyze_filter_block(const FilterBlock& block) {
    visit(block.body);
    visit(block.filter.get());
}

void Symbols::analyze_assign_block(const AssignBlock& block) {
    visit(block.body);
    visit(block.filter.get());
}

namespace {

// Reads and assignments of some names, in source order.
class UndeclaredNames {
 public:
    explicit UndeclaredNames(std::set<std::string> names) : names_(std::move(names)) {}
    std::set<std::string> found() && { return std::move(found_); }

    void visit(const Statements& statements) {
        for (const StatementPtr& statement : statements)
            visit(*statement);
    }

 private:
    void visit(const ExprPtr& expr) {
        if (expr) visit(*expr);
    }
    void visit(const Expr& expr) {
        if (expr.kind == ExprKind::name) {
            const std::string& name = static_cast<const Name&>(expr).name;
            if (names_.contains(name)) found_.insert(name);
        }
        for_each_child(expr, [this](const Expr& child) { visit(child); });
    }
    void assign(const Expr& target) {
        if (target.kind == ExprKind::name) names_.erase(static_cast<const Name&>(target).name);
        for_each_child(target, [this](const Expr& child) { assign(child); });
    }
    void visit(const MacroCode& code) {
        for (const Name* parameter : code.parameters)
            names_.erase(parameter->name);
        for (const ExprPtr& value : code.defaults)
            visit(value);
        visit(code.body);
    }
    void visit(const Statement& statement);

    std::set<std::string> names_, found_;
};

void UndeclaredNames::visit(const Statement& statement) {
    switch (statement.kind) {
        case StatementKind::output:
            for (const ExprPtr& part : static_cast<const Output&>(statement).parts)
                visit(part);
            return;
        case StatementKind::assign:
            assign(*static_cast<const Assign&>(statement).target);
            return visit(static_cast<const Assign&>(statement).value);
        case StatementKind::assign_block:
            assign(*static_cast<const AssignBlock&>(statement).target);
            visit(static_cast<const AssignBlock&>(statement).filter);
            return visit(static_cast<const AssignBlock&>(statement).body);
        case StatementKind::if_:
            for (const If::Branch& branch : static_cast<const If&>(statement).branches) {
                visit(branch.test);
                visit(branch.body);
            }
            return visit(static_cast<const If&>(statement).otherwise);
        case StatementKind::for_: {
            const For& loop = static_cast<const For&>(statement);
            assign(*loop.target);
            visit(loop.iterable);
            visit(loop.body);
            visit(loop.otherwise);
            return visit(loop.test);
        }
        case StatementKind::macro:
            return visit(static_cast<const Macro&>(statement).code);
        case StatementKind::call_block:
            visit(static_cast<const CallBlock&>(statement).call);
            return visit(static_cast<const CallBlock&>(statement).code);
        case StatementKind::filter_block:
            visit(static_cast<const FilterBlock&>(statement).body);
            return visit(static_cast<const FilterBlock&>(statement).filter);
        case StatementKind::with:
            for (const ExprPtr& target : static_cast<const With&>(statement).targets)
                assign(*target);
            for (const ExprPtr& value : static_cast<const With&>(statement).values)
                visit(value);
            return visit(static_cast<const With&>(statement).body);
        case StatementKind::block:
        case StatementKind::break_:
        case StatementKind::continue_:
            return;
    }
}

int line_of_target(const Expr& target, std::string_view name) {
    if (target.kind == ExprKind::name && static_cast<const Name&>(target).name == name) return target.line;
    int line = 0;
    for_each_child(target, [&](const Expr& child) {
        if (line == 0) line = line_of_target(child, name);
    });
    return line;
}

int line_in_body(const Statements& body, std::string_view name);

int line_in_statement(const Statement& statement, std::string_view name) {
    switch (statement.kind) {
        case StatementKind::assign:
            return line_of_target(*static_cast<const Assign&>(statement).target, name);
        case StatementKind::assign_block: {
            const AssignBlock& block = static_cast<const AssignBlock&>(statement);
            const int line = line_of_target(*block.target, name);
            return line != 0 ? line : line_in_body(block.body, name);
        }
        case StatementKind::if_: {
            const If& branches = static_cast<const If&>(statement);
            for (const If::Branch& branch : branches.branches) {
                if (const int line = line_in_body(branch.body, name); line != 0) return line;
            }
            return line_in_body(branches.otherwise, name);
        }
        case StatementKind::for_:
            return find_assignment(static_cast<const For&>(statement), name);
        case StatementKind::macro:
            return line_in_body(static_cast<const Macro&>(statement).code.body, name);
        case StatementKind::call_block:
            return line_in_body(static_cast<const CallBlock&>(statement).code.body, name);
        case StatementKind::filter_block:
            return line_in_body(static_cast<const FilterBlock&>(statement).body, name);
        case StatementKind::with:
            return line_in_body(static_cast<const With&>(statement).body, name);
        case StatementKind::block:
            return line_in_body(static_cast<const Block&>(statement).body, name);
        default:
            return 0;
    }
}

int line_in_body(const Statements& body, std::string_view name) {
    for (const StatementPtr& statement : body) {
        if (const int line = line_in_statement(*statement, name); line != 0) return line;
    }
    return 0;
}

} // namespace

std::set<std::string> find_undeclared(const Statements& body, std::set<std::string> names) {
    UndeclaredNames visitor(std::move(names));
    visitor.visit(body);
    return std::move(visitor).found();
}

int find_assignment(const For& loop, std::string_view name) {
    int line = line_of_target(*loop.target, name);
    if (line == 0) line = line_in_body(loop.body, name);
    return line != 0 ? line : line_in_body(loop.otherwise, name);
}

} // namespace engine::text::jinja
