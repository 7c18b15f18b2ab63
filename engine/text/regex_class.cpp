// Set algebra of bracket expressions: unions stay one PCRE2 class where they can, the rest become lookaheads.
#include "engine/text/regex_class.h"

#include <array>
#include <cstdio>
#include <utility>
#include <vector>

#include "engine/text/unicode_additions.h"
#include "engine/text/utf8.h"

namespace engine::text {
namespace {

constexpr int kMaxNesting = 16;
constexpr std::string_view kSpaceMembers = R"(\t-\r \x{85}\p{Z})";
constexpr std::string_view kAnything = R"(\p{Any})";

// General categories by their long names; the short ones PCRE2 knows itself.
constexpr std::array<std::pair<std::string_view, std::string_view>, 37> kCategoryNames = {{
    {"letter", "L"},
    {"uppercaseletter", "Lu"},
    {"lowercaseletter", "Ll"},
    {"titlecaseletter", "Lt"},
    {"modifierletter", "Lm"},
    {"otherletter", "Lo"},
    {"mark", "M"},
    {"combiningmark", "M"},
    {"nonspacingmark", "Mn"},
    {"spacingmark", "Mc"},
    {"enclosingmark", "Me"},
    {"number", "N"},
    {"decimalnumber", "Nd"},
    {"digit", "Nd"},
    {"letternumber", "Nl"},
    {"othernumber", "No"},
    {"punctuation", "P"},
    {"punct", "P"},
    {"connectorpunctuation", "Pc"},
    {"dashpunctuation", "Pd"},
    {"openpunctuation", "Ps"},
    {"closepunctuation", "Pe"},
    {"initialpunctuation", "Pi"},
    {"finalpunctuation", "Pf"},
    {"otherpunctuation", "Po"},
    {"symbol", "S"},
    {"mathsymbol", "Sm"},
    {"currencysymbol", "Sc"},
    {"modifiersymbol", "Sk"},
    {"othersymbol", "So"},
    {"separator", "Z"},
    {"spaceseparator", "Zs"},
    {"lineseparator", "Zl"},
    {"paragraphseparator", "Zp"},
    {"other", "C"},
    {"control", "Cc"},
    {"format", "Cf"},
}};

std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char c : name)
        if (c != ' ' && c != '_' && c != '-')
            plain.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    return plain;
}

// "lu" -> "Lu"; "" when it is no category.
std::string category_of(const std::string& plain) {
    for (const auto& [name, category] : kCategoryNames)
        if (plain == name) return std::string(category);
    const bool major = plain.size() == 1 && std::string_view("clmnpsz").find(plain[0]) != std::string::npos;
    constexpr std::string_view kMinor =
        " cc cf cn co cs ll lm lo lt lu mc me mn nd nl no pc pd pe pf pi po ps "
        "sc sk sm so zl zp zs ";
    if (!major && kMinor.find(" " + plain + " ") == std::string_view::npos) return {};
    std::string category = plain;
    category[0] = static_cast<char>(category[0] - 'a' + 'A');
    return category;
}

std::string category_members(const std::string& category) {
    return "\\p{" + category + "}" + added_members(category);
}

