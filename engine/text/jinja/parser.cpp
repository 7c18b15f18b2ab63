// The token stream and the statements of the template language.
#include "engine/text/jinja/parser.h"

#include <algorithm>

#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/text.h"

namespace engine::text::jinja {
namespace {

// Deep enough for what people write (templates stay below 15), shallow enough for a thread's stack.
constexpr int kDeepestNesting = 200;

std::string describe(const Token& token) {
    switch (token.type) {
        case TokenType::data:
            return "text";
        case TokenType::variable_begin:
            return "begin of print statement";
        case TokenType::variable_end:
            return "end of print statement";
        case TokenType::block_begin:
            return "begin of statement block";
        case TokenType::block_end:
            return "end of statement block";
        case TokenType::string:
            return "string";
        case TokenType::integer:
            return "integer";
        case TokenType::floating:
            return "float";
        case TokenType::name:
        case TokenType::op:
            return token.text;
        case TokenType::fault:
            return token.text;
        case TokenType::end:
            return "end of template";
    }
    return "";
}

std::string alternatives(const std::vector<std::string_view>& tags) {
    std::string out;
    for (const std::string_view tag : tags)
        out.append(out.empty() ? "" : " or ").append(quoted(tag));
    return out;
}

} // namespace

ExprPtr make_constant(std::string text, int line) {
    auto object = std::make_unique<Text>(std::move(text), std::vector<Run>(), kTrusted, false);
    auto constant = std::make_unique<Constant>(Value(object.get()), line);
    constant->owned = std::move(object);
    return constant;
}

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
    if (++parser.nesting_ > kDeepestNesting) {
        --parser.nesting_;
        parser.stop("nested deeper than " + std::to_string(kDeepestNesting) + " levels");
    }
}

void Parser::check_readable() const {
    if (current().type == TokenType::fault) fail(FaultKind::syntax, current().text, current().line);
}

const Token& Parser::advance() {
    const Token& token = tokens_[at_];
    if (at_ + 1 < tokens_.size()) ++at_;
    check_readable();
    return token;
}

void Parser::stop(std::string reason, int line) const {
    fail(FaultKind::syntax, std::move(reason), line != 0 ? line : current().line);
}

void Parser::unexpected(std::string_view expected) const {
    if (is_type(TokenType::end)) stop("unexpected end of template, expected " + quoted(expected));
    stop("expected " + quoted(expected) + ", got " + quoted(describe(current())));
}

bool Parser::is_op(std::string_view op) const {
    return current().type == TokenType::op && current().text == op;
}
bool Parser::is_name(std::string_view name) const {
    return current().type == TokenType::name && current().text == name;
}
bool Parser::skip_op(std::string_view op) {
    if (!is_op(op)) return false;
    advance();
    return true;
}
bool Parser::skip_name(std::string_view name) {
    if (!is_name(name)) return false;
    advance();
    return true;
}
void Parser::expect_op(std::string_view op) {
    if (!skip_op(op)) unexpected(op);
}
void Parser::expect_name(std::string_view name) {
    if (!skip_name(name)) unexpected(name);
}
std::string Parser::expect_any_name() {
    if (!is_type(TokenType::name)) unexpected("name");
    return advance().text;
}
void Parser::expect_type(TokenType type) {
    if (!is_type(type)) {
        Token wanted;
        wanted.type = type;
        unexpected(describe(wanted));
    }
    advance();
}

Template Parser::parse() {
    Template result;
    result.body = parse_until(nullptr);
    return result;
}

// The body of a statement up to one of its end tags, of which the name is left current.
Statements Parser::parse_body(std::vector<std::string_view> end_tags, std::string_view opened_by) {
    skip_op(":"); // Python's habit is let pass
    expect_type(TokenType::block_end);
    open_.push_back({std::move(end_tags), opened_by, current().line});
    Statements body = parse_until(&open_.back().tags);
    if (is_type(TokenType::end)) {
        stop("unexpected end of template: the block " + quoted(opened_by) + " is not closed, expected " +
             alternatives(open_.back().tags));
    }
    open_.pop_back();
    return body;
}

Statements Parser::parse_until(const std::vector<std::string_view>* end_tags) {
    Statements body;
    Output* output = nullptr;
    const auto add = [&](ExprPtr part) {
        if (output == nullptr) {
            auto statement = std::make_unique<Output>(part->line);
            output = statement.get();
            body.push_back(std::move(statement));
        }
        output->parts.push_back(std::move(part));
    };
    const std::vector<std::string_view> tags =
        end_tags != nullptr ? *end_tags : std::vector<std::string_view>();
    while (!is_type(TokenType::end)) {
        if (is_type(TokenType::data)) {
            add(make_constant(current().text, current().line));
            advance();
        } else if (is_type(TokenType::variable_begin)) {
            advance();
            add(parse_tuple(true));
            expect_type(TokenType::variable_end);
        } else {
            output = nullptr;
            expect_type(TokenType::block_begin);
            if (is_type(TokenType::name) && std::find(tags.begin(), tags.end(), current().text) != tags.end())
                return body;
            body.push_back(parse_statement());
            expect_type(TokenType::block_end);
        }
    }
    return body;
}

void Parser::wrong_tag() const {
    std::string reason = "unknown tag " + quoted(current().text);
    if (!open_.empty()) {
        reason +=
            "; expected " + alternatives(open_.back().tags) + " to close " + quoted(open_.back().opened_by);
    }
    stop(std::move(reason));
}

