import { Agent, request } from 'node:http'
import { json } from 'node:stream/consumers'

/** Kept alive: what is measured is no handshake. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** Sends a question to a service; status 0 when the connection broke. */
export function post<Body>(url: string, question: object): Promise<{ status: number; body: Body | undefined }> {
  return new Promise((resolve) => {
    const broken = (): void => resolve({ status: 0, body: undefined })
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (response) => {
        json(response).then((body) => resolve({ status: response.statusCode ?? 0, body: body as Body }), broken)
      },
    )
    sent.on('error', broken)
    sent.end(JSON.stringify(question))
  })
}