// Members of a property's set; "" when the name is not a property that is surely the same in both libraries.
std::string property_members(std::string_view name) {
    const std::string plain = plain_name(name);
    const auto property = [](const std::string& pcre2_name, std::string_view known_as) {
        return "\\p{" + pcre2_name + "}" + std::string(added_property_members(known_as));
    };
    if (const std::string category = category_of(plain); !category.empty()) return category_members(category);
    if (plain == "any") return std::string(kAnything);
    if (plain == "space" || plain == "whitespace") return std::string(kSpaceMembers);
    if (plain == "word") return word_members(true);
    if (plain == "alpha" || plain == "alphabetic") return property("Alphabetic", "alphabetic");
    if (plain == "alnum") return property("Alphabetic", "alphabetic") + category_members("Nd");
    if (plain == "upper" || plain == "uppercase") return property("Uppercase", "uppercase");
    if (plain == "lower" || plain == "lowercase") return property("Lowercase", "lowercase");
    if (plain == "cntrl") return R"(\p{Cc})";
    if (plain == "xdigit" || plain == "asciihexdigit") return "0-9a-fA-F";
    if (plain == "ascii") return R"(\x00-\x7F)";
    if (plain == "blank") return R"(\t\p{Zs})";
    for (const char c : plain)
        if (c < 'a' || c > 'z') return {};
    for (const std::string_view binary : {"emoji", "emojipresentation", "emojimodifier", "emojicomponent",
                                          "extendedpictographic", "ideographic", "math", "dash"})
        if (plain == binary) return property(plain, plain);
    return property("sc:" + plain, plain);
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Up to `most` hexadecimal digits; -1 when there is none.
int64_t take_hex(PatternReader& reader, int most) {
    int64_t value = -1;
    for (int i = 0; i < most && hex_digit(reader.peek()) >= 0; ++i, ++reader.at)
        value = (value < 0 ? 0 : value * 16) + hex_digit(reader.peek());
    return value;
}

Result<Escape> read_code_point(PatternReader& reader, char letter) {
    int64_t value = -1;
    if (letter == 'u') {
        const size_t begin = reader.at;
        value = take_hex(reader, 4);
        if (reader.at - begin != 4) return reader.error("\\u without four hexadecimal digits");
    } else if (reader.take("{")) {
        value = take_hex(reader, 8);
        if (!reader.take("}")) return reader.error("\\x{ that is not one code point");
    } else {
        value = take_hex(reader, 2);
        if (value >= 0x80) return reader.error("\\x of a single byte above 7F");
    }
    if (value < 0 || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return reader.error("an escape that is no character");
    return Escape{Escape::Kind::character, static_cast<char32_t>(value), false, {}};
}

Result<Escape> read_property(PatternReader& reader, bool negated) {
    if (!reader.take("{")) return reader.error("\\p without braces");
    if (reader.take("^")) negated = !negated;
    const size_t end = reader.pattern.find('}', reader.at);
    if (end == std::string_view::npos || end - reader.at > 64) return reader.error("an unfinished \\p{");
    const std::string_view name = reader.pattern.substr(reader.at, end - reader.at);
    std::string members = property_members(name);
    if (plain_name(name) == "word") members = word_members(false); // unlike [:word:]
    if (members.empty()) return reader.error("an unknown property \\p{...}");
    reader.at = end + 1;
    return Escape{Escape::Kind::set, 0, negated, std::move(members)};
}

char32_t simple_escape(char letter) {
    switch (letter) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        case 'f':
            return '\f';
        case 'v':
            return '\v';
        case 'a':
            return '\a';
        case 'e':
            return 0x1B;
        default:
            return 0;
    }
}

// A set expression being read. Simple sets (no lookahead needed) are kept as members of one class.
struct Set {
    std::string members;                   // of the PCRE2 class
    std::vector<std::string> alternatives; // further PCRE2 texts, each for one character
    bool empty() const { return members.empty() && alternatives.empty(); }
};

std::string text_of(const Set& set, bool negated) {
    if (set.alternatives.empty()) return (negated ? "[^" : "[") + set.members + "]";
    std::string any = set.members.empty() ? "" : "[" + set.members + "]";
    for (const std::string& alternative : set.alternatives)
        any += (any.empty() ? "" : "|") + alternative;
    return negated ? "(?:(?!" + any + ")" + std::string(kAnything) + ")" : "(?:" + any + ")";
}

// Reads the inside of brackets up to and with the ']'.
class ClassParser {
 public:
    explicit ClassParser(PatternReader& reader) : reader_(reader) {}

    Result<std::string> parse(int depth) {
        if (depth > kMaxNesting) return reader_.error("brackets nested too deeply");
        const bool negated = reader_.take("^");
        std::vector<Set> operands(1); // of &&
        bool first = true;
        while (!reader_.take("]")) {
            if (reader_.done()) return reader_.error("a class without an end");
            if (reader_.take("&&")) {
                if (operands.back().empty()) return reader_.error("&& without a left side");
                operands.emplace_back();
            } else {
                ENGINE_TRY(parse_member(operands.back(), first, depth));
            }
            first = false;
        }
        if (operands.back().empty()) return reader_.error("an empty class");
        if (operands.size() == 1) return text_of(operands[0], negated);
        std::string both;
        for (size_t i = 1; i < operands.size(); ++i)
            both += "(?=" + text_of(operands[i], false) + ")";
        both += text_of(operands[0], false);
        if (negated) return "(?:(?!" + both + ")" + std::string(kAnything) + ")";
        return "(?:" + both + ")";
    }

 private:
    Result<void> parse_member(Set& set, bool first, int depth) {
        if (reader_.peek() == '[' && reader_.peek(1) == ':') return parse_posix(set);
        if (reader_.take("[")) {
            const size_t begin = reader_.at;
            ENGINE_ASSIGN(std::string nested, parse(depth + 1));
            const bool simple = nested[0] == '[' && nested[1] != '^';
            if (reader_.at - begin > 4096) return reader_.error("a nested class of this size");
            if (simple)
                set.members += nested.substr(1, nested.size() - 2);
            else
                set.alternatives.push_back(std::move(nested));
            return {};
        }
        if (reader_.peek() == ']' && !first) return reader_.error("a ] out of place");
        ENGINE_ASSIGN(const Escape low, read_one());
        if (low.kind == Escape::Kind::set) {
            add_set(set, low);
            return {};
        }
        const bool range = reader_.peek() == '-' && reader_.peek(1) != ']' && reader_.peek(1) != '\0';
        if (!range) {
            set.members += quote(low.character);
            return {};
        }
        ++reader_.at;
        if (reader_.peek() == '-' || reader_.peek() == '[')
            return reader_.error("a range with - or [ as end");
        ENGINE_ASSIGN(const Escape high, read_one());
        if (high.kind == Escape::Kind::set) return reader_.error("a range that ends with a set");
        if (high.character < low.character) return reader_.error("a range whose end comes before its start");
        set.members += quote(low.character) + "-" + quote(high.character);
        return {};
    }

    Result<Escape> read_one() {
        if (!reader_.take("\\")) {
            if (reader_.done()) return reader_.error("a class without an end");
            return Escape{Escape::Kind::character, reader_.take_character(), false, {}};
        }
        if (reader_.take("b")) return Escape{Escape::Kind::character, '\b', false, {}};
        ENGINE_ASSIGN(Escape escape, read_escape(reader_));
        if (escape.kind == Escape::Kind::other) return reader_.error("an escape inside of brackets");
        if (escape.members == word_members(false)) escape.members = word_members(true);
        return escape;
    }

    Result<void> parse_posix(Set& set) {
        reader_.at += 2;
        Escape escape{Escape::Kind::set, 0, reader_.take("^"), {}};
        const size_t end = reader_.pattern.find(":]", reader_.at);
        if (end == std::string_view::npos) return reader_.error("an unfinished [:");
        const std::string_view name = reader_.pattern.substr(reader_.at, end - reader_.at);
        if (name == "punct") // ASCII's symbols and all of Unicode's are among them, unlike \p{Punct}
            escape.members = category_members("P") + category_members("S");
        else if (name == "alpha" || name == "alnum" || name == "digit" || name == "space" ||
                 name == "upper" || name == "lower" || name == "cntrl" || name == "xdigit" ||
                 name == "word" || name == "blank")
            escape.members = property_members(name);
        if (escape.members.empty()) return reader_.error("an unknown class [:...:]");
        reader_.at = end + 2;
        add_set(set, escape);
        return {};
    }

    static void add_set(Set& set, const Escape& escape) {
        if (escape.negated)
            set.alternatives.push_back("[^" + escape.members + "]");
        else
            set.members += escape.members;
    }

    PatternReader& reader_;
};

} // namespace

