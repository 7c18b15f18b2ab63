// Grouping by the names that people give to files.
#include "app/downloads/repo_variant.h"

#include <QHash>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

#include "app/bridge/part_name.h"
#include "app/bridge/quantisation.h"

namespace app::downloads {

using bridge::PartName;

namespace {

QString fileName(const QString& path) {
    return path.section(QLatin1Char('/'), -1);
}

bool isModelGguf(const QString& path) {
    const QString name = fileName(path).toLower();
    if (!name.endsWith(QLatin1String(".gguf")) || name.contains(QLatin1String("mmproj"))) return false;
    // The matrix itself, not what was quantised with its help.
    return !name.contains(QLatin1String("imatrix")) || !quantisationOf(path).isEmpty();
}

// Everything beside the weights that engine and tokenizer read.
bool isCompanion(const QString& path) {
    static const QStringList kNames{
        QStringLiteral("config.json"),         QStringLiteral("generation_config.json"),
        QStringLiteral("tokenizer.json"),      QStringLiteral("tokenizer_config.json"),
        QStringLiteral("tokenizer.model"),     QStringLiteral("special_tokens_map.json"),
        QStringLiteral("added_tokens.json"),   QStringLiteral("vocab.json"),
        QStringLiteral("merges.txt"),          QStringLiteral("chat_template.jinja"),
        QStringLiteral("chat_template.json"),  QStringLiteral("model.safetensors.index.json"),
        QStringLiteral("quantize_config.json")};
    return kNames.contains(path);
}

bool isWeights(const QString& path) {
    return path.endsWith(QLatin1String(".safetensors")) && !path.contains(QLatin1Char('/')) &&
           !path.startsWith(QLatin1String("consolidated")) && !path.startsWith(QLatin1String("adapter"));
}

void sum(RepoVariant& variant) {
    for (const RepoFile& file : variant.files)
        variant.bytes += qMax<qint64>(0, file.bytes);
}

// A set of parts counts only when it is whole: key is the common stem.
QList<RepoVariant> ggufVariants(const QList<RepoFile>& files) {
    QMap<QString, RepoVariant> groups;
    QHash<QString, QSet<int>> parts; // of a group
    QHash<QString, int> wanted;
    for (const RepoFile& file : files) {
        if (!isModelGguf(file.path)) continue;
        const PartName part = PartName::of(file.path);
        const QString stem = part.count > 0 ? part.stem : file.path.chopped(5);
        const QString key = part.count > 0 ? part.set() : stem;
        parts[key].insert(part.number);
        wanted[key] = qMax(1, part.count);
        RepoVariant& variant = groups[key];
        variant.quantisation = quantisationOf(file.path);
        variant.name = variant.quantisation.isEmpty() ? fileName(stem) : variant.quantisation;
        variant.files.append(file);
    }
    QList<RepoVariant> variants;
    for (auto it = groups.begin(); it != groups.end(); ++it) {
        if (parts.value(it.key()).size() != wanted.value(it.key())) continue;
        std::sort(it->files.begin(), it->files.end(),
                  [](const RepoFile& a, const RepoFile& b) { return a.path < b.path; });
        sum(*it);
        variants.append(*it);
    }
    return variants;
}

std::optional<RepoVariant> safetensorsVariant(const RepoListing& listing) {
    RepoVariant variant;
    variant.format = RepoVariant::Format::safetensors;
    variant.quantisation = listing.dtype;
    variant.name = listing.dtype.isEmpty() ? QStringLiteral("safetensors") : listing.dtype;
    bool weights = false, config = false;
    for (const RepoFile& file : listing.files) {
        if (!isCompanion(file.path) && !isWeights(file.path)) continue;
        weights = weights || isWeights(file.path);
        config = config || file.path == QLatin1String("config.json");
        variant.files.append(file);
    }
    if (!weights || !config) return std::nullopt;
    std::stable_sort(variant.files.begin(), variant.files.end(), [](const RepoFile& a, const RepoFile& b) {
        const auto place = [](const RepoFile& f) {
            return f.path == QLatin1String("config.json") ? 0 : isWeights(f.path) ? 2 : 1;
        };
        return place(a) != place(b) ? place(a) < place(b) : a.path < b.path;
    });
    sum(variant);
    return variant;
}

// Two files of one quantisation (an instruct and a base model, say) go by their file names instead.
void makeNamesUnique(QList<RepoVariant>& variants) {
    QHash<QString, int> times;
    for (const RepoVariant& variant : variants)
        ++times[variant.name.toLower()];
    for (RepoVariant& variant : variants)
        if (times.value(variant.name.toLower()) > 1 && variant.format == RepoVariant::Format::gguf)
            variant.name = variant.files.first().path.chopped(5);
}

} // namespace

QString quantisationOf(const QString& path) {
    static const QRegularExpression kQuant(
        QStringLiteral(
            "(?:^|[-._/"
            "])((?:UD-)?(?:I?Q[1-8]_(?:K(?:_(?:XS|S|M|L|XL))?|[01]|XXS|XS|S|M|NL)|TQ[12]_0|MXFP4(?:_MOE)?|"
            "BF16|F16|FP16|F32|FP32))(?=$|[-._/])"),
        QRegularExpression::CaseInsensitiveOption);
    QString stem = path;
    if (const PartName part = PartName::of(path); part.count > 0) stem = part.stem;
    QString found;
    auto matches = kQuant.globalMatch(stem);
    while (matches.hasNext())
        found = matches.next().captured(1).toUpper(); // the last: names of models come first
    return found;
}

int RepoVariant::quality() const {
    return bridge::qualityOf(quantisation);
}

QList<RepoVariant> variantsOf(const RepoListing& listing) {
    QList<RepoVariant> variants = ggufVariants(listing.files);
    if (const auto folder = safetensorsVariant(listing)) variants.append(*folder);
    makeNamesUnique(variants);
    std::stable_sort(variants.begin(), variants.end(),
                     [](const RepoVariant& a, const RepoVariant& b) { return a.bytes < b.bytes; });
    return variants;
}

std::optional<RepoVariant> findVariant(const QList<RepoVariant>& variants, const QString& name) {
    const auto same = [&](const QString& text) { return text.compare(name, Qt::CaseInsensitive) == 0; };
    for (const RepoVariant& variant : variants)
        if (same(variant.name)) return variant;
    for (const RepoVariant& variant : variants)
        if (same(variant.quantisation)) return variant;
    for (const RepoVariant& variant : variants)
        for (const RepoFile& file : variant.files)
            if (same(file.path) || same(fileName(file.path))) return variant;
    return std::nullopt;
}

std::optional<RepoVariant> usualVariant(const QList<RepoVariant>& variants) {
    for (const char* name :
         {"Q4_K_M", "UD-Q4_K_XL", "Q4_K_S", "MXFP4", "MXFP4_MOE", "IQ4_XS", "Q4_0", "Q5_K_M", "Q8_0"})
        if (const auto found = findVariant(variants, QLatin1String(name))) return found;
    if (variants.isEmpty()) return std::nullopt;
    return variants.first();
}

} // namespace app::downloads
