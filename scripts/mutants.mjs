// `npm run mutants`: changes the engine and the identities in small ways, and looks whether a test notices.
import { randomInt } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sampleOf } from '../test/mutants/sample.mjs'
import { ensureInstalled, entry, root, run } from './project.mjs'

const help = `npm run mutants                        changes a random quarter of the declarations of src/engine and server/src/identity in
                                       small ways (Stryker), some 450, in 3 minutes on two free cores and 10 on busy ones.
                                       Fails if the tests notice fewer than 85 % of the changes in one of the two. Prints
                                       those they do not notice; out/mutants/report.html shows them in the source
npm run mutants -- --seed 1            the same quarter again; the seed is printed. --share 0.1 for another part than 0.25
npm run mutants -- --all               all declarations, in four times the time
npm run mutants -- src/engine/cap.ts   all declarations of these files; also of server/src/http/gate/page-context.ts and of
                                       admission-queue.ts and as-meant.ts in server/src/ingest`

/** In percent. */
const LEAST_SCORE = 85
const FOLDERS = ['server/src/identity', 'src/engine']

/** Files beside them whose tests start no service; they are changed when they are named. */
const NAMED = [
  'server/src/http/gate/page-context.ts',
  'server/src/ingest/admission-queue.ts',
  'server/src/ingest/as-meant.ts',
]
const UNNOTICED = ['Survived', 'NoCoverage']
const NOTICED = ['Killed', 'Timeout']

function numberOf(options, name, least, most) {
  const text = options[options.indexOf(name) + 1]
  const value = Number(text)
  if (text?.trim() && value >= least && value <= most) return value
  throw new Error(`${name} takes a number from ${least} to ${most}, not ${text}`)
}

function rangesOf(options) {
  const named = options.filter(
    (option, index) => !option.startsWith('--') && !/^--(seed|share)$/.test(options[index - 1]),
  )
  const files = FOLDERS.flatMap((folder) => globSync(`${folder}/*.ts`, { cwd: root })).sort()
  const unknown = named.filter((file) => !files.includes(file) && !NAMED.includes(file))
  if (unknown.length > 0)
    throw new Error(`no file of ${FOLDERS.join(' or ')}, nor ${NAMED.join(', ')}: ${unknown.join(' ')}`)
  if (named.length > 0 || options.includes('--all')) return named.length > 0 ? named : files
  const share = options.includes('--share') ? numberOf(options, '--share', 0, 1) : 0.25
  const seed = options.includes('--seed') ? numberOf(options, '--seed', 0, 2 ** 31) : randomInt(2 ** 31)
  console.log(`mutants at ${share * 100} % of the declarations, chosen by --seed ${seed}`)
  return sampleOf(files, share, seed)
}

function scoreOf(mutants) {
  const noticed = mutants.filter(({ status }) => NOTICED.includes(status)).length
  const all = mutants.filter(({ status }) => NOTICED.includes(status) || UNNOTICED.includes(status)).length
  return { noticed, all, percent: all === 0 ? 100 : (100 * noticed) / all }
}

function lineOf(name, mutants) {
  const { noticed, all, percent } = scoreOf(mutants)
  return `${percent.toFixed(1).padStart(5)} %  ${String(noticed).padStart(4)} of ${String(all).padStart(4)}  ${name}`
}

function originalOf(source, { start, end }) {
  const line = source.split('\n')[start.line - 1]
  return start.line === end.line ? line.slice(start.column - 1, end.column - 1) : `${line.slice(start.column - 1)} …`
}

/** Tells what was not noticed, and each file's and folder's score. Returns the exit code. */
function tell({ files }) {
  const entries = Object.entries(files).sort()
  for (const [file, { source, mutants }] of entries) {
    for (const { status, location, replacement } of mutants) {
      if (!UNNOTICED.includes(status)) continue
      const change = `${originalOf(source, location)}  ->  ${replacement.replace(/\s+/g, ' ')}`
      console.log(`${file}:${location.start.line}:${location.start.column}  ${change}`)
    }
  }
  console.log('')
  for (const [file, { mutants }] of entries) console.log(lineOf(file, mutants))
  console.log('')
  const mutantsOf = (folder) => entries.flatMap(([file, { mutants }]) => (file.startsWith(`${folder}/`) ? mutants : []))
  const folders = [...FOLDERS, 'server/src/http/gate', 'server/src/ingest'].filter(
    (folder) => mutantsOf(folder).length > 0,
  )
  for (const folder of folders) console.log(lineOf(folder, mutantsOf(folder)))
  return folders.every((folder) => scoreOf(mutantsOf(folder)).percent >= LEAST_SCORE) ? 0 : 1
}

await entry(help, async (options) => {
  await ensureInstalled()
  const directory = join(root, 'out', 'mutants')
  mkdirSync(directory, { recursive: true })
  const config = join(directory, 'stryker.config.json')
  const shared = JSON.parse(readFileSync(join(root, 'test/mutants/stryker.json'), 'utf8'))
  writeFileSync(config, JSON.stringify({ ...shared, mutate: rangesOf(options) }))
  const code = await run('stryker', ['run', config])
  if (code !== 0) return code
  return tell(JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8')))
})
