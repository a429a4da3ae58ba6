"""How the job table is laid out, and the statements that must do all they do in one step."""

VERSION = 2

SCHEMA = """
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    video BLOB NOT NULL UNIQUE,
    folder BLOB NOT NULL,
    size INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'skipped', 'gone')),
    due REAL NOT NULL,
    token INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    strikes INTEGER NOT NULL DEFAULT 0,
    deaths INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL DEFAULT 0,
    duration INTEGER,
    reason TEXT,
    cues INTEGER,
    language TEXT,
    seconds REAL,
    updated REAL NOT NULL,
    tell REAL
);
CREATE INDEX open_jobs ON jobs (folder, due) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_by_state ON jobs (state, id);
CREATE INDEX untold_jobs ON jobs (folder, tell) WHERE tell IS NOT NULL;
CREATE TABLE results (
    path BLOB NOT NULL,
    digest TEXT NOT NULL,
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    PRIMARY KEY (path, digest)
) WITHOUT ROWID;
CREATE INDEX results_by_job ON results (job);
CREATE TABLE switches (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO switches VALUES ('paused', 0), ('generation', 0);
"""

# Not one INSERT with ON CONFLICT, which would use up a number for each video that is known.
ADD = """
INSERT INTO jobs (video, folder, size, changed, state, reason, due, updated)
SELECT :video, :folder, :size, :changed, :state, :reason, 0, :now
WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE video = :video)
"""

REPLACE = """
UPDATE jobs SET
    folder = :folder, size = :size, changed = :changed, state = 'queued', reason = NULL, due = 0, updated = :now,
    token = token + 1, attempts = 0, strikes = 0, deaths = 0, position = 0, duration = NULL, cues = NULL,
    language = NULL, seconds = NULL, tell = NULL
WHERE video = :video AND (state = 'gone' OR (size, changed) IS NOT (:size, :changed))
"""

# Two ranges of one index, each in order, instead of an OR that would sort all claimable jobs. One that is still running
# has lost its daemon, which is no strike: power cuts come without any fault of the video.
CLAIM = """
UPDATE jobs SET state = 'running', token = token + 1, attempts = attempts + 1, due = :until, updated = :now,
    strikes = strikes + (state = 'queued'), deaths = deaths + (state = 'running')
WHERE NOT (SELECT value FROM switches WHERE name = 'paused') AND id = (
    SELECT * FROM (
        SELECT id FROM jobs WHERE state IN ('queued', 'running') AND folder = :folder AND due <= :now
        ORDER BY due LIMIT 1
    ) UNION ALL SELECT * FROM (
        SELECT id FROM jobs WHERE state IN ('queued', 'running') AND folder = :folder AND due > :farthest
        ORDER BY due LIMIT 1
    ) LIMIT 1)
RETURNING *
"""

CLAIM_TELLING = """
UPDATE jobs SET tell = :until
WHERE id = (SELECT id FROM jobs WHERE folder = :folder AND tell <= :now ORDER BY tell LIMIT 1)
RETURNING *
"""
