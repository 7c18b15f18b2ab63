// Reader of path data: one cursor over the text, one handler per command.
#include "ui/theme/path_data.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numbers>

namespace ui::theme {
namespace {

class PathReader {
 public:
    explicit PathReader(const char* data) : m_at(data) {}

    std::optional<QPainterPath> read() {
        skipSeparators();
        char command = 0;
        while (*m_at != 0) {
            if (std::strchr("MmLlHhVvCcSsQqAaZz", *m_at) != nullptr)
                command = *m_at++;
            else if (command == 0 || command == 'Z' || command == 'z')
                return std::nullopt;
            if (!apply(command)) return std::nullopt;
            // Further pairs after a move are lines.
            if (command == 'M') command = 'L';
            if (command == 'm') command = 'l';
            skipSeparators();
        }
        return m_path;
    }

 private:
    void skipSeparators() {
        while (*m_at == ' ' || *m_at == ',' || *m_at == '\n' || *m_at == '\t')
            ++m_at;
    }

    bool number(qreal* value) {
        skipSeparators();
        char* end = nullptr;
        // strtod takes "1.5.2" as 1.5 and leaves ".2", which is what path data means by it.
        const double parsed = std::strtod(m_at, &end);
        if (end == m_at || !std::isfinite(parsed)) return false;
        m_at = end;
        *value = parsed;
        return true;
    }

    bool flag(bool* value) {
        skipSeparators();
        if (*m_at != '0' && *m_at != '1') return false;
        *value = *m_at++ == '1';
        return true;
    }

    bool point(bool relative, QPointF* value) {
        qreal x = 0;
        qreal y = 0;
        if (!number(&x) || !number(&y)) return false;
        *value = QPointF(x, y) + (relative ? m_path.currentPosition() : QPointF());
        return true;
    }

    bool apply(char command) {
        const bool relative = command >= 'a';
        switch (relative ? command - 'a' + 'A' : command) {
            case 'M':
                return move(relative);
            case 'L':
                return line(relative);
            case 'H':
                return axisLine(relative, true);
            case 'V':
                return axisLine(relative, false);
            case 'C':
                return cubic(relative, false);
            case 'S':
                return cubic(relative, true);
            case 'Q':
                return quadratic(relative);
            case 'A':
                return arc(relative);
            default:
                break;
        }
        m_path.closeSubpath();
        m_path.moveTo(m_start);
        return true;
    }

    bool move(bool relative) {
        if (!point(relative, &m_start)) return false;
        m_path.moveTo(m_start);
        return true;
    }

    bool line(bool relative) {
        QPointF end;
        if (!point(relative, &end)) return false;
        m_path.lineTo(end);
        return true;
    }

    bool axisLine(bool relative, bool horizontal) {
        qreal value = 0;
        if (!number(&value)) return false;
        const QPointF from = m_path.currentPosition();
        const qreal base = relative ? (horizontal ? from.x() : from.y()) : 0;
        m_path.lineTo(horizontal ? QPointF(base + value, from.y()) : QPointF(from.x(), base + value));
        return true;
    }

    bool cubic(bool relative, bool smooth) {
        QPointF first = 2 * m_path.currentPosition() - m_lastControl;
        QPointF second;
        QPointF end;
        if (!smooth && !point(relative, &first)) return false;
        if (!point(relative, &second) || !point(relative, &end)) return false;
        m_path.cubicTo(first, second, end);
        m_lastControl = second;
        return true;
    }

    bool quadratic(bool relative) {
        QPointF control;
        QPointF end;
        if (!point(relative, &control) || !point(relative, &end)) return false;
        m_path.quadTo(control, end);
        return true;
    }

    bool arc(bool relative) {
        qreal rx = 0;
        qreal ry = 0;
        qreal rotation = 0;
        bool large = false;
        bool sweep = false;
        QPointF end;
        if (!number(&rx) || !number(&ry) || !number(&rotation) || !flag(&large) || !flag(&sweep))
            return false;
        if (!point(relative, &end)) return false;
        if (rotation != 0) return false; // no icon needs it
        arcTo(std::abs(rx), std::abs(ry), large, sweep, end);
        return true;
    }

    // From end points to centre: SVG 1.1, appendix F.6.5, for an unrotated ellipse.
    void arcTo(qreal rx, qreal ry, bool large, bool sweep, QPointF end) {
        const QPointF start = m_path.currentPosition();
        const QPointF half = (start - end) / 2;
        if (rx == 0 || ry == 0 || half.isNull()) {
            m_path.lineTo(end);
            return;
        }
        const qreal reach = std::hypot(half.x() / rx, half.y() / ry);
        if (reach > 1) {
            rx *= reach;
            ry *= reach;
        }
        const qreal x = half.x() / rx;
        const qreal y = half.y() / ry;
        const qreal square = x * x + y * y;
        const qreal factor = (large == sweep ? -1 : 1) * std::sqrt(std::max(0.0, (1 - square) / square));
        const QPointF offset(factor * rx * y, -factor * ry * x);
        const QPointF centre = offset + (start + end) / 2;
        const auto angleOf = [&](QPointF p) {
            return std::atan2((p.y() - centre.y()) / ry, (p.x() - centre.x()) / rx) * 180 / std::numbers::pi;
        };
        const qreal from = angleOf(start);
        qreal span = angleOf(end) - from;
        if (sweep && span < 0) span += 360;
        if (!sweep && span > 0) span -= 360;
        // Qt measures angles counter-clockwise, path data clockwise (y points down).
        m_path.arcTo(QRectF(centre.x() - rx, centre.y() - ry, 2 * rx, 2 * ry), -from, -span);
    }

    const char* m_at;
    QPainterPath m_path;
    QPointF m_start;
    QPointF m_lastControl;
};

} // namespace

std::optional<QPainterPath> parsePathData(const char* data) {
    return PathReader(data).read();
}

} // namespace ui::theme
