// Parser: tokens -> tree, after jinja2's grammar. Throws a syntax Fault with its line.
#pragma once

#include <string_view>
#include <vector>

#include "engine/text/jinja/token.h"
#include "engine/text/jinja/tree.h"

namespace engine::text::jinja {

class Parser {
 public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) { check_readable(); }
    Template parse();

 private:
    struct EndTags {
        std::vector<std::string_view> tags;
        std::string_view opened_by;
        int line;
    };
    // A level of nesting in the source, for as long as it is being parsed.
    class Nesting {
     public:
        explicit Nesting(Parser& parser);
        ~Nesting() { --parser_.nesting_; }
        Nesting(const Nesting&) = delete;

     private:
        Parser& parser_;
    };

    // parser.cpp: the token stream and statements.
    const Token& current() const { return tokens_[at_]; }
    const Token& next_token() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
    const Token& advance();
    void check_readable() const;
    [[noreturn]] void stop(std::string reason, int line = 0) const;
    bool is_op(std::string_view op) const;
    bool is_name(std::string_view name) const;
    bool is_type(TokenType type) const { return current().type == type; }
    bool skip_op(std::string_view op);
    bool skip_name(std::string_view name);
    void expect_op(std::string_view op);
    void expect_name(std::string_view name);
    std::string expect_any_name();
    void expect_type(TokenType type);
    [[noreturn]] void unexpected(std::string_view expected) const;
    [[noreturn]] void wrong_tag() const;

    Statements parse_body(std::vector<std::string_view> end_tags, std::string_view opened_by);
    Statements parse_until(const std::vector<std::string_view>* end_tags);
    StatementPtr parse_statement();
    StatementPtr parse_set();
    StatementPtr parse_for();
    StatementPtr parse_if();
    StatementPtr parse_with();
    StatementPtr parse_block();
    StatementPtr parse_macro();
    StatementPtr parse_call_block();
    StatementPtr parse_filter_block();
    StatementPtr parse_generation();
    StatementPtr parse_print();
    void parse_signature(MacroCode& code);

    // parse_expressions.cpp
    ExprPtr parse_target(bool with_attribute, std::string_view end_name = {});
    ExprPtr parse_tuple(bool with_condition, std::string_view end_name = {}, bool in_parentheses = false);
    ExprPtr parse_simple_tuple(bool with_attribute, std::string_view end_name);
    bool is_tuple_end(std::string_view end_name) const;
    template <class ParseOne>
    ExprPtr parse_tuple_of(ParseOne parse_one, std::string_view end_name, bool in_parentheses);
    ExprPtr parse_expression(bool with_condition = true);
    ExprPtr parse_condition();
    ExprPtr parse_or();
    ExprPtr parse_and();
    ExprPtr parse_not();
    ExprPtr parse_compare();
    ExprPtr parse_sum();
    ExprPtr parse_concat();
    ExprPtr parse_product();
    ExprPtr parse_power();
    ExprPtr parse_unary(bool with_filter = true);
    ExprPtr parse_primary(bool with_attribute = false);
    ExprPtr parse_string();
    ExprPtr parse_list();
    ExprPtr parse_dict();
    void deepen(Expr& expr, const CallArguments& arguments) const;
    void deepen(Expr& expr, const Expr* below) const;

    // parser_postfix.cpp
    ExprPtr parse_postfix(ExprPtr expr);
    ExprPtr parse_filters_and_tests(ExprPtr expr);
    ExprPtr parse_subscript(ExprPtr object);
    ExprPtr parse_index();
    ExprPtr parse_call(ExprPtr callee);
    ExprPtr parse_filter(ExprPtr subject, bool at_name = false);
    ExprPtr parse_test(ExprPtr subject);
    CallArguments parse_arguments();

    std::vector<Token> tokens_;
    size_t at_ = 0;
    int nesting_ = 0;
    std::vector<EndTags> open_; // innermost last
};

// A literal of the template: trusted text that belongs to the tree.
ExprPtr make_constant(std::string text, int line);

} // namespace engine::text::jinja
