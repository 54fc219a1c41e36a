/** Longest time that one address may take, in ms. */
const TIMEOUT_MS = 10_000

/** Most of a page that is read, in bytes after decompression. */
export const MAX_PAGE_BYTES = 4_194_304

/** An answer of whatever server. */
export interface FetchedText {
  /** Address after redirects. */
  url: string
  status: number
  headers: Headers
  text: string
}

/** An address that could not be read, with its reason. */
export class FetchError extends Error {
  override readonly name = 'FetchError'
}

function reasonOf(error: unknown): string {
  if (error instanceof FetchError) return error.message
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`
  const { cause } = error as { cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? String(error)
}

async function readBody({ body, headers }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > MAX_PAGE_BYTES) throw new FetchError(`is larger than ${MAX_PAGE_BYTES} bytes`)
    chunks.push(chunk)
  }
  const [, charset = 'utf-8'] = /charset="?([\w-]+)/i.exec(headers.get('content-type') ?? '') ?? []
  const bytes = Buffer.concat(chunks)
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/**
 * Reads an address, within limits of time and size.
 * @throws FetchError
 */
export async function fetchText(url: string, init: RequestInit = {}): Promise<FetchedText> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
    return { url: response.url, status: response.status, headers: response.headers, text: await readBody(response) }
  } catch (error) {
    throw new FetchError(`${url}: ${reasonOf(error)}`, { cause: error })
  }
}
