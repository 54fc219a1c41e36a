import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { type OnTvFinding, TvInputError } from '../finding.ts'

/** A programme as it stands in the file. */
export interface ProgrammeElement {
  line: number
  start: string | undefined
  stop: string | undefined
  channel: string
  title: string
  genres: string[]
  /** An id of the Tribune Media Services kind (`dd_progid`). */
  tmsId: string
}

/** A channel as it stands in the file. */
export interface ChannelElement {
  line: number
  id: string
  displayNames: string[]
}

/** Element that was read. */
export type XmltvElement = { programme: ProgrammeElement } | { channel: ChannelElement }

/** Characters between two elements, or in one: a longer text or tag is no listing. */
const MAX_RUN = 1_048_576

/** Elements within each other; a listing needs six. */
const MAX_DEPTH = 32

/** Lists and texts of a programme, as far as `POST /v1/tv` takes them. */
const MAX_LIST = 20
const MAX_TEXT = 200

/** Characters that are handed to the parser at once, so that what it finds meanwhile is bounded, too. */
const SLICE = 65_536

/** Elements whose text is read, and the one that they must be in. */
const PARENTS: { readonly [name: string]: 'programme' | 'channel' } = {
  title: 'programme',
  category: 'programme',
  'episode-num': 'programme',
  'display-name': 'channel',
}

/** Refuses what a listing does not need: an internal subset may declare entities that grow without end. */
function checkDoctype(doctype: string, line: number): void {
  if (doctype.replace(/"[^"]*"|'[^']*'/g, '').includes('['))
    throw new TvInputError('xmltv_dtd', 'has declarations in its DOCTYPE, which are not read', line)
}

/** Makes what feeds a parser, and collects the elements that it finds. */
function createReader(onFinding: OnTvFinding) {
  const parser = new SaxesParser()
  const path: string[] = []
  let found: XmltvElement[] = []
  let programme: ProgrammeElement | undefined
  let channel: ChannelElement | undefined
  let system = ''
  let text: string | undefined
  let run = 0

  parser.on('error', ({ message }) => {
    const said = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')
    if (said !== 'undefined entity') throw new TvInputError('xmltv_syntax', said, parser.line)
    onFinding({
      code: 'xmltv_entity',
      line: parser.line,
      message: 'has an entity that is not of XML: it was left as it is',
    })
  })
  parser.on('doctype', (doctype) => checkDoctype(doctype, parser.line))
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    run = 0
    if (path.length === 0 && name !== 'tv')
      throw new TvInputError('xmltv_root', `begins with <${name.slice(0, 40)}>, and a listing with <tv>`, parser.line)
    if (path.push(name) > MAX_DEPTH)
      throw new TvInputError('xmltv_too_large', `has more than ${MAX_DEPTH} elements within each other`, parser.line)
    if (path.length === 2) open(name, attributes)
    else if (path.length === 3 && path[1] === PARENTS[name]) {
      text = ''
      system = attributes['system'] ?? ''
    }
  })
  parser.on('text', (part) => {
    run = 0
    if (text !== undefined && text.length < MAX_TEXT) text += part
  })
  parser.on('cdata', (part) => {
    run = 0
    if (text !== undefined && text.length < MAX_TEXT) text += part
  })
  parser.on('comment', () => (run = 0))
  parser.on('closetag', ({ name }) => {
    run = 0
    if (path.length === 3 && text !== undefined) keep(name, text.trim().slice(0, MAX_TEXT))
    if (path.length === 2 && programme) found.push({ programme })
    if (path.length === 2 && channel) found.push({ channel })
    if (path.length === 2) programme = channel = undefined
    if (path.length === 3) text = undefined
    path.pop()
  })

  function open(name: string, attributes: { [name: string]: string }): void {
    const { line } = parser
    if (name === 'channel') channel = { line, id: attributes['id'] ?? '', displayNames: [] }
    if (name !== 'programme') return
    const { start, stop } = attributes
    programme = { line, start, stop, channel: attributes['channel'] ?? '', title: '', genres: [], tmsId: '' }
  }

  function keep(name: string, value: string): void {
    if (channel) {
      if (channel.displayNames.length < MAX_LIST) channel.displayNames.push(value)
    } else if (programme && name === 'title') programme.title ||= value
    else if (programme && name === 'category') {
      if (programme.genres.length < MAX_LIST) programme.genres.push(value)
    } else if (programme && system === 'dd_progid') programme.tmsId ||= value
  }

  return {
    write(slice: string): void {
      run += slice.length
      parser.write(slice)
      if (run > MAX_RUN)
        throw new TvInputError('xmltv_too_large', `has a text or tag of more than ${MAX_RUN} characters`)
    },
    close(): void {
      parser.close()
    },
    /** Returns the elements that have ended since it was last called. */
    take(): XmltvElement[] {
      const elements = found
      found = []
      return elements
    },
  }
}

/**
 * Reads the channels and programmes of an XMLTV document, in bounded memory.
 * @throws TvInputError behind the last element that could be read
 */
export async function* readElements(
  chunks: AsyncIterable<string>,
  onFinding: OnTvFinding,
): AsyncGenerator<XmltvElement> {
  const reader = createReader(onFinding)
  try {
    for await (const chunk of chunks)
      for (let at = 0; at < chunk.length; at += SLICE) {
        reader.write(chunk.slice(at, at + SLICE))
        yield* reader.take()
      }
    reader.close()
  } catch (error) {
    // Its slice may have whole elements before the mistake.
    yield* reader.take()
    throw error
  }
  yield* reader.take()
}
