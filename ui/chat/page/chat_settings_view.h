// ChatSettingsView: preset, system prompt, sampling, length, stop strings and overflow of the current chat.
#pragma once

#include <QHash>
#include <QWidget>

#include "app/chat/chat_controller.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QSpinBox;
class QVBoxLayout;

namespace ui::widgets {
class Button;
class IconButton;
class ParamRow;
class TextArea;
} // namespace ui::widgets

namespace ui::chat {

class StopStringsField;

class ChatSettingsView : public QWidget {
    Q_OBJECT
 public:
    ChatSettingsView(app::chat::ChatController& controller, app::settings::Settings& settings,
                     app::settings::Presets& presets, QWidget* parent = nullptr);

 private:
    void buildPreset(QVBoxLayout* layout);
    void buildPrompt(QVBoxLayout* layout);
    void buildSampling(QVBoxLayout* layout);
    void buildLimits(QVBoxLayout* layout);
    void show();
    void showCounts();
    template <typename Change>
    void change(Change&& apply); // edits a copy of the settings and hands it to the controller

    app::chat::ChatController& m_controller;
    app::settings::Settings& m_settings;
    app::settings::Presets& m_presets;
    QComboBox* m_preset = nullptr;
    QLabel* m_modified = nullptr;
    widgets::IconButton* m_revert = nullptr;
    widgets::TextArea* m_prompt = nullptr;
    QLabel* m_promptTokens = nullptr;
    QList<widgets::ParamRow*> m_rows; // in the order of samplingFields()
    QWidget* m_advanced = nullptr;
    widgets::Button* m_more = nullptr;
    QCheckBox* m_greedy = nullptr;
    QCheckBox* m_fixedSeed = nullptr;
    QSpinBox* m_seed = nullptr;
    QCheckBox* m_limit = nullptr;
    QSpinBox* m_maxTokens = nullptr;
    StopStringsField* m_stops = nullptr;
    QComboBox* m_whenFull = nullptr;
    QCheckBox* m_plain = nullptr;
    bool m_showing = false;
};

} // namespace ui::chat
