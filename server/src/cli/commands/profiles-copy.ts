import { copyProfiles } from '../../stores/copy/copy-profiles.ts'
import { type Command, type CommandValues, textOf, UsageError } from '../command.ts'
import { checkSource, openCopyEnd } from '../copy-end.ts'
import { credentialsOf } from '../cql-credentials.ts'
import { createProgressBar } from '../progress-bar.ts'

const STATE_FILE = './profiles-copy.json'

function namesOf(values: CommandValues): { from: string; to: string } {
  const [from, to] = [textOf(values, 'from'), textOf(values, 'to')]
  if (from === undefined || to === undefined) throw new UsageError('say --from where and --to where')
  if (from === to) throw new UsageError('--from and --to are the same')
  checkSource(from)
  return { from, to }
}

/** `profiles copy`: carries profiles, and up to where they are folded, from one store to another. */
export const profilesCopy: Command = {
  options: {
    from: {
      type: 'string',
      value: 'STORE',
      help: 'data directory that no service uses, or cql://host,…/keyspace?dc=NAME',
    },
    to: { type: 'string', value: 'STORE', help: 'the same, without profiles' },
    state: { type: 'string', value: 'FILE', help: `how far it has come, until it is whole; default ${STATE_FILE}` },
    'cql-ca': { type: 'string', value: 'FILE', help: "authorities of the cluster's certificates (PREPAINT_CQL_CA)" },
  },
  async run(values, io) {
    const { from, to } = namesOf(values)
    const credentials = credentialsOf(values, io.env)
    let isEnded = false
    void io.ended.then(() => (isEnded = true))
    const source = await openCopyEnd(from, credentials)
    const bar = createProgressBar(io, 'profiles')
    try {
      const target = await openCopyEnd(to, credentials)
      try {
        const copied = await copyProfiles({
          from: { name: from, end: source },
          to: { name: to, end: target },
          stateFile: textOf(values, 'state') ?? STATE_FILE,
          onProgress: bar.show,
          isEnded: () => isEnded,
        })
        const { count, sum, ended } = copied
        const left = ended === 0 ? '' : `, ${ended} left whose life ends within a day`
        io.stdout.write(
          values['json'] === true
            ? `${JSON.stringify(copied)}\n`
            : `${count} profiles are copied and verified, checksum ${sum}${left}\n`,
        )
      } finally {
        await target.close()
      }
    } finally {
      bar.end()
      await source.close()
    }
  },
}
