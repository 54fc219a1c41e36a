// The part of jsdom that the fuzz targets use; jsdom has no types of its own, and @types/jsdom follows it some versions behind.
declare module 'jsdom' {
  export type DOMWindow = Window & typeof globalThis

  export class VirtualConsole {
    on(event: 'jsdomError', listener: (error: Error) => void): this
  }

  export interface ConstructorOptions {
    url?: string
    runScripts?: 'dangerously'
    pretendToBeVisual?: boolean
    virtualConsole?: VirtualConsole
    beforeParse?(window: DOMWindow): void
  }

  export class JSDOM {
    constructor(html: string, options?: ConstructorOptions)
    readonly window: DOMWindow
  }
}
