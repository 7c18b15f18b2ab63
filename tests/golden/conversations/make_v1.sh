#!/usr/bin/env bash
# Writes v1.sqlite: a conversations' file of schema 1 (before full-text search). Made once with sqlite3 3.40.1; the
# schema is a copy, because the file must stay what the program wrote then.
set -eu
cd "$(dirname "$0")"
rm -f v1.sqlite
sqlite3 v1.sqlite <<'SQL'
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL DEFAULT '',
    titled_by_person INTEGER NOT NULL DEFAULT 0,
    pinned INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    deleted INTEGER,
    selected_root INTEGER,
    settings TEXT NOT NULL DEFAULT '{}',
    draft TEXT NOT NULL DEFAULT ''
);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    parent INTEGER REFERENCES messages(id) ON DELETE CASCADE,
    selected_child INTEGER,
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
    writer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX messages_by_conversation ON messages(conversation);
CREATE INDEX messages_by_parent ON messages(parent);
CREATE INDEX messages_streaming ON messages(state) WHERE state = 'streaming';
PRAGMA user_version = 1;
INSERT INTO conversations VALUES (1, 'Merging sorted log files', 0, 1, 1700000000000, 1700000200000, NULL, 11, '{"system_prompt":"Be brief.","sampling":{"temperature":0.7}}', 'next: ');
INSERT INTO conversations VALUES (2, 'Brot mit 80 % Wasser', 1, 0, 1690000000000, 1690000000000, NULL, 21, '{}', '');
INSERT INTO messages VALUES (11, 1, NULL, 13, 'user', 'finished', 'What is the fastest way to merge them?', '', '', '', '{}', '{}', 1700000000000, NULL, '');
INSERT INTO messages VALUES (12, 1, 11, NULL, 'assistant', 'finished', 'Concatenate and sort.', '', 'Qwen3-30B-A3B', 'Q4_K_M', '{"tokens_per_s":42.5,"generated_tokens":7}', '{}', 1700000100000, NULL, '');
INSERT INTO messages VALUES (13, 1, 11, NULL, 'assistant', 'finished', 'Use a k-way merge with a heap.', 'Think of streams.', 'Qwen3-30B-A3B', 'Q4_K_M', '{"tokens_per_s":61.8}', '{}', 1700000200000, NULL, '');
INSERT INTO messages VALUES (21, 2, NULL, 22, 'user', 'finished', '天気はどうですか', '', '', '', '{}', '{}', 1690000000000, NULL, '');
INSERT INTO messages VALUES (22, 2, 21, NULL, 'assistant', 'streaming', 'half a rep', '', 'Llama', 'Q8_0', '{}', '{}', 1690000000000, NULL, 'an-instance-long-gone');
SQL
