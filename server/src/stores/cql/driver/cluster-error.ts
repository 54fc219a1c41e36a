/**
 * - `credentials`: the cluster does not take the name or the password, or wants them.
 * - `certificate`: its certificate is not signed by an authority that is trusted here, or is another host's.
 * - `tls`: one side speaks TLS and the other does not.
 * - `ca_file`: the authorities' file cannot be read.
 * - `schema`: the keyspace or a table is missing.
 */
export type ClusterErrorCode = 'credentials' | 'certificate' | 'tls' | 'ca_file' | 'schema'

/** A cluster cannot be used until somebody changes what the message names; the driver's own error is the cause. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'
  readonly code: ClusterErrorCode

  constructor(code: ClusterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

interface Reason {
  code: ClusterErrorCode
  /** Text in the driver's and Node's errors. */
  says: RegExp
  flaw: string
  remedy: string
}

/** Reasons why a cluster lets nobody in. */
const entryReasons: readonly Reason[] = [
  {
    code: 'credentials',
    says: /AuthenticationError/,
    flaw: 'it does not let this name and password in',
    remedy: 'set PREPAINT_CQL_USERNAME and PREPAINT_CQL_PASSWORD to those of a role that may log in',
  },
  {
    code: 'certificate',
    says: /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_(?:HAS_EXPIRED|NOT_YET|SIGNATURE|UNTRUSTED)|ALTNAME_INVALID/,
    flaw: 'its certificate is not trusted here',
    remedy: 'name the file of the authorities that sign it by PREPAINT_CQL_CA, and the hosts as the certificate does',
  },
  {
    code: 'tls',
    says: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/,
    flaw: 'it speaks no TLS',
    remedy: 'take tls=true out of the address, or turn client_encryption_options on',
  },
  {
    code: 'tls',
    says: /ECONNRESET/,
    flaw: 'it ends the connection at once, as one that speaks TLS only does',
    remedy: 'say tls=true in the address, if it does',
  },
  {
    code: 'ca_file',
    says: /ENOENT|EACCES|EISDIR/,
    flaw: 'the file of its authorities cannot be read',
    remedy: 'correct PREPAINT_CQL_CA',
  },
]

/** Reasons why it answers no query. */
const queryReasons: readonly Reason[] = [
  {
    code: 'schema',
    says: /keyspace \S+ does not exist|table \S+ does not exist|unconfigured table/i,
    flaw: 'its tables are missing',
    remedy: 'make them by `prepaint-server migrate` with this address',
  },
]

/** Everything that an error and those inside of it say. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const {
    name,
    code,
    innerErrors = {},
  } = error as Error & { code?: unknown; innerErrors?: { [host: string]: unknown } }
  const inner = Object.values(innerErrors).map(wordsOf)
  return [name, String(code), error.message, ...inner, wordsOf(error.cause)].join(' ')
}

function explain(error: unknown, place: string, reasons: readonly Reason[]): unknown {
  const words = wordsOf(error)
  const reason = reasons.find(({ says }) => says.test(words))
  if (!reason) return error
  return new ClusterError(reason.code, `the cluster at ${place}: ${reason.flaw}: ${reason.remedy}`, { cause: error })
}

/**
 * Explains why a cluster could not be entered: returns an error that names the remedy if it is known, else the same.
 */
export function entryError(error: unknown, place: string): unknown {
  return explain(error, place, entryReasons)
}

/** Explains why a query was not answered, likewise. */
export function queryError(error: unknown, place: string): unknown {
  return explain(error, place, queryReasons)
}
