// Fixtures of the chat's tests: one window over a fresh folder, two windows over one folder; slow replies.
#pragma once

#include <QTemporaryDir>
#include <QTest>

#include "tests/app/chat/chat_window.h"

namespace tests {

inline const std::string kLong(4000, 'x');

inline FakeReply slow(const std::string& text, double tokensPerSecond = 100) {
    return {"", text, tokensPerSecond};
}

class OneWindowTest : public QObject {
    Q_OBJECT

 protected:
    void reopen() {
        m_window.reset();
        m_window.emplace(m_folder->path());
        QVERIFY(m_window->open());
    }

    std::optional<QTemporaryDir> m_folder;
    std::optional<ChatWindow> m_window;

 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        reopen();
    }
    void cleanup() {
        m_window.reset();
        m_folder.reset();
    }
};

// Both show the conversation "shared", a question and its reply.
class TwoWindowsTest : public QObject {
    Q_OBJECT

 protected:
    std::optional<QTemporaryDir> m_folder;
    std::optional<ChatWindow> m_first, m_second;

 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_first.emplace(m_folder->path());
        QVERIFY(m_first->open());
        QVERIFY(m_first->say(QStringLiteral("shared")));
        QVERIFY(m_first->settle());
        m_second.emplace(m_folder->path());
        QVERIFY(m_second->open());
        QTRY_COMPARE(m_second->rows(), 2); // the conversation of last time
    }
    void cleanup() {
        m_first.reset();
        m_second.reset();
        m_folder.reset();
    }
};

} // namespace tests
