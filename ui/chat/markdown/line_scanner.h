// Walks over the source line by line and knows which lines lie in a fenced code block.
#pragma once

#include <QByteArrayView>

namespace ui::chat::markdown {

// The line's text after up to any depth of quote marks, list markers and blanks; where the content starts.
QByteArrayView lineContent(QByteArrayView line);
bool isBlank(QByteArrayView line);

struct SourceLine {
    qsizetype begin = 0;
    qsizetype end = 0; // before the line break
    bool complete = false;
    enum Kind { Text, FenceOpen, FenceClose, InFence } kind = Text;
};

class LineScanner {
 public:
    explicit LineScanner(QByteArrayView source) : m_source(source) {}

    bool next(SourceLine* line);
    // After the last line: a fence is open.
    bool inFence() const { return m_fence != 0; }
    char fenceChar() const { return m_fence; }
    qsizetype fenceLength() const { return m_fenceLength; }

 private:
    SourceLine::Kind classify(QByteArrayView line);

    QByteArrayView m_source;
    qsizetype m_at = 0;
    char m_fence = 0;
    qsizetype m_fenceLength = 0;
};

} // namespace ui::chat::markdown