StatementPtr Parser::parse_statement() {
    const Nesting nesting(*this);
    if (!is_type(TokenType::name)) stop("tag name expected, got " + quoted(describe(current())));
    const std::string tag = current().text;
    if (tag == "set") return parse_set();
    if (tag == "for") return parse_for();
    if (tag == "if") return parse_if();
    if (tag == "with") return parse_with();
    if (tag == "block") return parse_block();
    if (tag == "macro") return parse_macro();
    if (tag == "call") return parse_call_block();
    if (tag == "filter") return parse_filter_block();
    if (tag == "generation") return parse_generation();
    if (tag == "print") return parse_print();
    if (tag == "break" || tag == "continue") {
        const int line = advance().line;
        return std::make_unique<Jump>(tag == "break" ? StatementKind::break_ : StatementKind::continue_,
                                      line);
    }
    if (tag == "include" || tag == "import" || tag == "from" || tag == "extends")
        stop("the tag " + quoted(tag) + " is not supported: a chat template has no other files");
    if (tag == "autoescape") stop("the tag 'autoescape' is not supported");
    wrong_tag();
}

StatementPtr Parser::parse_set() {
    const int line = advance().line;
    ExprPtr target = parse_target(true);
    if (skip_op("=")) {
        auto assign = std::make_unique<Assign>(line);
        assign->target = std::move(target);
        assign->value = parse_tuple(true);
        return assign;
    }
    auto block = std::make_unique<AssignBlock>(line);
    block->target = std::move(target);
    block->filter = parse_filter(nullptr);
    block->body = parse_body({"endset"}, "set");
    advance();
    return block;
}

StatementPtr Parser::parse_for() {
    auto loop = std::make_unique<For>(advance().line);
    const size_t target_at = at_;
    loop->target = parse_target(false, "in");
    expect_name("in");
    loop->iterable = parse_tuple(false, "recursive");
    if (skip_name("if")) {
        loop->test = parse_expression();
        const size_t resume = std::exchange(at_, target_at);
        loop->test_target = parse_target(false, "in");
        at_ = resume;
    }
    loop->recursive = skip_name("recursive");
    loop->body = parse_body({"endfor", "else"}, "for");
    if (advance().text == "else") {
        loop->otherwise = parse_body({"endfor"}, "else");
        advance();
    }
    return loop;
}

StatementPtr Parser::parse_if() {
    auto statement = std::make_unique<If>(advance().line);
    while (true) {
        If::Branch branch;
        branch.test = parse_tuple(false);
        branch.body = parse_body({"elif", "else", "endif"}, "if");
        statement->branches.push_back(std::move(branch));
        const std::string tag = advance().text;
        if (tag == "elif") continue;
        if (tag == "else") {
            statement->otherwise = parse_body({"endif"}, "else");
            advance();
        }
        return statement;
    }
}

StatementPtr Parser::parse_with() {
    auto with = std::make_unique<With>(advance().line);
    while (!is_type(TokenType::block_end)) {
        if (!with->targets.empty()) expect_op(",");
        with->targets.push_back(parse_target(false));
        expect_op("=");
        with->values.push_back(parse_expression());
    }
    with->body = parse_body({"endwith"}, "with");
    advance();
    return with;
}

StatementPtr Parser::parse_block() {
    auto block = std::make_unique<Block>(advance().line);
    block->name = expect_any_name();
    block->scoped = skip_name("scoped");
    block->required = skip_name("required");
    if (is_op("-")) stop("block names may not contain hyphens, use an underscore instead");
    block->body = parse_body({"endblock"}, "block");
    advance();
    skip_name(block->name);
    return block;
}

void Parser::parse_signature(MacroCode& code) {
    expect_op("(");
    while (!is_op(")")) {
        if (!code.parameters.empty()) expect_op(",");
        const int line = current().line;
        auto parameter = std::make_unique<Name>(expect_any_name(), line);
        if (skip_op("="))
            code.defaults.push_back(parse_expression());
        else if (!code.defaults.empty())
            stop("non-default argument follows default argument");
        code.parameters.push_back(parameter.get());
        code.parameter_names.push_back(std::move(parameter));
    }
    expect_op(")");
}

StatementPtr Parser::parse_macro() {
    auto macro = std::make_unique<Macro>(advance().line);
    macro->name = expect_any_name();
    parse_signature(macro->code);
    macro->code.body = parse_body({"endmacro"}, "macro");
    advance();
    return macro;
}

StatementPtr Parser::parse_call_block() {
    auto block = std::make_unique<CallBlock>(advance().line);
    if (is_op("(")) parse_signature(block->code);
    block->call = parse_expression();
    if (block->call->kind != ExprKind::call) stop("expected call", block->line);
    block->code.body = parse_body({"endcall"}, "call");
    advance();
    return block;
}

StatementPtr Parser::parse_generation() {
    auto block = std::make_unique<CallBlock>(advance().line);
    block->code.body = parse_body({"endgeneration"}, "generation");
    advance();
    return block;
}

StatementPtr Parser::parse_filter_block() {
    auto block = std::make_unique<FilterBlock>(advance().line);
    block->filter = parse_filter(nullptr, true);
    block->body = parse_body({"endfilter"}, "filter");
    advance();
    return block;
}

StatementPtr Parser::parse_print() {
    auto output = std::make_unique<Output>(advance().line);
    while (!is_type(TokenType::block_end)) {
        if (!output->parts.empty()) expect_op(",");
        output->parts.push_back(parse_expression());
    }
    return output;
}

} // namespace engine::text::jinja
