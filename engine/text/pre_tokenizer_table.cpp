// Names -> stages. Names and which of them share a pre-tokenizer: llama.cpp's vocabulary loader. Patterns:
// the models' published tokenizer.json (or tiktoken definition) where it is known, for where both differ in
// rare characters the published one is what the model was trained with.
#include "engine/text/pre_tokenizer_table.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace engine::text {
namespace {

constexpr std::string_view kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwen35 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kJais2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1})";
constexpr std::string_view kO200k =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kTekken =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kKimiK2 =
    R"([\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kDeepSeekLetters =
    R"(\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+)";
constexpr std::string_view kDeepSeekPunctuation = R"(\s?[!-/:-~！-／：-～‘-‟　-。]+)";
constexpr std::string_view kDeepSeekCjk = R"([一-龥ࠀ-一가-퟿]+)";
constexpr std::string_view kDeepSeekV3Cjk = R"([一-龥぀-ゟ゠-ヿ]+)";
constexpr std::string_view kDeepSeekV3 =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kSpark =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+)";
constexpr std::string_view kYoutuScripts =
    R"([가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-ゟ゠-ヿ]+)";
constexpr std::string_view kYoutu =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kBloom = R"( ?[^(\s|[.,!?…。，、।۔،])]+)";
constexpr std::string_view kBailing =
    R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)";
constexpr std::string_view kSeedCoder = // with real line breaks in two of its classes
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^)"
    "\r\n"
    R"(\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N})"
    "\r\n"
    R"(]+|\s*[)"
    "\r\n"
    R"(]+|\s+(?!\S)|\s+)";
constexpr std::string_view kUfakZeka =
    R"([^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kExaoneMoe =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+)";
constexpr std::string_view kMiniCpm5 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kAsianScripts =
    R"([一-鿿㐀-䶿豈-﫿぀-ゟ゠-ヿ･-ﾟ⼀-⿟เ-๿຀-໿ក-៿က-႟ꩠ-ꩿꧠ-꧿가-힯ᄀ-ᇿ]+)";
constexpr std::string_view kThreeDigits = R"(\p{N}{1,3})";

struct Stage {
    enum Kind : uint8_t { split, single_digits, digit_runs, punctuation_runs, punctuation, bytes } kind;
    std::string_view pattern = {};
};
constexpr Stage kSingleDigits{Stage::single_digits};
constexpr Stage kGpt2Words{Stage::split, kGpt2Pattern};

using Stages = std::vector<Stage>;

constexpr Stage isolate(std::string_view pattern) {
    return {Stage::split, pattern};
}

struct Family {
    Stages stages;
    std::vector<std::string_view> names;
    bool ignore_merges = false;
    bool adds_bos = false;
    bool byte_alphabet = true;
};

