import { loadCatalog } from '../../catalog/load.ts'
import { readRuntime } from '../../snippet/runtime-files.ts'
import { createSnippet, deliveries, type Delivery, type Snippet } from '../../snippet/tag.ts'
import { type Command, type CommandValues, textOf, UsageError } from '../command.ts'

function isDelivery(mode: string): mode is Delivery {
  return Object.hasOwn(deliveries, mode)
}

function deliveryOf(values: CommandValues): Delivery {
  const mode = textOf(values, 'mode') ?? 'own-origin'
  if (!isDelivery(mode)) throw new UsageError(`--mode must be one of ${Object.keys(deliveries).join(', ')}`)
  return mode
}

function endpointOf(values: CommandValues): string {
  const endpoint = textOf(values, 'endpoint') ?? '/pp'
  if (!/^(\/[\w.~-]+)+$/.test(endpoint)) throw new UsageError('--endpoint must be a path such as /pp')
  return endpoint
}

function format({ tag, csp, cspTrustedTypes, nginx }: Snippet): string {
  return [
    '# First in <head>. Add data-consent="granted" once the visitor has agreed.',
    tag,
    '',
    '# Content-Security-Policy, where the page has one (the last only where it requires Trusted Types):',
    ...csp.map((directive) => `${directive};`),
    `${cspTrustedTypes};`,
    '',
    "# The service on the page's own origin (nginx):",
    nginx,
    '',
  ].join('\n')
}

/** `snippet`: what a brand copies into its pages and its proxy. */
export const snippet: Command = {
  options: {
    catalog: { type: 'string', value: 'FILE', help: "the site's catalog" },
    mode: {
      type: 'string',
      value: 'WAY',
      help: 'own-origin (default); inline: the script in the page itself; async: nothing waits for it',
    },
    endpoint: { type: 'string', value: 'PATH', help: "path of the service on the page's origin, default /pp" },
  },
  async run(values, io) {
    const file = textOf(values, 'catalog')
    if (file === undefined) throw new UsageError('--catalog FILE is missing')
    const delivery = deliveryOf(values)
    const endpoint = endpointOf(values)
    const site = await loadCatalog(file)
    const { 'prepaint.js': runtime, 'prepaint-stub.js': stub } = await readRuntime()
    if (!runtime || !stub) throw new Error('the package `prepaint` is not built: run `npm run build` first')
    const made = createSnippet(delivery, {
      site,
      endpoint,
      runtime: runtime.toString('utf8'),
      stub: stub.toString('utf8'),
    })
    io.stdout.write(values['json'] === true ? `${JSON.stringify(made)}\n` : format(made))
  },
}
