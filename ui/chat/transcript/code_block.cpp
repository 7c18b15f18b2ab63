// Layout, header and buttons of the code block.
#include "ui/chat/transcript/code_block.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPainter>
#include <QSaveFile>
#include <QTimer>

#include "ui/chat/highlight/language.h"
#include "ui/chat/transcript/code_view.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"
#include "ui/widgets/icon_button.h"

namespace ui::chat::transcript {
namespace {

using theme::Token;

constexpr int kHeader = 30;
constexpr int kShowAll = 36;
constexpr int kCopiedMs = 1500;

} // namespace

CodeBlock::CodeBlock(const TextStyle& style, QWidget* parent)
    : QWidget(parent),
      m_style(style),
      m_view(new CodeView(style, this)),
      m_wrap(new widgets::IconButton(theme::Icon::Wrap, tr("Wrap lines"), this,
                                     widgets::IconButton::Size::Small)),
      m_save(new widgets::IconButton(theme::Icon::Save, tr("Save code as…"), this,
                                     widgets::IconButton::Size::Small)),
      m_copy(new widgets::Button(tr("Copy"), this, theme::Variant::Flat, theme::Icon::Copy)),
      m_showAll(new widgets::Button(QString(), this, theme::Variant::Flat, theme::Icon::Down)) {
    m_copy->setAccessibleName(tr("Copy code"));
    m_wrap->setCheckable(true);
    for (widgets::Button* button : {m_copy, m_showAll})
        theme::setSmall(button);
    m_showAll->hide();
    connect(m_wrap, &QAbstractButton::toggled, this, [this](bool on) {
        m_view->setWrapped(on);
        Q_EMIT heightChanged();
    });
    connect(m_save, &QAbstractButton::clicked, this, &CodeBlock::save);
    connect(m_copy, &QAbstractButton::clicked, this, &CodeBlock::copy);
    connect(m_showAll, &QAbstractButton::clicked, this, [this] { setExpanded(!m_expanded); });
}

void CodeBlock::show(const Segment& segment) {
    const markdown::Block& block = segment.blocks.first();
    m_code = block.code;
    const highlight::Language* language = highlight::findLanguage(block.language);
    m_view->setLanguage(language);
    const QString name = language != nullptr ? language->name() : block.language;
    m_suffix = language != nullptr ? language->suffix() : QStringLiteral("txt");
    if (m_language != name) update();
    m_language = name;
    m_view->setCode(block.code, block.open);
    // What is watched while it grows is never folded away under the reader.
    if (block.open) m_expanded = true;
    m_view->setAccessibleName(m_language.isEmpty() ? tr("Code") : tr("%1 code").arg(m_language));
    m_showAll->setText(m_expanded ? tr("Show less") : tr("Show all %n lines", nullptr, m_view->lineCount()));
}

void CodeBlock::restyle(const TextStyle& style) {
    m_style = style;
    m_view->restyle(style);
}

bool CodeBlock::isFolded() const {
    return !m_expanded && m_view->lineCount() > kFoldedLines + 4;
}

int CodeBlock::headerHeight() const {
    return qMax(kHeader, QFontMetrics(theme::font(theme::TextRole::Small)).height() + 10);
}

int CodeBlock::heightFor(int width) {
    const bool foldable = m_view->lineCount() > kFoldedLines + 4;
    m_showAll->setVisible(foldable);
    const int lines = m_view->heightFor(width - 2, isFolded() ? kFoldedLines : -1);
    return headerHeight() + lines + (foldable ? kShowAll : 0) + 1;
}

void CodeBlock::place() {
    const int header = headerHeight();
    const int footer = m_showAll->isVisibleTo(this) ? kShowAll : 0;
    m_view->setGeometry(1, header, width() - 2, qMax(0, height() - header - footer - 1));
    const auto put = [this](QWidget* widget, const QRect& rect) {
        widget->setGeometry(QStyle::visualRect(layoutDirection(), this->rect(), rect));
    };
    const int copyWidth = m_copy->sizeHint().width();
    int x = width() - 4 - copyWidth;
    put(m_copy, QRect(x, (header - 24) / 2, copyWidth, 24));
    x -= 28;
    put(m_save, QRect(x, (header - 24) / 2, 26, 24));
    x -= 28;
    put(m_wrap, QRect(x, (header - 24) / 2, 26, 24));
    const int allWidth = m_showAll->sizeHint().width();
    put(m_showAll, QRect((width() - allWidth) / 2, height() - kShowAll + 3, allWidth, 28));
}

void CodeBlock::resizeEvent(QResizeEvent*) {
    place();
}

void CodeBlock::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette& palette = m_style.palette;
    const int header = headerHeight();
    theme::paintRounded(&painter, rect(), theme::metrics::kRadiusCard, palette[Token::CodeBg],
                        palette[Token::Border]);
    painter.fillRect(1, header - 1, width() - 2, 1, palette[Token::Border]);
    if (m_showAll->isVisible())
        painter.fillRect(1, height() - kShowAll - 1, width() - 2, 1, palette[Token::Border]);
    painter.setFont(theme::font(theme::TextRole::Small));
    painter.setPen(palette[Token::Muted]);
    const QRect name = QRect(12, 0, qMax(0, m_wrap->x() - 16), header);
    painter.drawText(QStyle::visualRect(layoutDirection(), rect(), name), Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(m_language.isEmpty() ? tr("Text") : m_language,
                                                      Qt::ElideRight, name.width()));
}