// The first name of a family is the one given to a tokenizer.json with the same stages.
const std::vector<Family>& families() {
    static const std::vector<Family> kFamilies = {
        {{kGpt2Words},
         {"gpt-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "phi-2", "jina-es", "jina-de",
          "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum", "modern-bert", "jina-v1-en",
          "jina-v2-code", "roberta-bpe", "exaone4"}},
        {{isolate(kLlama3)},
         {"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
          "jina-v5-nano"},
         true,
         true},
        {{isolate(kLlama3)}, {"glm4", "chatglm-bpe", "dbrx", "smaug-bpe"}},
        {{isolate(kQwen2)},
         {"qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2", "hunyuan", "solar-open",
          "grok-2"}},
        {{isolate(kQwen35)}, {"qwen35"}},
        {{isolate(kO200k)}, {"gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"}},
        {{isolate(kO200k)}, {"granite-embed-multi-97m"}, true},
        {{isolate(kTekken)}, {"tekken"}, true, true},
        {{isolate(kKimiK2)}, {"kimi-k2"}},
        // The line breaks are cut out first, so that "end of line" and "end of text" are the same in \s+$.
        {{isolate("[\r\n]"), isolate(kDeepSeekLetters), isolate(kDeepSeekPunctuation), isolate(R"(\s+$)"),
          isolate(kDeepSeekCjk), kSingleDigits},
         {"deepseek-llm"}},
        {{isolate("[\r\n]"), isolate(R"(\s?\p{L}+)"), isolate(R"(\s?\p{P}+)"), isolate(kDeepSeekCjk),
          kSingleDigits},
         {"deepseek-coder"}},
        {{isolate(kThreeDigits), isolate(kDeepSeekV3Cjk), isolate(kDeepSeekV3)},
         {"deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"}},
        {{isolate(kThreeDigits), isolate(kDeepSeekV3Cjk), isolate(kSpark), isolate(R"(\p{N})")},
         {"spark2_5"}},
        // Falcon's digit stages see text that is already in the byte alphabet, where the bytes B2, B3, B9, BC
        // to BE are written with characters that are digits.
        {{{Stage::punctuation_runs},
          kGpt2Words,
          {Stage::bytes},
          {Stage::digit_runs},
          isolate("[0-9][0-9][0-9]")},
         {"falcon"}},
        {{kSingleDigits, kGpt2Words},
         {"starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2"}},
        {{isolate(R"([\p{P}\$\+<=>\^~\|]+)"), kGpt2Words, isolate(R"(\p{N}+)"), isolate("[0-9][0-9][0-9]")},
         {"default"}},
        {{isolate(kJais2)}, {"jais-2"}},
        {{isolate(kBloom)}, {"bloom", "poro-chat", "gpt3-finnish"}},
        {{isolate(kBloom), kSingleDigits}, {"viking"}},
        {{isolate("<sentinel:[0-9]+>"),
          isolate("(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z"),
          isolate("([\\t\\n]|    |  )"),
          kSingleDigits,
          {Stage::punctuation},
          kGpt2Words},
         {"chameleon"},
         false,
         true},
        {{isolate(kYoutuScripts), isolate(kYoutu)}, {"youtu"}, true},
        {{isolate(R"(\p{N}+)"), isolate(kDigitsFromRight)}, {"superbpe"}},
        {{isolate(kBailing)}, {"bailingmoe", "bailingmoe2", "llada-moe"}},
        {{isolate(kSeedCoder)}, {"seed-coder"}},
        {{isolate(kUfakZeka)}, {"ufakzeka"}},
        {{isolate(kDigitsByThrees), isolate(kO200k)}, {"tiny_aya", "cohere2moe"}},
        {{isolate(kNumbersByThrees), isolate(kAsianScripts), isolate(kDeepSeekV3)}, {"afmoe"}},
        {{isolate(R"([^\n]+|[\n]+)"), isolate(kQwen2)}, {"laguna"}},
        {{isolate(kExaoneMoe)}, {"exaone-moe"}},
        {{isolate(kThreeDigits), isolate(kMiniCpm5)}, {"minicpm5"}, true},
        {{}, {"gemma4", "granite-embed-multi-311m", "sarvam-moe"}, false, false, false},
    };
    return kFamilies;
}

std::unique_ptr<PreTokenizerStage> make_stage(const Stage& stage) {
    switch (stage.kind) {
        case Stage::single_digits:
            return make_digits(true);
        case Stage::digit_runs:
            return make_digits(false);
        case Stage::punctuation_runs:
            return make_punctuation(SplitBehavior::contiguous);
        case Stage::punctuation:
            return make_punctuation(SplitBehavior::isolated);
        case Stage::bytes:
            return make_byte_mapping();
        case Stage::split:
            break;
    }
    return make_split(stage.pattern, SplitBehavior::isolated, false).value(); // the tests compile all of them
}

std::string describe_stage(const Stage& stage) {
    switch (stage.kind) {
        case Stage::single_digits:
            return describe_digits(true) + "\n";
        case Stage::digit_runs:
            return describe_digits(false) + "\n";
        case Stage::punctuation_runs:
            return describe_punctuation(SplitBehavior::contiguous) + "\n";
        case Stage::punctuation:
            return describe_punctuation(SplitBehavior::isolated) + "\n";
        case Stage::bytes:
            return "bytes\n";
        case Stage::split:
            break;
    }
    return describe_split(stage.pattern, SplitBehavior::isolated, false) + "\n";
}

PreTokenizer make_stages(const Family& family) {
    PreTokenizer stages;
    for (const Stage& stage : family.stages)
        stages.add(make_stage(stage));
    return stages;
}

} // namespace

Result<NamedPreTokenizer> find_pre_tokenizer(std::string_view name) {
    for (const Family& family : families())
        for (const std::string_view known : family.names)
            if (known == name)
                return NamedPreTokenizer{make_stages(family), family.byte_alphabet, family.ignore_merges,
                                         family.adds_bos};
    return Error{ErrorCode::unsupported,
                 "tokenizer.ggml.pre is \"" + std::string(name) + "\", which is not a known pre-tokenizer",
                 "a newer version may know it"};
}

std::string_view name_of_pre_tokenizer(std::string_view description, bool ignore_merges) {
    std::string_view other;
    for (const Family& family : families()) {
        std::string stages;
        for (const Stage& stage : family.stages)
            stages += describe_stage(stage);
        if (stages != description || !family.byte_alphabet) continue;
        if (family.ignore_merges == ignore_merges) return family.names[0];
        other = family.names[0];
    }
    return other;
}

std::span<const std::string_view> pre_tokenizer_names() {
    static const std::vector<std::string_view> kNames = [] {
        std::vector<std::string_view> names;
        for (const Family& family : families())
            names.insert(names.end(), family.names.begin(), family.names.end());
        return names;
    }();
    return kNames;
}

} // namespace engine::text
