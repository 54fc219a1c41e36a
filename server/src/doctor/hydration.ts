import type { Slots } from './check-page.ts'
import type { Page, PageElement } from './page.ts'

/** One framework whose app takes over what its server has rendered, in the slots that are not prepared for it. */
export interface HydrationAdvice {
  framework: string
  slots: string[]
  /** The way in which the app writes such an element. */
  mend: string
}

/** A framework that compares what it finds in the page with what it would have rendered. */
interface Hydrating {
  framework: string
  /** Elements that its servers alone write. */
  selector: string
  /** Scripts that they alone write. */
  script: RegExp
  mend: string
  /** True if it can be seen of an element that the framework does not look into it. */
  isPrepared(element: PageElement): boolean
}

function isComment(node: PageElement['children'][number] | undefined): boolean {
  return node?.type === 'comment'
}

/** `docs/frameworks.md` explains each `mend`. */
const FRAMEWORKS: readonly Hydrating[] = [
  {
    framework: 'React',
    selector: '[data-reactroot], #__NEXT_DATA__',
    script: /__next_f\b|__reactRouterContext\b|__remixContext\b|\$RC\(/,
    mend: 'suppressHydrationWarning dangerouslySetInnerHTML={{ __html: … }}',
    isPrepared: () => false,
  },
  {
    framework: 'Vue',
    selector: '[data-server-rendered], #__nuxt, #__NUXT_DATA__',
    script: /__NUXT__\b/,
    mend: 'v-html="…" data-allow-mismatch',
    isPrepared: ({ attribs }) => attribs['data-allow-mismatch'] !== undefined,
  },
  {
    framework: 'Svelte',
    selector: '[data-sveltekit-hydrate]',
    script: /__sveltekit_/,
    mend: '{@html …}',
    isPrepared: ({ children }) => isComment(children[0]) && isComment(children.at(-1)),
  },
]

function isIn(page: Page, { selector, script }: Hydrating): boolean {
  const said = page
    .all('script')
    .flatMap(({ children }) => children.map((child) => ('data' in child ? child.data : '')))
  return page.all(selector).length > 0 || said.some((text) => script.test(text))
}

/** Returns the slots that a framework would find changed, if a variant gives them text or HTML: it warns, or renders them anew. */
export function adviseOnHydration(page: Page, slots: Slots): HydrationAdvice[] {
  return FRAMEWORKS.filter((one) => isIn(page, one)).flatMap(({ framework, mend, isPrepared }) => {
    const unprepared = Object.entries(slots).flatMap(([name, selector]) => {
      try {
        return page.all(selector).some((element) => !isPrepared(element)) ? [name] : []
      } catch {
        // Told of as a finding.
        return []
      }
    })
    return unprepared.length > 0 ? [{ framework, slots: unprepared, mend }] : []
  })
}
