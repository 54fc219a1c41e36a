/**
 * Scripts that bring the same content into a page in the usual ways, for comparison: both request the same answer from
 * the same service and carry it out as soon as they can.
 */
const applyAnswer = (site: string): string => `
  function apply(answer) {
    for (const [slot, { operations = [], selector }] of Object.entries(answer.slots)) {
      const element = document.querySelector(selector || '[data-pp-slot="' + slot + '"]')
      for (const { op, name, value, on } of operations) {
        if (op === 'text') element.textContent = value
        if (op === 'html') element.innerHTML = value
        if (op === 'attribute') element.setAttribute(name, value)
        if (op === 'class') element.classList.toggle(name, on)
        if (op === 'style') element.style.setProperty(name, value)
      }
    }
  }
  const page = { path: location.pathname, campaign: '', referrer: '' }
  const ask = () => fetch('/pp/v1/decide', {
    method: 'POST',
    body: JSON.stringify({ v: 1, site: '${site}', consent: 'granted', page }),
  }).then((response) => response.json()).then(apply)
`

/** Swaps when the document is ready: the original is seen first. */
export const naiveSwap = (site: string): string => `<script>${applyAnswer(site)}
  addEventListener('DOMContentLoaded', ask)
</script>`

/** Hides the whole page until the answer is there, for at most 4 s: what a usual anti-flicker snippet does. */
export const wholePageHide = (
  site: string,
): string => `<style>.hide-all { opacity: 0 !important }</style><script>${applyAnswer(site)}
  document.documentElement.classList.add('hide-all')
  const show = () => document.documentElement.classList.remove('hide-all')
  setTimeout(show, 4000)
  addEventListener('DOMContentLoaded', () => ask().finally(show))
</script>`
