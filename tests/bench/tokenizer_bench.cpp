// Encoding speed on one core in MB/s, for plain English that is made here; JSON on stdout.
//   tokenizer_bench [MEGABYTES]
// With TANDEM_EXTRA_DATA every published vocabulary in it is measured; the small one of the tests always is.
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextStream>
#include <array>
#include <ctime>
#include <random>

#include "engine/formats/gguf.h"
#include "engine/text/load_gguf.h"
#include "engine/text/tokenizer.h"

using namespace engine;
using namespace engine::text;

namespace {

// Words by their rank as in English: the n-th is met about 1/n as often as the first. Rare ones are put
// together from syllables, so that the text has some ten thousand different words.
std::string english(size_t size) {
    constexpr std::array kCommon = {
        "the",  "of",     "and",   "to",      "in",      "a",       "is",      "that", "for",   "it",
        "was",  "on",     "with",  "he",      "be",      "by",      "as",      "at",   "his",   "they",
        "this", "from",   "but",   "not",     "are",     "which",   "she",     "had",  "would", "there",
        "what", "people", "could", "because", "between", "through", "another", "water"};
    constexpr std::array kSyllables = {"ta",  "re",   "con", "di",   "ver", "mo",  "si",  "ing", "per", "lo",
                                       "na",  "tion", "al",  "ment", "er",  "est", "pro", "ble", "com", "ty",
                                       "ous", "in",   "de",  "ly",   "an",  "or",  "sub", "ple"};
    std::mt19937 random(42);
    const auto next = [&](size_t n) { return static_cast<size_t>(random()) % n; };
    std::vector<std::string> rare(12'000);
    for (std::string& word : rare)
        for (size_t i = 2 + next(3); i > 0; --i)
            word += kSyllables[next(kSyllables.size())];
    std::string text;
    size_t in_sentence = 0;
    while (text.size() < size) {
        const size_t rank = (1u << next(14)) + next(1u << next(13)); // near to 1/n over the octaves
        std::string word = rank <= kCommon.size() ? kCommon[rank - 1] : rare[rank % rare.size()];
        if (in_sentence++ == 0) word[0] = static_cast<char>(word[0] - 'a' + 'A');
        text += word;
        if (next(60) == 0) text += "'s";
        if (next(12) == 0) text += ',';
        if (next(200) == 0) text += " " + std::to_string(1800 + next(230));
        const bool ends = in_sentence > 5 && next(12) == 0;
        if (ends) in_sentence = 0;
        text += !ends ? " " : next(6) == 0 ? ".\n\n" : ". ";
    }
    return text;
}

QJsonObject measure(const QString& name, const Tokenizer& tokenizer, const std::string& text) {
    double best = 0;
    size_t tokens = 0;
    for (int round = 0; round < 3; ++round) {
        const std::clock_t start = std::clock(); // this process's own time, whatever else runs
        tokens = tokenizer.encode(text, {}).size();
        const double seconds = static_cast<double>(std::clock() - start + 1) / CLOCKS_PER_SEC;
        best = std::max(best, static_cast<double>(text.size()) / 1e6 / seconds);
    }
    return {
        {QStringLiteral("vocabulary"), name},
        {QStringLiteral("pre"), QString::fromStdString(std::string(tokenizer.pre()))},
        {QStringLiteral("mb_per_s"), best},
        {QStringLiteral("bytes_per_token"), static_cast<double>(text.size()) / static_cast<double>(tokens)}};
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

int main(int argc, char** argv) {
    const size_t megabytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 8;
    const std::string text = english(megabytes * 1'000'000);
    QJsonArray results;
    for (const char* name : {"byte_level", "character_bpe", "unigram"}) {
        const QByteArray json =
            contents(QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/text/%1.json").arg(QLatin1String(name)));
        const auto tokenizer = load_tokenizer_json(json.toStdString(), "");
        if (tokenizer.ok()) results.append(measure(QLatin1String(name), **tokenizer, text));
    }
    const QDir folder(qEnvironmentVariable("TANDEM_EXTRA_DATA", QStringLiteral("/nonexistent")) +
                      QStringLiteral("/vocabularies"));
    for (const QFileInfo& file : folder.entryInfoList({QStringLiteral("*.gguf")})) {
        const QByteArray bytes = contents(file.filePath());
        const auto data = std::as_bytes(std::span(bytes.constData(), static_cast<size_t>(bytes.size())));
        const auto header = formats::parse_gguf(data, data.size());
        if (!header.ok()) continue;
        const auto tokenizer = load_tokenizer_gguf(header->metadata);
        if (tokenizer.ok()) results.append(measure(file.fileName(), **tokenizer, text));
    }
    QTextStream(stdout) << QString::fromUtf8(QJsonDocument(results).toJson());
    return 0;
}
