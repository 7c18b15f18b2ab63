// Outcome<T>: a value or a Failure of the store. A full disk is a value, not an exception.
#pragma once

#include <QMetaType>
#include <QString>
#include <optional>
#include <utility>
#include <variant>

namespace app::storage {

struct Failure {
    enum class Kind {
        diskFull,    // also a quota or a file size limit
        readOnly,    // the folder or the file may not be written
        busy,        // another program held the database longer than we wait
        io,          // the operating system refused
        corrupt,     // the bytes are no database, or a damaged one
        newerSchema, // written by a newer version of this program
        missing,     // what was asked for is not there
        invalid,     // the request contradicts the data
    };
    Kind kind = Kind::io;
    QString message; // one sentence for people

    // Worth trying again later with the same data: nothing is wrong with the request itself.
    bool passes() const {
        return kind == Kind::diskFull || kind == Kind::readOnly || kind == Kind::busy || kind == Kind::io;
    }
};

template <typename T>
class [[nodiscard]] Outcome {
 public:
    Outcome(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Outcome(Failure failure) : m_state(std::in_place_index<1>, std::move(failure)) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& value() & { return std::get<0>(m_state); }
    const T& value() const& { return std::get<0>(m_state); }
    T&& value() && { return std::get<0>(std::move(m_state)); }
    const Failure& failure() const { return std::get<1>(m_state); }

 private:
    std::variant<T, Failure> m_state;
};

template <>
class [[nodiscard]] Outcome<void> {
 public:
    Outcome() = default;
    Outcome(Failure failure) : m_failure(std::move(failure)) {}

    bool ok() const { return !m_failure; }
    explicit operator bool() const { return ok(); }
    const Failure& failure() const { return *m_failure; }

 private:
    std::optional<Failure> m_failure;
};

} // namespace app::storage

Q_DECLARE_METATYPE(app::storage::Failure)

// STORAGE_TRY(expr): returns expr's Failure from the enclosing function when there is one.
#define STORAGE_TRY(expr)                                          \
    do {                                                           \
        auto storageOutcome = (expr);                              \
        if (!storageOutcome.ok()) return storageOutcome.failure(); \
    } while (false)
