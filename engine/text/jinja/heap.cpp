// Counting, limiting and freeing the objects of one rendering.
#include "engine/text/jinja/heap.h"

#include "engine/text/jinja/fault.h"

namespace engine::text::jinja {

Heap::~Heap() {
    // What is still alive is held by circles through mutable objects: all of them let go.
    while (first_ != nullptr) {
        MutableObject* object = first_;
        unlink(object);
        ++object->references; // it must outlive its own forget()
        object->forget();
        if (--object->references == 0) free(object);
    }
}

void Heap::out_of_steps() const {
    fail(FaultKind::limit, "the template needs more than " + std::to_string(steps_) + " steps");
}

void Heap::check_room(int64_t bytes) {
    if (bytes > memory_bytes_ - live_)
        fail(FaultKind::limit,
             "the template needs more than " + std::to_string(memory_bytes_ >> 20) + " MiB of memory");
}

void Heap::grow(int64_t bytes) {
    check_room(bytes);
    live_ += bytes;
}

void Heap::check_text(size_t bytes) const {
    if (bytes > static_cast<size_t>(text_bytes_))
        fail(FaultKind::limit, "a text grows beyond " + std::to_string(text_bytes_) + " bytes");
}

void Heap::check_depth(int32_t depth) const {
    if (depth > depth_)
        fail(FaultKind::limit, "values are nested deeper than " + std::to_string(depth_) + " levels");
}

void Heap::link(MutableObject* object) noexcept {
    object->linked = true;
    object->next = first_;
    if (first_ != nullptr) first_->previous = object;
    first_ = object;
}

void Heap::unlink(MutableObject* object) noexcept {
    object->linked = false;
    (object->previous != nullptr ? object->previous->next : first_) = object->next;
    if (object->next != nullptr) object->next->previous = object->previous;
    object->previous = object->next = nullptr;
}

void Heap::destroy(Object* object) noexcept {
    if (object->linked) unlink(static_cast<MutableObject*>(object));
    live_ -= object->charged;
    delete object;
}

void Heap::free(Object* object) noexcept {
    object->next_doomed = doomed_;
    doomed_ = object;
    if (freeing_) return;
    freeing_ = true;
    while (doomed_ != nullptr) {
        Object* next = doomed_;
        doomed_ = next->next_doomed;
        destroy(next);
    }
    freeing_ = false;
}

} // namespace engine::text::jinja
