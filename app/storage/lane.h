// Lane: one thread, one connection, jobs in order; a job that the disk refuses waits at the head of the line.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "app/storage/connection.h"
#include "app/storage/database.h"

namespace app::storage {

class Lane {
 public:
    struct Task {
        Database::Job job;
        std::function<void(const Outcome<void>&)> done; // on the lane's thread
        bool transaction = false;
        Durability durability = Durability::process;
        bool keep = false; // refused by the disk: tried again until it passes
    };
    // Makes the connection, as the first thing on the thread. Tried again while its failure passes.
    using Opener = std::function<Outcome<std::unique_ptr<Connection>>()>;
    // Told on the lane's thread: the first refusal of a kept task, and (null) when the line moves again.
    using Trouble = std::function<void(const Failure*)>;

    // Asked once when a kept task finds damage; when it succeeds, the task is tried again.
    using Mender = std::function<Outcome<void>(Connection&)>;

    explicit Lane(Trouble trouble, Mender mender = {})
        : m_trouble(std::move(trouble)), m_mender(std::move(mender)) {}
    ~Lane() { close(); }

    void start(Opener opener);
    void post(Task task);
    // Finishes the line; a task that the disk refuses now is given up with all behind it.
    void close();

 private:
    void work(const Opener& opener);
    Outcome<void> attempt(const Task& task);
    Outcome<void> transact(const Task& task);
    bool waitAndRetry(const Failure& failure); // false: closing
    bool mend(const Failure& failure);
    void moves();

    Trouble m_trouble;
    Mender m_mender;
    std::thread m_thread;
    std::unique_ptr<Connection> m_connection; // touched by the thread only
    Durability m_durability = Durability::process;
    bool m_troubled = false;
    bool m_mended = false; // since the last task that succeeded
    int m_retries = 0;

    std::mutex m_mutex; // guards the two below
    std::deque<Task> m_tasks;
    bool m_closing = false;
    std::condition_variable m_changed;
};

} // namespace app::storage
