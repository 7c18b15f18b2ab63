// The rules of each language.
#include "ui/chat/highlight/lexers.h"

namespace ui::chat::highlight {
namespace {

constexpr char kCKeywords[] =
    "auto break case const continue default do else enum extern for goto if inline register restrict return "
    "sizeof "
    "static struct switch typedef union volatile while true false NULL nullptr";
constexpr char kCTypes[] =
    "void char short int long float double signed unsigned bool size_t ssize_t ptrdiff_t int8_t int16_t "
    "int32_t int64_t "
    "uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t FILE wchar_t";

const LanguageRules kC = {.name = "C",
                          .aliases = "c h",
                          .suffix = "c",
                          .keywords = kCKeywords,
                          .types = kCTypes,
                          .lineComments = "//",
                          .blockComment = "/* */",
                          .hashDirectives = true};

const LanguageRules kCpp = {.name = "C++",
                            .aliases = "cpp c++ cc cxx hpp hxx hh h++ cuda cu arduino ino",
                            .suffix = "cpp",
                            .keywords =
                                "alignas alignof and asm auto break case catch class co_await co_return "
                                "co_yield concept const consteval constexpr "
                                "constinit const_cast continue decltype default delete do dynamic_cast else "
                                "enum explicit export extern false final "
                                "for friend goto if import inline module mutable namespace new noexcept not "
                                "nullptr operator or override private "
                                "protected public register reinterpret_cast requires return sizeof static "
                                "static_assert static_cast struct switch "
                                "template this thread_local throw true try typedef typeid typename union "
                                "using virtual volatile while __global__ "
                                "__device__ __shared__ __host__",
                            .types =
                                "void char short int long float double signed unsigned bool size_t ptrdiff_t "
                                "int8_t int16_t int32_t int64_t "
                                "uint8_t uint16_t uint32_t uint64_t string vector map set pair tuple "
                                "optional variant unique_ptr shared_ptr "
                                "string_view span array deque list unordered_map unordered_set function "
                                "wchar_t char8_t char16_t char32_t",
                            .lineComments = "//",
                            .blockComment = "/* */",
                            .hashDirectives = true,
                            .capitalTypes = true};

const LanguageRules kPython = {.name = "Python",
                               .aliases = "python py python3 py3 pyi ipython gyp",
                               .suffix = "py",
                               .keywords =
                                   "and as assert async await break class continue def del elif else except "
                                   "finally for from global if import "
                                   "in is lambda match case nonlocal not or pass raise return try while with "
                                   "yield True False None self cls",
                               .types =
                                   "int float str bool bytes list dict set tuple object type complex range "
                                   "frozenset bytearray Exception",
                               .lineComments = "#",
                               .longQuotes = "\"\"\" '''",
                               .capitalTypes = true,
                               .atIsPreproc = true};

constexpr char kJsKeywords[] =
    "as async await break case catch class const continue debugger default delete do else export extends "
    "false finally for "
    "from function get if import in instanceof let new null of return set static super switch this throw "
    "true try typeof "
    "undefined var void while with yield NaN Infinity";

const LanguageRules kJavaScript = {.name = "JavaScript",
                                   .aliases = "javascript js jsx mjs cjs node",
                                   .suffix = "js",
                                   .keywords = kJsKeywords,
                                   .lineComments = "//",
                                   .blockComment = "/* */",
                                   .longQuotes = "`",
                                   .wordMarks = "$",
                                   .capitalTypes = true,
                                   .atIsPreproc = true};

const LanguageRules kTypeScript = {
    .name = "TypeScript",
    .aliases = "typescript ts tsx mts",
    .suffix = "ts",
    .keywords =
        "abstract as asserts async await break case catch class const continue debugger declare default "
        "delete do "
        "else enum export extends false finally for from function get if implements import in infer "
        "instanceof "
        "interface is keyof let namespace new null of override private protected public readonly return "
        "satisfies "
        "set static super switch this throw true try type typeof undefined var void while yield",
    .types = "any bigint boolean never number object string symbol unknown",
    .lineComments = "//",
    .blockComment = "/* */",
    .longQuotes = "`",
    .wordMarks = "$",
    .capitalTypes = true,
    .atIsPreproc = true};

const LanguageRules kJava = {.name = "Java",
                             .aliases = "java",
                             .suffix = "java",
                             .keywords =
                                 "abstract assert break case catch class const continue default do else enum "
                                 "extends false final finally for "
                                 "goto if implements import instanceof interface native new null package "
                                 "permits private protected public "
                                 "record return sealed static strictfp super switch synchronized this throw "
                                 "throws transient true try var "
                                 "volatile while yield",
                             .types = "boolean byte char double float int long short void",
                             .lineComments = "//",
                             .blockComment = "/* */",
                             .longQuotes = "\"\"\"",
                             .capitalTypes = true,
                             .atIsPreproc = true};

const LanguageRules kCSharp = {.name = "C#",
                               .aliases = "csharp cs c#",
                               .suffix = "cs",
                               .keywords =
                                   "abstract as async await base break case catch checked class const "
                                   "continue default delegate do else enum "
                                   "event explicit extern false finally fixed for foreach get goto if "
                                   "implicit in init interface internal is "
                                   "lock namespace new null operator out override params partial private "
                                   "protected public readonly record ref "
                                   "return sealed set sizeof stackalloc static struct switch this throw true "
                                   "try typeof unchecked unsafe using "
                                   "value var virtual volatile when where while with yield",
                               .types =
                                   "bool byte char decimal double dynamic float int long nint object sbyte "
                                   "short string uint ulong ushort void",
                               .lineComments = "//",
                               .blockComment = "/* */",
                               .longQuotes = "\"\"\"",
                               .hashDirectives = true,
                               .capitalTypes = true};

const LanguageRules kGo = {.name = "Go",
                           .aliases = "go golang",
                           .suffix = "go",
                           .keywords =
                               "break case chan const continue default defer else fallthrough for func go "
                               "goto if import interface map "
                               "package range return select struct switch type var true false nil iota",
                           .types =
                               "any bool byte comparable complex64 complex128 error float32 float64 int int8 "
                               "int16 int32 int64 rune string "
                               "uint uint8 uint16 uint32 uint64 uintptr",
                           .lineComments = "//",
                           .blockComment = "/* */",
                           .longQuotes = "`",
                           .capitalTypes = true};

const LanguageRules kRust = {
    .name = "Rust",
    .aliases = "rust rs",
    .suffix = "rs",
    .keywords =
        "as async await break const continue crate dyn else enum extern false fn for if impl in let loop "
        "match mod "
        "move mut pub ref return self Self static struct super trait true type union unsafe use where while "
        "yield "
        "macro_rules",
    .types = "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize",
    .lineComments = "//",
    .blockComment = "/* */",
    .capitalTypes = true,
    .nestedComments = true,
    .charQuotes = true};

const LanguageRules kSwift = {
    .name = "Swift",
    .aliases = "swift",
    .suffix = "swift",
    .keywords =
        "actor as associatedtype async await break case catch class continue convenience default defer "
        "deinit do "
        "else enum extension fallthrough false fileprivate final for func get guard if import in indirect "
        "init inout "
        "internal is isolated lazy let mutating nil nonisolated open operator override private protocol "
        "public "
        "repeat required rethrows return self Self set some static struct subscript super switch throw "
        "throws true "
        "try typealias unowned var weak where while",
    .types = "Any Bool Character Double Float Int Int8 Int16 Int32 Int64 String UInt UInt8 Void",
    .lineComments = "//",
    .blockComment = "/* */",
    .quotes = "\"",
    .longQuotes = "\"\"\"",
    .capitalTypes = true,
    .nestedComments = true,
    .atIsPreproc = true};

const LanguageRules kKotlin = {
    .name = "Kotlin",
    .aliases = "kotlin kt kts",
    .suffix = "kt",
    .keywords =
        "abstract actual annotation as break by catch class companion const constructor continue crossinline "
        "data "
        "do else enum expect external false final finally for fun get if import in infix init inline inner "
        "interface "
        "internal is lateinit noinline null object open operator out override package private protected "
        "public "
        "reified return sealed set super suspend tailrec this throw true try typealias val value var vararg "
        "when "
        "where while",
    .types = "Any Boolean Byte Char Double Float Int Long Nothing Short String Unit",
    .lineComments = "//",
    .blockComment = "/* */",
    .longQuotes = "\"\"\"",
    .capitalTypes = true,
    .nestedComments = true,
    .atIsPreproc = true};

const LanguageRules kPhp = {.name = "PHP",
                            .aliases = "php php8",
                            .suffix = "php",
                            .keywords =
                                "abstract and array as break callable case catch class clone const continue "
                                "declare default do echo else "
                                "elseif empty enum extends false final finally fn for foreach function "
                                "global goto if implements include "
                                "include_once instanceof insteadof interface isset list match namespace new "
                                "null or print private protected "
                                "public readonly require require_once return self static switch this throw "
                                "trait true try unset use var "
                                "while xor yield php",
                            .types = "bool float int iterable mixed never object string void",
                            .lineComments = "// #",
                            .blockComment = "/* */",
                            .ignoreCase = true,
                            .capitalTypes = true,
                            .dollarVariables = true};

const LanguageRules kRuby = {
    .name = "Ruby",
    .aliases = "ruby rb irb rake gemfile",
    .suffix = "rb",
    .keywords =
        "alias and begin break case class def defined do else elsif end ensure false for if in module next "
        "nil not "
        "or redo rescue retry return self super then true undef unless until when while yield attr_accessor "
        "attr_reader attr_writer include extend private protected public puts raise require require_relative",
    .lineComments = "#",
    .quotes = "\"'`",
    .wordMarks = "?!",
    .capitalTypes = true,
    .atIsPreproc = true};

const LanguageRules kBash = {.name = "Bash",
                             .aliases = "bash sh shell zsh ksh console shell-session terminal fish",
                             .suffix = "sh",
                             .keywords =
                                 "alias break case cd continue do done echo elif else esac eval exec exit "
                                 "export false fi for function if in "
                                 "let local printf read readonly return select set shift source sudo test "
                                 "then time trap true unset until "
                                 "while declare",
                             .lineComments = "#",
                             .longQuotes = "\" '",
                             .wordMarks = "-.",
                             .dollarVariables = true};

const LanguageRules kPowerShell = {
    .name = "PowerShell",
    .aliases = "powershell ps1 pwsh ps posh",
    .suffix = "ps1",
    .keywords =
        "begin break catch class continue data do dynamicparam else elseif end enum exit filter finally for "
        "foreach "
        "from function hidden if in param process return static switch throw trap try until using while",
    .lineComments = "#",
    .blockComment = "<# #>",
    .wordMarks = "-",
    .ignoreCase = true,
    .dollarVariables = true};

const LanguageRules kSql = {.name = "SQL",
                            .aliases = "sql mysql postgresql postgres sqlite tsql plsql psql",
                            .suffix = "sql",
                            .keywords =
                                "add all alter analyze and any as asc begin between by case check collate "
                                "column commit constraint create "
                                "cross current_date current_timestamp database default delete desc distinct "
                                "drop else end escape except "
                                "exists explain false fetch for foreign from full function grant group "
                                "having if ilike in index inner "
                                "insert intersect into is join key lateral left like limit natural not null "
                                "offset on or order outer over "
                                "partition primary procedure recursive references replace returning right "
                                "rollback row rows select set "
                                "table temporary then to transaction trigger true truncate union unique "
                                "update using values view when "
                                "where window with",
                            .types =
                                "bigint blob boolean bool char date datetime decimal double float int "
                                "integer json jsonb numeric real serial "
                                "smallint text time timestamp uuid varchar",
                            .lineComments = "--",
                            .blockComment = "/* */",
                            .quotes = "\"'`",
                            .ignoreCase = true,
                            .doubledQuotes = true};

const LanguageRules kHtml = {
    .name = "HTML", .aliases = "html htm xhtml vue svelte svg", .suffix = "html", .form = LineForm::Markup};
const LanguageRules kXml = {.name = "XML",
                            .aliases = "xml xsd xsl xslt plist rss xaml qrc ui",
                            .suffix = "xml",
                            .form = LineForm::Markup};

const LanguageRules kCss = {.name = "CSS",
                            .aliases = "css scss sass less",
                            .suffix = "css",
                            .form = LineForm::Css,
                            .keywords = "important not and or from to",
                            .types =
                                "a article aside body button canvas code div footer form h1 h2 h3 h4 h5 h6 "
                                "header html img input label li main "
                                "nav ol p pre root section select span svg table td textarea th tr ul video",
                            .lineComments = "//",
                            .blockComment = "/* */",
                            .wordMarks = "-",
                            .atIsPreproc = true};

const LanguageRules kJson = {.name = "JSON",
                             .aliases = "json jsonc json5 jsonl ndjson geojson ipynb",
                             .suffix = "json",
                             .form = LineForm::JsonKeys,
                             .keywords = "true false null",
                             .lineComments = "//",
                             .blockComment = "/* */",
                             .quotes = "\""};

const LanguageRules kYaml = {.name = "YAML",
                             .aliases = "yaml yml",
                             .suffix = "yaml",
                             .form = LineForm::KeyColon,
                             .keywords = "true false null yes no on off",
                             .lineComments = "#",
                             .wordMarks = "-"};

const LanguageRules kToml = {.name = "TOML",
                             .aliases = "toml",
                             .suffix = "toml",
                             .form = LineForm::KeyEquals,
                             .keywords = "true false",
                             .lineComments = "#",
                             .longQuotes = "\"\"\" '''",
                             .wordMarks = "-"};

const LanguageRules kIni = {
    .name = "INI",
    .aliases = "ini cfg conf properties dosini editorconfig gitconfig env dotenv systemd",
    .suffix = "ini",
    .form = LineForm::KeyEquals,
    .keywords = "true false yes no on off",
    .lineComments = "# ;",
    .wordMarks = "-"};

const LanguageRules kMarkdown = {
    .name = "Markdown", .aliases = "markdown md mdx", .suffix = "md", .form = LineForm::Markdown};

const LanguageRules kDockerfile = {.name = "Dockerfile",
                                   .aliases = "dockerfile docker containerfile",
                                   .suffix = "dockerfile",
                                   .form = LineForm::FirstWord,
                                   .keywords =
                                       "add arg as cmd copy entrypoint env expose from healthcheck label "
                                       "maintainer onbuild run shell stopsignal "
                                       "user volume workdir",
                                   .lineComments = "#",
                                   .wordMarks = "-.",
                                   .ignoreCase = true,
                                   .dollarVariables = true};

const LanguageRules kCMake = {.name = "CMake",
                              .aliases = "cmake cmakelists",
                              .suffix = "cmake",
                              .keywords =
                                  "and break continue else elseif endforeach endfunction endif endmacro "
                                  "endwhile foreach function if in lists "
                                  "macro matches not or private public interface required return set "
                                  "strequal unset version while on off true "
                                  "false static shared imported",
                              .lineComments = "#",
                              .quotes = "\"",
                              .ignoreCase = true,
                              .dollarVariables = true};

const LanguageRules kMakefile = {
    .name = "Makefile",
    .aliases = "makefile make mk gnumake",
    .suffix = "mk",
    .form = LineForm::MakeRules,
    .keywords = "ifeq ifneq ifdef ifndef else endif include define endef export override",
    .lineComments = "#",
    .wordMarks = "-.",
    .dollarVariables = true};

const LanguageRules kLua = {.name = "Lua",
                            .aliases = "lua luau",
                            .suffix = "lua",
                            .keywords =
                                "and break do else elseif end false for function goto if in local nil not or "
                                "repeat return then true until "
                                "while self",
                            .lineComments = "--",
                            .blockComment = "--[[ ]]"};

const LanguageRules kR = {.name = "R",
                          .aliases = "r rscript rlang",
                          .suffix = "R",
                          .keywords =
                              "break else for function if in library next repeat require return source while "
                              "TRUE FALSE NULL NA Inf NaN",
                          .lineComments = "#",
                          .quotes = "\"'`",
                          .wordMarks = "."};

const LanguageRules kHaskell = {.name = "Haskell",
                                .aliases = "haskell hs",
                                .suffix = "hs",
                                .keywords =
                                    "as case class data default deriving do else family forall foreign "
                                    "hiding if import in infix infixl infixr "
                                    "instance let mdo module newtype of qualified rec then type where",
                                .lineComments = "--",
                                .blockComment = "{- -}",
                                .capitalTypes = true,
                                .nestedComments = true,
                                .charQuotes = true};

const LanguageRules kScala = {.name = "Scala",
                              .aliases = "scala sc",
                              .suffix = "scala",
                              .keywords =
                                  "abstract case catch class def do else enum export extends extension false "
                                  "final finally for forSome given "
                                  "if implicit import lazy match new null object override package private "
                                  "protected return sealed super then "
                                  "this throw trait true try type using val var while with yield",
                              .lineComments = "//",
                              .blockComment = "/* */",
                              .longQuotes = "\"\"\"",
                              .capitalTypes = true,
                              .nestedComments = true,
                              .atIsPreproc = true};

const LanguageRules kZig = {.name = "Zig",
                            .aliases = "zig",
                            .suffix = "zig",
                            .keywords =
                                "align and asm async await break catch comptime const continue defer else "
                                "enum errdefer error export extern "
                                "false fn for if inline null opaque or orelse packed pub resume return "
                                "struct suspend switch test true try "
                                "undefined union unreachable usingnamespace var volatile while",
                            .types =
                                "bool f16 f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize void anyerror "
                                "anytype type noreturn comptime_int",
                            .lineComments = "//",
                            .capitalTypes = true,
                            .atIsPreproc = true};

const LanguageRules kDiff = {
    .name = "Diff", .aliases = "diff patch udiff", .suffix = "diff", .form = LineForm::Diff};

} // namespace

QList<const LanguageRules*> languageTable() {
    return {&kC,          &kCpp,     &kPython,   &kJavaScript, &kTypeScript, &kJava,     &kCSharp,
            &kGo,         &kRust,    &kSwift,    &kKotlin,     &kPhp,        &kRuby,     &kBash,
            &kPowerShell, &kSql,     &kHtml,     &kXml,        &kCss,        &kJson,     &kYaml,
            &kToml,       &kIni,     &kMarkdown, &kDockerfile, &kCMake,      &kMakefile, &kLua,
            &kR,          &kHaskell, &kScala,    &kZig,        &kDiff};
}

} // namespace ui::chat::highlight
