// Containers, their hashing, and what values are called.
#include "engine/text/jinja/value.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/text.h"

namespace engine::text::jinja {
namespace {

int32_t depth_of_items(const Values& items) {
    int32_t deepest = 0;
    for (const Value& item : items)
        deepest = std::max(deepest, depth_of(item));
    return deepest + 1;
}

Value make_sequence(Heap& heap, Kind kind, Values items, bool foreign) {
    const int32_t depth = depth_of_items(items);
    heap.check_depth(depth);
    const auto payload = static_cast<int64_t>(items.size() * sizeof(Value));
    return Value(heap.make<Sequence>(payload, kind, std::move(items), depth)).with_foreign(foreign);
}

uint64_t mix(uint64_t a, uint64_t b) {
    uint64_t x = (a ^ std::rotl(b, 29)) * 0x9E3779B97F4A7C15ull + b;
    x = (x ^ x >> 32) * 0xD1B54A32D192ED03ull;
    return x ^ x >> 29;
}

// The heap's address varies from run to run, so that nobody can write keys which all collide.
uint64_t seed_of(const Heap& heap) {
    return reinterpret_cast<uintptr_t>(&heap);
}

uint64_t hash_bytes(std::string_view bytes, uint64_t seed) {
    uint64_t hash = mix(seed, bytes.size());
    for (size_t at = 0; at < bytes.size(); at += 8) {
        uint64_t word = 0;
        bytes.copy(reinterpret_cast<char*>(&word), 8, at);
        hash = mix(hash, word);
    }
    return hash;
}

uint64_t hash_number(const Value& value, uint64_t seed) {
    if (value.is_integer()) return mix(seed, static_cast<uint64_t>(value.as_integer()));
    const double f = value.as_floating();
    // A float that is a whole number is the same key as the integer.
    if (f == std::floor(f) && std::abs(f) < 9.2e18)
        return mix(seed, static_cast<uint64_t>(static_cast<int64_t>(f)));
    uint64_t bits = 0;
    static_assert(sizeof bits == sizeof f);
    std::copy_n(reinterpret_cast<const char*>(&f), sizeof f, reinterpret_cast<char*>(&bits));
    return mix(seed + 1, bits);
}

} // namespace

Value make_list(Heap& heap, Values items, bool foreign) {
    return make_sequence(heap, Kind::list, std::move(items), foreign);
}

Value make_tuple(Heap& heap, Values items, bool foreign) {
    return make_sequence(heap, Kind::tuple, std::move(items), foreign);
}

Value make_dict(Heap& heap, bool foreign) {
    return Value(heap.make<Dict>(0)).with_foreign(foreign);
}

template <class Same>
int64_t Dict::position(uint64_t hash, Same same) const {
    if (index_.empty()) {
        for (size_t i = 0; i < entries_.size(); ++i) {
            if (entries_[i].hash == hash && same(entries_[i].key)) return static_cast<int64_t>(i);
        }
        return -1;
    }
    const size_t mask = index_.size() - 1;
    for (size_t slot = hash & mask; index_[slot] != 0; slot = (slot + 1) & mask) {
        const Entry& entry = entries_[index_[slot] - 1];
        if (entry.hash == hash && same(entry.key)) return index_[slot] - 1;
    }
    return -1;
}

void Dict::index_entry(size_t entry) {
    const size_t mask = index_.size() - 1;
    size_t slot = entries_[entry].hash & mask;
    while (index_[slot] != 0)
        slot = (slot + 1) & mask;
    index_[slot] = static_cast<uint32_t>(entry + 1);
}

void Dict::rebuild_index() {
    size_t size = 4 * kSearchedInOrder;
    while (size < 4 * entries_.size())
        size *= 2;
    const auto bytes = static_cast<int64_t>((size - index_.size()) * sizeof(uint32_t));
    heap->grow(bytes);
    charged += bytes;
    index_.assign(size, 0);
    for (size_t i = 0; i < entries_.size(); ++i)
        index_entry(i);
}

void Dict::set(Value key, Value value) {
    const uint64_t hash = hash_of(key, *heap);
    const int64_t at = position(hash, [&key](const Value& other) { return same_key(key, other); });
    const int32_t depth = 1 + std::max(depth_of(key), depth_of(value));
    heap->check_depth(depth);
    depth_ = std::max(depth_, depth);
    if (at >= 0) {
        entries_[static_cast<size_t>(at)].value = std::move(value);
        return;
    }
    heap->grow(sizeof(Entry));
    charged += sizeof(Entry);
    entries_.push_back({std::move(key), std::move(value), hash});
    if (entries_.size() <= kSearchedInOrder) return;
    if (2 * entries_.size() > index_.size())
        rebuild_index();
    else
        index_entry(entries_.size() - 1);
}

const Value* Dict::find(const Value& key) const {
    const uint64_t hash = hash_of(key, *heap);
    const int64_t at = position(hash, [&key](const Value& other) { return same_key(key, other); });
    return at < 0 ? nullptr : &entries_[static_cast<size_t>(at)].value;
}

const Value* Dict::find(std::string_view key) const {
    heap->spend_on_bytes(key.size());
    const uint64_t hash = hash_bytes(key, seed_of(*heap));
    const int64_t at = position(
        hash, [key](const Value& other) { return other.is(Kind::text) && other.as<Text>().bytes == key; });
    return at < 0 ? nullptr : &entries_[static_cast<size_t>(at)].value;
}

std::string Undefined::message() const {
    if (!hint.empty()) return hint;
    if (object_type.empty()) return quoted(name) + " is undefined";
    if (!name_is_text) return object_type + " object has no element " + name;
    return "'" + object_type + " object' has no attribute " + quoted(name);
}

int64_t Range::size() const {
    // Differences of any two 64-bit numbers fit unsigned.
    const uint64_t span =
        step > 0 ? (stop > start ? static_cast<uint64_t>(stop) - static_cast<uint64_t>(start) : 0)
                 : (start > stop ? static_cast<uint64_t>(start) - static_cast<uint64_t>(stop) : 0);
    const uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : 0 - static_cast<uint64_t>(step);
    const uint64_t count = span == 0 ? 0 : (span - 1) / stride + 1;
    return static_cast<int64_t>(std::min<uint64_t>(count, std::numeric_limits<int64_t>::max()));
}

int32_t depth_of(const Value& value) {
    switch (value.kind()) {
        case Kind::list:
        case Kind::tuple:
            return value.as<Sequence>().depth;
        case Kind::dict:
            return value.as<Dict>().depth();
        case Kind::view:
            return 1 + value.as<View>().dict.as<Dict>().depth();
        default:
            return 0;
    }
}

uint64_t hash_of(const Value& value, Heap& heap) {
    const uint64_t seed = seed_of(heap);
    switch (value.kind()) {
        case Kind::none:
            return mix(seed, 0x6E6F6E65);
        case Kind::boolean:
        case Kind::integer:
        case Kind::floating:
            return hash_number(value, seed);
        case Kind::text:
            heap.spend_on_bytes(value.as<Text>().bytes.size());
            return hash_bytes(value.as<Text>().bytes, seed);
        case Kind::big_integer:
            return hash_bytes(value.as<BigInteger>().digits, seed + 2);
        case Kind::undefined:
            return mix(seed, 0x756E6465);
        case Kind::tuple: {
            uint64_t hash = mix(seed, 0x7475706C);
            for (const Value& item : value.as<Sequence>().items) {
                heap.spend(1);
                hash = mix(hash, hash_of(item, heap));
            }
            return hash;
        }
        case Kind::list:
        case Kind::dict:
        case Kind::view:
            type_error("unhashable type: " + quoted(type_name(value)));
        case Kind::range: {
            const Range& range = value.as<Range>();
            return mix(mix(seed, static_cast<uint64_t>(range.size())), static_cast<uint64_t>(range.start));
        }
        default:
            return mix(seed, reinterpret_cast<uintptr_t>(value.object()));
    }
}

bool same_key(const Value& a, const Value& b) {
    if (a.is_number() && b.is_number()) return compare_numbers(a, b) == 0;
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::none:
        case Kind::undefined:
            return true;
        case Kind::text:
            return a.as<Text>().bytes == b.as<Text>().bytes;
        case Kind::big_integer:
            return a.as<BigInteger>().digits == b.as<BigInteger>().digits;
        case Kind::tuple: {
            if (a.object() == b.object()) return true;
            const Values& left = a.as<Sequence>().items;
            const Values& right = b.as<Sequence>().items;
            return std::equal(left.begin(), left.end(), right.begin(), right.end(), same_key);
        }
        case Kind::range: {
            const Range &x = a.as<Range>(), &y = b.as<Range>();
            const int64_t size = x.size();
            return size == y.size() && (size == 0 || (x.start == y.start && (size == 1 || x.step == y.step)));
        }
        default:
            return a.same_as(b);
    }
}

