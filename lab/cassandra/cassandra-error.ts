/**
 * - `jars_failed`: Maven could not bring Cassandra's jars.
 * - `node_failed`: a node ended, or did not answer in time.
 * - `nodetool_failed`: the operators' tool refused.
 * - `repair_failed`: a repair ended otherwise than completed.
 */
export type CassandraErrorCode = 'jars_failed' | 'node_failed' | 'nodetool_failed' | 'repair_failed'

/** A failure of a Cassandra node of the lab. */
export class CassandraError extends Error {
  override readonly name = 'CassandraError'
  readonly code: CassandraErrorCode

  constructor(code: CassandraErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
