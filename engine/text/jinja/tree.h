// The parsed template: expressions and statements, with every name resolved to its place (see scope.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/text/jinja/value.h"

namespace engine::text::jinja {

// Where a variable lives: slot of the function that is `hops` closures further out.
struct Place {
    uint16_t hops = 0;
    uint16_t slot = 0;
};

// What happens to variables when a scope is entered.
struct Load {
    enum class Action { resolve, alias, unset };
    Action action = Action::unset;
    uint16_t slot = 0;
    Place source;     // alias
    std::string name; // resolve: from the context
};
struct Scope {
    std::vector<Load> enter;
    std::vector<uint16_t> leave; // slots that become unset
};

// One of Python's functions in the code that jinja2 would generate: the template, a macro, a block, a
// recursive loop, the filter of a loop. `slots` variables.
struct FunctionCode {
    uint16_t slots = 0;
};

enum class ExprKind : uint8_t {
    constant,
    name,
    tuple,
    list,
    dict,
    unary,
    binary,
    logical,
    concat,
    compare,
    condition,
    attribute,
    item,
    slice,
    call,
    filter,
    test,
    name_attribute, // ns.x as an assignment target
};

struct Expr {
    Expr(ExprKind k, int l) : kind(k), line(l) {}
    virtual ~Expr() = default;
    const ExprKind kind;
    const int line;
    int depth = 1; // of the tree below
};
using ExprPtr = std::unique_ptr<Expr>;
using Exprs = std::vector<ExprPtr>;

struct Constant : Expr {
    Constant(Value v, int l) : Expr(ExprKind::constant, l), value(std::move(v)) {}
    std::unique_ptr<Object> owned; // the text that `value` points to
    Value value;
};

struct Name : Expr {
    Name(std::string n, int l) : Expr(ExprKind::name, l), name(std::move(n)) {}
    std::string name;
    Place place;
};

struct NameAttribute : Expr {
    NameAttribute(std::string n, std::string a, int l)
        : Expr(ExprKind::name_attribute, l), name(std::move(n)), attribute(std::move(a)) {}
    std::string name, attribute;
    Place place;
};

struct ItemsExpr : Expr { // tuple, list
    using Expr::Expr;
    Exprs items;
};

struct DictExpr : Expr {
    explicit DictExpr(int l) : Expr(ExprKind::dict, l) {}
    std::vector<std::pair<ExprPtr, ExprPtr>> items;
};

enum class Operator : uint8_t {
    add,
    sub,
    mul,
    div,
    floordiv,
    mod,
    pow,
    logical_and,
    logical_or,
    logical_not,
    neg,
    pos,
    eq,
    ne,
    lt,
    le,
    gt,
    ge,
    in,
    not_in
};

struct Unary : Expr {
    Unary(Operator o, ExprPtr e, int l) : Expr(ExprKind::unary, l), op(o), operand(std::move(e)) {}
    Operator op;
    ExprPtr operand;
};

struct Binary : Expr { // binary, logical
    Binary(ExprKind k, Operator o, ExprPtr a, ExprPtr b, int l)
        : Expr(k, l), op(o), left(std::move(a)), right(std::move(b)) {}
    Operator op;
    ExprPtr left, right;
};

struct Compare : Expr {
    Compare(ExprPtr e, int l) : Expr(ExprKind::compare, l), first(std::move(e)) {}
    ExprPtr first;
    std::vector<std::pair<Operator, ExprPtr>> rest;
};

struct Condition : Expr {
    Condition(ExprPtr t, ExprPtr a, ExprPtr b, int l)
        : Expr(ExprKind::condition, l), test(std::move(t)), then(std::move(a)), otherwise(std::move(b)) {}
    ExprPtr test, then, otherwise; // otherwise may be absent
};

struct Attribute : Expr {
    Attribute(ExprPtr o, std::string n, int l)
        : Expr(ExprKind::attribute, l), object(std::move(o)), name(std::move(n)) {}
    ExprPtr object;
    std::string name;
};

struct Item : Expr {
    Item(ExprPtr o, ExprPtr i, int l) : Expr(ExprKind::item, l), object(std::move(o)), index(std::move(i)) {}
    ExprPtr object, index;
};

struct Slice : Expr { // only as the index of an Item
    explicit Slice(int l) : Expr(ExprKind::slice, l) {}
    ExprPtr start, stop, step; // each may be absent
};

struct CallArguments {
    Exprs positional;
    std::vector<std::pair<std::string, ExprPtr>> named;
    ExprPtr more_positional, more_named; // *args, **kwargs; each may be absent
};

struct Call : Expr {
    Call(ExprPtr c, int l) : Expr(ExprKind::call, l), callee(std::move(c)) {}
    ExprPtr callee;
    CallArguments arguments;
};

struct FilterInfo; // registry.h
struct TestInfo;

struct Filter : Expr {
    Filter(ExprPtr s, std::string n, int l)
        : Expr(ExprKind::filter, l), subject(std::move(s)), name(std::move(n)) {}
    ExprPtr subject; // absent: what the enclosing block has written
    std::string name;
    const FilterInfo* filter = nullptr; // null: there is none of that name, an error when it is reached
    CallArguments arguments;
};

struct Test : Expr {
    Test(ExprPtr s, std::string n, int l)
        : Expr(ExprKind::test, l), subject(std::move(s)), name(std::move(n)) {}
    ExprPtr subject;
    std::string name;
    const TestInfo* test = nullptr;
    CallArguments arguments;
};

enum class StatementKind : uint8_t {
    output,
    assign,
    assign_block,
    if_,
    for_,
    macro,
    call_block,
    filter_block,
    with,
    block,
    break_,
    continue_,
};

struct Statement {
    Statement(StatementKind k, int l) : kind(k), line(l) {}
    virtual ~Statement() = default;
    const StatementKind kind;
    const int line;
};
using StatementPtr = std::unique_ptr<Statement>;
using Statements = std::vector<StatementPtr>;

struct Output : Statement {
    explicit Output(int l) : Statement(StatementKind::output, l) {}
    Exprs parts; // the text between tags is a Constant
};

// A top-level assignment shows in the context that blocks see.
struct Export {
    std::string name;
    Place place;
};

struct Assign : Statement {
    explicit Assign(int l) : Statement(StatementKind::assign, l) {}
    ExprPtr target, value;
    std::vector<Export> exports;
};

struct AssignBlock : Statement {
    explicit AssignBlock(int l) : Statement(StatementKind::assign_block, l) {}
    ExprPtr target;
    ExprPtr filter; // a Filter, or absent
    Statements body;
    Scope scope;
    std::vector<Export> exports;
};

struct If : Statement {
    explicit If(int l) : Statement(StatementKind::if_, l) {}
    struct Branch {
        ExprPtr test;
        Statements body;
    };
    std::vector<Branch> branches; // if, elif ...
    Statements otherwise;
};

struct For : Statement {
    explicit For(int l) : Statement(StatementKind::for_, l) {}
    ExprPtr target, iterable;
    ExprPtr test;        // absent: all items
    ExprPtr test_target; // the target once more, for the function that filters
    Statements body, otherwise;
    bool recursive = false;
    bool has_loop = false; // the body knows `loop`
    Place loop;
    Scope scope, else_scope, test_scope;
    FunctionCode test_function, recursive_function;
};

struct MacroCode {
    std::vector<Name*> parameters;   // owned by parameter_names
    Exprs parameter_names, defaults; // defaults belong to the last parameters
    Statements body;
    Scope scope;
    FunctionCode function;
    bool wants_caller = false, wants_named = false, wants_positional = false;
    bool has_caller_parameter = false;
    Place caller, named, positional;
};

struct Macro : Statement {
    explicit Macro(int l) : Statement(StatementKind::macro, l) {}
    std::string name;
    MacroCode code;
    Place place;
    bool exported = false;
};

struct CallBlock : Statement {
    explicit CallBlock(int l) : Statement(StatementKind::call_block, l) {}
    ExprPtr call; // absent: {% generation %}
    MacroCode code;
};

struct FilterBlock : Statement {
    explicit FilterBlock(int l) : Statement(StatementKind::filter_block, l) {}
    ExprPtr filter;
    Statements body;
    Scope scope;
};

struct With : Statement {
    explicit With(int l) : Statement(StatementKind::with, l) {}
    Exprs targets, values;
    Statements body;
    Scope scope;
};

struct Block : Statement {
    explicit Block(int l) : Statement(StatementKind::block, l) {}
    std::string name;
    bool scoped = false, required = false;
    Statements body;
    Scope scope;
    FunctionCode function;
    std::vector<Export> visible; // scoped: the variables around it
    bool wants_self = false, wants_super = false;
    Place self, super_place;
};

struct Jump : Statement { // break, continue
    using Statement::Statement;
};

struct Template {
    Statements body;
    Scope scope;
    FunctionCode function;
    bool wants_self = false;
    Place self;
    std::vector<const Block*> blocks;
};

} // namespace engine::text::jinja
