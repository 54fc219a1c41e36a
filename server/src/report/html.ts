import { createHash } from 'node:crypto'
import { toneOf } from './format.ts'
import { mainGoal } from './main-comparison.ts'
import { dateText } from './page/dates.ts'
import { effectFigures } from './page/effect.ts'
import { chip, experienceSection, experienceTables, factsOf, remarkList } from './page/experience.ts'
import { saidBy } from './page/lifts.ts'
import { type Markup, markup, type Part, trusted } from './page/markup.ts'
import { overview } from './page/overview.ts'
import { STYLE } from './page/style.ts'
import type { ExperienceReport, Report } from './report.ts'
import { countText } from './words.ts'

/** Options of the page. */
export interface PageOptions {
  /** A sentence above everything else, such as that the history is made up. */
  note?: string
}

/** Nothing is loaded, nothing runs, and of styles only our own sheet counts, whatever stands in the page. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`

function wholePart(whole: ExperienceReport | undefined, report: Report): Markup {
  if (!whole)
    return markup`<header class="whole tone-calm">
      <p class="over">${report.site}</p>
      <h1>What personalisation as a whole has earned is not measured.</h1>
      ${remarkList(report.remarks)}
    </header>`
  const { first, rest } = saidBy(whole.verdict)
  const goal = mainGoal(whole)
  return markup`<header class="whole tone-${toneOf(whole.verdict)}">
      <p class="over"><span><bdi>${report.site}</bdi> as a whole</span> ${chip(whole)}</p>
      <h1>${first}</h1>
      ${rest === '' ? '' : markup`<p class="rest">${rest}</p>`}
      <p class="facts">${factsOf(whole)}</p>
      ${remarkList(report.remarks)}
      ${remarkList(whole.remarks)} ${goal ? effectFigures(whole, goal, report) : ''}
    </header>`
}

function wholeTables(whole: ExperienceReport | undefined): Part {
  if (!whole) return ''
  return markup`<section class="experience tone-${toneOf(whole.verdict)}">
    <h2>The site as a whole ${chip(whole)}</h2>
    <p class="facts">All visitors by whether they are held out, also those whom no experience was for.</p>
    ${experienceTables(whole)}
  </section>`
}

function reading({ interval, confidence, erased }: Report): Markup {
  const level = `${100 * confidence} %`
  const kind =
    interval === 'always_valid'
      ? `The band is a ${level} interval that holds at all times at once: you may look every day and stop when you like.`
      : `The band is a ${level} interval that holds for one look at a time that was set before. Who looks every day and stops at a good moment is wrong more often.`
  const gone =
    erased > 0 ? markup`<p>${countText(erased)} visitors were erased. They are in none of the numbers.</p>` : ''
  return markup`<footer>
    <h2>How to read this</h2>
    <p>
      A verdict is given if the whole band is on one side of 0. ${kind} It is of visitors whose time for the goal is
      over; the other numbers are of all who count for it.
    </p>
    <p>
      “Too early to say” is no bad news: more visitors are needed. A withheld verdict is: something keeps the numbers
      from being compared, and has to be found first.
    </p>
    <p>
      A visitor belongs to the variant of the first assignment, also if it was never seen. Visitors without consent have
      no id and are not counted.
    </p>
    ${gone}
  </footer>`
}

/** Shows a report as one page that needs no network and runs no script. */
export function htmlOf(report: Report, { note }: PageOptions = {}): string {
  const { site, atMs, catalog, whole, experiences } = report
  const listed = experiences.map((experience, index) => ({ experience, anchor: `e${index + 1}` }))
  const sections: Part = listed.map(({ experience, anchor }) => experienceSection(experience, report, anchor))
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${site}: what personalisation has earned</title>
        <style>${trusted(STYLE)}</style>
      </head>
      <body>
        ${note === undefined ? '' : markup`<p class="note" role="note">${note}</p>`}
        <main>
          ${wholePart(whole, report)}
          ${
            listed.length > 1
              ? markup`<section>
                  <h2>Experiences</h2>
                  ${overview(listed)}
                </section>`
              : ''
          }
          ${wholeTables(whole)} ${sections} ${reading(report)}
          <p class="soft">Numbers of ${dateText(atMs)}, catalog ${catalog}.</p>
        </main>
      </body>
    </html> `
  return page.text
}
