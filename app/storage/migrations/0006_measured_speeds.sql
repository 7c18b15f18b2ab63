-- How fast replies were: one row for each of the last few of a model under one kind of load on one machine. Speeds are
-- those of a prompt of 512 tokens and of a reply of 128 from an empty cache, so that replies of any length compare.
-- Times are milliseconds since 1970 UTC.

CREATE TABLE measured_speeds (
    id INTEGER PRIMARY KEY,
    machine TEXT NOT NULL,                  -- as in machine_profiles
    file TEXT NOT NULL,                     -- fingerprint of its content
    isa TEXT NOT NULL,                      -- of the kernels
    threads INTEGER NOT NULL,
    kv TEXT NOT NULL,
    quantize TEXT NOT NULL,                 -- made while loading; '': as the file is
    work TEXT NOT NULL CHECK (work IN ('prompt', 'generate')),
    tokens_per_s REAL NOT NULL,
    predicted REAL NOT NULL,                -- of the same work, without what replies had taught
    calibrated INTEGER NOT NULL,            -- seconds: which calibration that was predicted from; 0: none
    taken INTEGER NOT NULL
);

CREATE INDEX measured_speeds_of_load ON measured_speeds(machine, file, isa, threads, kv, quantize, work);
