// Heap: what one rendering costs, memory and steps: counts it, refuses beyond a limit, and frees deep values
// without recursion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace engine::text::jinja {

class Heap;

enum class Kind : uint8_t {
    // Held in the Value itself. `missing` is no value: an argument that was not given, a variable not yet
    // set.
    missing,
    none,
    boolean,
    integer,
    floating,
    // Objects.
    text,
    list,
    tuple,
    dict,
    undefined,
    range,
    big_integer, // a JSON integer beyond 64 bits: can be shown and compared, not computed with
    lazy,        // Python's generators and iterators: read once
    view,        // dict.keys(), .values(), .items()
    names,       // namespace()
    macro,
    loop,
    cycler,
    joiner,
    method,   // a method bound to its object
    function, // a global function
    blocks,   // `self`
    block,    // self.name
    activation,
};

// What a Value points to. Reference counts are not atomic: objects belong to one rendering, except those of
// the parsed template (heap == nullptr), which are not counted and outlive every rendering.
struct Object {
    explicit Object(Kind k) : kind(k) {}
    virtual ~Object() = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    const Kind kind;
    bool linked = false; // is a MutableObject in its heap's list
    uint32_t references = 0;
    int64_t charged = 0;
    Heap* heap = nullptr;
    Object* next_doomed = nullptr;
};

// An object that can be changed after it was made, so that it can come to hold itself.
struct MutableObject : Object {
    using Object::Object;
    virtual void forget() = 0; // drops all references
    MutableObject* previous = nullptr;
    MutableObject* next = nullptr;
};

class Heap {
 public:
    // `text_bytes` limits any one string, `memory_bytes` all that is alive, `depth` lists in lists, `steps`
    // the work.
    Heap(int64_t memory_bytes, int64_t text_bytes, int32_t depth, int64_t steps)
        : memory_bytes_(memory_bytes),
          text_bytes_(text_bytes),
          depth_(depth),
          steps_(steps),
          steps_left_(steps) {}
    ~Heap();
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;

    // `payload`: bytes that the object holds outside itself. A new object has no reference yet.
    template <class T, class... Arguments>
    T* make(int64_t payload, Arguments&&... arguments) {
        const int64_t size = payload + static_cast<int64_t>(sizeof(T)) + kAllocationOverhead;
        grow(size);
        T* object = nullptr;
        try {
            object = new T(std::forward<Arguments>(arguments)...);
        } catch (...) {
            shrink(size);
            throw;
        }
        object->heap = this;
        object->charged = size;
        if constexpr (requires { object->forget(); }) link(object);
        return object;
    }

    void grow(int64_t bytes); // throws a Fault beyond the limit
    void shrink(int64_t bytes) noexcept { live_ -= bytes; }
    // A step is about as much work as evaluating a node. Hashing and copying count theirs here, so that no
    // caller can forget it.
    void spend(int64_t steps) {
        steps_left_ -= steps;
        if (steps_left_ < 0) out_of_steps();
    }
    void spend_on_bytes(size_t bytes) { spend(static_cast<int64_t>(bytes / 256)); }
    void check_room(int64_t bytes);        // throws when that much more would be too much
    void check_text(size_t bytes) const;   // throws when a string of that size may not be
    void check_depth(int32_t depth) const; // throws when a container may not hold others that deep
    void free(Object* object) noexcept;    // its last reference is gone

 private:
    static constexpr int64_t kAllocationOverhead = 32;
    [[noreturn]] void out_of_steps() const;
    void link(MutableObject* object) noexcept;
    void unlink(MutableObject* object) noexcept;
    void destroy(Object* object) noexcept;

    const int64_t memory_bytes_, text_bytes_;
    const int32_t depth_;
    const int64_t steps_;
    int64_t steps_left_;
    int64_t live_ = 0;
    bool freeing_ = false;
    Object* doomed_ = nullptr; // freed one after the other: a chain of values must not use up the stack
    MutableObject* first_ = nullptr;
};

} // namespace engine::text::jinja
