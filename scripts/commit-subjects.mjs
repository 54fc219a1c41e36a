import { execFileSync } from 'node:child_process'

/** The first commit to which the rules below apply is the one after this. */
const SINCE = 'a42d3b93fddf4e6b33cc6fa53e57701a7e830fdb'

const MAX_LENGTH = 72

/** Verbs in the past or third person with which subjects begin by mistake; `Add` is right, `Added` and `Adds` are not. */
const NOT_IMPERATIVE =
  /^(\w{2,}ed|adds|fixes|removes|moves|makes|updates|changes|uses|keeps|lets|gives|names|says|tests|writes|puts|wrote|made|gave|kept|took|said|held)$/i

/** Imperatives that end as a past tense does. */
const IMPERATIVES = /^(embed|exceed|feed|need|proceed|seed|shed|speed|succeed|weed|shred|wed)$/i

/**
 * Finds mistakes in a commit's subject, which says in the imperative what the commit changes.
 * @param {string} subject
 * @returns {string[]}
 */
export function subjectFlaws(subject) {
  const [, area, text = subject] = /^([a-z][\w./-]*): (.*)$/.exec(subject) ?? []
  const [first = ''] = text.split(' ')
  const flaws = []
  if (subject.length > MAX_LENGTH) flaws.push(`has ${subject.length} characters; at most ${MAX_LENGTH}`)
  if (area === undefined && !/^[A-Z]/.test(subject)) flaws.push('begins with neither a capital nor `area: `')
  if (/[.!?…]$/.test(subject)) flaws.push('ends with a full stop')
  if (NOT_IMPERATIVE.test(first) && !IMPERATIVES.test(first)) flaws.push(`"${first}" is not in the imperative`)
  return flaws
}

/**
 * Lists the commits that the rules apply to, newest first; a text says why there are none to look at.
 * @param {string} directory
 * @returns {{ hash: string, subject: string }[] | string}
 */
export function commitsSince(directory, since = SINCE) {
  const git = (...args) => execFileSync('git', args, { cwd: directory, encoding: 'utf8', stdio: 'pipe' })
  try {
    git('rev-parse', '--git-dir')
  } catch {
    return 'this is no git checkout'
  }
  try {
    git('merge-base', '--is-ancestor', since, 'HEAD')
  } catch {
    return `the history does not reach back to ${since.slice(0, 7)}`
  }
  const lines = git('log', '--no-merges', '--format=%h %s', `${since}..HEAD`).split('\n')
  return lines
    .filter(Boolean)
    .map((line) => ({ hash: line.slice(0, line.indexOf(' ')), subject: line.slice(line.indexOf(' ') + 1) }))
}

if (process.argv[1] === import.meta.filename) {
  const commits = commitsSince(process.cwd())
  if (typeof commits === 'string') console.log(`commit subjects are not checked: ${commits}`)
  const listed = typeof commits === 'string' ? [] : commits
  for (const { hash, subject } of listed.filter(({ subject }) => subjectFlaws(subject).length > 0)) {
    process.exitCode = 1
    console.error(`${hash} ${subject}\n  ${subjectFlaws(subject).join('\n  ')}`)
  }
}
