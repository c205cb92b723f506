-- The worktree that was made for a session, where it has one: of which directory, on which branch, from
-- which commit, and what became of it.
ALTER TABLE sessions ADD COLUMN worktree_source TEXT;
ALTER TABLE sessions ADD COLUMN worktree_branch TEXT;
ALTER TABLE sessions ADD COLUMN worktree_base TEXT;
ALTER TABLE sessions ADD COLUMN worktree_state TEXT;
ALTER TABLE sessions ADD COLUMN worktree_files INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN worktree_commits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN worktree_detail TEXT;

-- The worktree in which each attempt of a job works, where it has one; as JSON.
ALTER TABLE job_texts ADD COLUMN worktree TEXT;
