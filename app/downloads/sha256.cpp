// FIPS 180-4. Qt's own hash cannot give its state away, and a resumed download of 40 GB must not be read
// again.
#include "app/downloads/sha256.h"

#include <QtEndian>
#include <bit>
#include <cstring>

namespace app::downloads {

namespace {

constexpr qint64 kBlock = 64;
constexpr std::array<uint32_t, 64> kRound{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

uint32_t mix(uint32_t x, int a, int b, int c) {
    return std::rotr(x, a) ^ std::rotr(x, b) ^ std::rotr(x, c);
}
uint32_t spread(uint32_t x, int a, int b, int c) {
    return std::rotr(x, a) ^ std::rotr(x, b) ^ (x >> c);
}

} // namespace

void Sha256::block(const unsigned char* bytes) {
    std::array<uint32_t, 64> w;
    for (size_t i = 0; i < 16; ++i)
        w[i] = qFromBigEndian<uint32_t>(bytes + 4 * i);
    for (size_t i = 16; i < 64; ++i)
        w[i] = w[i - 16] + spread(w[i - 15], 7, 18, 3) + w[i - 7] + spread(w[i - 2], 17, 19, 10);
    auto [a, b, c, d, e, f, g, h] = m_chain;
    for (size_t i = 0; i < 64; ++i) {
        const uint32_t one = h + mix(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + kRound[i] + w[i];
        const uint32_t two = mix(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + one;
        d = c;
        c = b;
        b = a;
        a = one + two;
    }
    const std::array<uint32_t, 8> sum{a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < 8; ++i)
        m_chain[i] += sum[i];
}

void Sha256::add(const char* bytes, qint64 count) {
    const auto* from = reinterpret_cast<const unsigned char*>(bytes);
    qint64 filled = m_count % kBlock;
    m_count += count;
    if (filled > 0) {
        const qint64 taken = qMin(count, kBlock - filled);
        std::memcpy(m_rest.data() + filled, from, static_cast<size_t>(taken));
        from += taken;
        count -= taken;
        filled += taken;
        if (filled < kBlock) return;
        block(m_rest.data());
    }
    for (; count >= kBlock; count -= kBlock, from += kBlock)
        block(from);
    if (count > 0) std::memcpy(m_rest.data(), from, static_cast<size_t>(count));
}

QByteArray Sha256::hex() const {
    Sha256 end = *this;
    const qint64 bits = m_count * 8;
    const char first = static_cast<char>(0x80);
    end.add(&first, 1);
    const std::array<char, kBlock> zeros{};
    end.add(zeros.data(), (kBlock + 56 - end.m_count % kBlock) % kBlock);
    const qint64 length = qToBigEndian(bits);
    end.add(reinterpret_cast<const char*>(&length), 8);
    QByteArray digest;
    for (const uint32_t word : end.m_chain) {
        const uint32_t big = qToBigEndian(word);
        digest.append(reinterpret_cast<const char*>(&big), 4);
    }
    return digest.toHex();
}

QByteArray Sha256::state() const {
    QByteArray bytes;
    const qint64 count = qToBigEndian(m_count);
    bytes.append(reinterpret_cast<const char*>(&count), 8);
    for (const uint32_t word : m_chain) {
        const uint32_t big = qToBigEndian(word);
        bytes.append(reinterpret_cast<const char*>(&big), 4);
    }
    bytes.append(reinterpret_cast<const char*>(m_rest.data()), m_count % kBlock);
    return bytes.toHex();
}

std::optional<Sha256> Sha256::fromState(const QByteArray& state) {
    const QByteArray bytes = QByteArray::fromHex(state);
    constexpr qsizetype kFixed = 8 + 32;
    if (bytes.size() < kFixed) return std::nullopt;
    Sha256 hash;
    hash.m_count = qFromBigEndian<qint64>(bytes.constData());
    if (hash.m_count < 0 || bytes.size() != kFixed + hash.m_count % kBlock) return std::nullopt;
    for (size_t i = 0; i < 8; ++i)
        hash.m_chain[i] = qFromBigEndian<uint32_t>(bytes.constData() + 8 + 4 * i);
    std::memcpy(hash.m_rest.data(), bytes.constData() + kFixed, static_cast<size_t>(bytes.size() - kFixed));
    return hash;
}

} // namespace app::downloads
