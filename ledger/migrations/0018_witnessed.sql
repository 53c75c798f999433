-- Run as {prefix}ledger_owner. Who leads, and what witnesses said.

-- The fencing epoch: a batch is written only under the number that its sequencer took.
CREATE TABLE ledger.leader (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch bigint NOT NULL CHECK (epoch >= 0),
  holder text NOT NULL,
  beat_at timestamptz NOT NULL
);
INSERT INTO ledger.leader (epoch, holder, beat_at) VALUES (0, '', '-infinity');

-- A witness's signature line for a checkpoint, to the letter; cosigned_at repeats its time.
CREATE TABLE ledger.cosignature (
  size bigint NOT NULL CHECK (size > 0),
  witness text NOT NULL CHECK (length(witness) BETWEEN 1 AND 80),
  line text NOT NULL CHECK (length(line) BETWEEN 1 AND 1000),
  cosigned_at timestamptz NOT NULL,
  PRIMARY KEY (size, witness)
);

-- Checkpoints that a quorum of the policy of their time had cosigned.
CREATE TABLE ledger.witnessed (
  size bigint PRIMARY KEY CHECK (size > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What each witness last said; problem is a code, null while it answers as it should.
CREATE TABLE ledger.witness_state (
  witness text PRIMARY KEY CHECK (length(witness) BETWEEN 1 AND 80),
  size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
  root bytea CHECK (octet_length(root) = 32),
  cosigned_at timestamptz,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  problem text CHECK (problem ~ '^[a-z_]+$'),
  problem_since timestamptz
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.cosignature
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.witnessed
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER stays BEFORE DELETE ON ledger.leader
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.cosignature ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.witnessed ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger.leader ENABLE ALWAYS TRIGGER stays;

REVOKE ALL ON ledger.leader, ledger.cosignature, ledger.witnessed, ledger.witness_state FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON ledger.cosignature, ledger.witnessed FROM {prefix}ledger_owner;
GRANT SELECT, UPDATE (epoch, holder, beat_at) ON ledger.leader TO {prefix}sequencer;
GRANT SELECT, INSERT ON ledger.cosignature, ledger.witnessed TO {prefix}sequencer;
GRANT SELECT, INSERT, UPDATE ON ledger.witness_state TO {prefix}sequencer;
GRANT SELECT ON ledger.leader, ledger.cosignature, ledger.witnessed, ledger.witness_state
  TO {prefix}web;