int compare_numbers(const Value& a, const Value& b) {
    const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
    if (a.is_integer() && b.is_integer()) return sign(a.as_integer(), b.as_integer());
    if (a.is_integer()) {
        const int reversed = compare_numbers(b, a);
        return reversed == 2 ? 2 : -reversed;
    }
    const double x = a.as_floating();
    if (std::isnan(x)) return 2;
    if (!b.is_integer()) {
        const double y = b.as_floating();
        return std::isnan(y) ? 2 : sign(x, y);
    }
    // Integers above 2^53 have no exact float: compare whole parts as integers, then the fraction.
    if (x >= 9223372036854775808.0) return 1;
    if (x < -9223372036854775808.0) return -1;
    const double whole = std::floor(x);
    const int by_whole = sign(static_cast<int64_t>(whole), b.as_integer());
    return by_whole != 0 ? by_whole : (x > whole ? 1 : 0);
}

const char* type_name(const Value& value) {
    switch (value.kind()) {
        case Kind::missing:
        case Kind::undefined:
            return "Undefined";
        case Kind::none:
            return "NoneType";
        case Kind::boolean:
            return "bool";
        case Kind::integer:
        case Kind::big_integer:
            return "int";
        case Kind::floating:
            return "float";
        case Kind::text:
            return value.as<Text>().markup ? "Markup" : "str";
        case Kind::list:
            return "list";
        case Kind::tuple:
            return "tuple";
        case Kind::dict:
            return "dict";
        case Kind::range:
            return "range";
        case Kind::lazy:
            return "generator";
        case Kind::view:
            switch (value.as<View>().part) {
                case View::Part::keys:
                    return "dict_keys";
                case View::Part::values:
                    return "dict_values";
                case View::Part::items:
                    return "dict_items";
            }
            return "";
        case Kind::names:
            return "Namespace";
        case Kind::macro:
            return "Macro";
        case Kind::loop:
            return "LoopContext";
        case Kind::cycler:
            return "Cycler";
        case Kind::joiner:
            return "Joiner";
        case Kind::method:
            return "builtin_function_or_method";
        case Kind::function:
            return "function";
        case Kind::blocks:
            return "TemplateReference";
        case Kind::block:
            return "BlockReference";
        case Kind::activation:
            return "frame";
    }
    return "";
}

} // namespace engine::text::jinja
