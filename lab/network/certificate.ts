import { createHash, X509Certificate } from 'node:crypto'
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

/** Signs a certificate for `localhost`, every name below it, and a loopback address; valid for a day. */
export async function createCertificate(address = '127.0.0.1'): Promise<Certificate> {
  const altNames = [
    { type: 2 as const, value: 'localhost' },
    { type: 2 as const, value: '*.localhost' },
    { type: 7 as const, ip: address },
  ]
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // An hour back: the clocks of browser and test need not agree.
    notBeforeDate: new Date(Date.now() - 3_600_000),
    notAfterDate: new Date(Date.now() + 86_400_000),
    extensions: [{ name: 'subjectAltName', altNames }],
  })
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' })
  return { key: pems.private, cert: pems.cert, spkiHash: createHash('sha256').update(spki).digest('base64') }
}
