// Iterating over values.
#include "engine/text/jinja/cursor.h"

#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {

bool is_iterable(const Value& value) {
    switch (value.kind()) {
        case Kind::text:
        case Kind::list:
        case Kind::tuple:
        case Kind::dict:
        case Kind::undefined:
        case Kind::range:
        case Kind::lazy:
        case Kind::view:
        case Kind::loop:
            return true;
        default:
            return false;
    }
}

Cursor::Cursor(Value iterable) : iterable_(std::move(iterable)) {
    if (!is_iterable(iterable_)) type_error(quoted(type_name(iterable_)) + " object is not iterable");
}

bool Cursor::next(Interpreter& interpreter, Value& item) {
    interpreter.tick();
    const size_t i = position_++;
    switch (iterable_.kind()) {
        case Kind::list:
        case Kind::tuple: {
            const Values& items = iterable_.as<Sequence>().items;
            if (i >= items.size()) break;
            item = items[i];
            return true;
        }
        case Kind::dict: {
            const auto& entries = iterable_.as<Dict>().entries();
            if (i >= entries.size()) break;
            item = entries[i].key;
            return true;
        }
        case Kind::view: {
            const View& view = iterable_.as<View>();
            const auto& entries = view.dict.as<Dict>().entries();
            if (i >= entries.size()) break;
            const Dict::Entry& entry = entries[i];
            if (view.part == View::Part::items)
                item = make_tuple(interpreter.heap(), {entry.key, entry.value}, view.dict.foreign());
            else
                item = view.part == View::Part::keys ? entry.key : entry.value;
            return true;
        }
        case Kind::range: {
            const Range& range = iterable_.as<Range>();
            if (static_cast<int64_t>(i) >= range.size()) break;
            item = Value::integer(range.at(static_cast<int64_t>(i)), iterable_.foreign());
            return true;
        }
        case Kind::text: {
            const Text& text = iterable_.as<Text>();
            if (i >= text.bytes.size()) break;
            const size_t size = utf8_step(text.bytes, i).length;
            position_ = i + size;
            item = with_markup(interpreter.heap(), slice_text(interpreter.heap(), iterable_, i, i + size),
                               false);
            return true;
        }
        case Kind::lazy: {
            // A generator may read a generator that reads ... : as deep as expressions may nest.
            const Interpreter::Level level(interpreter);
            if (!iterable_.as<Lazy>().next(interpreter, item)) break;
            return true;
        }
        case Kind::loop: {
            // Python's LoopContext gives pairs of item and loop.
            Value next_item;
            if (!interpreter.next_in_loop(iterable_.as<LoopValue>(), next_item)) break;
            item = make_tuple(interpreter.heap(), {next_item, iterable_});
            return true;
        }
        default:
            break;
    }
    iterable_ = Value();
    return false;
}

Values collect(Interpreter& interpreter, const Value& iterable) {
    if (iterable.is(Kind::list) || iterable.is(Kind::tuple)) {
        const Values& items = iterable.as<Sequence>().items;
        interpreter.tick(static_cast<int64_t>(items.size()) / 8);
        return items;
    }
    Values items;
    Cursor cursor(iterable);
    for (Value item; cursor.next(interpreter, item);)
        items.push_back(std::move(item));
    return items;
}

int64_t length_of(Interpreter& interpreter, const Value& value) {
    switch (value.kind()) {
        case Kind::text:
            return value.as<Text>().length;
        case Kind::list:
        case Kind::tuple:
            return static_cast<int64_t>(value.as<Sequence>().items.size());
        case Kind::dict:
            return static_cast<int64_t>(value.as<Dict>().size());
        case Kind::view:
            return static_cast<int64_t>(value.as<View>().dict.as<Dict>().size());
        case Kind::range:
            return value.as<Range>().size();
        case Kind::undefined:
            return 0;
        case Kind::loop:
            return interpreter.loop_length(value.as<LoopValue>());
        default:
            return -1;
    }
}

} // namespace engine::text::jinja
