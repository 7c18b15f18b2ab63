// Symbols: which names a scope reads and assigns, and where each comes from.
//
// jinja2 decides this once, when it turns a template into Python functions; what a `set` in a loop or a macro
// changes follows from it. The same analysis is made here (jinja2 3.1, idtracking), so that the corner cases
// agree: a variable belongs to a scope's level and name, inner scopes start with an alias of the outer value,
// branches of an `if` share the scope around them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/text/jinja/tree.h"

namespace engine::text::jinja {

struct Identifier {
    int level = 0;
    std::string name;
    auto operator<=>(const Identifier&) const = default;
};

class Symbols {
 public:
    explicit Symbols(const Symbols* parent)
        : parent_(parent), level_(parent == nullptr ? 0 : parent->level_ + 1) {}

    enum class Source { parameter, resolve, alias, unset };
    struct Loading {
        Identifier target;
        Source source;
        Identifier outer; // alias
    };

    // What a frame reads and assigns, by the statement that opens it.
    void analyze_body(const Statements& body);
    void analyze_macro(const MacroCode& code);
    void analyze_for_body(const For& loop);
    void analyze_for_else(const For& loop);
    void analyze_for_test(const For& loop);
    void analyze_with(const With& with);
    void analyze_filter_block(const FilterBlock& block);
    void analyze_assign_block(const AssignBlock& block);

    void declare_parameter(const std::string& name);
    void load(const std::string& name);
    const Identifier* find(const std::string& name) const;
    const std::vector<Loading>& loadings() const { return loadings_; }
    const std::set<std::string>& stores() const { return stores_; }
    const Symbols* parent() const { return parent_; }
    int level() const { return level_; }

 private:
    // A branch of an `if`: sees everything of `base`, keeps what it adds apart.
    struct Branch {
        const Symbols* base;
    };
    explicit Symbols(Branch branch)
        : base_(branch.base), parent_(branch.base->parent_), level_(branch.base->level_) {}

    const Identifier* find_here(const std::string& name) const;
    bool stores_here(const std::string& name) const;
    void set_loading(const Identifier& target, Source source, Identifier outer = {});
    void define(const std::string& name, Source source, Identifier outer = {});
    void store(const std::string& name);
    void merge(const std::vector<Symbols>& branches);

    void visit(const Statements& statements);
    void visit(const Statement& statement);
    void visit(const If& statement);
    void visit(const Expr* expr);
    void visit_target(const Expr& target, bool as_parameter);

    const Symbols* base_ = nullptr;
    const Symbols* parent_;
    int level_;
    std::map<std::string, Identifier> references_;
    std::vector<Loading> loadings_;
    std::map<Identifier, size_t> loading_index_;
    std::set<std::string> stores_;
};

// Which of `names` are read in the statements without having been assigned before (in source order, across
// inner scopes, but not in blocks).
std::set<std::string> find_undeclared(const Statements& body, std::set<std::string> names);
// The line of an assignment to `name` in the loop or below it, 0 when there is none.
int find_assignment(const For& loop, std::string_view name);

} // namespace engine::text::jinja
