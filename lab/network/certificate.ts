import { X509Certificate, createHash } from 'node:crypto'
import { generate } from 'selfsigned'

/** A certificate that nobody but the lab trusts. */
export interface Certificate {
  /** PEM. */
  key: string
  /** PEM. */
  cert: string
  /** Base64 of the SHA-256 of the public key (SPKI): `LaunchOptions.ignoreCertificateErrors`. */
  spkiHash: string
}

/** Signs a certificate for `localhost`, every name below it, and 127.0.0.1; valid for a day. */
export async function createCertificate(now = new Date()): Promise<Certificate> {
  const altNames = [
    { type: 2 as const, value: 'localhost' },
    { type: 2 as const, value: '*.localhost' },
    { type: 7 as const, ip: '127.0.0.1' },
  ]
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // An hour back: the clocks of browser and test need not agree.
    notBeforeDate: new Date(now.getTime() - 3_600_000),
    notAfterDate: new Date(now.getTime() + 86_400_000),
    extensions: [{ name: 'subjectAltName', altNames }],
  })
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' })
  return { key: pems.private, cert: pems.cert, spkiHash: createHash('sha256').update(spki).digest('base64') }
}
