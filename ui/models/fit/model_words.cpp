// Wording of numbers and names.
#include "ui/models/fit/model_words.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>
#include <QRegularExpression>
#include <cmath>

namespace ui::models {

namespace {

// Three figures: 671, 30.5, 3.35.
QString threeFigures(double number) {
    const int decimals = number >= 100 ? 0 : number >= 10 ? 1 : 2;
    QString text = QString::number(number, 'f', decimals);
    while (text.contains(QLatin1Char('.')) && text.endsWith(QLatin1Char('0')))
        text.chop(1);
    if (text.endsWith(QLatin1Char('.'))) text.chop(1);
    return text;
}

} // namespace

QString bytesText(qint64 bytes) {
    return QLocale::c().formattedDataSize(bytes, bytes < 1'000'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString countText(qint64 parameters) {
    if (parameters <= 0) return {};
    const auto number = static_cast<double>(parameters);
    if (parameters >= 1'000'000'000)
        return QCoreApplication::translate("Models", "%1 B").arg(threeFigures(number / 1e9));
    if (parameters >= 1'000'000)
        return QCoreApplication::translate("Models", "%1 M").arg(threeFigures(number / 1e6));
    return QString::number(parameters);
}

QString parametersText(const app::bridge::ModelInfo& info) {
    const QString all = countText(info.parameters);
    if (all.isEmpty() || !info.isMixtureOfExperts() || info.activeParameters <= 0) return all;
    return QCoreApplication::translate("Models", "%1, %2 active").arg(all, countText(info.activeParameters));
}

QString contextText(qint64 tokens) {
    if (tokens <= 0) return {};
    if (tokens < 1024) return QString::number(tokens);
    return QCoreApplication::translate("Models", "%1 k").arg(tokens / 1024);
}

QString familyText(const QString& architecture) {
    static const QHash<QString, QString> kKnown{{QStringLiteral("llama"), QStringLiteral("Llama")},
                                                {QStringLiteral("mistral"), QStringLiteral("Mistral")},
                                                {QStringLiteral("mixtral"), QStringLiteral("Mixtral")},
                                                {QStringLiteral("qwen2"), QStringLiteral("Qwen2")},
                                                {QStringLiteral("qwen3"), QStringLiteral("Qwen3")},
                                                {QStringLiteral("qwen3moe"), QStringLiteral("Qwen3 MoE")},
                                                {QStringLiteral("qwen3_moe"), QStringLiteral("Qwen3 MoE")},
                                                {QStringLiteral("olmoe"), QStringLiteral("OLMoE")},
                                                {QStringLiteral("gpt-oss"), QStringLiteral("gpt-oss")},
                                                {QStringLiteral("deepseek2"), QStringLiteral("DeepSeek")},
                                                {QStringLiteral("glm4moe"), QStringLiteral("GLM-4 MoE")},
                                                {QStringLiteral("gemma3"), QStringLiteral("Gemma 3")},
                                                {QStringLiteral("clip"), QStringLiteral("CLIP")}};
    return kKnown.value(architecture, architecture);
}

QString speedText(double tokensPerSecond) {
    if (!std::isfinite(tokensPerSecond) || tokensPerSecond <= 0) return {};
    return tokensPerSecond < 10 ? threeFigures(std::round(tokensPerSecond * 10) / 10)
                                : QString::number(std::lround(tokensPerSecond));
}

QString initials(const QString& name) {
    static const QRegularExpression kWord(QStringLiteral("[\\p{L}]+|[0-9]+"));
    QString letters;
    for (auto words = kWord.globalMatch(name.section(QLatin1Char('/'), -1));
         words.hasNext() && letters.size() < 2;)
        letters += words.next().captured().at(0).toUpper();
    return letters;
}

} // namespace ui::models
