-- What is known of the model files on this computer, so that only changed ones are read again. Times are milliseconds
-- since 1970 UTC.

CREATE TABLE library_entries (
    id INTEGER PRIMARY KEY,                 -- stays when the file is renamed or moved
    path TEXT NOT NULL UNIQUE,
    facts TEXT NOT NULL,                    -- Entry as JSON
    last_used INTEGER,
    missing INTEGER                         -- not found since then: kept, so that it is known when it comes back
);

-- SHA-256 of files whose publisher told it, or as it was when first looked at. The fingerprint is that of the content,
-- so a hash follows its file.
CREATE TABLE library_hashes (
    fingerprint TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    published INTEGER NOT NULL
);
