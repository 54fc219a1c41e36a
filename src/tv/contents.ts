import type { Bridge } from '../client/bridge.ts'
import type { CueContent, Operation } from '../protocol/index.ts'
import { decode, picturesOf } from './pictures.ts'

/** The contents of cues, each of which is fetched once. */
export interface Contents {
  /** Fetches a content with its pictures, unless it is there or under way. One that could not be fetched is fetched at the next call. */
  _load(content?: string): void
  /** Returns its operations; undefined or null while it is not there. */
  _of(content: string): Operation[] | null | undefined
}

/** Makes an empty store. `onLoad` is called when a content is there. */
export function createContents({ _config: config }: Pick<Bridge, '_config'>, onLoad: () => void): Contents {
  const contents: { [content: string]: Operation[] | null | undefined } = {}
  return {
    _of: (content) => contents[content],
    _load(content) {
      if (!content || contents[content] !== undefined) return
      contents[content] = null
      const request = new XMLHttpRequest()
      request.open('GET', config._hosts[0] + '/v1/content/' + config.site + '/' + content)
      request.responseType = 'json'
      request.onloadend = () => {
        const { operations } = (request.response || {}) as CueContent
        void Promise.resolve(operations)
          .then((all) => decode(picturesOf(all)))
          .then(
            () => {
              contents[content] = operations
              onLoad()
            },
            () => {
              contents[content] = undefined
            },
          )
      }
      request.send()
    },
  }
}
