// Rows of the flat side lists: section headings, one-line rows with icon, spinner and trailing text.
#pragma once

#include <QStyledItemDelegate>

#include "ui/theme/icons.h"

class QListView;

namespace ui::widgets {

// What a row is, under these roles of its model; the title is Qt::DisplayRole.
enum ListRole {
    kListKindRole = Qt::UserRole + 500, // ListKind, Row when absent
    kListIconRole,                      // int(theme::Icon)
    kListTrailingRole,                  // QString at the right, muted
    kListBusyRole,                      // bool: a spinner at the right
    kListDetailRole,                    // QString: second line (search hit), makes the row two lines high
};
enum class ListKind { Row, Heading };

class ListDelegate : public QStyledItemDelegate {
    Q_OBJECT
 public:
    explicit ListDelegate(QListView* view);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;

 private:
    void paintHeading(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintTexts(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index,
                    QRect box) const;

    QListView* m_view;
};

// Sets a QListView up for the delegate: no frame, window surface, hover, per-pixel scrolling.
void dressAsFlatList(QListView* view);

} // namespace ui::widgets
