-- What this computer has and how fast that was measured, in the form of machine files. One row for each hardware
-- that this folder was used with: a disk may move between computers. Times are milliseconds since 1970 UTC.

CREATE TABLE machine_profiles (
    fingerprint TEXT PRIMARY KEY,           -- of what does not change while the hardware stays
    taken INTEGER NOT NULL,
    profile TEXT NOT NULL
);
