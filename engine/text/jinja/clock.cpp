// Calendar arithmetic and strftime's directives.
#include "engine/text/jinja/clock.h"

#include <array>

namespace engine::text::jinja {
namespace {

struct Date {
    int64_t year = 1970;
    int month = 1, day = 1; // from 1
    int hour = 0, minute = 0, second = 0;
    int weekday = 4;     // 0 is Sunday
    int day_of_year = 0; // from 0
    int64_t unix_seconds = 0;
};

bool is_leap(int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

// Days since 1970-01-01 -> civil date, in the proleptic Gregorian calendar (Howard Hinnant's algorithm:
// years begin in March, eras have 400 years).
void set_civil(Date& date, int64_t days) {
    days += 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t day_of_era = days - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month = (5 * day_of_year + 2) / 153;
    date.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
    date.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
    date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
}

Date local_date(Now now) {
    constexpr int64_t kDay = 86400;
    // Within the years 1 to 9999, as Python's datetime.
    const int64_t seconds = std::clamp<int64_t>(now.unix_seconds, -62135596800, 253402300799 - kDay) +
                            std::clamp(now.utc_offset_seconds, -86399, 86399);
    const int64_t days = seconds >= 0 ? seconds / kDay : (seconds - kDay + 1) / kDay;
    const int64_t rest = seconds - days * kDay;
    Date date;
    set_civil(date, days);
    date.hour = static_cast<int>(rest / 3600);
    date.minute = static_cast<int>(rest / 60 % 60);
    date.second = static_cast<int>(rest % 60);
    date.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
    constexpr std::array<int, 12> kBefore = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    date.day_of_year = kBefore[static_cast<size_t>(date.month - 1)] + date.day - 1 +
                       (date.month > 2 && is_leap(date.year) ? 1 : 0);
    date.unix_seconds = now.unix_seconds;
    return date;
}

std::string padded(int64_t value, int width, char fill) {
    std::string digits = std::to_string(value);
    return digits.size() < static_cast<size_t>(width)
               ? std::string(static_cast<size_t>(width) - digits.size(), fill) + digits
               : digits;
}

// ISO 8601: weeks begin on Monday, the first has the year's first Thursday.
std::pair<int64_t, int> iso_week(const Date& date) {
    const int monday_based = (date.weekday + 6) % 7;
    int week = (date.day_of_year - monday_based + 10) / 7;
    if (week < 1) {
        const int before = date.day_of_year + (is_leap(date.year - 1) ? 366 : 365);
        return {date.year - 1, (before - monday_based + 10) / 7};
    }
    if (week == 53) {
        const int days = is_leap(date.year) ? 366 : 365;
        if (date.day_of_year - monday_based + 3 >= days) return {date.year + 1, 1};
    }
    return {date.year, week};
}

constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

// One directive without its flag; numbers by `number(value, width, fill)`. False when it is not known.
template <class Number>
bool append_directive(const Date& date, char directive, Number number, std::string& out, Now now) {
    const std::string_view day = kDays[static_cast<size_t>(date.weekday)];
    const std::string_view month = kMonths[static_cast<size_t>(date.month - 1)];
    const int twelve = date.hour % 12 == 0 ? 12 : date.hour % 12;
    const auto nested = [&](std::string_view format) { out += format_time(now, format); };
    switch (directive) {
        case 'Y':
            number(date.year, 1, '0');
            break;
        case 'C':
            number(date.year / 100, 2, '0');
            break;
        case 'y':
            number(date.year % 100, 2, '0');
            break;
        case 'm':
            number(date.month, 2, '0');
            break;
        case 'd':
            number(date.day, 2, '0');
            break;
        case 'e':
            number(date.day, 2, ' ');
            break;
        case 'H':
            number(date.hour, 2, '0');
            break;
        case 'k':
            number(date.hour, 2, ' ');
            break;
        case 'I':
            number(twelve, 2, '0');
            break;
        case 'l':
            number(twelve, 2, ' ');
            break;
        case 'M':
            number(date.minute, 2, '0');
            break;
        case 'S':
            number(date.second, 2, '0');
            break;
        case 'f':
            number(0, 6, '0');
            break;
        case 'j':
            number(date.day_of_year + 1, 3, '0');
            break;
        case 's':
            number(date.unix_seconds, 1, '0');
            break;
        case 'u':
            number(date.weekday == 0 ? 7 : date.weekday, 1, '0');
            break;
        case 'w':
            number(date.weekday, 1, '0');
            break;
        case 'U':
            number((date.day_of_year + 7 - date.weekday) / 7, 2, '0');
            break;
        case 'W':
            number((date.day_of_year + 7 - (date.weekday + 6) % 7) / 7, 2, '0');
            break;
        case 'V':
            number(iso_week(date).second, 2, '0');
            break;
        case 'G':
            number(iso_week(date).first, 1, '0');
            break;
        case 'g':
            number(iso_week(date).first % 100, 2, '0');
            break;
        case 'a':
            out += day.substr(0, 3);
            break;
        case 'A':
            out += day;
            break;
        case 'b':
        case 'h':
            out += month.substr(0, 3);
            break;
        case 'B':
            out += month;
            break;
        case 'p':
            out += date.hour < 12 ? "AM" : "PM";
            break;
        case 'P':
            out += date.hour < 12 ? "am" : "pm";
            break;
        case 'n':
            out += '\n';
            break;
        case 't':
            out += '\t';
            break;
        case '%':
            out += '%';
            break;
        case 'z':
        case 'Z':
            break; // datetime.now() knows no time zone
        case 'c':
            nested("%a %b %e %H:%M:%S %Y");
            break;
        case 'x':
        case 'D':
            nested("%m/%d/%y");
            break;
        case 'X':
        case 'T':
            nested("%H:%M:%S");
            break;
        case 'F':
            nested("%Y-%m-%d");
            break;
        case 'R':
            nested("%H:%M");
            break;
        case 'r':
            nested("%I:%M:%S %p");
            break;
        default:
            return false;
    }
    return true;
}

} // namespace

std::string format_time(Now now, std::string_view format) {
    const Date date = local_date(now);
    std::string out;
    for (size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 >= format.size()) {
            out += format[i];
            continue;
        }
        size_t at = i + 1;
        char flag = '\0'; // glibc: - no padding, _ spaces, 0 zeros, ^ capitals
        if (std::string_view("-_0^").find(format[at]) != std::string_view::npos) flag = format[at++];
        const auto number = [&](int64_t value, int width, char fill) {
            out += padded(value, flag == '-' ? 1 : width, flag == '_' ? ' ' : flag == '0' ? '0' : fill);
        };
        const size_t begin = out.size();
        if (at >= format.size() || !append_directive(date, format[at], number, out, now)) {
            out += '%';
            continue;
        }
        if (flag == '^') {
            for (size_t k = begin; k < out.size(); ++k)
                out[k] = out[k] >= 'a' && out[k] <= 'z' ? static_cast<char>(out[k] - 32) : out[k];
        }
        i = at;
    }
    return out;
}

} // namespace engine::text::jinja
