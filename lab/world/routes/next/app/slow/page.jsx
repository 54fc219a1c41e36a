import { setTimeout as delay } from 'node:timers/promises'
import { connection } from 'next/server'
import { Suspense } from 'react'
import { Slot } from '../slot.jsx'

/** What the server knows later than the rest of the page. */
async function Slow() {
  await connection()
  await delay(150)
  return <Slot as="h1" name="headline" html="Original headline" />
}

export default function Page() {
  return (
    <main>
      <Suspense fallback={<p className="waiting">Some words of the brand while its server thinks.</p>}>
        <Slow />
      </Suspense>
      <Slot name="teaser" html="Original teaser" />
      <Slot name="aside" html="Original aside" />
    </main>
  )
}
