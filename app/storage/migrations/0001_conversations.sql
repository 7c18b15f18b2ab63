-- Conversations as trees of messages. Times are milliseconds since 1970 UTC. Statements end with an empty line.

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL DEFAULT '',
    titled_by_person INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    deleted INTEGER,                        -- waits for undo since then, or for being purged
    selected_root INTEGER,                  -- which opening message is shown
    settings TEXT NOT NULL DEFAULT '{}',    -- ChatSettings as JSON
    draft TEXT NOT NULL DEFAULT ''
);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    parent INTEGER REFERENCES messages(id) ON DELETE CASCADE,
    selected_child INTEGER,                 -- which version of what follows is shown
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    state TEXT NOT NULL CHECK (state IN ('finished', 'streaming', 'stopped', 'failed')),
    text TEXT NOT NULL DEFAULT '',
    reasoning TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    quantization TEXT NOT NULL DEFAULT '',
    metrics TEXT NOT NULL DEFAULT '{}',
    failure TEXT NOT NULL DEFAULT '{}',
    created INTEGER NOT NULL,
    deleted INTEGER,
    writer TEXT NOT NULL DEFAULT ''         -- the instance that streams it
);

CREATE INDEX messages_by_conversation ON messages(conversation);

CREATE INDEX messages_by_parent ON messages(parent);

CREATE INDEX messages_streaming ON messages(state) WHERE state = 'streaming';
