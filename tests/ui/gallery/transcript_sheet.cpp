// The transcript on three sheets.
#include <QHBoxLayout>
#include <QScrollBar>

#include "tests/ui/gallery/sheets.h"
#include "ui/chat/transcript/transcript_view.h"
#include "ui/widgets/panel.h"

using namespace ui::chat::transcript;

namespace {

MessageView user(MessageId id, const QString& text) {
    MessageView message;
    message.id = id;
    message.role = Role::User;
    message.text = text;
    return message;
}

MessageView reply(MessageId id, const QString& text, State state = State::Finished) {
    MessageView message;
    message.id = id;
    message.role = Role::Assistant;
    message.state = state;
    message.text = text;
    message.caption = QStringLiteral("Assistant · Qwen3-30B-A3B · Q4_K_M");
    return message;
}

Metrics metrics() {
    Metrics figures;
    figures.promptTokens = 31;
    figures.generatedTokens = 418;
    figures.tokensPerSecond = 61.8;
    figures.firstTokenSeconds = 0.42;
    figures.promptTokensPerSecond = 812;
    return figures;
}

QWidget* frame(TranscriptView* view, int width) {
    auto* window = new QWidget;
    auto* row = new QHBoxLayout(window);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto* left = new ui::widgets::Panel(ui::theme::Token::Window, window, Qt::RightEdge);
    auto* right = new ui::widgets::Panel(ui::theme::Token::Window, window, Qt::LeftEdge);
    row->addWidget(left, 1);
    row->addWidget(view);
    row->addWidget(right, 1);
    view->setFixedWidth(width);
    window->resize(1280, 800);
    return window;
}

const char kMerge[] =
    R"md(Use a **k-way merge with a heap**: read one record per file and always write out the smallest. Every byte is read once.

| Approach | 40 × 1 GB | Memory | Good when |
|---|---:|---:|---|
| Concatenate and sort | 312 s | 40 GB | files are tiny |
| Merge in pairs | 204 s | 8 MB | few files |
| **Heap, k-way** | **41 s** | 160 MB | many files |

```cpp
#include <queue>
struct Head { Record r; size_t file; };

void merge(std::vector<Reader>& in, Writer& out) {
  auto later = [](const Head& a, const Head& b) {
    return a.r.time > b.r.time;  // smallest time first
  };
  for (size_t i = 0; i < in.size(); ++i) heap.push({in[i].next(), i});
```

Give each reader a 4 MB buffer, so the disk sees long)md";

const char kEverything[] = R"md(# Heading one
## Heading two
Text with **bold**, *italic*, ***both***, ~~gone~~, `inline code`, a [link](https://example.org) and https://plain.example.

### Heading three
- Bullets with `code`
  - nested
    - deeper, with a text that is long enough to wrap onto the next line of the column, as they do
- [ ] open task
- [x] done task

1. First
2. Second
   1. Inner

   A paragraph in the item.

   ```json
   {"key": [1, true, null], "name": "value"}
   ```

> A quote with a bar
>
> > and one inside
>
> that goes on.

---

Inline math \(a_1^2 + b^2 = c^2\) costs $5 and $6.

\[
E = mc^2
\]

| A very wide table | with many | columns | that cannot | possibly fit | into the width | of the column | at all |
|---|---|---|---|---|---|---|---|
| some longer content here | and_an_unbreakable_identifier_name | x | y | another_unbreakable_identifier | z | something else | end |

```diff
@@ -1,2 +1,2 @@
-old line
+new line
 same
```

ראשית **עברית**

- פריט אחד

Raw <b>html</b> & &amp; entity, emoji 🙂 中文.

```python
def f(x: int) -> str:
    """A line that is long enough to need the horizontal scroll bar of the code block, because it does not wrap by itself."""
    return f"{x}"
```
)md";

} // namespace

QWidget* makeChatSheet() {
    auto* view = new TranscriptView;
    MessageView answer = reply(2, QString::fromUtf8(kMerge), State::Streaming);
    answer.reasoning = QStringLiteral("The user wants to merge.");
    answer.reasoningSeconds = 12;
    answer.version = 1;
    answer.versionCount = 2;
    answer.metrics = metrics();
    answer.metrics.reasoningTokens = 418;
    QWidget* window = frame(view, 616);
    view->setMessages(
        {user(1, QStringLiteral(
                     "I have about 40 sorted log files. What is the fastest way to merge them, and how "
                     "does it look in C++?")),
         answer});
    return window;
}

QWidget* makeMarkdownSheet() {
    auto* view = new TranscriptView;
    QWidget* window = frame(view, 900);
    view->setMessages(
        {user(1, QStringLiteral("Show me everything.")), reply(2, QString::fromUtf8(kEverything))});
    window->resize(1280, 2000);
    view->scrollToMessage(1);
    return window;
}

QWidget* makeStatesSheet() {
    auto* view = new TranscriptView;
    QWidget* window = frame(view, 760);
    MessageView waiting = reply(8, QString(), State::Waiting);
    waiting.promptProgress = 0.37;
    MessageView failed = reply(6, QStringLiteral("It began well"), State::Failed);
    failed.problem = {QStringLiteral("The reply could not be finished"),
                      QStringLiteral("The context is full: 8,192 of 8,192 tokens."),
                      QStringLiteral("Increase context"), QStringLiteral("engine: kv cache full")};
    MessageView thinking = reply(4, QString(), State::Streaming);
    thinking.reasoning = QStringLiteral(
        "The person wants a **short** answer. First I look at the files:\n\n- one\n- two\n\nThen");
    thinking.thinking = true;
    thinking.reasoningSeconds = 12;
    MessageView edited = user(3, QStringLiteral("Short."));
    edited.version = 1;
    edited.versionCount = 3;
    view->setMessages({user(1, QStringLiteral("A long message of many lines\n").repeated(30)),
                       reply(2, QStringLiteral("A short reply.")), edited, thinking,
                       user(5, QStringLiteral("And a second one, with\n  kept   spaces\n\nand lines.")),
                       failed, user(7, QStringLiteral("Go on")), waiting});
    return window;
}
