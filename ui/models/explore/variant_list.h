// VariantList: the table of variants; the chosen row carries the one Download button.
#pragma once

#include <QListView>

#include "app/downloads/explore_models.h"

namespace ui::widgets {
class Button;
}

namespace ui::models {

class VariantList : public QListView {
    Q_OBJECT
 public:
    explicit VariantList(app::downloads::VariantListModel& variants, QWidget* parent = nullptr);
    // Without a network there is nothing to download from.
    void setDownloadable(bool downloadable);

 Q_SIGNALS:
    void downloadRequested(int row);
    void rowChosen(); // currentIndex(), by the person or because it is recommended

 protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

 private:
    void followRecommendation();
    void placeButton();

    app::downloads::VariantListModel& m_variants;
    widgets::Button* m_download;
    bool m_chosen = false; // the person moved; the recommendation no longer does
    bool m_downloadable = true;
    int m_pressed = -1; // the row on whose arrow the button of the mouse went down
};

} // namespace ui::models
