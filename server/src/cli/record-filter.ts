import { userProfileId } from '../identity/profile-id.ts'
import { isAboutVisitor, type StoredRecord } from '../ingest/record.ts'
import { type CommandOption, type CommandValues, textOf, UsageError } from './command.ts'
import { nameOfRecord } from './log-line.ts'

/** Options that say which records are meant. */
export const filterOptions = {
  site: { type: 'string', value: 'NAME', help: 'records of one site' },
  event: {
    type: 'string',
    value: 'NAME',
    help: 'events of one name; pp:page, pp:identify, pp:group, pp:alias; link, erasure, features, tv',
  },
  visitor: { type: 'string', value: 'ID', help: "of one visitor, by the id that tail shows or the visitor's token" },
  user: { type: 'string', value: 'ID', help: "of one user's own profile, by the brand's own id" },
} satisfies { [name: string]: CommandOption }

/** Says if a record is meant. */
export type RecordFilter = (record: StoredRecord) => boolean

function visitorIdOf(values: CommandValues): string | undefined {
  const [visitor, user] = [textOf(values, 'visitor'), textOf(values, 'user')]
  if (visitor !== undefined && user !== undefined) throw new UsageError('say --visitor or --user, not both')
  // A token begins with the id, and no id has a dot.
  return user === undefined ? visitor?.split('.', 1)[0] : userProfileId(user)
}

/** Makes the filter that the options ask for. @throws UsageError */
export function readFilter(values: CommandValues): RecordFilter {
  const [site, event, visitorId] = [textOf(values, 'site'), textOf(values, 'event'), visitorIdOf(values)]
  return (record) =>
    (site === undefined || record.site === site) &&
    (event === undefined || nameOfRecord(record) === event) &&
    (visitorId === undefined || (isAboutVisitor(record) && record.visitorId === visitorId))
}
