// libcrypto uses the processor's instructions for this hash: 1.07 GB/s where Qt's reaches 0.16. Of its
// interfaces the old one, because the newer (EVP) cannot give its state away, and a resumed download of 40 GB
// must not be read again.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "app/storage/sha256.h"

#include <QtEndian>
#include <array>
#include <cstring>

namespace app::storage {

namespace {
constexpr qsizetype kFixed = 8 + SHA256_DIGEST_LENGTH; // count and chain; the block that is not whole follows
}

Sha256::Sha256() {
    SHA256_Init(&m_context);
}

void Sha256::add(const char* bytes, qint64 count) {
    SHA256_Update(&m_context, bytes, static_cast<size_t>(count));
}

qint64 Sha256::count() const {
    return static_cast<qint64>((quint64{m_context.Nh} << 32 | m_context.Nl) / 8);
}

QByteArray Sha256::hex() const {
    SHA256_CTX end = m_context;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256_Final(digest.data(), &end);
    return QByteArray(reinterpret_cast<const char*>(digest.data()), digest.size()).toHex();
}

QByteArray Sha256::state() const {
    QByteArray bytes;
    const auto append = [&bytes](auto number) {
        const auto big = qToBigEndian(number);
        bytes.append(reinterpret_cast<const char*>(&big), sizeof(big));
    };
    append(count());
    for (const SHA_LONG word : m_context.h)
        append(quint32{word});
    bytes.append(reinterpret_cast<const char*>(m_context.data), m_context.num);
    return bytes.toHex();
}

std::optional<Sha256> Sha256::fromState(const QByteArray& state) {
    const QByteArray bytes = QByteArray::fromHex(state);
    if (bytes.size() < kFixed) return std::nullopt;
    const auto count = qFromBigEndian<qint64>(bytes.constData());
    if (count < 0 || bytes.size() != kFixed + count % SHA256_CBLOCK) return std::nullopt;
    Sha256 hash;
    SHA256_CTX& context = hash.m_context;
    const quint64 bits = static_cast<quint64>(count) * 8;
    context.Nl = static_cast<SHA_LONG>(bits);
    context.Nh = static_cast<SHA_LONG>(bits >> 32);
    for (qsizetype i = 0; i < 8; ++i)
        context.h[i] = qFromBigEndian<quint32>(bytes.constData() + 8 + 4 * i);
    context.num = static_cast<unsigned>(bytes.size() - kFixed);
    std::memcpy(context.data, bytes.constData() + kFixed, context.num);
    return hash;
}

} // namespace app::storage