void CodeBlock::setExpanded(bool expanded) {
    if (m_expanded == expanded) return;
    m_expanded = expanded;
    m_showAll->setText(m_expanded ? tr("Show less") : tr("Show all %n lines", nullptr, m_view->lineCount()));
    m_showAll->setGlyph(m_expanded ? theme::Icon::Up : theme::Icon::Down);
    Q_EMIT heightChanged();
}

void CodeBlock::copy() {
    QGuiApplication::clipboard()->setText(m_code);
    m_copy->setGlyph(theme::Icon::Check);
    m_copy->setText(tr("Copied"));
    place();
    QTimer::singleShot(kCopiedMs, this, [this] {
        m_copy->setGlyph(theme::Icon::Copy);
        m_copy->setText(tr("Copy"));
        place();
    });
}

void CodeBlock::save() {
    const QString path =
        QFileDialog::getSaveFileName(window(), tr("Save code as"), QStringLiteral("code.%1").arg(m_suffix));
    if (path.isEmpty()) return;
    QSaveFile file(path);
    QByteArray bytes = m_code.toUtf8();
    if (!bytes.endsWith('\n')) bytes += '\n';
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit()) return;
    QMessageBox::warning(window(), tr("The file was not saved"), tr("%1: %2").arg(path, file.errorString()));
}

void CodeBlock::setCaret(bool present, bool lit) {
    m_view->setCaret(present, lit);
}
QTextDocument* CodeBlock::document() {
    return m_view->document();
}

void CodeBlock::select(const QTextCursor& cursor) {
    if (isFolded() && cursor.blockNumber() >= kFoldedLines) setExpanded(true);
    m_view->setTextCursor(cursor);
}

QRect CodeBlock::cursorRectangle(const QTextCursor& cursor) {
    const QRect rect = m_view->cursorRect(cursor);
    return {m_view->viewport()->mapTo(this, rect.topLeft()), rect.size()};
}

void CodeBlock::clearSelection() {
    QTextCursor cursor = m_view->textCursor();
    if (!cursor.hasSelection()) return;
    cursor.clearSelection();
    m_view->setTextCursor(cursor);
}

bool CodeBlock::hasSelection() const {
    return m_view->textCursor().hasSelection();
}

} // namespace ui::chat::transcript
