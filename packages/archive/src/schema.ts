/**
 * The archive file as Jarvis v0.2 creates it: same tables, same order of columns (the assistant reads them by position),
 * AUTOINCREMENT, six indexes.
 */
export const archiveSchema = `
CREATE TABLE archive_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  timestamp TEXT NOT NULL,
  data_type TEXT NOT NULL,
  content TEXT NOT NULL,
  source TEXT NOT NULL,
  operation TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  metadata TEXT NOT NULL,
  verification_status TEXT DEFAULT 'pending',
  verification_score REAL,
  verification_model TEXT,
  verification_timestamp TEXT,
  verification_details TEXT,
  program_version TEXT DEFAULT 'unknown',
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_timestamp ON archive_entries(timestamp);
CREATE INDEX idx_data_type ON archive_entries(data_type);
CREATE INDEX idx_source ON archive_entries(source);
CREATE INDEX idx_verification_status ON archive_entries(verification_status);
CREATE INDEX idx_content_hash ON archive_entries(content_hash);
CREATE INDEX idx_program_version ON archive_entries(program_version);
CREATE TABLE verification_queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  archive_entry_id INTEGER NOT NULL,
  priority INTEGER DEFAULT 1,
  attempts INTEGER DEFAULT 0,
  max_attempts INTEGER DEFAULT 3,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  FOREIGN KEY(archive_entry_id) REFERENCES archive_entries(id)
);
CREATE TABLE agent_activities (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  agent_id TEXT NOT NULL,
  activity_type TEXT NOT NULL,
  description TEXT NOT NULL,
  data TEXT,
  timestamp DATETIME DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_agent_id ON agent_activities(agent_id);
CREATE INDEX idx_activity_type ON agent_activities(activity_type);
CREATE INDEX idx_agent_timestamp ON agent_activities(timestamp);`;

/** The plan's table of the agents' state (§4.2). Agent and workflow are what tells states apart. */
export const workflowSchema = `
CREATE TABLE IF NOT EXISTS agent_workflow_states (
  id INTEGER PRIMARY KEY,
  agent_id TEXT,
  workflow_id TEXT,
  state_data TEXT,
  crdt_type TEXT,
  last_synchronized TEXT,
  node_id TEXT,
  UNIQUE(agent_id, workflow_id)
);`;
