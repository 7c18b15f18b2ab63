// Sha256: the hash of a stream, whose state can be kept and taken up again after a restart.
#pragma once

#include <QByteArray>
#include <array>
#include <cstdint>
#include <optional>

namespace app::downloads {

class Sha256 {
 public:
    void add(const char* bytes, qint64 count);
    qint64 count() const { return m_count; }
    QByteArray hex() const; // of what was added so far; more can be added after it

    // Everything that is needed to go on, as hexadecimal text.
    QByteArray state() const;
    static std::optional<Sha256> fromState(const QByteArray& state);

 private:
    void block(const unsigned char* bytes);

    std::array<uint32_t, 8> m_chain{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, 64> m_rest{}; // the block that is not whole yet
    qint64 m_count = 0;
};

} // namespace app::downloads
