import type { Bridge } from '../client/bridge.ts'
import type { CueContent, Operation } from '../protocol/index.ts'
import { get } from './get.ts'
import { decode, picturesOf } from './pictures.ts'

/** Operations by the name of their content; null while they are under way. */
export interface Contents {
  [content: string]: Operation[] | null | undefined
}

/**
 * Makes what fetches a content with its pictures into `contents`, unless it is there or under way. One that could not be fetched is fetched
 * at the next call.
 * @param onLoad is called when a content is there.
 */
export function createLoad(
  bridge: Pick<Bridge, '_config'>,
  contents: Contents,
  onLoad: () => void,
): (content?: string) => void {
  return (content) => {
    if (!content || contents[content] !== undefined) return
    contents[content] = null
    get(bridge, '/v1/content/' + bridge._config.site + '/' + content, (body) => {
      // Whatever fails from here on, it can be fetched again.
      contents[content] = undefined
      const { operations } = body as CueContent
      void decode(picturesOf(operations)).then(() => {
        contents[content] = operations
        onLoad()
      }, String)
    })
  }
}
