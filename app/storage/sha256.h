// Sha256: the hash of a stream, whose state can be kept and taken up again after a restart.
#pragma once

#include <openssl/sha.h>

#include <QByteArray>
#include <optional>

namespace app::storage {

class Sha256 {
 public:
    Sha256();
    void add(const char* bytes, qint64 count);
    qint64 count() const;   // of bytes that were added
    QByteArray hex() const; // of what was added so far; more can be added after it

    // Everything that is needed to go on, as hexadecimal text.
    QByteArray state() const;
    static std::optional<Sha256> fromState(const QByteArray& state);

 private:
    SHA256_CTX m_context;
};

} // namespace app::storage
