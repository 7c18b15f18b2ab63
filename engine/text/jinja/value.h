// Value: what a template computes with, after Python's types; and the containers among them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/text/jinja/heap.h"

namespace engine::text::jinja {

// Where bytes of a text come from; see RenderedPrompt.
using Origin = uint8_t;
inline constexpr Origin kForeign = 0;   // messages, tools, variables
inline constexpr Origin kTrusted = 1;   // the template's literals, bos and eos
inline constexpr Origin kAssistant = 2; // bit: inside {% generation %}

// 16 bytes, cheap to copy. Scalars and containers that came out of messages, tools or variables, and numbers
// computed from them, are `foreign`: what is written for them is not trusted. Texts know it byte by byte.
class Value {
 public:
    Value() = default;
    explicit Value(Object* object) : kind_(object->kind) {
        payload_.object = object;
        keep();
    }
    static Value none(bool foreign = false) { return Value(Kind::none, foreign, 0); }
    static Value boolean(bool b, bool foreign = false) { return Value(Kind::boolean, foreign, b ? 1 : 0); }
    static Value integer(int64_t i, bool foreign = false) { return Value(Kind::integer, foreign, i); }
    static Value floating(double f, bool foreign = false) {
        Value value(Kind::floating, foreign, 0);
        value.payload_.floating = f;
        return value;
    }

    Value(const Value& other) : payload_(other.payload_), kind_(other.kind_), foreign_(other.foreign_) {
        keep();
    }
    Value(Value&& other) noexcept : payload_(other.payload_), kind_(other.kind_), foreign_(other.foreign_) {
        other.kind_ = Kind::missing;
    }
    Value& operator=(Value other) noexcept {
        std::swap(payload_, other.payload_);
        std::swap(kind_, other.kind_);
        std::swap(foreign_, other.foreign_);
        return *this;
    }
    ~Value() { drop(); }

    Kind kind() const { return kind_; }
    bool is(Kind kind) const { return kind_ == kind; }
    bool is_missing() const { return kind_ == Kind::missing; }
    bool is_object() const { return kind_ >= Kind::text; }
    bool is_number() const {
        return kind_ == Kind::integer || kind_ == Kind::boolean || kind_ == Kind::floating;
    }
    bool is_integer() const {
        return kind_ == Kind::integer || kind_ == Kind::boolean;
    } // as isinstance(x, int)

    int64_t as_integer() const { return payload_.integer; } // also of a boolean
    bool as_boolean() const { return payload_.integer != 0; }
    double as_floating() const { return payload_.floating; }
    Object* object() const { return payload_.object; }
    template <class T>
    T& as() const {
        return *static_cast<T*>(payload_.object);
    }

    bool foreign() const { return foreign_; }
    Value with_foreign(bool foreign) && {
        foreign_ = foreign;
        return std::move(*this);
    }
    Origin origin() const { return foreign_ ? kForeign : kTrusted; }

    // Python's `is`.
    bool same_as(const Value& other) const {
        return kind_ == other.kind_ && (kind_ == Kind::none || payload_.integer == other.payload_.integer);
    }

 private:
    Value(Kind kind, bool foreign, int64_t integer) : kind_(kind), foreign_(foreign) {
        payload_.integer = integer;
    }
    void keep() const {
        if (is_object() && payload_.object->heap != nullptr) ++payload_.object->references;
    }
    void drop() const {
        if (is_object() && payload_.object->heap != nullptr && --payload_.object->references == 0)
            payload_.object->heap->free(payload_.object);
    }

    union {
        int64_t integer;
        double floating;
        Object* object;
    } payload_ = {0};
    Kind kind_ = Kind::missing;
    bool foreign_ = false;
};

using Values = std::vector<Value>;

// Lists and tuples never change once made (the sandbox forbids append and its like), so that they cannot hold
// themselves and know how deep they are.
struct Sequence : Object {
    Sequence(Kind k, Values v, int32_t d) : Object(k), items(std::move(v)), depth(d) {}
    const Values items;
    const int32_t depth;
    bool is_group = false; // a tuple of groupby: .grouper and .list
};

Value make_list(Heap& heap, Values items, bool foreign = false);
Value make_tuple(Heap& heap, Values items, bool foreign = false);

// A dict in insertion order, looked up by hash. Changed only by whoever makes it.
class Dict : public Object {
 public:
    struct Entry {
        Value key, value;
        uint64_t hash;
    };
    Dict() : Object(Kind::dict) {}

    const std::vector<Entry>& entries() const { return entries_; }
    size_t size() const { return entries_.size(); }
    int32_t depth() const { return depth_; }
    // Throws a TypeError for a key that cannot be hashed. An existing key keeps its place and spelling.
    void set(Value key, Value value);
    const Value* find(const Value& key) const; // throws like set
    const Value* find(std::string_view key) const;

 private:
    template <class Same>
    int64_t position(uint64_t hash, Same same) const;
    void index_entry(size_t entry);
    void rebuild_index();

    static constexpr size_t kSearchedInOrder = 8; // smaller dicts need no index
    std::vector<Entry> entries_;
    std::vector<uint32_t> index_; // entry + 1, 0 is free; open addressing, at most half full
    int32_t depth_ = 1;
};

Value make_dict(Heap& heap, bool foreign = false);

// What the lookup of something that is not there gives. The message is put together when it is used.
struct Undefined : Object {
    Undefined() : Object(Kind::undefined) {}
    std::string hint;        // the whole message, or
    std::string name;        // what was looked up
    std::string object_type; // in an object of this type; empty: a variable
    bool name_is_text = true;
    std::string message() const;
};

struct Range : Object {
    Range(int64_t a, int64_t b, int64_t c) : Object(Kind::range), start(a), stop(b), step(c) {}
    const int64_t start, stop, step;
    int64_t size() const;
    int64_t at(int64_t index) const { return start + index * step; }
};

struct BigInteger : Object {
    explicit BigInteger(std::string d) : Object(Kind::big_integer), digits(std::move(d)) {}
    const std::string digits; // as Python shows it
};

// dict.keys(), .values(), .items()
struct View : Object {
    enum class Part { keys, values, items };
    View(Value d, Part p) : Object(Kind::view), dict(std::move(d)), part(p) {}
    const Value dict;
    const Part part;
};

// namespace(): a dict of attributes that is its own, and changes.
struct Names : MutableObject {
    explicit Names(Value own_dict) : MutableObject(Kind::names), attributes(std::move(own_dict)) {}
    Value attributes;
    void forget() override { attributes = Value(); }
};

// How deep a value nests, as far as writing it out descends into it.
int32_t depth_of(const Value& value);

// Equal keys have equal hashes (1, 1.0 and True are one key); they differ from heap to heap. Throws a
// TypeError when there is none. Costs steps: a tuple that holds the same tuple twice, and so on, is small and
// takes long.
uint64_t hash_of(const Value& value, Heap& heap);
bool same_key(const Value& a, const Value& b);

// Numbers as Python compares them: without rounding. Unordered (NaN) gives 2.
int compare_numbers(const Value& a, const Value& b);

const char* type_name(const Value& value); // "str", "int", "NoneType", ...

} // namespace engine::text::jinja