bool PatternReader::take(std::string_view expected) {
    if (!pattern.substr(at).starts_with(expected)) return false;
    at += expected.size();
    return true;
}

char32_t PatternReader::take_character() {
    const Utf8Step step = utf8_step(pattern, at);
    at += step.length;
    return step.code_point;
}

Error PatternReader::error(std::string_view what) const {
    return {ErrorCode::unsupported,
            "the pattern has " + std::string(what) + " at byte " + std::to_string(at) +
                ", which has no certain meaning here",
            {}};
}

std::string quote(char32_t code_point) {
    const bool alphanumeric = (code_point >= '0' && code_point <= '9') ||
                              (code_point >= 'a' && code_point <= 'z') ||
                              (code_point >= 'A' && code_point <= 'Z');
    if (alphanumeric || code_point == ' ') return std::string(1, static_cast<char>(code_point));
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "\\x{%X}", static_cast<unsigned>(code_point));
    return text.data();
}

std::string word_members(bool inside_brackets) {
    std::string members = category_members("L") + category_members("M") + category_members("Nd") +
                          R"(\p{Nl}\p{Pc}\x{24B6}-\x{24E9}\x{1F130}-\x{1F149}\x{1F150}-\x{1F169})"
                          R"(\x{1F170}-\x{1F189})";
    if (!inside_brackets) members += R"(\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE})";
    return members;
}

Result<Escape> read_escape(PatternReader& reader) {
    const char letter = reader.peek();
    const auto set = [&](std::string members, bool negated) {
        ++reader.at;
        return Escape{Escape::Kind::set, 0, negated, std::move(members)};
    };
    switch (letter) {
        case 's':
        case 'S':
            return set(std::string(kSpaceMembers), letter == 'S');
        case 'd':
        case 'D':
            return set(category_members("Nd"), letter == 'D');
        case 'w':
        case 'W':
            return set(word_members(true), letter == 'W');
        case 'h':
        case 'H':
            return set("0-9a-fA-F", letter == 'H');
        case 'p':
        case 'P':
            ++reader.at;
            return read_property(reader, letter == 'P');
        case 'x':
        case 'u':
            ++reader.at;
            return read_code_point(reader, letter);
        default:
            break;
    }
    if (const char32_t simple = simple_escape(letter); simple != 0) {
        ++reader.at;
        return Escape{Escape::Kind::character, simple, false, {}};
    }
    const bool alphanumeric = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                              (letter >= 'A' && letter <= 'Z');
    if (reader.done() || alphanumeric) return Escape{};
    return Escape{Escape::Kind::character, reader.take_character(), false, {}};
}

Result<std::string> translate_class(PatternReader& reader) {
    return ClassParser(reader).parse(0);
}

} // namespace engine::text
